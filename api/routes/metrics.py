"""Numbers for Prometheus."""

from fastapi import APIRouter, Response
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from .responses import Counted

router = APIRouter(tags=["status"])


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"description": "Prometheus's text format", "content": {"text/plain": {}}}},
)
def get_metrics(metrics: Counted) -> Response:
    """Requests, latency, searches, the index and feedback, for Prometheus."""
    return Response(metrics.exposition(), media_type=CONTENT_TYPE_PLAIN_0_0_4)
