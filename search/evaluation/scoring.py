"""How well an index answers labelled questions."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from ..response import SearchResponse
from ..searcher import Mode, Searcher
from . import metrics
from .evidence import LabelledQuestion, credited_grades

#: Each metric as it is reported, and the field of `Judged` that holds it.
METRICS = {"ndcg@10": "ndcg", "mrr@10": "reciprocal_rank", "recall@5": "recall", "success@1": "success"}
_DEPTH = 10
_RECALL_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """One question's scores; the metrics are None for a question that the corpus does not answer.

    returned  (file, title, first words) of the first results, for whoever wants to know what came instead
    """

    id: str
    question: str
    question_class: str
    answerable: bool
    ndcg: float | None
    reciprocal_rank: float | None
    recall: float | None
    success: float | None
    returned: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores over a set of questions."""

    set_name: str
    mode: str
    judged: tuple[Judged, ...]

    def to_dict(self) -> dict[str, Any]:
        """The document that `yibao evaluate --json` prints.

        refused        share of unanswerable questions told to be so; None if there are none
        false_refusal  share of answerable questions told to be unanswerable
        """
        scored = [j for j in self.judged if j.ndcg is not None]
        unanswerable = [j for j in self.judged if j.ndcg is None]
        by_class: dict[str, list[Judged]] = defaultdict(list)
        for judged in scored:
            by_class[judged.question_class].append(judged)
        return {
            "set": self.set_name,
            "mode": self.mode,
            "questions": len(self.judged),
            **_means(scored),
            "per_class": {name: {"n": len(rows), **_means(rows)} for name, rows in sorted(by_class.items())},
            "refused": _share(not j.answerable for j in unanswerable),
            "false_refusal": _share(not j.answerable for j in scored),
        }

    def failures(self) -> list[Judged]:
        """Answerable questions whose first result does not answer, worst first."""
        missed = [j for j in self.judged if j.success is not None and not j.success]
        return sorted(missed, key=lambda j: (j.ndcg or 0.0, j.id))


def _means(rows: Sequence[Judged]) -> dict[str, float | None]:
    def mean(values: Iterable[float | None]) -> float | None:
        present = [v for v in values if v is not None]
        return round(fmean(present), 4) if present else None

    return {metric: mean(getattr(j, field) for j in rows) for metric, field in METRICS.items()}


def _share(flags: Iterable[bool]) -> float | None:
    listed = list(flags)
    return round(sum(listed) / len(listed), 4) if listed else None


def judge(question: LabelledQuestion, response: SearchResponse) -> Judged:
    """Score one response.

    A passage that newly covers several evidences fills as many slots of the ranking, so that a splitter that joins
    two answers scores like one that shows them one after the other.
    """
    passages = [
        (
            {r.passage.file, *(copy["file"] for copy in r.also_in)},
            "\n".join((r.passage.title, *r.passage.heading_path, r.passage.text)),
        )
        for r in response.results[:_DEPTH]
    ]
    returned = tuple((r.passage.file, r.passage.title, r.passage.text[:60]) for r in response.results[:3])
    if not question.evidence:
        return Judged(
            question.id,
            question.question,
            question.question_class,
            response.answerable,
            ndcg=None,
            reciprocal_rank=None,
            recall=None,
            success=None,
            returned=returned,
        )
    earned = credited_grades(question.evidence, passages)
    slots = [grade for grades in earned for grade in grades or [0]]
    first = [max(grades, default=0) for grades in earned]
    found = sum(len(grades) for grades in earned[:_RECALL_DEPTH])
    return Judged(
        id=question.id,
        question=question.question,
        question_class=question.question_class,
        answerable=response.answerable,
        ndcg=metrics.ndcg(slots, [e.grade for e in question.evidence], _DEPTH),
        reciprocal_rank=metrics.reciprocal_rank(first, _DEPTH),
        recall=min(1.0, found / min(_RECALL_DEPTH, len(question.evidence))),
        success=metrics.success(first),
        returned=returned,
    )


def evaluate(
    searcher: Searcher, questions: Sequence[LabelledQuestion], set_name: str, mode: Mode = "hybrid"
) -> Evaluation:
    """Ask every question, with its filters, and score the answers."""
    judged, ran = [], {mode}
    for q in questions:
        response = searcher.search(
            q.question, k=_DEPTH, mode=mode, region=q.region, since=q.since, kind=q.kind
        )
        ran.add(response.mode)  # type: ignore[arg-type]
        judged.append(judge(q, response))
    return Evaluation(set_name, mode if len(ran) == 1 else "keyword", tuple(judged))


def failures_jsonl(evaluation: Evaluation) -> str:
    """The failures as JSON lines: what was asked, and what was returned instead."""
    return "\n".join(
        json.dumps(
            {
                "id": j.id,
                "question": j.question,
                "class": j.question_class,
                "ndcg@10": j.ndcg,
                "returned": j.returned,
            },
            ensure_ascii=False,
        )
        for j in evaluation.failures()
    )


def set_name_of(path: Path) -> str:
    """The name under which a question file or folder is reported."""
    return path.parent.name if path.name == "questions.jsonl" else path.stem
