"""Fusion: a convex combination whose shares add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.fusion import DENSE, KEYWORD, LATE, fuse


def column(*values):
    return np.asarray(values, np.float32)


def test_score_is_the_weighted_sum_of_the_legs():
    fused = fuse(column(0.5), column(0.8), column(0.2))
    total = DENSE + LATE + KEYWORD
    assert fused.score[0] == pytest.approx((0.5 * DENSE + 0.8 * LATE + 0.2 * KEYWORD) / total)


def test_keyword_alone_is_the_coverage():
    assert fuse(None, None, column(0.3, 0.9)).score == pytest.approx([0.3, 0.9])


def test_a_negative_cosine_counts_as_zero():
    assert fuse(column(-0.4), None, None).score[0] == 0.0


unit = st.floats(-1, 1, width=32)


@given(st.lists(st.tuples(unit, unit, unit), min_size=1, max_size=20))
def test_shares_add_up_and_stay_within_bounds(rows):
    fused = fuse(*(column(*values) for values in zip(*rows, strict=True)))
    assert np.allclose(fused.dense + fused.late + fused.keyword, fused.score, atol=1e-6)
    assert (fused.score >= 0).all() and (fused.score <= 1 + 1e-6).all()
