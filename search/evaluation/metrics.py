"""Ranking metrics over graded gains.

A ranking is a list of gains, best-ranked first; `ideal` lists the gains of everything relevant. Definitions follow
Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", TOIS 2002, with the exponential gain
2^grade - 1 of Burges et al., ICML 2005.
"""

import math
from collections.abc import Sequence


def dcg(grades: Sequence[int], k: int = 10) -> float:
    """Discounted cumulated gain of the first k grades."""
    return sum((2.0**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades[:k], 1))


def ndcg(grades: Sequence[int], ideal: Sequence[int], k: int = 10) -> float:
    """DCG as a share of the best possible; 0 where nothing is relevant."""
    best = dcg(sorted(ideal, reverse=True), k)
    return dcg(grades, k) / best if best else 0.0


def reciprocal_rank(grades: Sequence[int], k: int = 10) -> float:
    """1 / rank of the first relevant result among the first k, else 0."""
    return next((1 / rank for rank, grade in enumerate(grades[:k], 1) if grade > 0), 0.0)


def success(grades: Sequence[int], k: int = 1) -> float:
    """1 if a relevant result is among the first k."""
    return float(any(grade > 0 for grade in grades[:k]))
