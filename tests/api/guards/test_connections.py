"""What one connection may take: raw bytes over a real socket."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_corpus import QUESTION, serving

from api.guards.connections import MOST_HEAD_BYTES, BoundedConnection
from api.settings import Settings


@pytest.fixture(scope="module")
def quick(index_dir: Path) -> Iterator[tuple[str, int]]:
    """A service that waits half a second instead of ten."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(BoundedConnection, "head_seconds", 0.5)
        patched.setattr(BoundedConnection, "unread_seconds", 0.5)
        with serving(Settings(index=index_dir)) as address:
            host, port = address.removeprefix("http://").split(":")
            yield host, int(port)


@pytest.fixture
def normal(service: str) -> tuple[str, int]:
    host, port = service.removeprefix("http://").split(":")
    return host, int(port)


def read_to_end(connection: socket.socket) -> bytes:
    """Everything until the server closes."""
    received = b""
    try:
        while piece := connection.recv(65536):
            received += piece
    except ConnectionResetError:
        pass
    return received


def error_of(answer: bytes) -> tuple[int, dict[str, str]]:
    head, _, body = answer.partition(b"\r\n\r\n")
    error: dict[str, str] = json.loads(body)["error"]
    assert error.keys() == {"code", "message", "request_id"}
    return int(head.split()[1]), error


@pytest.mark.parametrize(
    "begun", [b"", b"GET /healthz HTT", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: a"]
)
def test_head_that_never_ends_is_cut_off(quick: tuple[str, int], begun: bytes) -> None:
    with socket.create_connection(quick, timeout=10) as connection:
        connection.sendall(begun)
        assert read_to_end(connection) == b""


def test_head_that_dribbles_is_cut_off(quick: tuple[str, int]) -> None:
    """One byte at a time keeps nothing open: the time runs from the first."""
    with socket.create_connection(quick, timeout=10) as connection, pytest.raises(OSError):
        for byte in b"GET /healthz HTTP/1.1\r\nX: " + b"y" * 500:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)


def test_second_request_of_a_connection_has_a_deadline_of_its_own(quick: tuple[str, int]) -> None:
    with socket.create_connection(quick, timeout=10) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHo")
        assert read_to_end(connection) == b""


def test_connection_that_is_used_is_kept(quick: tuple[str, int]) -> None:
    with httpx.Client(base_url=f"http://{quick[0]}:{quick[1]}") as session:
        for _ in range(4):
            assert session.get("/healthz").status_code == 200
            time.sleep(0.2)


