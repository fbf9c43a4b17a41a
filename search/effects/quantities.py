"""Amounts in a sentence: money, shares, spans of time, counts; written in digits or Chinese numerals."""

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from ingest.layout.numbering import hanzi_number

#: A number begins where its digits do, so that a long run of them is read once and not once for each.
DIGITS = r"(?<!\d)(?<!\d,)\d+(?:,\d+)*(?:\.\d+)?"
HAN = "[零〇一二两三四五六七八九十百千]{1,6}"
#: What an amount is counted in: unit → (dimension, how many of the dimension's smallest unit).
_UNITS = {
    "元": ("money", 1.0),
    "块": ("money", 1.0),
    "%": ("share", 1.0),
    "‰": ("share", 0.1),
    "成": ("share", 10.0),
    "倍": ("multiple", 1.0),
    "日": ("time", 1.0),
    "天": ("time", 1.0),
    "周": ("time", 7.0),
    "月": ("time", 30.0),
    "年": ("time", 365.0),
    "岁": ("age", 1.0),
    "周岁": ("age", 1.0),
    "次": ("count", 1.0),
    "人": ("people", 1.0),
}
_MULTIPLES = {"": 1.0, "百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}
#: Days of the calendar, articles of law and clock times are no amounts.
_NO_AMOUNT = re.compile(
    r"(?:19|20)\d\d年(?:度|\d{1,2}月(?:\d{1,2}[日号])?|[初底末])?|(?<!\d)\d{1,2}月\d{1,2}[日号]"
    r"|每?(?:次|当|上|下|本)(?:年|月|日)(?:\d{1,2}[日号])?|(?<![\d个])\d{1,2}月(?:份|底|初)?(?!\d)"
    rf"|第(?:\d+|{HAN})[条款项章节次年]|\d{{1,2}}[:：]\d\d|[〔（(\[]\d{{4}}[〕）)\]]\d*号?"
)
#: Where one of these patterns can begin: looking there only is several times faster.
_START = re.compile(rf"[\d每次当上下本第〔（(\[{HAN[1 : HAN.index(']')]}]")
_PERCENT_IN_WORDS = re.compile(rf"百分之(?P<share>{HAN}|{DIGITS})")
_AMOUNT = re.compile(
    rf"(?P<number>{DIGITS}|{HAN})(?P<multiple>[百千万亿]?)\s?个?(?P<working>工作)?"
    r"(?P<unit>周岁|元|块|%|‰|成|倍|日|天|周|月|年|岁|次(?![年月日])|人)(?!均|民|员|才|口|性)"
)


class Quantity(NamedTuple):
    """An amount as `written`; `value` is in the smallest unit of its `dimension`: yuan, per cent, days (a month has
    30), years of age, …"""

    dimension: str
    value: float
    written: str


class Located(NamedTuple):
    """An amount and where it is written; `unit` is how many of the dimension's smallest unit its number counts."""

    quantity: Quantity
    unit: float
    start: int
    end: int


def quantities(text: str) -> list[Quantity]:
    """Every amount of a text, from left to right."""
    return [located.quantity for located in located_quantities(text)]


def holds_amount(text: str, dimensions: Collection[str]) -> bool:
    """Whether a text holds an amount of any of the dimensions."""
    return any(located.quantity.dimension in dimensions for located in located_quantities(text))


def located_quantities(text: str) -> Iterator[Located]:
    """Every amount of a text, from left to right."""
    reached = 0
    for start in _START.finditer(text):
        at = start.start()
        if at < reached:
            continue
        if other := _NO_AMOUNT.match(text, at):
            reached = other.end()
        elif match := _PERCENT_IN_WORDS.match(text, at) or _AMOUNT.match(text, at):
            reached = match.end()
            located = _located(match)
            if located is not None:
                yield located


def _located(match: re.Match[str]) -> Located | None:
    if match.re is _PERCENT_IN_WORDS:
        dimension, unit, value = "share", 1.0, number_of(match["share"])
    else:
        dimension, size = _UNITS[match["unit"]]
        # Working days are days of another kind: 5个工作日 and 5日 differ.
        dimension = "working time" if match["working"] else dimension
        unit, value = _MULTIPLES[match["multiple"]] * size, number_of(match["number"])
    if value is None:
        return None
    return Located(Quantity(dimension, value * unit, match.group()), unit, *match.span())


def without_quantities(text: str) -> str:
    """The text with every amount, day and article number taken out: what it says of them."""
    for pattern in (_NO_AMOUNT, _PERCENT_IN_WORDS, _AMOUNT):
        text = pattern.sub("", text)
    return text


def number_of(text: str) -> float | None:
    """The value of digits or Chinese numerals; None for those that are no number."""
    if text[0].isdecimal():
        return float(text.replace(",", ""))
    value = hanzi_number(text)
    return None if value is None else float(value)
