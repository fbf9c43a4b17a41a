"""The best rows by score, the same on every machine and whatever the number of threads."""

import numpy as np
from numpy.typing import NDArray

from .backend import Hits


def top_rows(scores: NDArray[np.float32], k: int, rows: NDArray[np.int64] | None = None) -> Hits:
    """The k highest scores above 0; ties go to the lower row. `rows` are those scored; None for all, in order."""
    found = np.flatnonzero(scores > 0)
    if 0 < k < len(found):
        # Every row that ties with the k-th stays in, so that which of them is kept depends on the row alone.
        least = np.partition(scores[found], len(found) - k)[len(found) - k]
        found = found[scores[found] >= least]
    named = found if rows is None else rows[found]
    order = np.lexsort((named, -scores[found]))[:k]
    return Hits(named[order].astype(np.int64), scores[found[order]])
