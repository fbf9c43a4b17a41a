"""One score of a passage from what the legs say.

A convex combination of three numbers that are each comparable between questions (Bruch, Gai and Ingber, "An
Analysis of Fusion Functions for Hybrid Retrieval", TOIS 2023, find it better than reciprocal rank fusion, which
forgets how sure a leg is; here that fusion lost to BM25 alone):

    score = (1 - k) · (0.6 · d + 0.4 · x) + k · c

k  weight of the words: 0.5, and up to 0.7 for long questions (`keyword_weight`)
d  cosine of the pooled vectors of question and passage
x  late interaction over token vectors (`late_interaction.py`)
c  coverage: BM25 of the passage over the highest BM25 that a passage holding every term of the question could
   reach, an absolute measure of how much of the question's weight the passage contains

Where a leg is missing, the others share its weight, so that the score stays within 0..1. Weights that depend on what
the legs say (relative to the best score, to its margin, to a term's kind) gained nothing on the labelled sets.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Of what the words leave to the vectors.
DENSE, LATE = 0.6, 0.4
#: Weight of the words of short questions and of long ones, and how many terms those have.
SHORT, LONG = 0.5, 0.7
SHORT_TERMS, LONG_TERMS = 45, 90
_LEAST, _MOST = np.float32(0), np.float32(1)


@dataclass(frozen=True, slots=True)
class Fused:
    """Scores of candidates, float32 `[n]`, and the share that each leg contributed; the shares add up."""

    score: NDArray[np.float32]
    dense: NDArray[np.float32]
    late: NDArray[np.float32]
    keyword: NDArray[np.float32]


def keyword_weight(terms: int) -> float:
    """Weight of the coverage for a question of so many terms (words, characters and pairs, each once).

    One vector says little of a long story, and what such a question and its answer share in words says much.
    """
    length = (terms - SHORT_TERMS) / (LONG_TERMS - SHORT_TERMS)
    return SHORT + (LONG - SHORT) * min(max(length, 0.0), 1.0)


def fuse(
    dense: NDArray[np.float32] | None,
    late: NDArray[np.float32] | None,
    coverage: NDArray[np.float32] | None,
    terms: int,
) -> Fused:
    """Combine what there is of cosine, late interaction and coverage, each float32 `[n]`, for a question of so many
    terms."""
    keyword = keyword_weight(terms)
    legs = ((dense, DENSE * (1 - keyword)), (late, LATE * (1 - keyword)), (coverage, keyword))
    total = sum(weight for values, weight in legs if values is not None)
    size = next(len(values) for values, _ in legs if values is not None)
    shares = [
        np.zeros(size, np.float32)
        if values is None
        else np.minimum(np.maximum(values, _LEAST), _MOST) * np.float32(weight / total)
        for values, weight in legs
    ]
    return Fused(shares[0] + shares[1] + shares[2], *shares)
