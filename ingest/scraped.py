"""The reader of scraped text: what an editor would recover from the lines of a copied web page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from .article import Article, Dropped, Link, Table, Teaser
from .assemble import Line, assemble, table_lines
from .characters import clean_characters
from .ids import article_id
from .layout.bylines import byline
from .layout.flattened_tables import FoundTable, find_tables
from .layout.furniture import furniture_rule, is_closing, is_filler, is_symbol, split_hosting
from .layout.headings import find_headings, split_glued_heading
from .layout.link_farms import common_channel, link_of_line, links_of_line
from .layout.lists import read_lists
from .layout.numbering import marker
from .layout.source_lines import SourceLine, source_lines
from .layout.statutes import article_number, contents_span, division_level, is_statute
from .layout.teasers import inline_related, is_related_heading, read_zone, unannounced_zone
from .layout.titles import read_title

#: A byline stands among so many lines below the title.
_BYLINE_REACH = 6
_LONGEST_TITLE = 120
#: Marks that say nothing without the line below; a lone dash is a table's empty cell.
_JOINABLE = {
    "hanzi",
    "hanzi-bracket",
    "point",
    "comma",
    "keycap",
    "bracket",
    "half-bracket",
    "circle",
    "bullet",
}
#: Words with which a last paragraph turns from its section back to the whole article.
_CONCLUSIONS = (
    "需要注意",
    "需注意",
    "请注意",
    "值得注意",
    "总之",
    "综上",
    "总的来说",
    "总体来",
    "总而言之",
    "此外",
    "最后",
    "以上",
    "建议",
)


@dataclass(slots=True)
class _Page:
    """What has been understood so far; `lines` are what is left for the body."""

    lines: list[SourceLine]
    title: str = ""
    published: str | None = None
    source: str | None = None
    teasers: list[Teaser] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)

    def drop(self, text: str, rule: str) -> None:
        self.dropped.append(Dropped(text, rule))


def read_scraped(name: str, text: str, title: str | None = None) -> Article:
    """Understands a scraped text file; `name` is its path inside the corpus.

    Its first line is its title, unless a `title` is given: then all lines belong to the body.

    Any text gives an article: an empty one has an empty title and no sections.
    """
    page = _Page(source_lines(clean_characters(text)))
    if title is None:
        _take_title(page)
    else:
        page.title, page.published, page.source = read_title(title)
    _take_byline(page)
    _take_related(page)
    _take_links(page)
    _drop_furniture(page)
    _join_lone_marks(page)
    _split_glued_headings(page)
    _drop_filler(page)
    lines, tables = _body(page)
    body, sections = assemble(lines)
    return Article(
        id=article_id(name),
        file=name,
        title=page.title,
        text=body,
        sections=sections,
        source=page.source,
        published=page.published,
        tables=tuple(tables),
        teasers=tuple(page.teasers),
        links=tuple(page.links),
        dropped=tuple(page.dropped),
    )


def _take_title(page: _Page) -> None:
    """The first line that is no furniture; a title that runs on like a text keeps its line in the body."""
    begin = 0
    while begin < len(page.lines) and (rule := furniture_rule(page.lines[begin].text)):
        page.drop(page.lines[begin].text, rule)
        begin += 1
    if begin == len(page.lines):
        page.lines = []
        return
    first = page.lines[begin].text
    if len(first) > _LONGEST_TITLE:
        cut = min(
            (i for mark in "。？！?!" if (i := first.find(mark, 0, _LONGEST_TITLE)) > 0),
            default=_LONGEST_TITLE,
        )
        page.title = first[:cut]
        page.lines = page.lines[begin:]
        return
    page.title, page.published, page.source = read_title(first)
    begin += 1
    while begin < len(page.lines) and page.lines[begin].text in {first, page.title}:
        page.drop(page.lines[begin].text, "repeated title")
        begin += 1
    page.lines = page.lines[begin:]


def _take_byline(page: _Page) -> None:
    """Date and site below the title. What the byline says outweighs what the title says."""
    kept: list[SourceLine] = []
    reach = page.lines[:_BYLINE_REACH]
    for i, line in enumerate(reach):
        found = byline(line.text)
        if found is None:
            kept.append(line)
            if len(line.text) > 40:
                kept += reach[i + 1 :]
                break
            continue
        page.published = found.published or page.published
        page.source = found.source or page.source
        if not (found.published or found.source):
            page.drop(line.text, "byline")
    page.lines = kept + page.lines[_BYLINE_REACH:]


def _take_related(page: _Page) -> None:
    """Boxes of related articles, wherever they stand; text may go on after one."""
    kept: list[SourceLine] = []
    announced = False
    for group in _parted_by(page.lines, lambda line: is_related_heading(line.text)):
        rest = group
        if is_related_heading(group[0].text):
            announced = True
            page.drop(group[0].text, "related heading")
            rest = group[1 + _take_zone(page, [line.text for line in group[1:]]) :]
        for line in rest:
            if link := inline_related(line.text):
                page.links.append(link)
            else:
                kept.append(line)
    if not announced and (begin := unannounced_zone([line.text for line in kept])) is not None:
        _take_zone(page, [line.text for line in kept[begin:]])
        kept = kept[:begin]
    page.lines = kept


def _parted_by(
    lines: Sequence[SourceLine], starts: Callable[[SourceLine], bool]
) -> Iterator[list[SourceLine]]:
    """The lines in groups, each beginning where `starts` says so."""
    group: list[SourceLine] = []
    for line in lines:
        if group and starts(line):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _take_zone(page: _Page, texts: list[str]) -> int:
    """Reads a zone of related articles and returns how many lines it took, furniture inside it included."""
    content: list[str] = []
    positions: list[int] = []
    for i, text in enumerate(texts):
        if (rule := furniture_rule(text)) and byline(text) is None:
            page.drop(text, rule)
        else:
            content.append(text)
            positions.append(i)
    zone = read_zone(content)
    page.teasers += zone.teasers
    page.links += zone.links
    page.dropped += zone.dropped
    return positions[zone.length] if zone.length < len(content) else len(texts)


def _take_links(page: _Page) -> None:
    """Lines of links run together, and rows of lines that hold one dated link each."""
    kept: list[SourceLine] = []
    single: list[tuple[SourceLine, Link]] = []

    def settle() -> None:
        if len(single) >= 2 and common_channel([link for _, link in single]):
            page.links.extend(link for _, link in single)
        else:
            kept.extend(line for line, _ in single)
        single.clear()

    for line in page.lines:
        if links := links_of_line(line.text):
            settle()
            page.links += links
        elif link := link_of_line(line.text):
            single.append((line, link))
        else:
            settle()
            kept.append(line)
    settle()
    page.lines = kept


def _drop_furniture(page: _Page) -> None:
    kept: list[SourceLine] = []
    gap = False
    for line in page.lines:
        if rule := furniture_rule(line.text):
            page.drop(line.text, rule)
            gap = True
        else:
            kept.append(line._replace(gap=True) if gap else line)
            gap = False
    # A byline may also close the page.
    if kept and len(kept) > 1 and (found := byline(kept[-1].text)) and (found.source or not found.published):
        page.drop(kept.pop().text, "byline")
        page.source = page.source or found.source
        page.published = page.published or found.published
    page.lines = kept


def _join_lone_marks(page: _Page) -> None:
    """A number or bullet that the scraper left alone on its line gets back the line below."""
    joined: list[SourceLine] = []
    waiting: SourceLine | None = None
    for line in page.lines:
        if waiting is not None:
            line = SourceLine(f"{waiting.text} {line.text}", waiting.indent, waiting.gap)  # noqa: PLW2901
            waiting = None
        mark = marker(line.text)
        alone = mark is not None and mark.end == len(line.text)
        if alone and mark and mark.style in _JOINABLE and mark.glyph not in "-–—":
            waiting = line
        else:
            joined.append(line)
    if waiting is not None:
        joined.append(waiting)
    page.lines = joined


def _split_glued_headings(page: _Page) -> None:
    lines: list[SourceLine] = []
    for line, after in zip(page.lines, [*page.lines[1:], None], strict=False):
        parts = split_glued_heading(line.text, after.text if after else None)
        if parts:
            lines += [line._replace(text=parts[0]), line._replace(text=parts[1], gap=True)]
        else:
            lines.append(line)
    page.lines = lines


def _drop_filler(page: _Page) -> None:
    """Editorial filler anywhere, and last paragraphs that only send the reader elsewhere."""
    kept: list[SourceLine] = []
    for line in page.lines:
        if is_filler(line.text):
            page.drop(line.text, "editorial filler")
            continue
        text, hosting = split_hosting(line.text)
        if hosting:
            page.drop(hosting, "editorial filler")
        kept.append(line._replace(text=text) if hosting else line)
    while len(kept) > 1 and is_closing(kept[-1].text):
        page.drop(kept.pop().text, "closing remark")
    page.lines = kept


def _body(page: _Page) -> tuple[list[Line], list[Table]]:
    texts = [line.text for line in page.lines]
    if is_statute(texts):
        if span := contents_span(texts):
            for line in page.lines[slice(*span)]:
                page.drop(line.text, "table of contents")
            del page.lines[slice(*span)]
        return statute_lines(page.lines), []
    tables = find_tables(page.lines)
    cells = {i for table in tables for i in range(table.start, table.end)}
    stray = {i for i, line in enumerate(page.lines) if is_symbol(line.text) and i not in cells}
    if stray:
        for i in sorted(stray):
            page.drop(page.lines[i].text, "separator")
        page.lines = [line for i, line in enumerate(page.lines) if i not in stray]
        tables = find_tables(page.lines)
    return typed_lines(page.lines, tables), [table.table for table in tables]


def statute_lines(lines: Sequence[SourceLine]) -> list[Line]:
    typed: list[Line] = []
    for line in lines:
        level = division_level(line.text)
        if level is not None:
            typed.append(Line("heading", line.text, level=level))
        elif article_number(line.text) is None and marker(line.text):
            typed.append(Line("item", line.text, depth=1))
        else:
            typed.append(Line("paragraph", line.text, leads=line.text.endswith(("：", ":"))))
    return typed


def typed_lines(lines: Sequence[SourceLine], tables: Sequence[FoundTable]) -> list[Line]:
    starts = {table.start: table for table in tables}
    cells = {i for table in tables for i in range(table.start, table.end)}
    headings, ends = find_headings(lines, [(table.start, table.end) for table in tables])
    places = read_lists(lines, cells | headings.keys())
    conclusion = _conclusion(lines, headings.keys() | cells)
    typed: list[Line] = []
    for i, line in enumerate(lines):
        if table := starts.get(i):
            typed += table_lines(table.table)
        if i in cells:
            continue
        if heading := headings.get(i):
            typed.append(Line("heading", line.text, label=heading.label, level=heading.level))
            continue
        depth, leads = places[i]
        level = 1 if i >= conclusion else ends.get(i, 0)
        typed.append(Line("item" if depth else "paragraph", line.text, level=level, depth=depth, leads=leads))
    return typed


def _conclusion(lines: Sequence[SourceLine], apart: set[int]) -> int:
    """Where the paragraphs begin that conclude the article and not only its last section, or the end."""
    i = len(lines)
    while i >= 2 and i - 1 not in apart and i - 2 not in apart and lines[i - 1].text.startswith(_CONCLUSIONS):
        i -= 1
    return i
