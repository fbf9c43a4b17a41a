"""Request ids, and the access log: one JSON line a request, without what was asked."""

import json
import logging
import re
import time
from secrets import token_hex

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("api.access")

_USABLE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class AccessLog:
    """ASGI middleware: gives each request an id, returns it as `X-Request-ID`, and logs the request.

    A caller's own `X-Request-ID` is kept if it is harmless. Query strings are never logged; the question only
    with `questions`, as routes note it under the request's state.
    """

    def __init__(self, app: ASGIApp, *, questions: bool = False) -> None:
        self.app = app
        self.questions = questions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _USABLE_ID.fullmatch(given) else token_hex(8)
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        status, size = 500, 0

        async def watch(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, watch)
        finally:
            line = {
                "time": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
                "request_id": request_id,
                "method": scope["method"],
                "path": scope["path"],
                "status": status,
                "bytes": size,
                "ms": round((time.perf_counter() - started) * 1000, 1),
            }
            if self.questions and "question" in state:
                line["question"] = state["question"]
            log.info(json.dumps(line, ensure_ascii=False))
