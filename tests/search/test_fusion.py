"""Fusion: a convex combination whose shares add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.fusion import fuse, keyword_weight


def column(*values):
    return np.asarray(values, np.float32)


def test_score_is_the_weighted_sum_of_the_legs():
    fused = fuse(column(0.5), column(0.8), column(0.2), 20)
    assert fused.dense[0] == pytest.approx(0.5 * 0.3)
    assert fused.late[0] == pytest.approx(0.8 * 0.2)
    assert fused.keyword[0] == pytest.approx(0.2 * 0.5)
    assert fused.score[0] == pytest.approx(0.41)


def test_words_weigh_more_in_a_long_question():
    assert [keyword_weight(terms) for terms in (0, 45)] == [0.5, 0.5]
    assert [keyword_weight(terms) for terms in (54, 90, 1000)] == pytest.approx([0.54, 0.7, 0.7])
    # (1 - 0.7) · (0.6 · 0.5 + 0.4 · 0.8) + 0.7 · 0.2
    assert fuse(column(0.5), column(0.8), column(0.2), 90).score[0] == pytest.approx(0.326)


def test_keyword_alone_is_the_coverage():
    assert fuse(None, None, column(0.3, 0.9), 20).score == pytest.approx([0.3, 0.9])


def test_a_negative_cosine_counts_as_zero():
    assert fuse(column(-0.4), None, None, 20).score[0] == 0.0


unit = st.floats(-1, 1, width=32)


@given(st.lists(st.tuples(unit, unit, unit), min_size=1, max_size=20), st.integers(0, 200))
def test_shares_add_up_and_stay_within_bounds(rows, terms):
    fused = fuse(*(column(*values) for values in zip(*rows, strict=True)), terms)
    assert np.allclose(fused.dense + fused.late + fused.keyword, fused.score, atol=1e-6)
    assert (fused.score >= 0).all() and (fused.score <= 1 + 1e-6).all()
