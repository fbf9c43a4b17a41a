"""The best rows by score, the same on every machine and whatever the number of threads."""

import numpy as np
from numpy.typing import NDArray

from .backend import Hits

#: Scores looked at together to see which of them cannot be among the best.
_BLOCK = 64


def top_rows(scores: NDArray[np.float32], k: int, rows: NDArray[np.int64] | None = None) -> Hits:
    """The k highest scores above 0; ties go to the lower row. `rows` are those scored; None for all, in order."""
    found = np.flatnonzero(_among_best(scores, k))
    if 0 < k < len(found):
        # Every row that ties with the k-th stays in, so that which of them is kept depends on the row alone.
        least = np.partition(scores[found], len(found) - k)[len(found) - k]
        found = found[scores[found] >= least]
    named = found if rows is None else rows[found]
    order = np.lexsort((named, -scores[found]))[:k]
    return Hits(named[order].astype(np.int64), scores[found[order]])


def _among_best(scores: NDArray[np.float32], k: int) -> NDArray[np.bool_]:
    """Which scores are above 0 and may be among the k highest: not below the k-th of the highest of each block."""
    blocks = len(scores) // _BLOCK
    if not 0 < k < blocks:
        return scores > 0
    highest = scores[: blocks * _BLOCK].reshape(blocks, _BLOCK).max(axis=1)
    least = np.partition(highest, blocks - k)[blocks - k]
    return scores >= least if least > 0 else scores > 0
