"""Labelled questions and how a returned passage is credited with the evidence it holds.

A question names its evidence as text, not as a passage id, so that labels survive any change of the splitter.
"""

import json
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from ingest.errors import BadInputError

#: A longer passage counts as not relevant: whoever returns whole articles has found nothing.
MAX_CREDITED_CHARACTERS = 600


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of text that answers. All of `needed` (normalised) must stand in one passage of `document`."""

    document: str
    needed: tuple[str, ...]
    grade: int


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question with what answers it; no evidence means that the corpus does not answer it."""

    id: str
    question: str
    question_class: str
    evidence: tuple[Evidence, ...]
    region: str | None = None
    since: str | None = None
    kind: str | None = None


@lru_cache(maxsize=200_000)
def normalise_evidence(text: str) -> str:
    """NFKC, case-folded, without white space, punctuation, symbols and control characters."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in text if unicodedata.category(c)[0] not in "PSZC")


def document_key(name: str) -> str:
    """The leading part of a file's name, by which labels name a document: "004_3ca….txt" → "004"."""
    stem = PurePosixPath(name.replace("\\", "/")).name
    return stem.split("_", 1)[0].split(".", 1)[0]


def read_questions(path: Path) -> list[LabelledQuestion]:
    """Labelled questions of a JSONL file. Raises BadInputError naming the line that cannot be used."""
    questions, seen = [], set()
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if not line.strip():
            continue
        try:
            question = _question(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadInputError(
                f"{path}:{number} is not a labelled question ({error!r}); "
                'each line needs {"id", "question", "class", "evidence": [{"doc", "text", "grade"}]}'
            ) from None
        if question.id in seen:
            raise BadInputError(f"{path}:{number} repeats the id {question.id!r}; ids must be unique")
        seen.add(question.id)
        questions.append(question)
    if not questions:
        raise BadInputError(f"{path} holds no questions")
    return questions


def _question(row: dict[str, Any]) -> LabelledQuestion:
    filters = row.get("filters") or {}
    evidence: dict[tuple[str, tuple[str, ...]], Evidence] = {}
    for item in row.get("evidence") or []:
        needed = tuple(normalise_evidence(text) for text in (item["text"], *(item.get("all_of") or [])))
        if not needed[0]:
            raise ValueError("an evidence has no text")
        document = document_key(str(item["doc"]))
        evidence.setdefault((document, needed), Evidence(document, needed, int(item.get("grade", 2))))
    return LabelledQuestion(
        id=str(row["id"]),
        question=row["question"],
        question_class=row.get("class") or "all",
        evidence=tuple(evidence.values()),
        region=filters.get("region"),
        since=filters.get("since"),
        kind=filters.get("kind"),
    )


def credited_grades(
    evidence: Sequence[Evidence], passages: Sequence[tuple[Collection[str], str]]
) -> list[list[int]]:
    """Grades newly earned by each (files, text) in rank order, highest first; an evidence is credited once.

    A passage has several files where it stands for its reprints.
    """
    left = list(evidence)
    earned = []
    for files, text in passages:
        normalised = normalise_evidence(text)
        found: list[Evidence] = []
        if len(normalised) <= MAX_CREDITED_CHARACTERS:
            documents = {document_key(file) for file in files}
            found = [e for e in left if e.document in documents and all(n in normalised for n in e.needed)]
            left = [e for e in left if e not in found]
        earned.append(sorted((e.grade for e in found), reverse=True))
    return earned
