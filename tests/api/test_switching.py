"""The running service takes up a newly built index without dropping a request."""

import threading
from pathlib import Path

import httpx
import pytest
from api_corpus import ARTICLES, QUESTION, build_index, serving, wait_for

from api.errors import NotReadyError
from api.serving import SearcherHolder
from api.settings import Settings


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name in list(ARTICLES)[:2]:
        (folder / name).write_text(ARTICLES[name], encoding="utf-8")
    return folder


def test_service_without_index_becomes_ready_when_one_is_built(corpus: Path, tmp_path: Path) -> None:
    with serving(Settings(index=tmp_path / "index")) as address:
        assert httpx.get(f"{address}/readyz").status_code == 503
        build_index(corpus, tmp_path / "index")
        wait_for(lambda: httpx.get(f"{address}/readyz").status_code == 200)
        assert httpx.get(f"{address}/search", params={"q": QUESTION}).json()["results"]


def test_new_build_is_taken_up_without_a_failed_request(corpus: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build_index(corpus, index)
    statuses: list[int] = []
    builds: set[str] = set()
    stop = threading.Event()

    def ask(address: str) -> None:
        with httpx.Client(base_url=address, timeout=20) as session:
            while not stop.is_set():
                statuses.append(session.get("/search", params={"q": QUESTION}).status_code)
                builds.add(session.get("/stats").json()["build"])

    with serving(Settings(index=index)) as address:
        callers = [threading.Thread(target=ask, args=(address,)) for _ in range(4)]
        for caller in callers:
            caller.start()
        wait_for(lambda: len(statuses) > 20)
        name = "绵阳灵活就业.txt"
        (corpus / name).write_text(ARTICLES[name], encoding="utf-8")
        build_index(corpus, index)
        wait_for(lambda: len(builds) == 2)
        stop.set()
        for caller in callers:
            caller.join()
        found = httpx.get(f"{address}/search", params={"q": "绵阳灵活就业", "region": "绵阳"}).json()
    assert set(statuses) == {200}
    assert found["results"][0]["file"] == name


def test_old_build_is_closed_after_its_last_request(corpus: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build_index(corpus, index)
    holder = SearcherHolder(index)
    with holder.lend() as old:
        (corpus / "新.txt").write_text("生育保险怎么报销\n\n生育费用凭发票到窗口报销。\n", encoding="utf-8")
        build_index(corpus, index)
        holder.refresh()
        wait_for(lambda: _build(holder) != old.build_id)
        assert old.search(QUESTION).results
    holder.close()


def _build(holder: SearcherHolder) -> str:
    with holder.lend() as searcher:
        return searcher.build_id


def test_reload_can_be_turned_off(corpus: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build_index(corpus, index)
    holder = SearcherHolder(index, reload=False)
    first = _build(holder)
    (corpus / "新.txt").write_text("生育保险怎么报销\n\n生育费用凭发票到窗口报销。\n", encoding="utf-8")
    build_index(corpus, index)
    assert _build(holder) == first
    holder.close()


def test_damaged_index_is_reported_not_raised(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("nowhere\n", encoding="utf-8")
    holder = SearcherHolder(tmp_path)
    holder.refresh()
    with pytest.raises(NotReadyError, match=r"nowhere"), holder.lend():
        pass
