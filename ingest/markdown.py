"""The reader of Markdown: front matter, headings, lists and tables."""

import re

from .article import Article, Table
from .assemble import assemble
from .characters import clean_characters
from .facts.dates import parse
from .ids import article_id
from .layout.flattened_tables import FoundTable
from .layout.marked_headings import settle_levels
from .layout.source_lines import SourceLine, source_lines
from .scraped import typed_lines

_FRONT = re.compile(r"\A---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^(\w+)\s*:\s*(.*?)\s*$", re.MULTILINE)
#: Neither part holds an opening bracket, so that a line of nothing but those is read once and not once for each.
_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\([^)\[\n]*\)")
_EMPHASIS = re.compile(r"(\*\*|__|`|~~)(?=\S)([^\n]+?)\1")
#: One asterisk between figures multiplies.
_WEAK_EMPHASIS = re.compile(r"(?<![\d*\\])\*(?=[^\s*])([^*\n]{1,200}?)(?<=\S)\*(?![\d*])")
_COMMENT_BEGINS, _COMMENT_ENDS = "<!--", "-->"
_QUOTE = re.compile(r"^(?:>\s?)+", re.MULTILINE)
_FENCE = re.compile(r"^[^\S\n]*(?:```|~~~).*$", re.MULTILINE)
_RULE = re.compile(r"(?:[-*_=]\s?){3,}")
_HEADING = re.compile(r"#{1,6}\s")
_TABLE_RULE = re.compile(r"^\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?$")


def read_markdown(name: str, text: str) -> Article:
    """Understand a Markdown file; the title is the front matter's, or the first heading."""
    front: dict[str, str] = {}
    if match := _FRONT.match(text):
        front = {key.lower(): value.strip("'\" ") for key, value in _FIELD.findall(match[1])}
        text = text[match.end() :]
    lines, tables = _with_tables(
        [line for line in source_lines(_plain_text(text)) if not _RULE.fullmatch(line.text)]
    )
    title = front.get("title", "")
    if lines:
        at = next((i for i, line in enumerate(lines) if _HEADING.match(line.text)), 0)
        heading = lines[at].text.lstrip("# ")
        if heading == (title or heading) and all(table.start != at for table in tables):
            title = heading
            del lines[at]
            tables = [t if t.start < at else FoundTable(t.start - 1, t.end - 1, t.table) for t in tables]
    body, sections = assemble(settle_levels(typed_lines(lines, tables)))
    return Article(
        id=article_id(name),
        file=name,
        title=title,
        text=body,
        sections=sections,
        source=front.get("source") or None,
        url=front.get("url") or None,
        published=parse(front.get("date") or front.get("published") or ""),
        region=front.get("region") or None,
        tables=tuple(found.table for found in tables),
    )


def _plain_text(text: str) -> str:
    """Without comments and fences, and with links, emphasis and quotations as their text."""
    text = _LINK.sub(r"\1", _FENCE.sub("", _without_comments(clean_characters(text))))
    return _WEAK_EMPHASIS.sub(r"\1", _EMPHASIS.sub(r"\2", _QUOTE.sub("", text)))


def _without_comments(text: str) -> str:
    """A comment that never ends is text."""
    kept = []
    position = 0
    while (start := text.find(_COMMENT_BEGINS, position)) >= 0:
        end = text.find(_COMMENT_ENDS, start + len(_COMMENT_BEGINS))
        if end < 0:
            break
        kept.append(text[position:start])
        position = end + len(_COMMENT_ENDS)
    return "".join([*kept, text[position:]])


def _with_tables(lines: list[SourceLine]) -> tuple[list[SourceLine], list[FoundTable]]:
    """Each table becomes one line, and is read."""
    kept: list[SourceLine] = []
    tables: list[FoundTable] = []
    position = end = 0
    while position < len(lines):
        if end <= position:  # otherwise the lines with bars that follow are counted already
            end = position
            while end < len(lines) and "|" in lines[end].text:
                end += 1
        if end - position > 2 and _TABLE_RULE.match(lines[position + 1].text):
            rows = [_cells(line.text) for line in lines[position:end]]
            tables.append(FoundTable(len(kept), len(kept) + 1, Table(None, rows[0], tuple(rows[2:]))))
            kept.append(lines[position])
            position = end
        else:
            kept.append(lines[position])
            position += 1
    return kept, tables


def _cells(text: str) -> tuple[str, ...]:
    text = text.strip().removeprefix("|").removesuffix("|")
    return tuple(cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", text))
