"""How large a body may be, and how long it may take."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from api_corpus import QUESTION, serving, wait_for

from api.guards import body_limit
from api.settings import Settings


@pytest.fixture(scope="module")
def patient(index_dir: Path) -> Iterator[str]:
    """A service that waits half a second for a body, and searches one question at a time."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(body_limit.BodyLimit.__init__, "__defaults__", (0.5,))
        with serving(Settings(index=index_dir, threads=1, max_body=10_000)) as address:
            yield address


def connect(address: str) -> socket.socket:
    host, port = address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def post(length: int | None) -> bytes:
    size = b"Transfer-Encoding: chunked" if length is None else b"Content-Length: %d" % length
    return b"POST /search HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + size + b"\r\n\r\n"


def code_in(answer: bytes) -> tuple[int, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)["error"]["code"]


def test_body_announced_as_too_large_is_refused_unread(patient: str) -> None:
    with connect(patient) as connection:
        connection.sendall(post(10_000_000))
        assert code_in(connection.recv(65536)) == (413, "body_too_large")
        assert connection.recv(1) == b"", "and the connection is closed"


def test_body_that_turns_out_too_large_is_refused_early(patient: str) -> None:
    with connect(patient) as connection:
        connection.sendall(post(None))
        sent = 0
        try:
            while sent < 10_000_000:
                connection.sendall(b"400\r\n" + b"x" * 1024 + b"\r\n")
                sent += 1024
        except (BrokenPipeError, ConnectionResetError):
            pass
    assert sent < 10_000_000
    assert httpx.get(f"{patient}/healthz").status_code == 200


def test_ten_megabytes_are_refused_by_a_service_as_shipped(client: httpx.Client) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(160):
            yield b"x" * 65536

    for content in (b"x" * 10_000_000, pieces()):
        try:
            answer = client.post("/search", content=content)
        except httpx.WriteError:  # closed while the client was still sending
            continue
        assert answer.status_code == 413
        assert "YIBAO_MAX_BODY" in answer.json()["error"]["message"]
    assert client.get("/healthz").status_code == 200


def test_body_that_stalls_is_given_up_and_holds_up_nobody(patient: str) -> None:
    with connect(patient) as connection:
        connection.sendall(post(100) + b'{"q": ')
        time.sleep(0.1)
        assert httpx.get(f"{patient}/search", params={"q": QUESTION}).status_code == 200
        assert code_in(connection.recv(65536)) == (408, "request_timeout")
        assert connection.recv(1) == b""


def test_client_that_leaves_within_its_body_is_forgotten(patient: str) -> None:
    with connect(patient) as connection:
        connection.sendall(post(100) + b'{"q": ')
    wait_for(lambda: httpx.get(f"{patient}/search", params={"q": QUESTION}).status_code == 200)


def test_body_in_pieces_is_put_together(client: httpx.Client) -> None:
    body = json.dumps({"q": QUESTION}).encode()
    answer = client.post(
        "/search",
        content=(body[i : i + 7] for i in range(0, len(body), 7)),
        headers={"Content-Type": "application/json"},
    )
    assert answer.json()["query"] == QUESTION
