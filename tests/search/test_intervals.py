"""Ranges of a text. A month has 30 days, a year 365; months of the calendar are counted from the year 0."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.effects.intervals import Interval, intervals, points

JUST_BELOW_10_YEARS = math.nextafter(3650.0, -math.inf)
JUST_ABOVE_15_YEARS = math.nextafter(5475.0, math.inf)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("满5年不满10年", [("time", 1825.0, JUST_BELOW_10_YEARS)]),
        ("5年以上10年以下", [("time", 1825.0, 3650.0)]),
        ("5年(含)以上,10年以下", [("time", 1825.0, 3650.0)]),
        ("超过15年", [("time", JUST_ABOVE_15_YEARS, math.inf)]),
        ("不低于60%", [("share", 60.0, math.inf)]),
        ("不超过2万元", [("money", -math.inf, 20000.0)]),
        ("3至6个月", [("time", 90.0, 180.0)]),
        ("2万元至5万元", [("money", 20000.0, 50000.0)]),
        ("年满60岁至69岁", [("age", 60.0, 69.0)]),
        ("满1年不足5年;最长领取:12个月", [("time", 365.0, math.nextafter(1825.0, -math.inf))]),
        ("1972年3月至6月", [("month", 23667.0, 23670.0)]),
        ("1972年11月至1973年2月", [("month", 23675.0, 23678.0)]),
        ("1990年以后", [("month", 23881.0, math.inf)]),
        ("1990年4月以前", [("month", -math.inf, 23884.0)]),
    ],
)
def test_a_range_is_read_from_its_two_ends(text, expected):
    assert [tuple(interval) for interval in intervals(text)] == expected


@pytest.mark.parametrize("text", ["发放12个月", "1万元;2万元", "1972年3月", "第3年至第5年", "工资的60%"])
def test_figures_that_stand_for_themselves_are_no_range(text):
    assert intervals(text) == []


def test_two_ranges_beside_each_other_stay_two():
    assert intervals("1万元以上;2万元以下") == [
        Interval("money", 10000.0, math.inf),
        Interval("money", -math.inf, 20000.0),
    ]


def test_a_year_is_all_of_its_months():
    assert points("1972年出生,交了7年") == [
        Interval("time", 2555.0, 2555.0),
        Interval("month", 23665.0, 23676.0),
    ]


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 60))
def test_a_range_holds_just_the_years_between_its_ends(low, more, asked):
    (interval,) = intervals(f"满{low}年不满{low + more}年")
    (point,) = points(f"缴费{asked}年")
    assert interval.holds(point) == (low <= asked < low + more)


def test_ranges_of_another_dimension_hold_nothing():
    (age,) = intervals("60岁以上")
    (years,) = points("缴费70年")
    assert not age.holds(years)
