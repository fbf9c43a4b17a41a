"""Where the index is looked for, as settings and the index folder say."""

import sys
from pathlib import Path

import httpx
import pytest
from api_corpus import QUESTION, serving, wait_for

from api.locating import destination, located
from api.settings import Settings
from index.embedder import load_embedder
from index.milvus.location import MilvusLocation
from index.rebuild import rebuild
from ingest.errors import BadInputError

sys.path.append(str(Path(__file__).parents[1] / "index"))
from lite_server import LiteServer

THERE = MilvusLocation("http://127.0.0.1:19531", "portal")


def test_by_default_the_index_is_in_its_folder(tmp_path: Path) -> None:
    settings = Settings(index=tmp_path)
    assert located(settings) == tmp_path and destination(settings, tmp_path) is None
    assert located(settings, tmp_path / "other") == tmp_path / "other"


def test_one_setting_moves_it_to_milvus(tmp_path: Path) -> None:
    settings = Settings(
        index=tmp_path,
        backend="milvus",
        milvus_uri="http://10.0.0.7:19530",
        milvus_collection="portal",
        milvus_token="root:secret",
        milvus_database="news",
        milvus_timeout=3,
    )
    there = MilvusLocation("http://10.0.0.7:19530", "portal", "root:secret", "news", 3)
    assert located(settings) == located(settings, tmp_path / "any") == there
    assert destination(settings, tmp_path) == there and destination(settings, tmp_path, "local") is None


def test_without_the_setting_a_folder_is_rebuilt_where_it_was(tmp_path: Path) -> None:
    THERE.write(tmp_path)
    assert located(Settings(index=tmp_path)) == tmp_path  # which leads there by itself
    assert destination(Settings(), tmp_path) == THERE
    secret = located(Settings(index=tmp_path, milvus_token="root:secret"))
    assert isinstance(secret, MilvusLocation) and (secret.uri, secret.token) == (THERE.uri, "root:secret")


def test_local_by_setting_and_milvus_by_folder_is_refused(tmp_path: Path) -> None:
    THERE.write(tmp_path)
    with pytest.raises(BadInputError, match=r"YIBAO_BACKEND.*--backend local"):
        located(Settings(index=tmp_path, backend="local"))
    assert destination(Settings(backend="local"), tmp_path) is None


def test_the_service_answers_from_milvus_and_says_when_it_is_gone(corpus_dir: Path, tmp_path: Path) -> None:
    server = LiteServer(tmp_path / "data").start()
    try:
        location = MilvusLocation(server.uri, "portal")
        rebuild([corpus_dir], tmp_path / "builder", embedder=load_embedder(), milvus=location)
        settings = Settings(
            index=tmp_path / "nothing",
            backend="milvus",
            milvus_uri=server.uri,
            milvus_collection="portal",
            milvus_timeout=1,
        )
        with serving(settings) as address, httpx.Client(base_url=address, timeout=20) as client:
            assert client.get("/readyz").json()["status"] == "ready"
            found = client.get("/search", params={"q": QUESTION}).json()
            assert found["mode"] == "hybrid" and found["results"]
            read = client.get(f"/passages/{found['results'][0]['id']}").json()
            assert read["passage"]["text"] == found["results"][0]["text"]
            server.kill()
            for path in ("/readyz", "/search?q=a"):
                gone = client.get(path)
                assert gone.status_code == 503 and gone.json()["error"]["code"] == "unavailable"
            assert client.get("/healthz").status_code == 200
            server.start()
            wait_for(lambda: client.get("/readyz").status_code == 200)
            assert client.get("/search", params={"q": QUESTION}).json()["results"] == found["results"]
    finally:
        server.kill()


def test_a_service_without_milvus_starts_and_is_ready_when_milvus_is(
    corpus_dir: Path, tmp_path: Path
) -> None:
    server = LiteServer(tmp_path / "data")
    settings = Settings(backend="milvus", milvus_uri=server.uri, milvus_timeout=0.5)
    try:
        with serving(settings) as address, httpx.Client(base_url=address, timeout=20) as client:
            down = client.get("/readyz")
            assert down.status_code == 503 and "does not answer" in down.json()["error"]["message"]
            server.start()
            location = MilvusLocation(server.uri)
            rebuild([corpus_dir], tmp_path / "builder", embedder=load_embedder(), milvus=location)
            wait_for(lambda: client.get("/readyz").status_code == 200)
    finally:
        server.kill()
