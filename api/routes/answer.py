"""Answer a question in words, citing passages; as one document, or as events while it is written."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, StreamingResponse

from api.answering.documents import AnswerBegun, AnswerPiece, AnswerRequest, CitedAnswer
from api.answering.endpoint import Endpoint
from api.answering.writing import Event, write_answer
from api.serving import SearcherHolder
from search import SearchResponse

from .responses import Configured, Holder, documented

router = APIRouter(tags=["answer"])

_EVENTS: dict[str, Any] = {
    "description": "The answer; with `stream`, events `begun` (its passages), `text` (its next words, any number "
    "of times) and `done` (the whole document, which counts)",
    "content": {"text/event-stream": {}},
}


# A coroutine, unlike the other routes: a model takes seconds, in which it would block a thread that searches.
@router.post("/answer", response_model=CitedAnswer, responses={200: _EVENTS, **documented(400, 503)})
async def post_answer(
    request: Request, asked: AnswerRequest, holder: Holder, settings: Configured
) -> Response:
    """An answer whose every citation is a passage: written by the model of the settings, or quoted, or refused."""
    request.state.question = asked.question
    response = await run_in_threadpool(_search, holder, asked)
    answer = write_answer(response, Endpoint.of(settings))
    if asked.stream:
        # Proxies that gather an answer before passing it on would undo the streaming.
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(_server_sent(answer), media_type="text/event-stream", headers=headers)
    async with aclosing(answer):
        *_, whole = [event async for event in answer]
    return JSONResponse(whole.model_dump(), headers={"Cache-Control": "no-store"})


def _search(holder: SearcherHolder, asked: AnswerRequest) -> SearchResponse:
    with holder.lend() as searcher:
        return searcher.search(asked.question, k=asked.k, region=asked.region, since=asked.since)


_NAMES: dict[type[Event], str] = {AnswerBegun: "begun", AnswerPiece: "text", CitedAnswer: "done"}


async def _server_sent(answer: AsyncGenerator[Event, None]) -> AsyncGenerator[str, None]:
    """The events in the form of https://html.spec.whatwg.org/multipage/server-sent-events.html."""
    async for event in answer:
        yield f"event: {_NAMES[type(event)]}\ndata: {event.model_dump_json()}\n\n"
