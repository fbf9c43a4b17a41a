"""How large the body of a request may be, and how long it may take to arrive."""

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest.errors import YibaoError

from .refusing import refuse

#: Seconds from the end of the headers to the end of the body.
BODY_SECONDS = 10.0


class BodyTooLargeError(YibaoError):
    """A body of more bytes than the service takes."""

    status = 413


class RequestTimeoutError(YibaoError):
    """A body that does not arrive."""

    status = 408


class BodyLimit:
    """ASGI middleware: reads the whole body before anything is done for it.

    A body announced as too large is refused unread; one that turns out to be, as soon as it does. A body that stalls
    takes no thread and no place in the queue meanwhile.
    """

    def __init__(self, app: ASGIApp, most_bytes: int, seconds: float = BODY_SECONDS) -> None:
        self.app = app
        self._most = most_bytes
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else {}
        announced = headers.get("content-length", "0")
        if announced == "0" and "transfer-encoding" not in headers:
            await self.app(scope, receive, send)
            return
        # The connection is closed, because the rest of the body is not read.
        closing = {"Connection": "close"}
        try:
            body = None if int(announced) > self._most else await self._read(receive)
        except TimeoutError:
            error = RequestTimeoutError(
                f"the body did not arrive within {self._seconds:.0f} seconds; send it again"
            )
            await refuse(error, scope, receive, send, **closing)
            return
        except _GoneError:
            return
        if body is None:
            too_large = BodyTooLargeError(
                f"the body has more than {self._most} bytes; split it, or set YIBAO_MAX_BODY"
            )
            await refuse(too_large, scope, receive, send, **closing)
            return
        await self.app(scope, _replayed(body, receive), send)

    async def _read(self, receive: Receive) -> bytes | None:
        """The body; None as soon as it is too large. Raises TimeoutError, or _GoneError if the client left."""
        parts, size = [], 0
        async with asyncio.timeout(self._seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise _GoneError
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > self._most:
                    return None
                if not message.get("more_body", False):
                    return b"".join(parts)


class _GoneError(Exception):
    """Nobody waits for an answer any more."""


def _replayed(body: bytes, receive: Receive) -> Receive:
    """`receive` that gives the body at once, and afterwards what the connection gives."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
