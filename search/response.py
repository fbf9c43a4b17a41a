"""What a search returns: a `SearchResponse` of `Result`s, which also renders itself in a notebook."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ingest.passage import Passage

from .notebook import rendering

if TYPE_CHECKING:
    import pandas as pd

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Leg:
    """What one leg said of a passage: its rank there (from 1; None if it did not find the passage), its own
    score, and the share of the final score that came from it."""

    rank: int | None
    score: float
    share: float


@dataclass(frozen=True, slots=True)
class Why:
    """Where a score came from: the shares and effects add up to it.

    matched   words of the question that stand in the passage, or that a synonym of theirs does
    effects   name → what was added or taken: "region", "date", "kind", "amount", and "reranker" where one is set
    """

    dense: Leg
    keyword: Leg
    late: float
    matched: tuple[str, ...]
    effects: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        return {
            "dense": _leg(self.dense),
            "keyword": _leg(self.keyword),
            "late_interaction": {"share": round(self.late, 4)},
            "matched": list(self.matched),
            "effects": {name: round(value, 4) for name, value in self.effects.items()},
        }


def _leg(leg: Leg) -> dict[str, Any]:
    return {"rank": leg.rank, "score": round(leg.score, 4), "share": round(leg.share, 4)}


@dataclass(frozen=True, slots=True)
class Result:
    """A passage that answers, with its score (0..1, comparable between questions) and its highlights.

    highlights  spans of `passage.text` that answer, in order
    labels      what a reader must know: "expired", "other region"
    also_in     near-identical passages elsewhere: {"id", "title", "file", "source"}
    """

    passage: Passage
    score: float
    highlights: tuple[Span, ...]
    why: Why
    labels: tuple[str, ...] = ()
    also_in: tuple[dict[str, Any], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        p = self.passage
        return {
            "id": p.id,
            "article_id": p.article_id,
            "file": p.file,
            "kind": p.kind,
            "title": p.title,
            "heading_path": list(p.heading_path),
            "text": p.text,
            "score": round(self.score, 4),
            "region": p.region,
            "published": p.published,
            "year": p.year,
            "effective": p.effective,
            "expires": p.expires,
            "source": p.source,
            "url": p.url,
            "highlights": [list(span) for span in self.highlights],
            "labels": list(self.labels),
            "also_in": list(self.also_in),
            "why": self.why.to_dict(),
        }

    def _repr_html_(self) -> str:
        return rendering.results_html((self,))


@dataclass(frozen=True, slots=True)
class Answer:
    """The sentence that answers: `text` is `passage.text[start:end]` of the passage with that id."""

    text: str
    passage_id: str
    start: int
    end: int

    def to_dict(self) -> dict[str, Any]:
        return {"text": self.text, "passage_id": self.passage_id, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class SearchResponse:
    """Ranked results of one question.

    mode         "hybrid", "dense" or "keyword", as it was really run
    answerable   whether the corpus answers the question; `confidence` is the estimated probability, 0..1
    corrected    the question as understood, where spelling was corrected
    regions      regions found among the results, where the question names none and they differ
    differs      answers that contradict each other, as `conflicts.Conflict` writes them
    warnings     what could not be done as asked, such as a missing dense leg
    """

    query: str
    mode: str
    answerable: bool
    confidence: float
    results: tuple[Result, ...]
    took_ms: float
    answer: Answer | None = None
    corrected: str | None = None
    regions: tuple[str, ...] = ()
    differs: tuple[dict[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()
    build: str = field(default="", repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The document that `--json` prints and the HTTP service returns."""
        return {
            "query": self.query,
            "mode": self.mode,
            "answerable": self.answerable,
            "confidence": round(self.confidence, 4),
            "answer": self.answer.to_dict() if self.answer else None,
            "corrected": self.corrected,
            "regions": list(self.regions),
            "differs": list(self.differs),
            "warnings": list(self.warnings),
            "results": [result.to_dict() for result in self.results],
            "took_ms": round(self.took_ms, 2),
        }

    def to_frame(self) -> "pd.DataFrame":
        """One row a result, as a pandas DataFrame (needs the extra `notebook`)."""
        return rendering.results_frame(self.results)

    def _repr_html_(self) -> str:
        return rendering.response_html(self)
