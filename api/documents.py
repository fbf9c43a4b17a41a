"""What the service takes and returns, as described in OpenAPI.

Answers are sent as `search` made them; these models describe them, and a test holds one against the other.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

ModeName = Literal["hybrid", "dense", "keyword"]
KindName = Literal["body", "table", "teaser"]
Offsets = Annotated[list[int], Field(min_length=2, max_length=2, description="start and end, in characters")]

QUESTION = "断缴后余额能用吗"


class Document(BaseModel):
    """Base of all documents: an unknown field is an error, so that a misspelt filter cannot fail open, and a value of
    another type is not made to fit."""

    model_config = ConfigDict(extra="forbid", strict=True)


Region = Annotated[
    str | None, Field(description="province, city or district, and the places inside it", examples=["四川"])
]
Since = Annotated[
    str | None,
    Field(
        description="published on this ISO date or later",
        examples=["2024-01-01"],
        json_schema_extra={
            "anyOf": [
                {"type": "string", "format": "date"},
                {"type": "string", "maxLength": 0},
                {"type": "null"},
            ]
        },
    ),
]
Kind = Annotated[
    str | None,
    Field(
        description="kind of passage",
        examples=["body"],
        json_schema_extra={
            "anyOf": [{"type": "string", "enum": ["body", "table", "teaser"]}, {"type": "null"}]
        },
    ),
]
# The bounds of these are those of `search`, which refuses other values with a message of its own.
Question = Annotated[
    str,
    Field(
        description="the question, in a layman's words",
        examples=[QUESTION],
        json_schema_extra={"minLength": 1, "maxLength": 2000, "pattern": r"\S"},
    ),
]
Count = Annotated[
    int, Field(description="how many results", json_schema_extra={"minimum": 1, "maximum": 100})
]
Offset = Annotated[int, Field(description="how many results to skip", json_schema_extra={"minimum": 0})]
Mode = Annotated[
    str,
    Field(description="both legs, or one", json_schema_extra={"enum": ["hybrid", "dense", "keyword"]}),
]


class SearchParameters(Document):
    """A question, as `GET /search` takes it; filters are strict: no match is an empty list."""

    # In a URL everything is text.
    model_config = ConfigDict(extra="forbid", strict=False)

    q: Question
    k: Count = 10
    mode: Mode = "hybrid"
    region: Region = None
    since: Since = None
    kind: Kind = None
    offset: Offset = 0


class SearchRequest(SearchParameters):
    """The same, as `POST /search` takes it."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"q": QUESTION, "k": 5, "region": "四川"}]},
    )


class FilterDocument(Document):
    """What a passage must be; strict: where nothing matches, nothing is found.

    A value that cannot be used makes the answer to its question an error; the rest of the batch goes on.
    """

    region: Region = None
    since: str | None = Field(default=None, description="published on this ISO date or later")
    kind: str | None = Field(default=None, description="body, table or teaser")


#: Integers are those that every reader of JSON can hold exactly, JavaScript's among them.
ItemId = Annotated[str, Field(max_length=200)] | Annotated[int, Field(ge=-(2**53), le=2**53)]


class BatchItem(Document):
    """One question of a batch, in the form of `yibao search --batch`."""

    id: ItemId = Field(description="returned with the answer", examples=["q1"])
    # One that cannot be asked makes its own answer an error.
    question: str = Field(description="the question, in a layman's words", examples=[QUESTION])
    filters: FilterDocument | None = None


