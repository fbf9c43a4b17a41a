"""Dates with an optional time of day as scraped pages print them, read into ISO form."""

import re
from datetime import date

#: A full date and, where it follows, a time. Not inside a longer number, nor the dated suffix "(2026-01-08)".
TIMESTAMP = re.compile(
    # Begins with the digits, and then looks back past them, which is searched for faster than the other way round.
    r"(?P<year>(?:19|20)\d{2})(?<![\d(（.]\d{4})\s?[-/.年]\s?(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})(?!\d)\s?[日号]?"
    r"(?:[\sT]{0,3}(?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?!\d))?"
)
#: How old something is, in place of a date.
AGE = re.compile(
    r"\d{1,3}\s?(?:分钟|小时|天|周|个月|月|年)前|(?<![\u4e00-\u9fff])(?:刚刚|昨天|前天|今天)(?:\s?\d{1,2}:\d{2})?"
)


def iso_timestamp(match: re.Match[str]) -> str | None:
    """A match of `TIMESTAMP` as "2026-01-08" or "2026-01-08 15:03:16"; None if there is no such day."""
    day = iso_date(match["year"], match["month"], match["day"])
    time = match["time"]
    return f"{day} {time.zfill(5) if time.count(':') == 1 else time.zfill(8)}" if day and time else day


def iso_date(year: str, month: str, day: str) -> str | None:
    """ISO date of digits as written, two-digit years in this century. None if there is no such day."""
    try:
        return date(int(year) + (2000 if len(year) <= 2 else 0), int(month), int(day)).isoformat()
    except ValueError:
        return None
