"""Beyond capacity callers are told to come back, and the service is itself again afterwards."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_corpus import QUESTION, serving, wait_for

from api import app as api_app
from api.batch import answer_item
from api.guards import admission
from api.routes import search as search_routes
from api.serving import SearcherHolder
from api.settings import Settings
from search import Searcher


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Searches wait until the gate is open."""
    gate = threading.Event()
    search = Searcher.search

    def wait_and_search(self: Searcher, *arguments: Any, **options: Any) -> Any:
        assert gate.wait(20)
        return search(self, *arguments, **options)

    class Warmed(SearcherHolder):
        """Opened before searches have to wait."""

        def refresh(self) -> None:
            if self._held is None:
                gate.set()
                super().refresh()
                gate.clear()

    monkeypatch.setattr(Searcher, "search", wait_and_search)
    monkeypatch.setattr(api_app, "SearcherHolder", Warmed)
    return gate


def ask(address: str) -> httpx.Response:
    return httpx.get(f"{address}/search", params={"q": QUESTION}, timeout=20)


def test_one_too_many_is_refused_at_once_and_the_waiting_are_answered(
    index_dir: Path, gate: threading.Event
) -> None:
    settings = Settings(index=index_dir, threads=2, max_waiting=3)
    with serving(settings) as address, ThreadPoolExecutor(16) as callers:
        answers = [callers.submit(ask, address) for _ in range(12)]
        wait_for(lambda: sum(answer.done() for answer in answers) == 7)
        refused = [answer.result() for answer in answers if answer.done()]
        assert {answer.status_code for answer in refused} == {503}
        assert {answer.json()["error"]["code"] for answer in refused} == {"overloaded"}
        assert all(int(answer.headers["Retry-After"]) > 0 for answer in refused)
        # Probes and the page do not wait behind searches.
        for path in ("/healthz", "/readyz", "/", "/page/app.js", "/metrics"):
            assert httpx.get(f"{address}{path}", timeout=5).status_code == 200
        gate.set()
        assert sorted(answer.result().status_code for answer in answers) == [200] * 5 + [503] * 7
        assert ask(address).status_code == 200, "recovered by itself"


def test_nobody_waits_longer_than_the_bound(
    index_dir: Path, gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission.Admission.__init__, "__defaults__", (0.3,))
    with (
        serving(Settings(index=index_dir, threads=1, max_waiting=5)) as address,
        ThreadPoolExecutor(4) as callers,
    ):
        answers = [callers.submit(ask, address) for _ in range(3)]
        wait_for(lambda: sum(answer.done() for answer in answers) == 2)
        gate.set()
        assert sorted(answer.result().status_code for answer in answers) == [200, 503, 503]


def test_whoever_leaves_while_waiting_keeps_no_place(index_dir: Path, gate: threading.Event) -> None:
    with serving(Settings(index=index_dir, threads=1, max_waiting=1)) as address:
        for _ in range(2):
            with pytest.raises(httpx.ReadTimeout):
                httpx.get(f"{address}/search", params={"q": QUESTION}, timeout=0.3)
        gate.set()
        wait_for(lambda: ask(address).status_code == 200)


def test_a_question_passes_a_batch_and_a_second_batch_waits_for_the_first(
    index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, begun = threading.Event(), []

    def wait_and_answer(*arguments: Any, **options: Any) -> Any:
        begun.append(1)
        assert gate.wait(20)
        return answer_item(*arguments, **options)

    monkeypatch.setattr(search_routes, "answer_item", wait_and_answer)
    body = {"questions": [{"id": 1, "question": QUESTION}]}
    with serving(Settings(index=index_dir, threads=1)) as address, ThreadPoolExecutor(2) as callers:
        batches = [
            callers.submit(httpx.post, f"{address}/search/batch", json=body, timeout=20) for _ in range(2)
        ]
        wait_for(lambda: begun)
        assert ask(address).status_code == 200
        assert len(begun) == 1
        gate.set()
        assert [batch.result().status_code for batch in batches] == [200, 200]