class BatchRequest(Document):
    """Many questions at once."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [
                {"questions": [{"id": "q1", "question": QUESTION, "filters": {"region": "四川"}}], "k": 3}
            ]
        },
    )

    questions: list[BatchItem] = Field(min_length=1)
    # Checked here: otherwise each question of the batch would carry the same complaint.
    k: int = Field(10, ge=1, le=100, description="how many results each")
    mode: ModeName = Field("hybrid", description="both legs, or one")


class LegDocument(Document):
    rank: int | None = Field(
        description="place in this leg alone, from 1; null if the leg did not find the passage"
    )
    score: float = Field(
        description="dense: cosine; keyword: share of the question's weight that the passage holds"
    )
    share: float = Field(description="how much of the final score came from this leg")


class LateDocument(Document):
    share: float


class WhyDocument(Document):
    """Where a score came from."""

    dense: LegDocument
    keyword: LegDocument
    late_interaction: LateDocument
    matched: list[str] = Field(
        description="words of the question, or of the same meaning, that stand in the passage"
    )
    effects: dict[str, float] = Field(description="what place, date, kind and figures added or took")


class CopyDocument(Document):
    """A near-identical passage elsewhere."""

    id: str
    title: str
    file: str
    source: str | None


class PassageDocument(Document):
    """A passage that stands on its own."""

    id: str
    article_id: str
    file: str = Field(description="name of the source file inside the corpus")
    kind: KindName
    title: str
    heading_path: list[str]
    text: str
    region: str | None = Field(description="short name; null means nationwide")
    published: str | None = Field(description="ISO date, or date and time")
    year: int | None = Field(description="year the content applies to")
    effective: str | None
    expires: str | None
    source: str | None
    url: str | None


class ResultDocument(PassageDocument):
    """A passage that answers."""

    score: float = Field(ge=0, le=1, description="comparable between questions")
    highlights: list[Offsets] = Field(description="spans of `text` that answer")
    labels: list[str] = Field(description='what a reader must know: "expired", "other region"')
    also_in: list[CopyDocument]
    why: WhyDocument


class AnswerDocument(Document):
    """The sentence that answers."""

    text: str
    passage_id: str
    start: int
    end: int


class SearchDocument(Document):
    """The answer to one question; what `yibao search --json` prints, too."""

    query: str
    mode: ModeName = Field(description="as it was really run")
    answerable: bool = Field(description="whether the corpus answers the question")
    confidence: float = Field(ge=0, le=1)
    answer: AnswerDocument | None
    corrected: str | None = Field(description="the question as understood, where spelling was corrected")
    regions: list[str] = Field(
        description="places to choose from, where the question names none and results differ"
    )
    differs: list[dict[str, Any]] = Field(description="results that answer differently")
    warnings: list[str] = Field(description="what could not be done as asked")
    results: list[ResultDocument]
    took_ms: float


class BatchLineDocument(SearchDocument):
    """The answer to one question of a batch."""

    id: str | int


class BatchProblem(Document):
    code: str
    message: str


class BatchErrorDocument(Document):
    """A question of a batch that could not be answered; the others are."""

    id: str | int
    error: BatchProblem


class BatchDocument(Document):
    responses: list[BatchLineDocument | BatchErrorDocument] = Field(
        description="in the order of the questions"
    )


class PlacedPassageDocument(PassageDocument):
    """A passage with its place in the article."""

    ordinal: int
    start: int = Field(description="offset into the article's text; 0 for a teaser")
    end: int


class NeighboursDocument(Document):
    """A passage and what stands around it in its article."""

    passage: PlacedPassageDocument
    before: list[PlacedPassageDocument] = Field(description="in reading order")
    after: list[PlacedPassageDocument] = Field(description="in reading order")


class AnchorDocument(Document):
    """Where a passage stands in the article's text."""

    id: str
    kind: KindName
    heading_path: list[str]
    start: int
    end: int


class HeadingDocument(Document):
    heading_path: list[str]
    start: int = Field(description="offset of the section's first paragraph")


class TableDocument(Document):
    title: str | None
    header: list[str]
    rows: list[list[str]]


class TeaserDocument(Document):
    title: str
    text: str
    source: str | None
    published: str | None


class ArticleDocument(Document):
    """An article as a reader sees it, with the places of its passages."""

    id: str
    file: str
    title: str
    text: str = Field(description="the cleaned body; offsets count its characters (code points)")
    source: str | None
    url: str | None
    published: str | None
    region: str | None
    document_number: str | None
    effective: str | None
    expires: str | None
    passages: list[AnchorDocument] = Field(description="of kind body and table, in reading order")
    sections: list[HeadingDocument]
    tables: list[TableDocument]
    teasers: list[TeaserDocument]


class SuggestDocument(Document):
    """Completions of what was typed."""

    q: str
    suggestions: list[str] = Field(description="titles and questions of the corpus, most fitting first")


class HealthDocument(Document):
    """The process runs."""

    status: Literal["ok"]
    version: str


class ReadyDocument(Document):
    """Questions can be asked."""

    status: Literal["ready"]
    build: str
    mode: ModeName = Field(description='what a search runs as; "keyword" where no model could be loaded')
    warning: str | None = Field(
        description="why only the keyword leg answers, or why a newer index was not opened"
    )


class StatsDocument(Document):
    """What the index holds."""

    build: str
    built: str = Field(description="ISO date and time of the build, UTC")
    articles: int
    passages: int
    model: str | None = Field(description='name or folder; "bundled" for the one that comes with the project')
    dimension: int | None = Field(description="of the vectors")
    mode: ModeName
    version: str
