"""Feedback as labelled questions, in the form that `yibao evaluate` reads."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from search.evaluation.evidence import normalise_evidence

from .store import Feedback

#: The grade of a passage that answers; readers are not asked how well.
_GRADE = 2


def labelled_questions(rows: Iterable[Feedback]) -> list[dict[str, Any]]:
    """One labelled question for each that has a passage which more readers found helpful than not.

    A question whose passages were only called unhelpful is left out: that does not tell what answers it, nor that
    nothing does.
    """
    votes: dict[str, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        if row.file and row.evidence and normalise_evidence(row.evidence):
            votes[row.question][row.file, row.evidence] += 1 if row.helpful else -1
    helpful = {
        question: [place for place, balance in sorted(places.items()) if balance > 0]
        for question, places in votes.items()
    }
    answered = ((question, places) for question, places in helpful.items() if places)
    return [
        {
            "id": f"f{number:04d}",
            "question": question,
            "class": "feedback",
            "evidence": [{"doc": file, "text": text, "grade": _GRADE} for file, text in places],
            "filters": None,
        }
        for number, (question, places) in enumerate(answered, 1)
    ]
