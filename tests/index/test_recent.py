"""What was asked for last, kept."""

from hypothesis import given
from hypothesis import strategies as st

from index.recent import Recent


def test_what_was_asked_for_last_is_kept_and_the_oldest_leaves():
    recent: Recent[int, str] = Recent(4)
    for each in ({1: "a", 2: "b"}, {3: "c"}):
        recent.keep(each)
    assert recent.among([1, 3, 5]) == {1: "a", 3: "c"}
    recent.keep(recent.among([1]))
    recent.keep({4: "d"})
    assert recent.among([1, 2, 3, 4]) == {1: "a", 3: "c", 4: "d"}


def test_more_than_half_at_once_push_nothing_out():
    recent: Recent[int, str] = Recent(4)
    recent.keep({1: "a"})
    recent.keep(dict.fromkeys(range(10, 13), "x"))
    assert recent.among([1, 10]) == {1: "a"}


@given(st.lists(st.lists(st.integers(0, 9), max_size=5)))
def test_what_is_kept_is_what_was_given_and_no_more_than_wanted(asked):
    recent: Recent[int, int] = Recent(6)
    for keys in asked:
        recent.keep({key: key * key for key in keys})
    kept = recent.among(range(10))
    assert len(kept) <= 6
    assert all(value == key * key for key, value in kept.items())
    if asked and len(set(asked[-1])) <= 3:
        assert set(asked[-1]) <= set(kept)
