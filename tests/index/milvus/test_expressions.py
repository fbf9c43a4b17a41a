"""Filters as Milvus reads them: only from checked parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.backend import Filters
from index.milvus.filters import expression, is_id
from ingest.errors import BadInputError
from ingest.facts import region


def test_each_filter_is_a_condition_and_all_must_hold():
    filters = Filters(frozenset({"成都", "四川"}), frozenset({"body"}), "2025-01-31")
    assert expression(filters) == (
        'region in ["四川", "成都"] and kind in ["body"] and published >= "2025-01-31"'
    )


def test_no_filter_is_no_condition():
    assert expression(Filters()) == ""


@pytest.mark.parametrize("filters", [Filters(regions=frozenset()), Filters(kinds=frozenset())])
def test_a_filter_that_nothing_passes_is_no_expression(filters):
    assert expression(filters) is None


def test_every_place_of_the_gazetteer_can_be_asked_for():
    for province in ("四川", "新疆", "北京", "广东"):
        places = region.within(province)
        assert expression(Filters(regions=places)).count('"') == 2 * len(places)


@given(st.text())
def test_nothing_that_is_typed_gets_out_of_its_quotes(text):
    """Either it is refused, or it stands between two quotes and holds none."""
    try:
        found = expression(Filters(regions=frozenset({text})))
    except BadInputError:
        return
    assert found == f'region in ["{text}"]' and '"' not in text and "\\" not in text and "\n" not in text


@pytest.mark.parametrize(
    "filters", [Filters(kinds=frozenset({'" or ""=="'})), Filters(since='2025" or ""=="')]
)
def test_other_kinds_and_dates_are_refused(filters):
    with pytest.raises(BadInputError):
        expression(filters)


@pytest.mark.parametrize(
    ("text", "named"),
    [("0123456789abcdef", True), ("", False), ("ABC", False), ('a"', False), ("a\n", False)],
)
def test_ids_are_hexadecimal(text, named):
    assert is_id(text) is named
