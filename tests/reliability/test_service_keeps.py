"""A service keeps its build when the next one is damaged, and is not ready only when it has none."""

import shutil
from pathlib import Path

import httpx
import pytest
from api_corpus import ARTICLES, QUESTION, build_index, serving, wait_for
from builders import TokenEmbedder

from api import serving as holding
from api.settings import Settings
from index import generations
from index.rebuild import rebuild

HARMED = (
    "manifest.json",
    "passages.sqlite",
    "articles.jsonl",
    "facts.npy",
    "vectors.faiss",
    "tokens.npy",
    "keyword/words.npy",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    (folder / "corpus").mkdir()
    for name in list(ARTICLES)[:2]:
        (folder / "corpus" / name).write_text(ARTICLES[name], encoding="utf-8")
    build_index(folder / "corpus", folder / "index")
    return folder


@pytest.fixture
def place(built, tmp_path, monkeypatch):
    monkeypatch.setattr(holding, "RETRY_SECONDS", 0.1)
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    return tmp_path


def publish_damaged(place, name):
    """Make a further build live, of which one file is damaged."""
    (place / "corpus" / "新.txt").write_text(
        f"生育保险\n\n生育费用凭发票报销，见{name}。\n", encoding="utf-8"
    )
    build_index(place / "corpus", place / "index")
    build = generations.current(place / "index")
    path = place / "index" / build / name
    path.write_bytes(path.read_bytes()[:-9])
    return build


def ready(address):
    return httpx.get(f"{address}/readyz")


def test_a_damaged_build_is_not_taken_up_the_old_one_answers_and_the_next_sound_one_is(place):
    with serving(Settings(index=place / "index")) as address:
        assert ready(address).json()["build"] == "000001"
        for name in HARMED:
            publish_damaged(place, name)
            wait_for(lambda damaged=Path(name).name: damaged in (ready(address).json()["warning"] or ""))
            answer = httpx.get(f"{address}/search", params={"q": QUESTION})
            assert answer.status_code == 200 and answer.json()["results"]
            assert ready(address).status_code == 200
            assert ready(address).json()["build"] == "000001"
            assert str(place) not in ready(address).text
        (place / "corpus" / "新.txt").write_text("生育保险\n\n生育费用凭发票报销。\n", encoding="utf-8")
        build_index(place / "corpus", place / "index")
        sound = generations.current(place / "index")
        wait_for(lambda: ready(address).json()["build"] == sound)
        assert ready(address).json()["warning"] is None


def test_a_build_of_another_model_is_not_taken_up_and_both_legs_of_the_old_one_answer(place):
    with serving(Settings(index=place / "index")) as address:
        assert ready(address).json()["build"] == "000001"
        rebuild([place / "corpus"], place / "index", embedder=TokenEmbedder(), full=True)
        wait_for(lambda: "another embedding model" in (ready(address).json()["warning"] or ""))
        assert "rebuild-index --full" in ready(address).json()["warning"]
        assert ready(address).json()["build"] == "000001"
        assert httpx.get(f"{address}/search", params={"q": QUESTION}).json()["mode"] == "hybrid"


@pytest.mark.parametrize("name", HARMED)
def test_a_service_that_has_only_a_damaged_build_says_which_file_and_becomes_ready_when_it_is_rebuilt(
    place, name
):
    path = place / "index" / "000001" / name
    path.write_bytes(path.read_bytes()[:-9])
    with serving(Settings(index=place / "index")) as address:
        for refused in (ready(address), httpx.get(f"{address}/search", params={"q": QUESTION})):
            assert refused.status_code == 503
            assert path.name in refused.json()["error"]["message"]
            assert "rebuild-index --full" in refused.json()["error"]["message"]
            assert str(place) not in refused.text
        assert httpx.get(f"{address}/healthz").status_code == 200
        build_index(place / "corpus", place / "index")
        wait_for(lambda: ready(address).status_code == 200)


def test_an_index_whose_folder_is_gone_is_still_answered_from(place):
    with serving(Settings(index=place / "index")) as address:
        assert ready(address).status_code == 200
        shutil.rmtree(place / "index")
        for _ in range(5):
            answer = httpx.get(f"{address}/search", params={"q": QUESTION})
            assert answer.status_code == 200 and answer.json()["results"]
