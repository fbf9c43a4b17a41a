"""Headings that HTML or Markdown marks as such: their level is the source's own, not judged by their wording.

A reader writes them as "## heading"; the rules for unmarked text run over all lines, and this file then settles
what they say about these.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from ..assemble import Line
from .numbering import marker

_MARK = re.compile(r"(#{1,6}) +")
#: Levels of marked headings; those found by their wording stand below all of them.
_MARKED_LEVELS = 6
#: A longer line is a paragraph that someone wanted large.
_LONGEST_HEADING = 60


def settle_levels(lines: Sequence[Line]) -> list[Line]:
    """The lines without the marks "##"; marked lines are headings of the level that the mark says.

    Where numbered headings of one kind are in part marked and in part not, the marks are decoration, and the
    levels stay as the wording gave them.
    """
    marked = [_MARK.match(line.text) if line.kind in ("heading", "paragraph") else None for line in lines]
    if not any(marked):
        return list(lines)
    styles = [
        _style(line.text[mark.end() if mark else 0 :]) for line, mark in zip(lines, marked, strict=True)
    ]
    own = {style for style, mark in zip(styles, marked, strict=True) if mark and style}
    mixed = any(
        line.kind == "heading" and not mark and style in own
        for line, mark, style in zip(lines, marked, styles, strict=True)
    )
    return [_settled(line, mark, keep=mixed) for line, mark in zip(lines, marked, strict=True)]


def _style(text: str) -> str | None:
    mark = marker(text)
    return mark.style if mark else None


def _settled(line: Line, mark: re.Match[str] | None, *, keep: bool) -> Line:
    if mark is None:
        return line if keep or not line.level else replace(line, level=line.level + _MARKED_LEVELS)
    text = line.text[mark.end() :]
    if line.kind == "heading":
        label = _MARK.sub("", line.label) if line.label else None
        return replace(line, text=text, label=label, level=line.level if keep else len(mark[1]))
    if keep or len(text) > _LONGEST_HEADING or text.endswith(("。", "；", "，")):
        return replace(line, text=text)
    return Line("heading", text, label=text.rstrip("：: ") or text, level=len(mark[1]))
