"""Is the service alive, can it answer, and from what."""

from fastapi import APIRouter, Request, Response

from api.caching import caching_headers, entity_tag, still_true
from api.documents import HealthDocument, ReadyDocument, StatsDocument
from api.json_response import JsonResponse
from api.statistics import readiness, statistics
from api.version import package_version

from .responses import Holder, documented

router = APIRouter(tags=["status"])


@router.get("/healthz", response_model=HealthDocument)
async def get_health() -> Response:
    """The process runs; whether it can answer is what `/readyz` says."""
    return JsonResponse({"status": "ok", "version": package_version()})


@router.get("/readyz", response_model=ReadyDocument, responses=documented(503))
def get_readiness(holder: Holder) -> Response:
    """Questions can be asked; otherwise 503 and the reason."""
    with holder.lend() as searcher:
        return JsonResponse(readiness(searcher, holder.failure), headers={"Cache-Control": "no-store"})


@router.get("/stats", response_model=StatsDocument, responses=documented(304, 503))
def get_statistics(request: Request, holder: Holder) -> Response:
    """What the index holds."""
    with holder.lend() as searcher:
        tag = entity_tag(searcher)
        return still_true(request, tag) or JsonResponse(statistics(searcher), headers=caching_headers(tag))
