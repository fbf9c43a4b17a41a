"""Read a passage among its neighbours, or a whole article."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.caching import caching_headers, entity_tag, still_true
from api.documents import ArticleDocument, NeighboursDocument
from api.json_response import JsonResponse
from api.reading import article_with_anchors, passage_among_neighbours

from .responses import Holder, documented

router = APIRouter(tags=["reading"])

Around = Annotated[
    int, Query(description="neighbours on each side", json_schema_extra={"minimum": 0, "maximum": 10})
]


@router.get(
    "/passages/{passage_id}", response_model=NeighboursDocument, responses=documented(304, 400, 404, 503)
)
def get_passage(request: Request, passage_id: str, holder: Holder, around: Around = 1) -> Response:
    """A passage by its id, with what stands before and after it in its article."""
    with holder.lend() as searcher:
        tag = entity_tag(searcher)
        return still_true(request, tag) or JsonResponse(
            passage_among_neighbours(searcher.backend, passage_id, around), headers=caching_headers(tag)
        )


@router.get("/articles/{article_id}", response_model=ArticleDocument, responses=documented(304, 404, 503))
def get_article(request: Request, article_id: str, holder: Holder) -> Response:
    """An article's cleaned text, with the places of its passages."""
    with holder.lend() as searcher:
        tag = entity_tag(searcher)
        return still_true(request, tag) or JsonResponse(
            article_with_anchors(searcher.backend, article_id), headers=caching_headers(tag)
        )
