"""Nearest rank, worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.percentiles import percentile


@pytest.mark.parametrize(
    ("percent", "expected"), [(0, 15), (5, 15), (30, 20), (40, 20), (50, 35), (95, 50), (100, 50)]
)
def test_percentile_is_the_value_of_the_nearest_rank(percent: float, expected: int) -> None:
    # Ranks of five values: ⌈0.3 × 5⌉ = 2, ⌈0.4 × 5⌉ = 2, ⌈0.5 × 5⌉ = 3, ⌈0.95 × 5⌉ = 5.
    assert percentile([35, 20, 15, 50, 40], percent) == expected


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 100))
def test_percentile_is_the_smallest_value_that_so_many_do_not_exceed(
    values: list[float], percent: float
) -> None:
    found = percentile(values, percent)
    assert sum(value <= found for value in values) >= percent / 100 * len(values) - 1e-9
    assert sum(value < found for value in values) < max(percent / 100 * len(values), 1)


@pytest.mark.parametrize(("values", "percent"), [([], 50), ([1.0], 101), ([1.0], -1)])
def test_percentile_of_nothing_or_outside_is_refused(values: list[float], percent: float) -> None:
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, percent)
