"""The best rows by score, the same on every machine and whatever the number of threads."""

import numpy as np
from numpy.typing import NDArray

from .backend import Hits

#: Scores looked at together to see which of them cannot be among the best.
_TOGETHER = 64


def top_rows(scores: NDArray[np.float32], k: int, rows: NDArray[np.int64] | None = None) -> Hits:
    """The k highest scores above 0; ties go to the lower row. `rows` are those scored; None for all, in order."""
    found = _among_best(scores, k)
    if 0 < k < len(found):
        # Every row that ties with the k-th stays in, so that which of them is kept depends on the row alone.
        least = np.partition(scores[found], len(found) - k)[len(found) - k]
        found = found[scores[found] >= least]
    named = found if rows is None else rows[found]
    order = np.lexsort((named, -scores[found]))[:k]
    return Hits(named[order].astype(np.int64), scores[found[order]])


def _among_best(scores: NDArray[np.float32], k: int) -> NDArray[np.intp]:
    """Places of those scores above 0 that may be among the k highest, ascending.

    Every so many-th score belongs together, which is how a processor compares many of them at once. What lies below the
    k-th of the highest of each such group is not among the k highest of all.
    """
    groups = len(scores) // _TOGETHER
    if not 0 < k < groups:
        return np.flatnonzero(scores > 0)
    table = scores[: groups * _TOGETHER].reshape(_TOGETHER, groups)
    highest = table.max(axis=0)
    least = np.partition(highest, groups - k)[groups - k]
    if least <= 0:
        return np.flatnonzero(scores > 0)
    hopeful = np.flatnonzero(highest >= least)
    inside, of_hopeful = np.nonzero(table[:, hopeful] >= least)
    beyond = np.flatnonzero(scores[groups * _TOGETHER :] >= least) + groups * _TOGETHER
    return np.concatenate([inside * groups + hopeful[of_hopeful], beyond])
