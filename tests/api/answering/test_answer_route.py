"""`POST /answer` of the running service: as a document, as events, and beside searches."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_corpus import QUESTION, serving, wait_for
from endpoint_server import Received, answering_server

from api.answering.documents import AnswerBegun, AnswerPiece, CitedAnswer
from api.settings import Settings


@contextmanager
def answering(index_dir: Path, model: str, timeout: float = 20) -> Iterator[tuple[httpx.Client, Received]]:
    """A client of the service, whose answers the model of that name writes."""
    with ExitStack() as stack:
        url, received = stack.enter_context(answering_server())
        settings = Settings(
            index=index_dir, answer_model=model, answer_url=url, answer_key="sesame", answer_timeout=timeout
        )
        address = stack.enter_context(serving(settings))
        yield stack.enter_context(httpx.Client(base_url=address, timeout=20)), received


def events(answer: httpx.Response) -> list[tuple[str, Any]]:
    """The server-sent events of a body, parsed as the standard says."""
    found = []
    for block in answer.text.removesuffix("\n\n").split("\n\n"):
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


@pytest.fixture(scope="module")
def good(index_dir: Path) -> Iterator[httpx.Client]:
    with answering(index_dir, "good") as (client, _):
        yield client


def test_answer_is_one_document(good: httpx.Client) -> None:
    answer = good.post("/answer", json={"question": QUESTION, "k": 3})
    assert answer.status_code == 200, answer.text
    body = CitedAnswer.model_validate(answer.json())
    assert (body.made_by, body.model, len(body.passages)) == ("model", "good", 3)
    for citation in body.citations:
        cited = good.get(f"/passages/{citation.passage_id}")
        assert cited.json()["passage"]["text"] == body.passages[citation.number - 1].text


def test_stream_brings_passages_then_words_then_the_document(good: httpx.Client) -> None:
    answer = good.post("/answer", json={"question": QUESTION, "stream": True})
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.headers["X-Request-ID"]
    (first, begun), *middle, (last, done) = events(answer)
    assert (first, last) == ("begun", "done")
    AnswerBegun.model_validate(begun)
    assert {name for name, _ in middle} == {"text"}
    pieces = [AnswerPiece.model_validate(data).text for _, data in middle]
    assert "".join(pieces) == CitedAnswer.model_validate(done).text
    assert done["passages"] == begun["passages"]


def test_stream_and_document_are_the_same_answer(good: httpx.Client) -> None:
    whole = good.post("/answer", json={"question": QUESTION}).json()
    _, streamed = events(good.post("/answer", json={"question": QUESTION, "stream": True}))[-1]
    for document in (whole, streamed):
        document.pop("took_ms")
    assert whole == streamed


def test_filters_hold_for_the_passages(client: httpx.Client) -> None:
    asked = {"question": "灵活就业人员每月缴多少", "region": "绵阳", "since": "2025-01-01"}
    body = client.post("/answer", json=asked).json()
    assert {p["region"] for p in body["passages"]} == {"绵阳"}
    assert all(p["published"] >= "2025-01-01" for p in body["passages"])
    assert body["made_by"] == "extract"
    assert "三百八十六元" in body["text"]


def test_places_to_choose_from_are_named(client: httpx.Client) -> None:
    asked = {"question": "灵活就业人员每月缴多少"}
    body = client.post("/answer", json=asked).json()
    assert body["regions"] == client.get("/search", params={"q": asked["question"], "k": 6}).json()["regions"]
    assert set(body["regions"]) == {"绵阳", "德阳"}


def test_refusal_streams_no_words(client: httpx.Client) -> None:
    answer = client.post("/answer", json={"question": "火星上怎么买房贷款", "stream": True})
    assert [name for name, _ in events(answer)] == ["begun", "done"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "question is missing"),
        ({"question": " "}, "empty"),
        ({"question": QUESTION, "k": 21}, "k is 21"),
        ({"question": QUESTION, "region": "Atlantis"}, "Atlantis"),
        ({"question": QUESTION, "model": "gpt"}, "no parameter 'model'"),
    ],
)
def test_unusable_request_is_refused(client: httpx.Client, body: dict[str, object], message: str) -> None:
    answer = client.post("/answer", json=body)
    assert answer.status_code == 400
    assert message in answer.json()["error"]["message"]


def test_waiting_for_the_model_keeps_no_search_waiting(index_dir: Path) -> None:
    with answering(index_dir, "slow", timeout=2) as (client, received), ThreadPoolExecutor(4) as pool:
        # More than the threads that search (two).
        waiting = [pool.submit(client.post, "/answer", json={"question": QUESTION}) for _ in range(4)]
        wait_for(lambda: len(received.bodies) == len(waiting), seconds=5)
        assert client.get("/search", params={"q": QUESTION}, timeout=1.5).status_code == 200
        assert not any(answer.done() for answer in waiting)
        assert {answer.result().json()["made_by"] for answer in waiting} == {"extract"}


def test_reader_who_leaves_stops_the_model(index_dir: Path) -> None:
    with answering(index_dir, "dribbles") as (client, received):
        with client.stream("POST", "/answer", json={"question": QUESTION, "stream": True}) as answer:
            assert "event: text" in answer.iter_lines()
        wait_for(lambda: received.left == 1, seconds=5)
