"""Items of lists, how deep each stands, and the lines that lead into them."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from .headings import is_short_line
from .numbering import BULLET, QUESTION, Marker, marker
from .source_lines import SourceLine

COLONS = (":", "：")


class ListLine(NamedTuple):
    """depth: 0 for a paragraph, 1 for an item, 2 for one inside an item; leads: introduces what follows."""

    depth: int
    leads: bool


class _Level(NamedTuple):
    style: str
    glyph: str
    indent: int


def read_lists(lines: Sequence[SourceLine], apart: Collection[int]) -> list[ListLine]:
    """The place in lists of each line; `apart` are headings and table cells, at which every list ends."""
    marks = [marker(line.text) for line in lines]
    result: list[ListLine] = []
    levels: list[_Level] = []
    for i, (line, mark) in enumerate(zip(lines, marks, strict=True)):
        if i in apart:
            levels.clear()
            result.append(ListLine(0, False))
            continue
        if mark is None or mark.style == QUESTION:
            levels.clear()
            depth = 1 if _in_short_list(lines, marks, apart, i) else 0
        else:
            _enter(levels, mark, line.indent)
            depth = len(levels)
        followed = i + 1 < len(lines) and i + 1 not in apart
        result.append(ListLine(depth, followed and line.text.endswith(COLONS)))
    # An item over deeper ones leads into them, with or without a colon.
    return [
        entry._replace(leads=True)
        if entry.depth and after is not None and after.depth > entry.depth
        else entry
        for entry, after in zip(result, [*result[1:], None], strict=False)
    ]


def _enter(levels: list[_Level], mark: Marker, indent: int) -> None:
    """Closes the items that the next one does not stand in, and opens it."""
    level = _Level(mark.style, mark.glyph if mark.style == BULLET else "", indent)
    while levels and levels[-1].indent > indent:
        levels.pop()
    for depth, opened in enumerate(levels):
        if opened.style == level.style and opened.glyph == level.glyph and opened.indent >= indent:
            del levels[depth:]
            break
    levels.append(level)


def _in_short_list(
    lines: Sequence[SourceLine], marks: Sequence[Marker | None], apart: Collection[int], i: int
) -> bool:
    """Whether an unmarked line is one of several short ones in a row, or the one that a colon announces."""

    def short(j: int) -> bool:
        return 0 <= j < len(lines) and j not in apart and marks[j] is None and is_short_line(lines[j].text)

    announced = i > 0 and i - 1 not in apart and lines[i - 1].text.endswith(COLONS)
    return short(i) and (short(i - 1) or short(i + 1) or announced)
