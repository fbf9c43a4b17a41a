"""Whether the corpus answers a question at all.

A logistic model over a few numbers of the best passages. Its coefficients lie in `confidence.json` with where they
come from; `python -m training.confidence` fits them on labelled questions, answerable and not. There is one for each
way to be asked: by both legs, by meaning only, and by words only, which also serves models without token vectors.
"""

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FITTED = Path(__file__).with_name("confidence.json")
#: A question of so many terms or more counts as long.
LONG = 40


@dataclass(frozen=True, slots=True)
class Signals:
    """What the best passages of an answer look like.

    coverage   the highest share of the question's weight that one passage holds; None where no words were searched
    late       the best passage's late interaction; None where it was not computed
    least      of the question's most telling tokens, how well the best passage meets the one that it meets worst
    elsewhere  1 where the question names a place and the best passage holds for another, 0.5 where it holds
               nationwide, else 0
    answer     cosine of the question and the sentence of the best passage that answers it; 0 where there is none
    year       1 where a year is asked about of which the best passage says nothing, else 0
    amount     1 where an amount is asked for and the best passage has none of that kind, else 0
    length     terms of the question, 1 for `LONG` or more: of a long question any passage holds a smaller share
    """

    coverage: float | None = 0.0
    late: float | None = None
    least: float = 0.0
    elsewhere: float = 0.0
    answer: float = 0.0
    year: float = 0.0
    amount: float = 0.0
    length: float = 0.0


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """confidence = σ(intercept + Σ weight · signal); answerable from `threshold` on."""

    intercept: float
    weights: dict[str, float]
    threshold: float

    def confidence(self, signals: Signals) -> float:
        """Estimated probability, 0..1, that the results answer the question."""
        z = self.intercept
        for name, weight in self.weights.items():
            z += weight * (getattr(signals, name) or 0.0)
        return 1 / (1 + math.exp(-z))


@lru_cache(maxsize=1)
def _fitted() -> dict[str, ConfidenceModel]:
    fitted = json.loads(_FITTED.read_text(encoding="utf-8"))["models"]
    return {
        name: ConfidenceModel(model["intercept"], model["weights"], model["threshold"])
        for name, model in fitted.items()
    }


def confidence_model(signals: Signals) -> ConfidenceModel:
    """The shipped model for what is known of an answer."""
    if signals.late is None:
        return _fitted()["keyword"]
    return _fitted()["dense" if signals.coverage is None else "hybrid"]
