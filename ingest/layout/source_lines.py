"""A text file's lines as the scraped-text rules look at them."""

import re
from typing import NamedTuple

_INDENT = re.compile(r"[ \t]*")
_TAB = 4


class SourceLine(NamedTuple):
    """A line that has text.

    text    without surrounding white space, otherwise verbatim
    indent  columns of space before it; the ideographic space, which indents any paragraph, does not count
    gap     whether an empty line (or the beginning of the file) stands before it
    """

    text: str
    indent: int
    gap: bool


def source_lines(text: str) -> list[SourceLine]:
    """The lines of a text that are not empty."""
    lines = []
    gap = True
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped:
            lines.append(SourceLine(stripped, _columns(raw), gap))
        gap = not stripped
    return lines


def _columns(raw: str) -> int:
    match = _INDENT.match(raw)
    spaces = match.group() if match else ""
    return len(spaces) + spaces.count("\t") * (_TAB - 1)
