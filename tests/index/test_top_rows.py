"""The best rows by score."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.top_rows import top_rows


def test_higher_scores_come_first_and_zeros_are_left_out():
    hits = top_rows(np.asarray([0.5, 0.9, 0.5, 0.0, -1.0], np.float32), 10)
    assert hits.rows.tolist() == [1, 0, 2]
    assert hits.scores.tolist() == np.asarray([0.9, 0.5, 0.5], np.float32).tolist()


def test_the_lower_row_of_a_tie_at_the_cut_is_kept():
    assert top_rows(np.asarray([0.5, 0.5, 0.5], np.float32), 2).rows.tolist() == [0, 1]


def test_given_rows_keep_their_names():
    hits = top_rows(np.asarray([0.2, 0.9, 0.2], np.float32), 2, np.asarray([7, 5, 3]))
    assert hits.rows.tolist() == [5, 3]


#: Long enough to be looked at block by block.
LONG = st.lists(st.integers(-50, 500), min_size=200, max_size=400)


@given(st.one_of(st.lists(st.integers(-2, 5), max_size=30), LONG), st.integers(0, 40))
def test_the_result_is_that_of_sorting_all(values, k):
    expected = sorted((-value, row) for row, value in enumerate(values) if value > 0)[:k]
    hits = top_rows(np.asarray(values, np.float32), k)
    assert [(-int(s), r) for r, s in zip(hits.rows.tolist(), hits.scores.tolist(), strict=True)] == expected
