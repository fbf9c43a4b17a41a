"""Days as people and machines write them, read into ISO 8601: fields of records, and days inside a text.

Bylines of scraped pages have their own, stricter reading in `timestamps`.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

#: Days outside these years are misread numbers.
_FIRST_YEAR, _LAST_YEAR = 1949, 2099

_DIGITS = dict(zip("〇零○Ｏ一二三四五六七八九", (0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_HAN_YEAR = "[〇零○一二三四五六七八九]{4}"
_HAN_SMALL = "[一二三四五六七八九十]{1,3}"

#: A day in running text: 2025年6月1日, 二〇二五年六月一日, 2025-06-01, 2025/6/1, 2025.6.1.
_DAY = re.compile(
    # Begins with the digits, and then looks back past them, which is searched for faster than the other way round.
    r"(?P<year>\d{4})(?<![\d.]\d{4})\s?(?:年\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?[日号]"
    r"|(?P<mark>[-/.])(?P<month2>\d{1,2})(?P=mark)(?P<day2>\d{1,2})(?![\d.]))"
    rf"|(?P<han_year>{_HAN_YEAR})年(?P<han_month>{_HAN_SMALL})月(?P<han_day>{_HAN_SMALL})[日号]"
)
#: A whole field; a two-digit year belongs to this century.
_FIELD = re.compile(
    r"(?P<year>\d{4}|\d{2})\s?(?:年\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?[日号]?"
    r"|(?P<mark>[-/.])\s?(?P<month2>\d{1,2})\s?(?P=mark)\s?(?P<day2>\d{1,2}))"
    r"(?P<rest>\D.*)?",
    re.DOTALL,
)
_GLUED_TIME = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?P<rest>\d{2}:\d{2}(?::\d{2})?)")
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?P<time>\d{6})?")
_TIME = re.compile(r"[\sT,，]*(?P<hour>\d{1,2})[:：时点](?P<minute>\d{1,2})(?:[:：分](?P<second>\d{1,2}))?")


class FoundDay(NamedTuple):
    """An ISO day written at `text[start:end]`."""

    iso: str
    start: int
    end: int


def parse(value: str) -> str | None:
    """A field that holds a date, as "2026-01-08", or "2026-01-08 15:03:16" where a time is given, or None.

    Reads ISO 8601 and RFC 3339 (the zone is dropped: local time is what the page shows), 年月日, slashes,
    dots, 20260108, two-digit years, and full-width digits.
    """
    text = unicodedata.normalize("NFKC", value).strip()
    match = _COMPACT.fullmatch(text)
    if match:
        day = iso_day(match["year"], match["month"], match["day"])
        time = match["time"]
        return f"{day} {time[:2]}:{time[2:4]}:{time[4:]}" if day and time and _is_time(time) else day
    match = _GLUED_TIME.match(text) or _FIELD.match(text)
    if match is None:
        found = next(find(text), None) if _HAN_START.match(text) else None
        return found.iso if found else None
    parts = match.groupdict()
    day = iso_day(match["year"], parts["month"] or parts["month2"], parts["day"] or parts["day2"])
    return _with_time(day, match["rest"] or "") if day else None


_HAN_START = re.compile(_HAN_YEAR)


def parse_day(value: str) -> str | None:
    """The ISO day of a field that holds a date, without any time of day; None if it holds none."""
    found = parse(value)
    return found[:10] if found else None


def find(text: str) -> Iterator[FoundDay]:
    """Full days that `text` names, in order."""
    for match in _DAY.finditer(text):
        parts = match.groupdict()
        if parts["han_year"]:
            day = _of_han(parts["han_year"], parts["han_month"], parts["han_day"])
        else:
            day = iso_day(match["year"], parts["month"] or parts["month2"], parts["day"] or parts["day2"])
        if day:
            yield FoundDay(day, match.start(), match.end())


def iso_day(year: str, month: str, day: str) -> str | None:
    """ISO day of digits as written; None if there is no such day, or it cannot be the day of a document."""
    number = int(year) + (2000 if len(year) == 2 else 0)
    if not _FIRST_YEAR <= number <= _LAST_YEAR:
        return None
    try:
        return date(number, int(month), int(day)).isoformat()
    except ValueError:
        return None


def _with_time(day: str, rest: str) -> str:
    time = _TIME.match(rest)
    if time is None or int(time["hour"]) > 23 or int(time["minute"]) > 59:
        return day
    second = time["second"]
    shown = f"{day} {int(time['hour']):02}:{int(time['minute']):02}"
    return f"{shown}:{int(second):02}" if second and int(second) < 60 else shown


def _is_time(digits: str) -> bool:
    return int(digits[:2]) < 24 and int(digits[2:4]) < 60 and int(digits[4:]) < 60


def _of_han(year: str, month: str, day: str) -> str | None:
    digits = "".join(str(_DIGITS[c]) for c in year)
    small = [han_number(part) for part in (month, day)]
    return iso_day(digits, str(small[0]), str(small[1])) if all(small) else None


def han_number(text: str) -> int:
    """A number below a hundred in Chinese numerals: 十 → 10, 二十一 → 21, 两 → 2; 0 for anything else."""
    tens, ten, ones = text.rpartition("十")
    values = [_DIGITS.get(c.replace("两", "二"), 0) for c in (tens, ones) if c]
    if len(tens) > 1 or len(ones) > 1 or any(value == 0 for value in values):
        return 0
    first = (_DIGITS[tens] if tens else 1) * 10 if ten else 0
    return first + (_DIGITS[ones.replace("两", "二")] if ones else 0)
