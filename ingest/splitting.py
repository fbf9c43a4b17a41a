"""An article becomes passages: by structure first, by sentence second, by length last.

One section is one passage if it fits (coherence.py says with which of its subsections). A longer one is cut
where it costs least: between paragraphs for nothing, inside a list for little, inside a paragraph for more,
behind a line that leads into a list for most. The cheapest set of cuts is found by dynamic programming over the
section's sentences, so that no cut is made only because an earlier one was greedy.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from .article import Article, Block, Section, Teaser
from .assemble import CELL_SEPARATOR
from .coherence import joined_sections
from .facts.region import passage_region
from .facts.year import content_year
from .ids import passage_id
from .layout.numbering import QUESTION, marker
from .layout.statutes import ARTICLE_HEAD, article_number, is_statute
from .passage import MAX_CHARACTERS, Passage, PassageKind
from .sentences import bounded_spans

#: Short sentences of one paragraph are taken together up to this length, which bounds the work.
_SMALLEST_ATOM = 40
#: A passage has at most so many pieces, which bounds the work on a list of single characters.
_MOST_ATOMS = 64
#: What names a row ("险种: 养老保险") is repeated with every part of it, up to this length.
_LONGEST_ROW_NAME = 80

# What a cut costs, against 1 for every passage made and up to 1 more for one that is nearly empty.
_CUT_IN_PARAGRAPH = 4.0
_CUT_BEHIND_LEAD = 8.0
_CUT_BEFORE_INNER_ITEM = 3.0
_CUT_IN_LIST = 0.6


class _Atom(NamedTuple):
    """A piece that is never cut; `cost` is that of a cut before it."""

    start: int
    end: int
    cost: float


class _Piece(NamedTuple):
    """What a passage will be made of; `teaser` is set for a teaser's."""

    kind: PassageKind
    heading_path: tuple[str, ...]
    text: str
    start: int
    end: int
    teaser: Teaser | None = None


def split(article: Article) -> list[Passage]:
    """The passages of an article in the order of its text, then its teasers.

    Each text is at most `MAX_CHARACTERS` long. Every character of the body that is not part of a heading or
    of a table's header lies in exactly one passage's span, white space between passages aside.
    """
    blocks = (block.text for section in article.sections for block in section.blocks)
    statute = is_statute([text for text in blocks if article_number(text) is not None])
    sections = article.sections if statute else joined_sections(article.text, article.sections)
    pieces = [
        *(piece for section in sections for piece in _section_pieces(article.text, section, statute)),
        *(piece for teaser in article.teasers for piece in _teaser_pieces(teaser)),
    ]
    seen: Counter[tuple[str, ...]] = Counter()
    return [_passage(article, piece, ordinal, seen) for ordinal, piece in enumerate(pieces)]


def _passage(article: Article, piece: _Piece, ordinal: int, seen: Counter[tuple[str, ...]]) -> Passage:
    teaser = piece.teaser
    # The article's title is no part of the id: a corrected title changes no passage's.
    context = (teaser.title,) if teaser else piece.heading_path
    title = teaser.title if teaser else article.title
    key = (piece.kind, *context, piece.text)
    occurrence = seen[key]
    seen[key] += 1
    return Passage(
        id=passage_id(article.id, piece.kind, context, piece.text, occurrence),
        article_id=article.id,
        file=article.file,
        ordinal=ordinal,
        kind=piece.kind,
        title=title,
        heading_path=piece.heading_path,
        text=piece.text,
        start=piece.start,
        end=piece.end,
        region=passage_region(piece.text, piece.heading_path, title, None if teaser else article.region),
        year=content_year(title, piece.heading_path, piece.text),
        published=teaser.published if teaser else article.published,
        effective=None if teaser else article.effective,
        expires=None if teaser else article.expires,
        source=teaser.source if teaser else article.source,
        url=None if teaser else article.url,
    )


def _teaser_pieces(teaser: Teaser) -> Iterator[_Piece]:
    text = teaser.text
    for start, end in _cut(text, [Block("paragraph", text, 0, len(text))]):
        yield _Piece("teaser", (), text[start:end], 0, 0, teaser)


def _section_pieces(text: str, section: Section, statute: bool) -> Iterator[_Piece]:
    for blocks in _units(section.blocks, statute):
        if blocks[0].kind == "row":
            yield from _row_pieces(text, blocks[0], section.heading_path)
            continue
        number = ARTICLE_HEAD.match(blocks[0].text) if statute else None
        for i, (start, end) in enumerate(_cut(text, blocks)):
            # The rest of a long article of a law would not say which article it belongs to.
            path = (*section.heading_path, number.group()) if number and i else section.heading_path
            yield _Piece("body", path, text[start:end], start, end)


def _units(blocks: Sequence[Block], statute: bool) -> Iterator[list[Block]]:
    """Parts blocks that share no passage: rows, articles of a law, questions with their answers, regions."""
    questions = sum(_is_question(block) for block in blocks)
    regions = _regions(blocks)
    unit: list[Block] = []
    for block, region, before in zip(blocks, regions, [None, *regions], strict=False):
        starts = (
            block.kind == "row"
            or (unit and unit[0].kind == "row")
            or (statute and article_number(block.text) is not None)
            or (questions > 1 and _is_question(block))
            or (unit and region != before and not (unit[-1].leads or block.depth > unit[-1].depth))
        )
        if starts and unit:
            yield unit
            unit = []
        unit.append(block)
    if unit:
        yield unit


