"""Percentiles by nearest rank."""

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least so many percent of the values do not exceed.

    Nearest rank: every result is a value that was measured. Raises ValueError for no values or a percent outside
    0..100.
    """
    if not values or not 0 <= percent <= 100:
        raise ValueError(f"no {percent}th percentile of {len(values)} values")
    return sorted(values)[max(0, math.ceil(percent / 100 * len(values)) - 1)]
