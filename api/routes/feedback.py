"""Was this helpful?"""

from fastapi import APIRouter, Request

from api.feedback.documents import FeedbackDocument, FeedbackRequest
from api.feedback.noting import noted
from api.feedback.store import FeedbackStore
from api.json_response import JsonResponse

from .responses import Configured, Holder, documented

router = APIRouter(tags=["feedback"])


@router.post(
    "/feedback", status_code=201, response_model=FeedbackDocument, responses=documented(400, 404, 503, 507)
)
def post_feedback(
    request: Request, said: FeedbackRequest, holder: Holder, settings: Configured
) -> JsonResponse:
    """Keep what a reader says of an answer; nothing about the reader is kept."""
    request.state.question = said.question
    with holder.lend() as searcher:
        feedback = noted(searcher, said.question, said.helpful, said.passage_id, said.comment)
    FeedbackStore(settings.feedback).add(feedback)
    return JsonResponse({"status": "kept"}, status_code=201)
