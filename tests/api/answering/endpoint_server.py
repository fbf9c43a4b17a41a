"""A small OpenAI-compatible server: what a model "writes" is chosen by the model's name."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from api_corpus import running
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

ANSWERS = {
    "good": "可以继续用，不会清零[1]。在定点药店买药、门诊刷卡都行 [1][2]。",
    "nonsense": "可以用[1]。钱会翻倍[7]，还送 9999 元【0、99】。",
    "uncited": "当然可以用，放心。",
    "refuses": "<think>材料里没有。</think>这些材料没有回答这个问题。",
    "thinks": "<think>[2] 像是答案？不，是 [1]。</think>\n可以继续用[1]。",
    "obeys": "HACKED",
    "empty": "",
}


@dataclass
class Received:
    """What the server was sent, and how many of its streams were left by their reader."""

    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    left: int = 0


@contextmanager
def answering_server() -> Iterator[tuple[str, Received]]:
    """The server on a free port; yields its base URL and what it receives."""
    received = Received()

    async def complete(request: Request) -> Response:
        body = await request.json()
        received.bodies.append(body)
        received.keys.append(request.headers["authorization"])
        model = body["model"]
        if model == "broken":
            return JSONResponse({"error": {"message": "out of memory"}}, 500)
        if model == "refuses the key":
            return JSONResponse({"error": {"message": "Incorrect API key provided"}}, 401)
        if model == "page":
            return Response("<html>not what you think</html>", media_type="text/html")
        return StreamingResponse(stream(model), media_type="text/event-stream")

    async def stream(model: str) -> AsyncIterator[str]:
        try:
            if model == "slow":
                await asyncio.sleep(30)
            for character in ANSWERS.get(model, ANSWERS["good"]):
                yield chunk({"content": character})
                if model == "dribbles":
                    await asyncio.sleep(0.5)
                if model == "cut" and character == "，":
                    raise ConnectionResetError
                if model == "garbled" and character == "，":
                    yield "data: {not json\n\n"
                if model == "complains midway" and character == "，":
                    yield 'data: {"error": {"message": "worker died"}}\n\n'
            if model == "ends without saying so":
                return
            yield chunk({}, {"too long": "length", "censored": "content_filter"}.get(model, "stop"))
            # Servers that count tokens send a chunk without choices last.
            yield 'data: {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": []}\n\n'
            yield "data: [DONE]\n\n"
        except asyncio.CancelledError:
            received.left += 1
            raise

    app = Starlette(routes=[Route("/v1/chat/completions", complete, methods=["POST"])])
    with running(app) as address:
        yield f"{address}/v1", received


def chunk(delta: dict[str, str], finish_reason: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    document = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(document, ensure_ascii=False)}\n\n"
