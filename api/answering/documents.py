"""What `POST /answer` takes and returns, as described in OpenAPI."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from api.documents import QUESTION, Document, PassageDocument, Question, Region, Since

#: A model reads at most so many passages: more cost time and dilute what answers.
MOST_PASSAGES = 20

MadeBy = Literal["model", "extract", "none"]


class AnswerRequest(Document):
    """A question to be answered in words, with citations."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"question": QUESTION, "region": "四川"}]}
    )

    question: Question
    region: Region = None
    since: Since = None
    k: int = Field(6, ge=1, le=MOST_PASSAGES, description="how many passages the answer may rest on")
    stream: bool = Field(False, description="send the answer as server-sent events while it is written")


class OfferedPassage(PassageDocument):
    """A passage under the number by which the answer cites it."""

    number: int = Field(ge=1, description="the 1 of [1]")
    labels: list[str] = Field(description='what a reader must know: "expired", "other region"')


class Citation(Document):
    """A passage that the answer rests on."""

    number: int = Field(ge=1)
    passage_id: str


class CitedAnswer(Document):
    """An answer in words whose every [number] is a passage that was found."""

    query: str
    corrected: str | None = Field(description="the question as understood, where spelling was corrected")
    regions: list[str] = Field(
        description="places to choose from, where the question names none and the passages differ"
    )
    answerable: bool = Field(description="whether the passages answer the question")
    confidence: Annotated[float, Field(ge=0, le=1)]
    made_by: MadeBy = Field(
        description="model: written by the endpoint; extract: a sentence of the first passage, word for word; "
        "none: nothing answers, and `passages` are only the nearest"
    )
    text: str = Field(description="the answer, citing passages as [1]; empty where nothing answers")
    citations: list[Citation] = Field(description="in the order in which the text names them first")
    passages: list[OfferedPassage] = Field(description="what the answer could rest on, best first")
    model: str | None = Field(description="the model that wrote the answer")
    warnings: list[str] = Field(description="what failed, what was removed, and what to check")
    took_ms: float


class AnswerBegun(Document):
    """First event of a stream, `begun`: what the answer will rest on."""

    query: str
    passages: list[OfferedPassage]


class AnswerPiece(Document):
    """An event `text`: the next words, provisional until `done` brings the whole answer."""

    text: str
