"""Every error over HTTP has one shape, whoever raised it."""

from pathlib import Path

import httpx
import pytest
from api_corpus import QUESTION
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from api.error_codes import code_of
from api.server_paths import without_paths
from api.settings import Settings
from ingest.errors import BadInputError, BusyError, IndexUnusableError, NotFoundError


def assert_shape(answer: httpx.Response, status: int, code: str, message: str) -> None:
    body = answer.json()
    assert answer.status_code == status
    assert body.keys() == {"error"}
    assert body["error"].keys() == {"code", "message", "request_id"}
    assert body["error"]["code"] == code
    assert message in body["error"]["message"]
    assert body["error"]["request_id"] == answer.headers["X-Request-ID"] != ""


@pytest.mark.parametrize(
    ("path", "status", "code", "message"),
    [
        ("/search", 400, "bad_input", "q is missing"),
        ("/search?q=", 400, "bad_input", "empty"),
        ("/search?q=%20%20", 400, "bad_input", "empty"),
        (f"/search?q={'长' * 5000}", 400, "bad_input", "5000 characters"),
        (f"/search?q={QUESTION}&k=0", 400, "bad_input", "k is 0"),
        (f"/search?q={QUESTION}&k=10000", 400, "bad_input", "k is 10000"),
        (f"/search?q={QUESTION}&k=ten", 400, "bad_input", "k is 'ten'"),
        (f"/search?q={QUESTION}&offset=-1", 400, "bad_input", "offset is -1"),
        (f"/search?q={QUESTION}&mode=magic", 400, "bad_input", "magic"),
        (f"/search?q={QUESTION}&region=Atlantis", 400, "bad_input", "Atlantis"),
        (f"/search?q={QUESTION}&since=yesterday", 400, "bad_input", "yesterday"),
        (f"/search?q={QUESTION}&kind=poem", 400, "bad_input", "poem"),
        (f"/search?q={QUESTION}&regoin=x", 400, "bad_input", "no parameter 'regoin'"),
        ("/passages/nowhere", 404, "not_found", "nowhere"),
        ("/articles/nowhere", 404, "not_found", "nowhere"),
        ("/nothing-here", 404, "not_found", "/nothing-here"),
        ("/page/nothing.js", 404, "not_found", "/page/nothing.js"),
    ],
)
def test_bad_request_has_the_shape(
    client: httpx.Client, path: str, status: int, code: str, message: str
) -> None:
    assert_shape(client.get(path), status, code, message)


def test_wrong_method_has_the_shape(client: httpx.Client) -> None:
    answer = client.delete("/search")
    assert_shape(answer, 405, "method_not_allowed", "DELETE")
    assert answer.headers["Allow"] == "GET, POST"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "not JSON"),
        (b"[]", "body"),
        (b'{"q": 1}', "q is 1"),
        (b'{"q": "x", "regoin": "y"}', "no parameter 'regoin'"),
        (b'{"q": "x", "filters": {"region": "y"}}', "no parameter 'filters'"),
        (b"\xff\xfe", "body"),
    ],
)
def test_bad_body_has_the_shape(client: httpx.Client, body: bytes, message: str) -> None:
    answer = client.post("/search", content=body, headers={"Content-Type": "application/json"})
    assert_shape(answer, 400, "bad_input", message)


def test_missing_index_is_503_with_the_reason(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(index=tmp_path / "none"))) as session:
        assert session.get("/healthz").json()["status"] == "ok"
        for path in ("/readyz", f"/search?q={QUESTION}", "/stats"):
            answer = session.get(path)
            assert_shape(answer, 503, "not_ready", "run `yibao rebuild-index --index …/none`")
            assert str(tmp_path) not in answer.text
            assert answer.headers["Retry-After"]


def test_defect_has_the_shape_and_no_details(tmp_path: Path) -> None:
    app: FastAPI = create_app(Settings(index=tmp_path))

    @app.get("/defect")
    def defect() -> None:
        raise RuntimeError("secret")

    with TestClient(app, raise_server_exceptions=False) as session:
        answer = session.get("/defect")
    assert_shape(answer, 500, "internal_error", "request id")
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("there is no index in /srv/yibao/x; run it", "there is no index in …/x; run it"),
        ("[Errno 28] No space left: '/srv/医保/词.npy'", "[Errno 28] No space left: '…/词.npy'"),
        (r"C:\data\index is damaged", "…/index is damaged"),
        ("build/index and and/or 1/2 stay, https://x.example/a too", None),
        ("(/srv/index)", "(…/index)"),
    ],
)
def test_absolute_paths_are_cut_to_their_last_part(message: str, told: str | None) -> None:
    assert without_paths(message) == (message if told is None else told)


def test_codes_of_errors_are_stable() -> None:
    codes = {code_of(kind("")) for kind in (BadInputError, NotFoundError, IndexUnusableError, BusyError)}
    assert codes == {"bad_input", "not_found", "index_unusable", "busy"}
