"""Lines in which a scraper ran together the links of a list: title, date, time, channel, title, date …"""

import re
from collections import Counter
from itertools import pairwise

from ..article import Link
from ..facts.timestamps import TIMESTAMP, iso_timestamp

#: A channel's name ("医保知识") is at most this long.
_LONGEST_CHANNEL = 10
_LONGEST_TITLE = 80
_SHORTEST_TITLE = 4
#: Entries of one line that make it a link farm without further evidence.
_ENOUGH = 2
_SENTENCE_END = re.compile(r"[。；;]")


def links_of_line(text: str) -> tuple[Link, ...]:
    """The links run together in one line; empty if the line is anything else.

    Every date must close an entry: at least two of them, each after a title that holds no sentence.
    """
    stamps = list(TIMESTAMP.finditer(text))
    if len(stamps) < _ENOUGH:
        return ()
    # Prose names days; a list of links stamps every entry the same way.
    if len({stamp["time"] is None for stamp in stamps}) > 1:
        return ()
    entries = _entries(text, stamps)
    return entries if all(_is_title(link.title) for link in entries) and len(entries) >= _ENOUGH else ()


def link_of_line(text: str) -> Link | None:
    """The link of a line that holds one entry with its time of day: "title 2026-01-08 11:01 channel"."""
    stamps = list(TIMESTAMP.finditer(text))
    if len(stamps) != 1 or stamps[0]["time"] is None:
        return None
    tail = text[stamps[0].end() :].strip()
    title = text[: stamps[0].start()].strip()
    if not _is_title(title) or len(tail) > _LONGEST_CHANNEL or _SENTENCE_END.search(tail):
        return None
    return Link(title, iso_timestamp(stamps[0]), tail or None)


def _entries(text: str, stamps: list[re.Match[str]]) -> tuple[Link, ...]:
    tails = [text[a.end() : b.start()] for a, b in pairwise(stamps)]
    last = text[stamps[-1].end() :].strip()
    channels = [_channel(tail, last) for tail in tails]
    titles = [text[: stamps[0].start()]]
    titles += [tail.lstrip()[len(channel) :] for tail, channel in zip(tails, channels, strict=True)]
    if len(last) <= _LONGEST_CHANNEL:
        channels.append(last)
    else:  # The line was cut inside an entry that had not reached its date.
        channels.append(_channel(last, ""))
    links = [
        Link(title.strip(" \t\u3000|｜·[]"), iso_timestamp(stamp), channel.strip() or None)
        for title, stamp, channel in zip(titles, stamps, channels, strict=True)
    ]
    if len(last) > _LONGEST_CHANNEL and (rest := last[len(channels[-1]) :].strip()):
        links.append(Link(rest))
    return tuple(links)


def _channel(tail: str, last: str) -> str:
    """What stands between a date and the next title: the line's last word if it recurs, or the first."""
    tail = tail.lstrip()
    if last and len(last) <= _LONGEST_CHANNEL and tail.startswith(last):
        return last
    word, separator, _ = tail.partition(" ")
    return word if separator and len(word) <= _LONGEST_CHANNEL else ""


def _is_title(title: str) -> bool:
    return _SHORTEST_TITLE <= len(title) <= _LONGEST_TITLE and not _SENTENCE_END.search(title)


def common_channel(links: list[Link]) -> bool:
    """Whether single-entry lines belong to one list: one channel for most of them, or none at all."""
    channels = Counter(link.channel for link in links)
    return channels.most_common(1)[0][1] * 2 > len(links) if channels else False
