"""What is not title in a title line: its trailing date and the site's name."""

import re
from typing import NamedTuple

from ..facts.timestamps import TIMESTAMP, iso_date, iso_timestamp

_DATE_SUFFIX = re.compile(
    r"\s*[(（\[【]\s*(?:(?P<year>(?:20)?\d{2})\s?[年/.-]\s?)?(?P<month>\d{1,2})\s?[月/.-]\s?(?P<day>\d{1,2})\s?[日号]?\s*[)）\]】]\s*$"
)
_SITE_SUFFIX = re.compile(
    r"\s*[-_|｜—–]+\s*(?P<site>[^-_|｜—–\s，。？！：]{1,12}(?:网|网站|本地宝|日报|晚报|在线|百科|频道|平台|之家|知道|问答))\s*$"
)
_LABEL = re.compile(r"^(?:(?:标题|题目)\s*[:：]|#{1,6}\s)\s*")


class TitleLine(NamedTuple):
    """title: without date and site; published: ISO date if the suffix names a year; site: if it is named."""

    title: str
    published: str | None
    site: str | None


def read_title(line: str) -> TitleLine:
    """Splits a title line. A title that would be nothing but a suffix is left as it is."""
    title = _LABEL.sub("", line.strip())
    site = published = None
    if (match := _SITE_SUFFIX.search(title)) and match.start() > 0:
        title, site = title[: match.start()], match["site"]
    if (match := _DATE_SUFFIX.search(title)) and match.start() > 0:
        title = title[: match.start()]
        published = iso_date(match["year"], match["month"], match["day"]) if match["year"] else None
    elif (stamp := _last_timestamp(title)) and stamp.start() > 0:
        title, published = title[: stamp.start()].rstrip(), iso_timestamp(stamp)
    return TitleLine(title.strip() or line.strip(), published, site)


def _last_timestamp(title: str) -> re.Match[str] | None:
    """A date with time of day that ends the title: a scraper glued the next line to it."""
    stamps = [m for m in TIMESTAMP.finditer(title) if m["time"] and m.end() == len(title)]
    return stamps[-1] if stamps else None
