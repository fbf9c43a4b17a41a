"""`yibao feedback export`: labelled questions, and how much was said."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from .labelled import labelled_questions
from .store import FeedbackStore


@dataclass(frozen=True, slots=True)
class Numbers:
    """How often readers said what, about how many questions, and how many of these were written as labelled."""

    helpful: int
    not_helpful: int
    comments: int
    questions: int
    labelled: int

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    def as_text(self) -> str:
        said = self.helpful + self.not_helpful
        share = f" ({self.helpful / said:.0%})" if said else ""
        return (
            f"{said} said · {self.helpful} helpful{share}, {self.not_helpful} not, {self.comments} comments · "
            f"{self.questions} questions, {self.labelled} labelled"
        )


def export(store: Path, file: Path | None) -> Numbers:
    """Write the labelled questions of `store` to `file`, or to standard output. Raises NotFoundError without store."""
    rows = FeedbackStore(store).all()
    labelled = labelled_questions(rows)
    lines = "".join(json.dumps(question, ensure_ascii=False) + "\n" for question in labelled)
    if file is None:
        click.echo(lines, nl=False)
    else:
        file.write_text(lines, encoding="utf-8")
    helpful = sum(row.helpful for row in rows)
    return Numbers(
        helpful=helpful,
        not_helpful=len(rows) - helpful,
        comments=sum(row.comment is not None for row in rows),
        questions=len({row.question for row in rows}),
        labelled=len(labelled),
    )
