"""API keys for searches, and a rate for each."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from api_corpus import QUESTION
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings, load_settings
from ingest.errors import BadInputError

KEY, OTHER = "key-of-the-first-portal", "key-of-the-other-portal"


def session_of(index_dir: Path, **settings: object) -> TestClient:
    return TestClient(create_app(Settings(index=index_dir, **settings)))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def keyed(index_dir: Path) -> Iterator[TestClient]:
    with session_of(index_dir, api_keys=(KEY, OTHER)) as session:
        yield session


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-API-Key": "wrong"}, {"X-API-Key": KEY + "x"}, {"Authorization": f"Basic {KEY}"}],
)
@pytest.mark.parametrize(
    "path", ["/search?q=x", "/suggest?q=x", "/stats", "/passages/1", "/articles/1", "/nothing"]
)
def test_without_a_right_key_nothing_is_told(keyed: TestClient, headers: dict[str, str], path: str) -> None:
    answer = keyed.get(path, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "unauthorized"
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize(
    "headers",
    [{"X-API-Key": OTHER}, {"Authorization": f"Bearer {OTHER}"}, {"Authorization": f"bearer  {OTHER}"}],
)
def test_each_key_opens(keyed: TestClient, headers: dict[str, str]) -> None:
    assert keyed.get("/search", params={"q": QUESTION}, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/openapi.json", "/page/app.js", "/healthz", "/readyz", "/metrics"]
)
def test_page_probes_and_numbers_need_no_key(keyed: TestClient, path: str) -> None:
    assert keyed.get(path).status_code == 200


def test_a_preflight_needs_no_key(index_dir: Path) -> None:
    asked = {
        "Origin": "https://portal.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "x-api-key",
    }
    with session_of(index_dir, api_keys=(KEY,), cors_origins=("https://portal.example",)) as session:
        assert session.options("/search", headers=asked).status_code == 200


def test_each_key_has_its_own_rate(index_dir: Path) -> None:
    with session_of(index_dir, api_keys=(KEY, OTHER), rate_limit=2) as session:
        statuses = [
            session.get("/suggest", params={"q": "x"}, headers={"X-API-Key": key}).status_code
            for key in (KEY, KEY, KEY, OTHER)
        ]
        refused = session.get("/suggest", params={"q": "x"}, headers={"X-API-Key": KEY})
        assert session.get("/healthz").status_code == 200
    assert statuses == [200, 200, 429, 200]
    assert refused.json()["error"]["code"] == "rate_limited"
    assert 28 <= int(refused.headers["Retry-After"]) <= 30


def test_without_keys_each_address_has_a_rate(index_dir: Path) -> None:
    app = create_app(Settings(index=index_dir, rate_limit=1))

    def ask(client: str) -> int:
        return TestClient(app, client=(client, 1)).get("/suggest", params={"q": "x"}).status_code

    with TestClient(app):
        assert [ask("192.0.2.1"), ask("192.0.2.1"), ask("192.0.2.2")] == [200, 429, 200]
        assert [ask("2001:db8::1"), ask("2001:db8::2"), ask("2001:db8:0:1::1")] == [200, 429, 200]


def test_a_batch_counts_as_many_as_it_asks(index_dir: Path) -> None:
    batch = {"questions": [{"id": n, "question": QUESTION} for n in range(3)], "k": 1}
    with session_of(index_dir, rate_limit=3) as session:
        assert session.post("/search/batch", json=batch).status_code == 200
        assert session.get("/suggest", params={"q": "x"}).status_code == 429


def test_keys_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "keys"
    file.write_text(f"# portals\n{KEY}\n\n{OTHER}\n", encoding="utf-8")
    monkeypatch.setenv("YIBAO_API_KEYS", f"@{file}")
    assert [key.get_secret_value() for key in load_settings().api_keys] == [KEY, OTHER]
    monkeypatch.setenv("YIBAO_API_KEYS", f"{KEY}, {OTHER}")
    assert [key.get_secret_value() for key in load_settings().api_keys] == [KEY, OTHER]


def test_unusable_keys_are_refused_and_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for value, message in ((f"{KEY},short-one", "16 characters"), (f"@{tmp_path}/none", "cannot be read")):
        monkeypatch.setenv("YIBAO_API_KEYS", value)
        with pytest.raises(BadInputError, match=message) as caught:
            load_settings()
        assert KEY not in str(caught.value)
        assert "short-one" not in str(caught.value)


def test_a_key_is_never_logged(index_dir: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    with session_of(index_dir, api_keys=(KEY,), rate_limit=1) as session:
        for _ in range(2):
            session.get("/search", params={"q": QUESTION}, headers={"X-API-Key": KEY})
        session.get("/search", params={"q": QUESTION}, headers={"X-API-Key": "a-wrong-key-with-length"})
    logged = json.dumps([record.getMessage() for record in caplog.records])
    assert KEY not in logged
    assert "a-wrong-key" not in logged
