"""Rebuild the index while the service runs."""

from dataclasses import asdict

from fastapi import APIRouter

from api.guards.admin import OnlyAdmin
from api.jobs.documents import JobDocument, JobsDocument, RebuildRequest
from api.jobs.records import Records
from api.jobs.starting import Order, start_rebuild
from api.json_response import JsonResponse
from api.locating import destination

from .responses import Configured, documented

router = APIRouter(prefix="/admin", tags=["admin"], dependencies=[OnlyAdmin])

_FRESH = {"Cache-Control": "no-store"}


@router.post(
    "/rebuild", status_code=202, response_model=JobDocument, responses=documented(400, 401, 403, 409)
)
def post_rebuild(settings: Configured, asked: RebuildRequest | None = None) -> JsonResponse:
    """Start a rebuild in the background; the service takes up the new index when it is done."""
    asked = asked or RebuildRequest()
    milvus = destination(settings, settings.index)
    order = Order(settings.corpus, settings.index, settings.model, settings.fields, milvus)
    job = start_rebuild(order, full=asked.full, strict=asked.strict)
    return JsonResponse(asdict(job), 202, _FRESH | {"Location": f"/admin/jobs/{job.id}"})


@router.get("/jobs", response_model=JobsDocument, responses=documented(401, 403))
def get_jobs(settings: Configured) -> JsonResponse:
    """The newest rebuilds asked for over HTTP."""
    jobs = [asdict(job) for job in Records(settings.index).all()]
    return JsonResponse({"jobs": jobs}, headers=_FRESH)


@router.get("/jobs/{job_id}", response_model=JobDocument, responses=documented(401, 403, 404))
def get_job(job_id: str, settings: Configured) -> JsonResponse:
    """How far a rebuild is, or what came of it."""
    return JsonResponse(asdict(Records(settings.index).read(job_id)), headers=_FRESH)
