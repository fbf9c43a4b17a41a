"""Bounds on what one connection may take: the size of its headers, the time it may stall, and how many there may be.

uvicorn bounds none of these with httptools, and a stalled client costs a socket for as long as it likes. Bodies are
bounded by `BodyLimit`.

Besides, a URL may hold Chinese as it is, as curl and people at a terminal send it: httptools refuses what is not
percent-encoded, so that it is encoded first, as a browser does (https://url.spec.whatwg.org/#query-state).
"""

import asyncio
import json
import re
import time
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.workers import shared_folder

#: Bytes of the request line and headers together, as uvicorn bounds them with its other parser, h11. The longest
#: question, of 2,000 characters percent-encoded, takes 18 KB; somewhat longer ones are told that they are too long.
MOST_HEAD_BYTES = 64 * 1024
#: Open connections of one process. Systems often allow 1,024 open files, of which the index needs some.
MOST_CONNECTIONS = 800
#: Seconds from connecting, or from the first byte of a further request, to the end of its headers.
HEAD_SECONDS = 10.0
#: Seconds that a client may leave an answer unread.
UNREAD_SECONDS = 30.0
#: Seconds for each connection that a worker holds, and at most, that it leaves the next one to the other workers. All
#: take from one queue, and one that is awake would empty it alone: of 16 clients that connected at once it got up to
#: 15, now 8 or 9. libuv waited likewise between two connections, whatever their number, up to version 1.44.
GIVE_WAY, MOST_GIVE_WAY = 50e-6, 500e-6


_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's protocol for one connection, with those bounds."""

    head_seconds = HEAD_SECONDS
    unread_seconds = UNREAD_SECONDS
    most_connections = MOST_CONNECTIONS

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._reading_head = True
        self._head_bytes = 0
        self._expects_request_line = True
        self._refused = False
        self._deadlines: dict[str, asyncio.TimerHandle] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if shared_folder() is not None:
            time.sleep(min(len(self.connections) * GIVE_WAY, MOST_GIVE_WAY))
        if len(self.connections) > self.most_connections:
            self._refuse(503, "overloaded", "too many connections are open; try again in a few seconds")
        else:
            self._give_until("head", self.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        for name in list(self._deadlines):
            self._done_in_time(name)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        if self._reading_head:
            self._head_bytes += len(data)
        if self._expects_request_line:
            data, ends = _encoded_line(data)
            self._expects_request_line = False
            super().data_received(data)
            self._expects_request_line |= not ends
        else:
            super().data_received(data)
        if self._reading_head and self._head_bytes > MOST_HEAD_BYTES:
            self._refuse_head()

    def on_message_begin(self) -> None:
        # One that begins inside a piece of data is not looked at for what is not percent-encoded.
        self._expects_request_line = False
        # What is counted begins with the next piece of data: this one may hold the end of the request before.
        self._reading_head, self._head_bytes = True, 0
        if "head" not in self._deadlines:
            self._give_until("head", self.head_seconds)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._reading_head = False
        self._done_in_time("head")
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > MOST_HEAD_BYTES:
            self._refuse_head()
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._expects_request_line = True
        if not self._refused:
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        self._refuse(400, "bad_request", f"{msg} The service speaks HTTP/1.1; percent-encode the URL.")

    def pause_writing(self) -> None:
        super().pause_writing()
        self._give_until("unread", self.unread_seconds)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._done_in_time("unread")

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._give_until_read()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._give_until_read()

    def _give_until_read(self) -> None:
        """A closing connection waits until its client has read everything."""
        if self.transport.is_closing():
            self._give_until("unread", self.unread_seconds)

    def _give_until(self, name: str, seconds: float) -> None:
        self._done_in_time(name)
        self._deadlines[name] = self.loop.call_later(seconds, self.transport.abort)

    def _done_in_time(self, name: str) -> None:
        deadline = self._deadlines.pop(name, None)
        if deadline is not None:
            deadline.cancel()

    def _refuse_head(self) -> None:
        self._refuse(
            431,
            "headers_too_large",
            f"the request line and headers take more than {MOST_HEAD_BYTES} bytes; "
            "ask long questions by POST /search",
        )

    def _refuse(self, status: int, code: str, message: str) -> None:
        """Answer in the one shape of errors and close; nothing further is read."""
        self._refused = True
        # An answer under way must not be torn apart by another one.
        if self.cycle is None or self.cycle.response_complete:
            body = json.dumps({"error": {"code": code, "message": message, "request_id": ""}}).encode()
            head = (
                f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\ncontent-type: application/json\r\n"
                f"content-length: {len(body)}\r\nx-content-type-options: nosniff\r\n"
                + ("retry-after: 2\r\n" if status == HTTPStatus.SERVICE_UNAVAILABLE else "")
                + "connection: close\r\n\r\n"
            )
            self.transport.write(head.encode() + body)
        self.transport.close()
        self._give_until_read()


def _encoded_line(data: bytes) -> tuple[bytes, bool]:
    """Data that begins in a request line, with that line's bytes beyond ASCII percent-encoded; and whether it ends.

    None of them has a meaning of its own in HTTP, so that the request means what it meant before.
    """
    end = data.find(b"\n")
    line = data if end < 0 else data[:end]
    if not line.isascii():
        data = _BEYOND_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], line) + data[len(line) :]
    return data, end >= 0
