"""Ranges that a text states: 满5年不满10年, 60岁以上, 3至6个月, 1965年5月至8月.

A month of the calendar is a point of the dimension "month", counted from the year 0.
"""

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from .quantities import DIGITS, HAN, located_quantities, number_of

_MONTHS = 12
#: What stands right before or after a figure and makes it an end of a range; the end itself belongs to it or does not.
_FROM = re.compile("(?:满|达到|不低于|不少于)$")
_ABOVE = re.compile("(?:超过|大于|高于|多于)$")
_UP_TO = re.compile("(?:不超过|未超过|至多|最多)$")
_BELOW = re.compile("(?:[不未]满|不足|不到|未到|(?<!不)低于|小于|(?<!不)少于)$")
_AND_MORE = re.compile(r"[(及含)]{0,4}(?:以上|以后|之后|起)")
_AND_LESS = re.compile(r"[(及含)]{0,4}(?:以下|以内|以前|之前)")
#: "3至" of 3至6个月: the first end shares the unit of the second.
_SHARING = re.compile(rf"(?P<first>{DIGITS}|{HAN})\s?[至到\-–—~]$")
#: Two ends of one range stand together: at most these characters between them, (含)以上 the longest of them.
_JOIN = re.compile(
    r"[,，、且并但和至到\-–—~()含及以上]{0,8}(?:不满|未满|不足|不到|未到|低于|小于|少于|不超过|未超过)?"
)
_TO = re.compile(r"[至到\-–—~]$")
_LOOK = 4
_CALENDAR = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)年(?:(?P<month>\d{1,2})月)?"
    r"(?:份?\s?[至到\-–—~]\s?(?:(?P<last_year>(?:19|20)\d\d)年)?(?P<last_month>\d{1,2})月"
    r"|(?P<more>[(及含)]{0,4}(?:以后|之后|起))|(?P<less>[(及含)]{0,4}(?:以前|之前)))?"
)


class Interval(NamedTuple):
    """From `low` to `high`, both of them inside, in the smallest unit of `dimension` (`quantities.py`)."""

    dimension: str
    low: float
    high: float

    def holds(self, other: "Interval") -> bool:
        """Whether all of another interval of the same dimension lies inside."""
        return self.dimension == other.dimension and self.low <= other.low and other.high <= self.high


def points(folded: str) -> list[Interval]:
    """Every figure and every month or year of a folded text, as it is meant by itself."""
    amounts = (located.quantity for located in located_quantities(folded))
    months = (
        (_month(match, "year", "month", 1), _month(match, "year", "month", _MONTHS))
        for match in _CALENDAR.finditer(folded)
    )
    return [
        *(Interval(amount.dimension, amount.value, amount.value) for amount in amounts),
        *(Interval("month", low, high) for low, high in months),
    ]


def intervals(folded: str) -> list[Interval]:
    """Every range of a folded text; figures that stand for themselves are none."""
    return [*_of_amounts(folded), *_of_months(folded)]


def _of_amounts(text: str) -> Iterator[Interval]:
    before: Interval | None = None
    reached = 0
    for (dimension, value, _), unit, start, end in located_quantities(text):
        this = Interval(dimension, *_ends(text, value, unit, start, end))
        if before is not None and _are_ends(before, this, text[reached:start]):
            yield Interval(dimension, before.low, this.high)
            before = None
            continue
        if before is not None and before.low < before.high:
            yield before
        before, reached = this, end
    if before is not None and before.low < before.high:
        yield before


def _are_ends(first: Interval, second: Interval, between: str) -> bool:
    """Whether two neighbouring figures are the ends of one range: 满5年|不满10年, 2万元|至5万元."""
    if first.dimension != second.dimension or not first.low <= second.high or not _JOIN.fullmatch(between):
        return False
    if second.low == -math.inf:
        return first.low > -math.inf and first.high == math.inf
    return _TO.search(between) is not None and second.low == second.high and first.low > -math.inf


def _ends(text: str, value: float, unit: float, start: int, end: int) -> tuple[float, float]:
    before, after = text[max(0, start - _LOOK) : start], text[end : end + _LOOK + _LOOK]
    sharing = _SHARING.search(text[max(0, start - 2 * _LOOK) : start])
    if sharing is not None and (first := number_of(sharing["first"])) is not None:
        return first * unit, value
    if _BELOW.search(before):
        return -math.inf, math.nextafter(value, -math.inf)
    if _UP_TO.search(before) or _AND_LESS.match(after):
        return -math.inf, value
    if _ABOVE.search(before):
        return math.nextafter(value, math.inf), math.inf
    if _FROM.search(before) or _AND_MORE.match(after):
        return value, math.inf
    return value, value


def _of_months(text: str) -> Iterator[Interval]:
    for match in _CALENDAR.finditer(text):
        first, last = _month(match, "year", "month", 1), _month(match, "year", "month", _MONTHS)
        if match["last_month"]:
            year = "last_year" if match["last_year"] else "year"
            yield Interval("month", first, _month(match, year, "last_month", _MONTHS))
        elif match["more"]:
            yield Interval("month", first, math.inf)
        elif match["less"]:
            yield Interval("month", -math.inf, last)


def _month(match: re.Match[str], year: str, month: str, default: int) -> float:
    return float(int(match[year]) * _MONTHS + int(match[month] or default))