def _regions(blocks: Sequence[Block]) -> list[str | None]:
    """The region that each block states, if they state different ones; otherwise none for all of them."""
    if len(blocks) < 2:
        return [None] * len(blocks)
    regions = [None if block.kind == "row" else passage_region(block.text, (), "", None) for block in blocks]
    return regions if len(set(regions) - {None}) > 1 else [None] * len(blocks)


def _is_question(block: Block) -> bool:
    mark = marker(block.text) if block.kind != "row" else None
    return mark is not None and mark.style == QUESTION


def _row_pieces(text: str, row: Block, path: tuple[str, ...]) -> Iterator[_Piece]:
    """One passage for a row; one that is too long becomes several, each beginning with what names the row."""
    if len(row.text) <= MAX_CHARACTERS:
        yield _Piece("table", path, row.text, row.start, row.end)
        return
    cells = _cells(text, row)
    first = cells[0]
    name = f"{first.label}{text[first.start : first.end]}；"
    prefix = name if len(name) <= _LONGEST_ROW_NAME else ""
    shown = ""
    start = row.start
    for cell in cells:
        room = MAX_CHARACTERS - len(prefix) - len(cell.label)
        for cell_start, cell_end in bounded_spans(text, cell.start, cell.end, max(room, 1)):
            piece = cell.label + text[cell_start:cell_end].strip()
            if shown and len(shown) + 1 + len(piece) > MAX_CHARACTERS:
                yield _Piece("table", path, shown, start, cell_start)
                start, shown = cell_start, prefix + piece
            else:
                shown = f"{shown}；{piece}" if shown and not shown.endswith("；") else shown + piece
    yield _Piece("table", path, shown, start, row.end)


class _Cell(NamedTuple):
    """label: "header: ", or nothing for a cell without header; start, end: where its text stands."""

    label: str
    start: int
    end: int


def _cells(text: str, row: Block) -> list[_Cell]:
    """The cells of a row that are not empty, with their headers; one cell if the two do not match."""
    cells: list[_Cell] = []
    start, label_start = row.start, 0
    for shown in text[row.start : row.end].split(CELL_SEPARATOR):
        if shown:
            found = re.compile(rf"(?:.{{0,80}}?: )??{re.escape(shown)}(?=；|$)", re.DOTALL).match(
                row.text, label_start
            )
            label = found.group()[: -len(shown)] if found else ""
            if found is None or len(label) > _LONGEST_ROW_NAME:
                return [_Cell("", row.start, row.end)]
            cells.append(_Cell(label, start, start + len(shown)))
            label_start = found.end() + 1
        start += len(shown) + len(CELL_SEPARATOR)
    return cells


def _cut(text: str, blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """Spans of at most `MAX_CHARACTERS` that hold the blocks, cut where it costs least."""
    if blocks[-1].end - blocks[0].start <= MAX_CHARACTERS:
        yield blocks[0].start, blocks[-1].end
        return
    atoms = _atoms(text, blocks)
    # cheapest[i]: cost of the best passages for the first i atoms, and where the last of them begins.
    cheapest: list[tuple[float, int]] = [(0.0, 0)]
    for i in range(1, len(atoms) + 1):
        best = (float("inf"), i - 1)
        for j in range(i - 1, max(-1, i - 1 - _MOST_ATOMS), -1):
            length = atoms[i - 1].end - atoms[j].start
            if length > MAX_CHARACTERS and j < i - 1:
                break
            empty = 1 - length / MAX_CHARACTERS
            cost = cheapest[j][0] + atoms[j].cost + 1 + empty * empty
            if cost < best[0]:
                best = (cost, j)
        cheapest.append(best)
    cuts = []
    i = len(atoms)
    while i:
        j = cheapest[i][1]
        cuts.append((atoms[j].start, atoms[i - 1].end))
        i = j
    yield from reversed(cuts)


def _atoms(text: str, blocks: Sequence[Block]) -> list[_Atom]:
    """The pieces of the blocks, stripped, each with what it costs to cut before it."""
    atoms: list[_Atom] = []
    for before, block in zip([None, *blocks], blocks, strict=False):
        cost = 0.0 if before is None else _cost_between(before, block)
        start = block.start
        for _, end in _joined(bounded_spans(text, block.start, block.end, MAX_CHARACTERS)):
            inner_start, inner_end = _stripped(text, start, end)
            if inner_start < inner_end:
                atoms.append(_Atom(inner_start, inner_end, cost))
                cost = _CUT_IN_PARAGRAPH
            start = end
    return atoms


def _joined(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Neighbouring spans joined until they are long enough to be worth a cut."""
    start = end = -1
    for span_start, span_end in spans:
        if start >= 0 and end - start < _SMALLEST_ATOM and span_end - start <= MAX_CHARACTERS:
            end = span_end
            continue
        if start >= 0:
            yield start, end
        start, end = span_start, span_end
    if start >= 0:
        yield start, end


def _cost_between(before: Block, after: Block) -> float:
    if before.leads:
        return _CUT_BEHIND_LEAD
    if before.depth and after.depth > before.depth:
        return _CUT_BEFORE_INNER_ITEM
    if before.depth and after.depth:
        return _CUT_IN_LIST
    return 0.0


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))
