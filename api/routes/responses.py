"""What routes have in common: the lent searcher and the documented errors."""

from typing import Annotated, Any

from fastapi import Depends, Request

from api.errors import ErrorDocument
from api.metrics import Metrics
from api.serving import SearcherHolder
from api.settings import Settings


async def _holder(request: Request) -> SearcherHolder:
    holder: SearcherHolder = request.app.state.holder
    return holder


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _metrics(request: Request) -> Metrics:
    metrics: Metrics = request.app.state.metrics
    return metrics


Holder = Annotated[SearcherHolder, Depends(_holder)]
Configured = Annotated[Settings, Depends(_settings)]
Counted = Annotated[Metrics, Depends(_metrics)]


def charge(request: Request, questions: int) -> None:
    """Count further questions of one request against its caller's rate, where there is one."""
    caller = request.scope["state"].get("caller")
    if caller is not None:
        request.app.state.rate_limit.charge(caller, questions)


_MEANINGS = {
    304: "The caller's copy is still true",
    400: "A value cannot be used; the message says which, and what can",
    401: "A token or key is missing or wrong",
    403: "Only this machine itself may do this while no token is set",
    409: "Another rebuild runs; the message names it",
    404: "There is no such passage, article or job",
    507: "As much is kept as may be; the message says how to make room",
    503: "No index can be searched yet; the message says why",
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's `responses` for the statuses an operation can answer with besides 200."""
    return {
        status: {"description": _MEANINGS[status]} | ({"model": ErrorDocument} if status >= 400 else {})
        for status in statuses
    }
