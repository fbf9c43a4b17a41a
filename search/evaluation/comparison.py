"""Is one setting better than another, or was it luck? Both answered the same questions, so they are compared in pairs.

The test is Fisher's randomisation: were there no difference, each question's two scores might as well be swapped; p is
the share of such swaps that give a mean difference as large as the one seen (Smucker, Allan and Carterette, "A
Comparison of Statistical Significance Tests for Information Retrieval Evaluation", CIKM 2007). The interval is the
percentile bootstrap of the mean difference.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import BadInputError

from .scoring import METRICS, Evaluation, Judged

_SWAPS, _SEED, _LEVEL = 9_999, 20070101, 0.95


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean of `other` minus mean of `base` over the answerable questions, its 95 % interval, and p, 0..1."""

    base: float
    other: float
    difference: float
    low: float
    high: float
    p: float

    def to_dict(self) -> dict[str, float]:
        return {name: round(value, 4) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two evaluations of the same questions.

    changed  questions whose nDCG@10 differs, those that lost most first: (base, other)
    """

    base: str
    other: str
    questions: int
    differences: dict[str, Difference]
    changed: tuple[tuple[Judged, Judged], ...]

    def to_dict(self) -> dict[str, Any]:
        """The document that `yibao evaluate --compare … --json` prints."""
        gained = sum((after.ndcg or 0) > (before.ndcg or 0) for before, after in self.changed)
        return {
            "base": self.base,
            "other": self.other,
            "questions": self.questions,
            "differences": {name: found.to_dict() for name, found in self.differences.items()},
            "better": gained,
            "worse": len(self.changed) - gained,
            "changed": [
                {"id": before.id, "question": before.question, "base": before.ndcg, "other": after.ndcg}
                for before, after in self.changed
            ],
        }


def compare(base: Evaluation, other: Evaluation, names: tuple[str, str] | None = None) -> Comparison:
    """Compare in pairs. `names` are what the two settings are called; their modes if None.

    Raises BadInputError where they did not answer the same questions, or none that the corpus answers.
    """
    after = {judged.id: judged for judged in other.judged}
    if {judged.id for judged in base.judged} != set(after):
        raise BadInputError("the two evaluations answered different questions; compare runs of the same file")
    pairs = [(judged, after[judged.id]) for judged in base.judged if judged.ndcg is not None]
    if not pairs:
        raise BadInputError("none of the questions has an answer in the corpus; there is nothing to compare")
    differences = {}
    for metric, field in METRICS.items():
        scores = np.asarray([[getattr(one, field) for one in pair] for pair in pairs], np.float64)
        differences[metric] = paired_difference(scores[:, 0], scores[:, 1])
    changed = [pair for pair in pairs if pair[0].ndcg != pair[1].ndcg]
    changed.sort(key=lambda pair: ((pair[1].ndcg or 0.0) - (pair[0].ndcg or 0.0), pair[0].id))
    first, second = names or (base.mode, other.mode)
    return Comparison(first, second, len(pairs), differences, tuple(changed))


def paired_difference(base: NDArray[np.float64], other: NDArray[np.float64]) -> Difference:
    """The difference of two settings' scores, float64 `[questions]` each. The same scores always give the same p."""
    from scipy import stats  # noqa: PLC0415 - takes half a second, and no search needs it

    gains = other - base
    if not gains.any():
        return Difference(float(base.mean()), float(other.mean()), 0.0, 0.0, 0.0, 1.0)
    test = stats.permutation_test(
        (gains,),
        np.mean,
        permutation_type="samples",
        n_resamples=_SWAPS,
        vectorized=True,
        rng=np.random.default_rng(_SEED),
    )
    low = high = float(gains.mean())
    if len(gains) > 1:
        interval = stats.bootstrap(
            (gains,),
            np.mean,
            confidence_level=_LEVEL,
            method="percentile",
            vectorized=True,
            rng=np.random.default_rng(_SEED),
        ).confidence_interval
        low, high = float(interval.low), float(interval.high)
    return Difference(
        float(base.mean()), float(other.mean()), float(gains.mean()), low, high, float(test.pvalue)
    )
