"""The running service takes up a newly built index without dropping a request."""

from pathlib import Path

import httpx
import pytest
from api_corpus import ARTICLES, QUESTION, asking, build_index, serving, wait_for

from api.errors import NotReadyError
from api.serving import SearcherHolder
from api.settings import Settings


def test_service_without_index_becomes_ready_when_one_is_built(corpus: Path, tmp_path: Path) -> None:
    with serving(Settings(index=tmp_path / "index")) as address:
        assert httpx.get(f"{address}/readyz").status_code == 503
        build_index(corpus, tmp_path / "index")
        wait_for(lambda: httpx.get(f"{address}/readyz").status_code == 200)
        assert httpx.get(f"{address}/search", params={"q": QUESTION}).json()["results"]


def test_new_build_is_taken_up_without_a_failed_request(corpus: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build_index(corpus, index)
    name = "绵阳灵活就业.txt"
    with serving(Settings(index=index)) as address:
        with asking(address, callers=4) as asked:
            wait_for(lambda: len(asked.statuses) > 20)
            (corpus / name).write_text(ARTICLES[name], encoding="utf-8")
            build_index(corpus, index)
            wait_for(lambda: len(asked.builds) == 2)
        found = httpx.get(f"{address}/search", params={"q": "绵阳灵活就业", "region": "绵阳"}).json()
    assert set(asked.statuses) == {200}
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
