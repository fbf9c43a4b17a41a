"""The service while its Milvus is killed under load: each answer is right or says what is wrong, and it recovers by itself."""

import re

import httpx
import pytest
from api_corpus import ARTICLES, QUESTION, asking, serving, wait_for
from lite_server import LiteServer

from api.settings import Settings
from index.embedder import load_embedder
from index.milvus.location import MilvusLocation
from index.rebuild import rebuild

TOKEN = "reader:not-for-callers"


@pytest.fixture
def lite(tmp_path):
    server = LiteServer(tmp_path / "milvus").start()
    yield server
    server.kill()


@pytest.fixture
def settings(lite, tmp_path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in ARTICLES.items():
        (corpus / name).write_text(text, encoding="utf-8")
    location = MilvusLocation(lite.uri, token=TOKEN, timeout=2)
    rebuild([corpus], tmp_path / "index", embedder=load_embedder(), milvus=location, workers=1)
    return Settings(
        index=tmp_path / "index",
        backend="milvus",
        milvus_uri=lite.uri,
        milvus_token=TOKEN,
        milvus_timeout=2,
    )


def refuse_address(answer, lite):
    """No body names where Milvus is, nor how the service signs in there."""
    port = lite.uri.rsplit(":", maxsplit=1)[1]
    assert not re.search(rf"127\.0\.0\.1|{port}|localhost|not-for-callers", answer.text), answer.text


def every_way(client):
    yield client.get("/readyz")
    yield client.get("/search", params={"q": QUESTION})
    yield client.post("/search", json={"q": QUESTION, "mode": "keyword"})
    yield client.post("/search/batch", json={"questions": [{"id": "1", "question": QUESTION}]})
    yield client.get("/suggest", params={"q": "医保"})


def test_a_server_killed_under_load_is_said_and_taken_up_again(lite, settings):
    with serving(settings) as address, httpx.Client(base_url=address, timeout=30) as client:
        before = client.get("/search", params={"q": QUESTION}).json()["results"]
        assert client.get("/readyz").status_code == 200 and before
        with asking(address, callers=2) as asked:
            wait_for(lambda: len(asked.statuses) >= 6)
            lite.kill()
            wait_for(lambda: 503 in asked.statuses)
            for answer in every_way(client):
                refuse_address(answer, lite)
                assert answer.status_code in (200, 503)
            error = client.get("/readyz")
            assert error.status_code == 503 and error.headers["Retry-After"]
            assert error.json()["error"]["code"] == "unavailable"
            assert "Milvus does not answer" in error.json()["error"]["message"]
            failed = client.get("/search", params={"q": "备案怎么办"})
            assert (failed.status_code, failed.json()["error"]["code"]) == (503, "unavailable")
            lite.start()
            wait_for(lambda: client.get("/readyz").status_code == 200)
            seen = len(asked.statuses)
            wait_for(lambda: len(asked.statuses) >= seen + 6)
        assert set(asked.statuses) == {200, 503} and asked.statuses[-1] == 200
        after = client.get("/search", params={"q": QUESTION}).json()["results"]
        assert [result["id"] for result in after] == [result["id"] for result in before]


def test_a_service_that_starts_before_its_milvus_does_not_tell_where_that_is(lite, settings):
    lite.kill()
    with serving(settings) as address, httpx.Client(base_url=address, timeout=30) as client:
        for answer in every_way(client):
            refuse_address(answer, lite)
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["error"]["code"]) == (503, "not_ready")
        lite.start()
        wait_for(lambda: client.get("/readyz").status_code == 200)
        assert client.get("/search", params={"q": QUESTION}).json()["results"]
