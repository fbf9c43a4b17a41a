"""Typed lines, in reading order, become `Article.text` and its sections.

Every reader (scraped text, HTML, Markdown, records) says what each line of the body is; this file alone turns
that into offsets, so that all of them agree.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from .article import Block, BlockKind, Section, Table

LineKind = Literal["heading", "paragraph", "item", "header", "row"]

#: Between the cells of a table row as a reader sees it.
CELL_SEPARATOR = " | "
#: Spaces before an item inside an item, once for every depth below the first.
INDENT = "  "

_BLOCK_KINDS: dict[LineKind, BlockKind] = {"paragraph": "paragraph", "item": "item", "row": "row"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an article's body, in the order of reading.

    kind    heading, paragraph, item (of a list), header (a table's first row) or row (a table's further rows)
    text    what a reader sees, with its numbering and bullet ("1、参保人去世:", "• 线下办理") but not
            its indentation
    label   heading: its text for `heading_path`, without numbering and trailing colon;
            row: "header: cell；header: cell"; None means that it is the same as `text`
    level   of a heading: 1 is the outermost; levels may be skipped, only their order counts.
            Of any other line: it ends the sections of this level and deeper; 0, the usual case, ends none
    depth   of an item: 1, or 2 for an item inside an item; 0 for anything else
    leads   introduces the lines after it ("有下列情形之一的:") and should not be parted from them
    """

    kind: LineKind
    text: str
    label: str | None = None
    level: int = 0
    depth: int = 0
    leads: bool = False

    def __post_init__(self) -> None:
        if self.kind == "heading" and self.level < 1:
            raise ValueError(f"heading {self.text!r} has level {self.level}; the outermost is 1")


class Assembled(NamedTuple):
    """`Article.text` and `Article.sections`; the blocks' spans are offsets into `text`."""

    text: str
    sections: tuple[Section, ...]


def table_lines(table: Table) -> Iterator[Line]:
    """The lines of a table: its header, then its rows, each able to stand on its own. The title is not among
    them: a reader that has one puts it before them as a heading."""
    if any(table.header):
        yield Line("header", CELL_SEPARATOR.join(table.header))
    for row in table.rows:
        yield Line("row", CELL_SEPARATOR.join(row), label=row_label(table.header, row))


def row_label(header: tuple[str, ...], row: tuple[str, ...]) -> str:
    """ "header: cell；header: cell", leaving out empty cells; a cell without a header stands alone."""
    names = header + ("",) * (len(row) - len(header))
    return "；".join(
        f"{name}: {cell}" if name else cell for name, cell in zip(names, row, strict=False) if cell
    )


def assemble(lines: Iterable[Line]) -> Assembled:
    """Joins lines with line ends and records where each block stands.

    A heading opens a section, also when nothing stands directly under it; text before the first heading is a
    section with an empty path. Lines without any text are skipped.
    """
    pieces: list[str] = []
    sections: list[Section] = []
    path: list[tuple[int, str]] = []
    blocks: list[Block] = []
    position = 0

    def close_section() -> None:
        if blocks or path:
            sections.append(Section(tuple(label for _, label in path), tuple(blocks)))
            blocks.clear()

    for line in lines:
        if not line.text.strip():
            continue
        indent = INDENT * (line.depth - 1)
        start = position + len(indent)
        end = start + len(line.text)
        pieces.append(f"{indent}{line.text}\n")
        position = end + 1
        if line.level and (line.kind == "heading" or (path and path[-1][0] >= line.level)):
            close_section()
            while path and path[-1][0] >= line.level:
                path.pop()
        if line.kind == "heading":
            path.append((line.level, line.label or line.text))
        elif line.kind != "header":
            label = line.label if line.kind == "row" and line.label else line.text
            blocks.append(Block(_BLOCK_KINDS[line.kind], label, start, end, line.depth, line.leads))
    close_section()
    return Assembled("".join(pieces).removesuffix("\n"), tuple(sections))
