"""Related-article boxes at the foot of a page: title, truncated summary, site and date, many times over."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from ..article import Dropped, Link, Teaser
from .bylines import Byline, byline
from .link_farms import links_of_line

#: A line of at least this many characters is a summary where nothing else tells.
_SUMMARY = 50
#: A title is at most this long.
_LONGEST_TITLE = 60
#: A line that dates a teaser is at most this long.
_LONGEST_DATE_LINE = 40
#: So many dated boxes make a zone that no heading announces.
_UNANNOUNCED = 3

_HEADING = re.compile(
    r"[【\[<《■◆▎|]*\s*(?:"
    r"(?:相关|延伸|扩展|拓展|更多|推荐|热门|最新|精彩|精选|热点|关联|往期|近期|编辑|小编|站内|同类|本类|为[您你]|今日|猜[您你])*"
    r"(?:推荐|阅读|文章|资讯|链接|新闻|回顾|排行榜?|专题|导读)"
    r"|猜[您你]?(?:喜欢|想看|想问|感兴趣)|(?:[您你]|大家|网友|他们)?(?:也许|可能|都|还|也)+(?:还|都|会|想|在)*(?:喜欢|看|搜|问|关注|关心|感兴趣)(?:的|了|过)?(?:内容|文章|问题)?"
    r"|看了(?:又|还|本文的.{0,4})看|大家都在(?:看|搜|问)"
    r")\s*[】\]>》|]*\s*[:：]?\s*(?:更多|换一换|>+|»|\+)*"
)
_PREFIXED = re.compile(
    r"[【\[]?(?:相关|延伸|推荐|拓展|扩展)(?:阅读|推荐|文章|链接)[】\]]?\s*[:：>]\s*(?P<title>\S.{3,79})"
)
_RESUMES = re.compile(r"[一二三四五六七八九十]{1,3}、\S{1,40}")


@dataclass(frozen=True, slots=True)
class Zone:
    """What a box of related articles holds. `length` counts the lines that belong to it."""

    length: int
    teasers: list[Teaser] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


class _Entry(NamedTuple):
    title: str
    summary: list[str]
    when: Byline | None


def is_related_heading(text: str) -> bool:
    """Whether a line announces related articles ("相关推荐")."""
    return len(text) <= 24 and _HEADING.fullmatch(text) is not None


def inline_related(text: str) -> Link | None:
    """The related article that one line in the body names ("延伸阅读:…"), or None."""
    match = _PREFIXED.fullmatch(text)
    return Link(match["title"].strip()) if match and "。" not in match["title"] else None


def unannounced_zone(lines: Sequence[str]) -> int | None:
    """Where a row of dated boxes begins that no heading announces: the index of its first title, or None."""
    dated = [
        (i, when)
        for i, text in enumerate(lines)
        if len(text) <= _LONGEST_DATE_LINE and (when := byline(text)) and when.published
    ]
    boxes = [
        (i - 2, when.source)
        for i, when in dated
        if i >= 3
        and len(lines[i - 1]) >= _SUMMARY
        and len(lines[i - 2]) <= _LONGEST_TITLE
        and "。" not in lines[i - 2]
    ]
    if (
        len(boxes) < _UNANNOUNCED
        or Counter(source for _, source in boxes).most_common(1)[0][1] < _UNANNOUNCED
    ):
        return None
    return boxes[0][0]


def read_zone(lines: Sequence[str]) -> Zone:
    """Understands the lines after a heading of related articles; `lines` are stripped and not empty.

    The order of title, summary and date line is found from where the dates stand. A numbered main heading
    (一、…) ends the zone: the body goes on.
    """
    length = next((i for i, text in enumerate(lines) if _RESUMES.fullmatch(text)), len(lines))
    dates = _date_lines(lines[:length])
    if not dates:
        return _read_undated(lines[:length])
    zone = Zone(length)
    entries = _entries(_merge_sources(lines[:length], dates), zone)
    for entry in entries:
        _add(entry, zone)
    return zone


def _date_lines(lines: Sequence[str]) -> dict[int, Byline]:
    found = {}
    for i, text in enumerate(lines):
        if (
            len(text) <= _LONGEST_DATE_LINE
            and (when := byline(text))
            and (when.published or _is_age(text, when))
        ):
            found[i] = when
    sources = [when.source for when in found.values() if when.source]
    # Dated titles ("title 2025-03-16") look like sources that never recur.
    if len(sources) >= 3 and len(set(sources)) == len(sources) and len(found) == len(lines):
        return {}
    return found


def _is_age(text: str, when: Byline) -> bool:
    return when.source is not None and text.startswith(when.source) and len(text) > len(when.source) + 2


def _merge_sources(lines: Sequence[str], dates: dict[int, Byline]) -> list[tuple[str, Byline | None]]:
    """Lines with their date; a site's name on its own line goes into the date line after or before it."""
    bare = [i for i, when in dates.items() if when.source is None]
    before = Counter(lines[i - 1] for i in bare if i > 0 and len(lines[i - 1]) <= 10)
    after = Counter(lines[i + 1] for i in bare if i + 1 < len(lines) and len(lines[i + 1]) <= 10)
    site, count = max((*before.most_common(1), *after.most_common(1), ("", 0)), key=lambda pair: pair[1])
    merged: list[tuple[str, Byline | None]] = []
    for i, text in enumerate(lines):
        when = dates.get(i)
        if count >= 2 and text == site and ((i + 1 in dates) or (i - 1 in dates)):
            continue
        merged.append(
            (text, Byline(when.published, site) if when and when.source is None and count >= 2 else when)
        )
    return merged


