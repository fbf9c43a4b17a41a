"""Whether the corpus answers a question at all.

A logistic model over a few numbers of the best passages. Its coefficients lie in `confidence.json` with where they
come from; `python -m training.confidence` fits them on labelled questions, answerable and not.
"""

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FITTED = Path(__file__).with_name("confidence.json")


@dataclass(frozen=True, slots=True)
class Signals:
    """What the best passages of an answer look like.

    score     the best passage's score
    dense     the highest cosine
    late      the best passage's late interaction
    coverage  the highest share of the question's weight that one passage holds
    least     of the question's most telling tokens, how well the best passage meets the one that it meets worst
    elsewhere 1 where the question names a place and the best passage holds for another, 0.5 where it holds
              nationwide, else 0
    """

    score: float = 0.0
    dense: float = 0.0
    late: float = 0.0
    coverage: float = 0.0
    least: float = 0.0
    elsewhere: float = 0.0


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """confidence = σ(intercept + Σ weight · signal); answerable from `threshold` on."""

    intercept: float
    weights: dict[str, float]
    threshold: float

    @classmethod
    def load(cls) -> "ConfidenceModel":
        fitted = json.loads(_FITTED.read_text(encoding="utf-8"))
        return cls(fitted["intercept"], fitted["weights"], fitted["threshold"])

    def confidence(self, signals: Signals) -> float:
        """Estimated probability, 0..1, that the results answer the question."""
        z = self.intercept + sum(weight * getattr(signals, name) for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-z))


@lru_cache(maxsize=1)
def confidence_model() -> ConfidenceModel:
    """The fitted model that ships with the project."""
    return ConfidenceModel.load()
