"""What a source file becomes: an `Article` of sections, tables, teasers and links."""

from dataclasses import dataclass, field
from typing import Literal

BlockKind = Literal["paragraph", "item", "row"]


@dataclass(frozen=True, slots=True)
class RawFile:
    """A source file as found on disk.

    `name` is its path relative to the corpus folder, with forward slashes: ids derive from it, so that the same
    file has the same ids on every machine.
    """

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item or table row: the smallest piece that is never cut except at sentence ends.

    `start` and `end` are character offsets into `Article.text`; `Article.text[start:end]` is the block as a
    reader sees it. `text` is the same except for table rows, where it reads "header: cell；header: cell".
    `depth` is 0 for a paragraph, 1 for an item, 2 for an item inside an item. `leads` says that the block
    introduces the ones after it ("有下列情形之一的："), and should not be parted from them.
    """

    kind: BlockKind
    text: str
    start: int
    end: int
    depth: int = 0
    leads: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"block span {self.start}:{self.end} is not a span")


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks under one heading. `heading_path` runs from the outermost heading to the innermost.

    `heading_path` is without numbering and trailing colons; it is empty for text before the first heading.
    """

    heading_path: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one header row; merged cells are repeated in every cell they cover."""

    title: str | None
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Teaser:
    """A related-article box: its title, truncated summary, source and date. Never part of the body."""

    title: str
    text: str
    source: str | None
    published: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of a link farm or attachment list. Never searchable as content."""

    title: str
    published: str | None = None
    channel: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line left out, and the rule that did it ("disclaimer", "furniture", "repeated title" ...)."""

    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Article:
    """A source article, understood.

    id               stable: derived from the file's name inside the corpus (and the record's, if it holds many)
    file             the source file's name inside the corpus
    text             the cleaned body that a reader sees, without title, teasers, links and furniture;
                     headings and table rows are lines of it
    published        ISO 8601, "2026-01-08" or, where the source states the time, "2026-01-08 15:03:16"
    effective        ISO date from which the document applies; `expires` the last day on which it does
    region           short name of province, city or district ("达州", "黑龙江"); None means nationwide
    document_number  文号 in canonical brackets: "穗医保规字〔2024〕1号"
    """

    id: str
    file: str
    title: str
    text: str
    sections: tuple[Section, ...]
    source: str | None = None
    url: str | None = None
    published: str | None = None
    region: str | None = None
    document_number: str | None = None
    effective: str | None = None
    expires: str | None = None
    tables: tuple[Table, ...] = ()
    teasers: tuple[Teaser, ...] = ()
    links: tuple[Link, ...] = ()
    dropped: tuple[Dropped, ...] = field(default=(), repr=False)