@pytest.mark.parametrize(
    "pieces",
    [
        [b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Big: " + b"a" * (MOST_HEAD_BYTES + 1) + b"\r\n\r\n"],
        [b"GET /search?q=" + b"a" * (MOST_HEAD_BYTES + 1) + b" HTTP/1.1\r\nHost: x\r\n\r\n"],
        [b"GET /healthz HTTP/1.1\r\n", *[b"X-%d: y\r\n" % n * 800 for n in range(20)]],
    ],
    ids=["one header", "URL", "many headers"],
)
def test_large_head_is_refused(normal: tuple[str, int], pieces: list[bytes]) -> None:
    with socket.create_connection(normal, timeout=10) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(0.005)
        except (BrokenPipeError, ConnectionResetError):
            pass
        answer = read_to_end(connection)
    if answer:  # a server that closes while bytes are on the way may have its last words lost
        status, error = error_of(answer)
        assert (status, error["code"]) == (431, "headers_too_large")
    assert httpx.get(f"http://{normal[0]}:{normal[1]}/healthz").status_code == 200


def test_large_head_is_answered_in_the_one_shape(normal: tuple[str, int]) -> None:
    with socket.create_connection(normal, timeout=10) as connection:
        head = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Big: " + b"a" * MOST_HEAD_BYTES + b"\r\n\r\n"
        connection.sendall(head)
        status, error = error_of(read_to_end(connection))
    assert (status, error["code"]) == (431, "headers_too_large")


def test_longest_question_fits_into_a_url(client: httpx.Client) -> None:
    answer = client.get("/search", params={"q": "医" * 2000})
    assert answer.status_code == 200


def asked(connection: socket.socket) -> tuple[int, dict[str, Any]]:
    """Status and document of the next answer."""
    with connection.makefile("rb") as answer:
        status = int(answer.readline().split()[1])
        size = 0
        while (line := answer.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            size = int(value) if name.lower() == b"content-length" else size
        return status, json.loads(answer.read(size))


REST = b" HTTP/1.1\r\nHost: x\r\n\r\n"
RAW = f"GET /search?q={QUESTION}&region=四川&k=1".encode() + REST


def test_chinese_in_a_url_is_taken_as_it_is(normal: tuple[str, int], client: httpx.Client) -> None:
    """As `curl 'http://…/search?q=断缴'` sends it; also over a connection that is used again."""
    expected = client.get("/search", params={"q": QUESTION, "region": "四川", "k": 1}).json()
    with socket.create_connection(normal, timeout=10) as connection:
        for _ in range(2):
            connection.sendall(RAW)
            status, answer = asked(connection)
            assert status == 200
            assert answer | {"took_ms": 0} == expected | {"took_ms": 0}


def test_chinese_in_a_url_may_arrive_in_pieces(normal: tuple[str, int]) -> None:
    with socket.create_connection(normal, timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(2):
            for start in range(0, len(RAW), 7):
                connection.sendall(RAW[start : start + 7])
                time.sleep(0.001)
            status, answer = asked(connection)
            assert (status, answer["query"]) == (200, QUESTION)


def test_chinese_in_a_path_is_taken_as_it_is(normal: tuple[str, int]) -> None:
    with socket.create_connection(normal, timeout=10) as connection:
        connection.sendall("GET /passages/没有".encode() + REST)
        status, answer = asked(connection)
    assert status == 404
    assert "没有" in answer["error"]["message"]


def test_only_the_request_line_is_encoded(normal: tuple[str, int]) -> None:
    body = f'{{"q": "{QUESTION}", "k": 1}}'.encode()
    head = f"POST /search HTTP/1.1\r\nHost: x\r\nX-Name: 医保\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    with socket.create_connection(normal, timeout=10) as connection:
        for pieces in ([head.encode() + b"\r\n\r\n" + body], [head.encode() + b"\r\n\r\n", body]):
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(0.02)
            status, answer = asked(connection)
            assert (status, answer["query"]) == (200, QUESTION)


def test_a_url_of_bytes_that_are_no_text_is_told_the_cure(normal: tuple[str, int]) -> None:
    with socket.create_connection(normal, timeout=10) as connection:
        connection.sendall(b"GET /search?q=\x01" + REST)
        status, error = error_of(read_to_end(connection))
    assert (status, error["code"]) == (400, "bad_request")
    assert "percent-encode the URL" in error["message"]


@pytest.mark.parametrize("said", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"HELO there\r\n\r\n"])
def test_other_protocols_get_a_plain_refusal(normal: tuple[str, int], said: bytes) -> None:
    with socket.create_connection(normal, timeout=10) as connection:
        connection.sendall(said)
        status, error = error_of(read_to_end(connection))
    assert (status, error["code"]) == (400, "bad_request")


def test_answer_that_is_not_read_is_given_up(quick: tuple[str, int]) -> None:
    """A client that asks and asks, and reads nothing, is cut off once the buffers are full."""
    request = (
        b"GET /page/app.js HTTP/1.1\r\nHost: x\r\n\r\n" + b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
    )
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(10)
        connection.connect(quick)
        with pytest.raises(OSError):
            for _ in range(2000):
                connection.sendall(request)
                time.sleep(0.005)


def test_connections_beyond_the_limit_are_told_to_come_back(
    index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BoundedConnection, "most_connections", 3)
    with serving(Settings(index=index_dir)) as address:
        host, port = address.removeprefix("http://").split(":")
        idle = [socket.create_connection((host, int(port)), timeout=10) for _ in range(3)]
        time.sleep(0.1)
        with socket.create_connection((host, int(port)), timeout=10) as one_more:
            answer = read_to_end(one_more)
        status, error = error_of(answer)
        assert (status, error["code"]) == (503, "overloaded")
        assert b"retry-after: 2" in answer
        for connection in idle:
            connection.close()
        time.sleep(0.1)
        assert httpx.get(f"{address}/healthz").status_code == 200
