"""How many requests are worked on, and how many may wait: beyond that, a caller is told at once to come back."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest.errors import YibaoError

from .paths import is_guarded
from .refusing import refuse

#: Seconds that a request may wait for its turn. Who waits longer has left, or asks again and makes it worse.
MOST_WAIT = 5.0
#: Written by another service or kept in a file: these wait for something else than the index.
_WITHOUT_TURN = ("/answer", "/feedback")
#: Many questions at once: one at a time, beside the turns, so that short questions pass it.
_LONG = "/search/batch"


class OverloadedError(YibaoError):
    """More questions at once than the service can answer."""

    status = 503


class Admission:
    """ASGI middleware: lets `threads` requests work, `most_waiting` wait in order, and refuses the others with 503.

    So an answer, or a refusal, comes within a bounded time whatever the load, and the service is itself again as
    soon as the load is. A turn ends when the answer begins to be sent: a slow reader holds up nobody.
    """

    def __init__(self, app: ASGIApp, threads: int, most_waiting: int, most_wait: float = MOST_WAIT) -> None:
        self.app = app
        self._turns = asyncio.Semaphore(threads)
        self._long_turns = asyncio.Semaphore(1)
        self._most = threads + most_waiting
        self._most_wait = most_wait
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_guarded(scope["path"]):
            await self.app(scope, receive, send)
            return
        if self._inside >= self._most:
            await self._turn_away(scope, receive, send)
            return
        self._inside += 1
        try:
            if scope["path"].startswith(_WITHOUT_TURN):
                await self.app(scope, receive, send)
            else:
                turns = self._long_turns if scope["path"] == _LONG else self._turns
                await self._in_turn(turns, scope, receive, send)
        finally:
            self._inside -= 1

    async def _in_turn(self, turns: asyncio.Semaphore, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(self._most_wait):
                await turns.acquire()
        except TimeoutError:
            await self._turn_away(scope, receive, send)
            return
        working = True

        async def release_then_send(message: Message) -> None:
            nonlocal working
            if working and message["type"] == "http.response.start":
                working = False
                turns.release()
            await send(message)

        try:
            await self.app(scope, receive, release_then_send)
        finally:
            if working:
                turns.release()

    async def _turn_away(self, scope: Scope, receive: Receive, send: Send) -> None:
        error = OverloadedError(
            "more questions are waiting than can be answered soon; ask again in a few seconds"
        )
        await refuse(error, scope, receive, send)
