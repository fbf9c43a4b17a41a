"""Sentences of a passage, as a highlight marks them and an answer quotes them."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

from ingest.passage import PassageKind

#: A sentence ends after 。！？ or at a line break; a closing quote or bracket stays with it.
_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?]+[”’」』）)】]*|[^。！？!?\n]+")
#: Only a sentence longer than this is cut at its semicolons, and a table's row only when it is longer still.
_LONG_SENTENCE, _LONG_ROW = 120, 240
_CLAUSE = re.compile(r"[^；;]*[；;]+|[^；;]+")
#: What stands before a sentence without being part of it: a bullet, the mark of an answer.
_MARK = re.compile(r"\s*(?:[•·●■◆▪*-]\s*)?(?:[答A]\s?[:：]\s*)?")
_ITEM = re.compile(
    r"\s*(?:[•·●■◆▪*①-⑳-]|[(（](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]|\d{1,2}[.、)）](?!\d)"
    r"|[一二三四五六七八九十]{1,3}、)"
)
#: A line of up to so many characters without an end of its own, before one that has it, is a heading.
_HEADING = 24
_ENDS = frozenset("。！？!?；;…”’」』）)】")
_TAIL = " \t\r\n\u3000；;"
_ENDED = _ENDS | {":", "："}

Role = Literal["says", "asks", "announces"]


class Sentence(NamedTuple):
    """`text[start:end]` of a passage, without a bullet, the mark of an answer, or a semicolon at its end.

    role  "announces" what follows (a heading, 如下：), "asks" what follows answers, or "says" something
    item  whether it is an item of a list
    """

    start: int
    end: int
    role: Role
    item: bool


def sentences(text: str, kind: PassageKind = "body") -> Iterator[Sentence]:
    """The sentences of a passage's text, in order; a table's row is one."""
    if kind == "table":
        yield from _parts(text, 0, len(text), _LONG_ROW, "says")
        return
    spans = [match.span() for match in _SENTENCE.finditer(text) if not match.group().isspace()]
    for (start, end), (next_start, next_end) in pairwise([*spans, (0, 0)]):
        role = _role(text[start:end].strip(), text[next_start:next_end].rstrip())
        yield from _parts(text, start, end, _LONG_SENTENCE, role)


def _role(sentence: str, following: str) -> Role:
    if sentence[-1] in "?？":
        return "asks"
    if sentence[-1] in ":：":
        return "announces"
    unended = len(sentence) <= _HEADING and sentence[-1] not in _ENDS
    return "announces" if unended and following and following[-1] in _ENDED else "says"


def _parts(text: str, start: int, end: int, longest: int, role: Role) -> Iterator[Sentence]:
    """A sentence, or its clauses where it is too long to be one answer."""
    item = _ITEM.match(text, start, end) is not None
    clauses = [(start, end)]
    if end - start > longest:
        clauses = [match.span() for match in _CLAUSE.finditer(text, start, end)]
    for first, last in clauses:
        mark = _MARK.match(text, first, last)
        begins = mark.end() if mark else first
        ends = begins + len(text[begins:last].rstrip(_TAIL))
        if begins < ends:
            yield Sentence(begins, ends, role, item)
