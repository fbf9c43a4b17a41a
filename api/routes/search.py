"""Ask one question, or many."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.batch import answer_item
from api.caching import caching_headers, entity_tag, still_true
from api.documents import (
    BatchDocument,
    BatchRequest,
    SearchDocument,
    SearchParameters,
    SearchRequest,
    SuggestDocument,
)
from api.json_response import JsonResponse
from api.metrics import Metrics
from api.suggestions import suggestions_of
from ingest.errors import BadInputError
from search import Searcher

from .responses import Configured, Counted, Holder, charge, documented

router = APIRouter(tags=["search"])

#: What stands for bytes that are no UTF-8, such as those of a terminal that writes GBK; it would be searched for.
_UNREADABLE = "\N{REPLACEMENT CHARACTER}"


@router.get("/search", response_model=SearchDocument, responses=documented(304, 400, 503))
def get_search(
    request: Request, asked: Annotated[SearchParameters, Query()], holder: Holder, metrics: Counted
) -> Response:
    """Passages that answer the question, best first."""
    if _UNREADABLE in asked.q:
        raise BadInputError(
            "the question in the URL is not UTF-8; percent-encode it as UTF-8, or ask by POST /search"
        )
    request.state.question = asked.q
    with holder.lend() as searcher:
        tag = entity_tag(searcher)
        kept = still_true(request, tag)
        return kept or JsonResponse(_search(searcher, asked, metrics), headers=caching_headers(tag))


@router.post("/search", response_model=SearchDocument, responses=documented(400, 503))
def post_search(request: Request, asked: SearchRequest, holder: Holder, metrics: Counted) -> Response:
    """The same, for questions that should not stand in a URL."""
    request.state.question = asked.q
    with holder.lend() as searcher:
        return JsonResponse(_search(searcher, asked, metrics))


@router.post("/search/batch", response_model=BatchDocument, responses=documented(400, 503))
def post_batch(
    request: Request, asked: BatchRequest, holder: Holder, settings: Configured, metrics: Counted
) -> Response:
    """Many questions at once; one that cannot be answered carries an error, the others their answer."""
    if len(asked.questions) > settings.max_batch:
        raise BadInputError(
            f"the batch has {len(asked.questions)} questions, more than {settings.max_batch}; split it, "
            "or set YIBAO_MAX_BATCH"
        )
    charge(request, len(asked.questions) - 1)
    with holder.lend() as searcher:
        items = [item.model_dump() for item in asked.questions]
        answers = [answer_item(searcher, item, k=asked.k, mode=asked.mode) for item in items]
    for answer in answers:
        if "error" not in answer:
            metrics.searched(answer["mode"], answer["answerable"])
    return JsonResponse({"responses": answers})


Typed = Annotated[str, Query(description="what has been typed so far", max_length=2000, examples=["余额"])]
Most = Annotated[int, Query(description="how many completions", ge=1, le=20)]


@router.get("/suggest", response_model=SuggestDocument, responses=documented(304, 400, 503))
def get_suggestions(request: Request, holder: Holder, q: Typed, n: Most = 8) -> Response:
    """Completions of what has been typed, from titles and questions of the corpus."""
    request.state.question = q
    with holder.lend() as searcher:
        tag = entity_tag(searcher)
        return still_true(request, tag) or JsonResponse(
            {"q": q, "suggestions": suggestions_of(searcher).complete(q, n)}, headers=caching_headers(tag)
        )


def _search(searcher: Searcher, asked: SearchParameters, metrics: Metrics) -> dict[str, Any]:
    response = searcher.search(
        asked.q,
        k=asked.k,
        mode=asked.mode,  # type: ignore[arg-type] # checked by search, with a message of its own
        region=asked.region,
        since=asked.since,
        kind=asked.kind,
        offset=asked.offset,
    )
    metrics.searched(response.mode, response.answerable)
    return response.to_dict()
