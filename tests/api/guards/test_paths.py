"""Which paths are guarded, and that none leads out of the page's folder."""

import socket

import pytest

from api.app import create_app
from api.guards.paths import is_guarded
from api.settings import Settings


@pytest.mark.parametrize(
    "path",
    [
        "/page/../app.py",
        "/page/..%2fapp.py",
        "/page/%2e%2e/app.py",
        "/page/....//app.py",
        "/page//etc/passwd",
        "/page/..\\app.py",
        "/articles/..%2f..%2fapp.py",
        "/page/%00",
    ],
)
def test_no_path_leads_out_of_the_page(service: str, path: str) -> None:
    """Sent as they are: a client library would tidy the path up first."""
    host, port = service.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    assert answer.split()[1] in (b"400", b"404")
    assert b"def " not in answer
    assert b"root:" not in answer


def test_every_route_is_guarded_except_those_meant_to_be_open() -> None:
    described = create_app(Settings()).openapi()["paths"]
    open_paths = {path for path in described if not is_guarded(path)}
    assert open_paths == {
        "/healthz",
        "/readyz",
        "/metrics",
        "/admin/rebuild",
        "/admin/jobs",
        "/admin/jobs/{job_id}",
    }


def test_what_is_added_later_is_guarded() -> None:
    assert is_guarded("/something/new")
    assert is_guarded("/administration")
    assert is_guarded("/pages")