def _entries(lines: list[tuple[str, Byline | None]], zone: Zone) -> list[_Entry]:
    positions = [i for i, (_, when) in enumerate(lines) if when]
    gaps = [b - a - 1 for a, b in pairwise(positions)]
    first, trailing = positions[0], len(lines) - positions[-1] - 1
    long_gaps = sum(gap >= 2 for gap in gaps) * 2 > len(gaps) if gaps else trailing >= 1
    if first == 0:
        return _date_first(lines, positions)
    if first == 1 and not long_gaps:
        return [_Entry(lines[i - 1][0], [], lines[i][1]) for i in positions if not lines[i - 1][1]]
    before = sum(len(lines[i - 1][0]) for i in positions)
    after = sum(len(lines[i + 1][0]) for i in positions if i + 1 < len(lines))
    if first == 1 and trailing >= 1 and after > before:
        return _date_second(lines, positions)
    return _date_last(lines, positions, zone)


def _date_first(lines: list[tuple[str, Byline | None]], positions: list[int]) -> list[_Entry]:
    """date, title, summary"""
    ends = [*positions[1:], len(lines)]
    groups = [
        (lines[i][1], [t for t, _ in lines[i + 1 : end]]) for i, end in zip(positions, ends, strict=True)
    ]
    return [_Entry(texts[0], texts[1:], when) for when, texts in groups if texts]


def _date_second(lines: list[tuple[str, Byline | None]], positions: list[int]) -> list[_Entry]:
    """title, date, summary"""
    ends = [*(i - 1 for i in positions[1:]), len(lines)]
    return [
        _Entry(lines[i - 1][0], [t for t, _ in lines[i + 1 : end]], lines[i][1])
        for i, end in zip(positions, ends, strict=True)
        if not lines[i - 1][1]
    ]


def _date_last(lines: list[tuple[str, Byline | None]], positions: list[int], zone: Zone) -> list[_Entry]:
    """title, summary, date; the title may be repeated after the date"""
    entries: list[_Entry] = []
    start, previous = 0, ""
    for end in [*positions, len(lines)]:
        texts = [text for text, _ in lines[start:end]]
        when = lines[end][1] if end < len(lines) else None
        repeated = next((i for i, text in enumerate(texts) if text != previous), len(texts))
        zone.dropped.extend(Dropped(text, "repeated title") for text in texts[:repeated])
        texts = texts[repeated:]
        parts = _part_entries(texts)
        entries += [_Entry(part[0], part[1:], None) for part in parts[:-1]]
        if parts:
            entries.append(_Entry(parts[-1][0], parts[-1][1:], when))
            previous = parts[-1][0]
        start = end + 1
    return entries


def _part_entries(texts: list[str]) -> list[list[str]]:
    """Parts lines without a date between them: a short line between two summaries is a new title."""
    parts: list[list[str]] = []
    for i, text in enumerate(texts):
        short = len(text) < _SUMMARY and not text.endswith(("。", "；"))
        starts = not parts or (
            short
            and len(parts[-1]) > 1
            and len(parts[-1][-1]) >= _SUMMARY
            and (i + 1 == len(texts) or len(texts[i + 1]) >= _SUMMARY)
        )
        if starts:
            parts.append([text])
        else:
            parts[-1].append(text)
    return parts


def _read_undated(lines: Sequence[str]) -> Zone:
    """Titles alone are links, until prose begins; titles and summaries in turn are teasers without a date."""
    if len(lines) >= 2 and len(lines[0]) <= _LONGEST_TITLE and len(lines[1]) >= _SUMMARY:
        zone = Zone(len(lines))
        for part in _part_entries(list(lines)):
            _add(_Entry(part[0], part[1:], None), zone)
        return zone
    length = next((i for i, text in enumerate(lines) if _is_prose(text)), len(lines))
    zone = Zone(length)
    for text in lines[:length]:
        zone.links.extend(links_of_line(text) or _title_links(text))
    return zone


def _title_links(text: str) -> list[Link]:
    when = byline(text)
    if when and when.published and when.source:
        return [Link(when.source, when.published)]
    return [Link(_strip_mark(text))]


def _is_prose(text: str) -> bool:
    return (len(text) >= _SUMMARY or text.endswith("。")) and not links_of_line(text)


def _add(entry: _Entry, zone: Zone) -> None:
    title = _strip_mark(entry.title)
    published, source = entry.when or (None, None)
    summary = " ".join(entry.summary).strip()
    if summary:
        zone.teasers.append(Teaser(title, summary, source, published))
    elif len(title) < _SUMMARY:
        zone.links.append(Link(title, published, source))
    else:  # A summary whose title the scraper lost: its first clause has to do.
        cut = re.split(r"[。？！?!：:，,\s]", title, maxsplit=1)[0][:_LONGEST_TITLE]
        zone.teasers.append(Teaser(cut or title[:_LONGEST_TITLE], title, source, published))


def _strip_mark(text: str) -> str:
    return re.sub(r"^(?:[•·●◦○■□◆▪►▶>»*-]|\d{1,2}[.、．](?!\d))\s*", "", text).strip() or text
