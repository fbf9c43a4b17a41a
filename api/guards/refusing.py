"""How middleware refuses a request: in the one shape of errors, before anything has been done for it."""

from fastapi import Request
from starlette.types import Receive, Scope, Send

from api.error_codes import code_of
from api.errors import respond
from ingest.errors import YibaoError


async def refuse(error: YibaoError, scope: Scope, receive: Receive, send: Send, **headers: str) -> None:
    """Answer with the error; keywords are further headers, `Retry_After="2"`."""
    answer = respond(Request(scope), error.status, code_of(error), str(error))
    for name, value in headers.items():
        answer.headers[name.replace("_", "-")] = value
    await answer(scope, receive, send)
