"""What `POST /feedback` takes and returns."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from api.documents import QUESTION, Document

Question = Annotated[
    str,
    Field(
        description="the question that was asked",
        min_length=1,
        max_length=2000,
        pattern=r"\S",
        examples=[QUESTION],
    ),
]


class FeedbackRequest(Document):
    """What a reader says of an answer. Nothing about the reader is kept."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"question": QUESTION, "helpful": True, "comment": "一看就懂"}]},
    )

    question: Question
    helpful: bool = Field(description="whether it answered the question", examples=[True])
    passage_id: str | None = Field(
        None, max_length=200, description="the passage it is about; null for the answer as a whole"
    )
    comment: str | None = Field(
        None,
        max_length=1000,
        description="in the reader's own words; numbers of identity cards and phones are masked",
    )


class FeedbackDocument(Document):
    """The feedback has been kept."""

    status: Literal["kept"]
