"""The reader of Markdown: front matter, headings, lists and tables."""

import re

from .article import Article, Table
from .assemble import Line, assemble
from .characters import clean_characters
from .flattened_tables import FoundTable
from .ids import article_id
from .scraped import typed_lines
from .source_lines import SourceLine, source_lines
from .timestamps import TIMESTAMP, iso_timestamp

_FRONT = re.compile(r"\A---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^(\w+)\s*:\s*(.*?)\s*$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_EMPHASIS = re.compile(r"(\*\*|__|`)(.+?)\1")
_TABLE_RULE = re.compile(r"^\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?$")


def read_markdown(name: str, text: str) -> Article:
    """Understand a Markdown file; the title is the front matter's, or the first heading."""
    front: dict[str, str] = {}
    if match := _FRONT.match(text):
        front = {key.lower(): value.strip("'\" ") for key, value in _FIELD.findall(match[1])}
        text = text[match.end() :]
    text = _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", clean_characters(text)))
    lines, tables = _with_tables([line for line in source_lines(text) if not line.text.startswith("```")])
    title = front.get("title", "")
    if not title and lines:
        title = lines[0].text.lstrip("# ")
        lines, tables = lines[1:], [FoundTable(t.start - 1, t.end - 1, t.table) for t in tables]
    stated = TIMESTAMP.search(front.get("date", "") or front.get("published", ""))
    body, sections = assemble([_plain(line) for line in typed_lines(lines, tables)])
    return Article(
        id=article_id(name),
        file=name,
        title=title,
        text=body,
        sections=sections,
        source=front.get("source") or None,
        url=front.get("url") or None,
        published=iso_timestamp(stated) if stated else None,
        region=front.get("region") or None,
        tables=tuple(found.table for found in tables),
    )


def _plain(line: Line) -> Line:
    if line.kind != "heading":
        return line
    return Line("heading", line.text.lstrip("# "), label=(line.label or line.text).lstrip("# "), level=line.level)


def _with_tables(lines: list[SourceLine]) -> tuple[list[SourceLine], list[FoundTable]]:
    """Each table becomes one line, and is read."""
    kept: list[SourceLine] = []
    tables: list[FoundTable] = []
    position = 0
    while position < len(lines):
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
    return tuple(cell.strip() for cell in text.strip().strip("|").split("|"))
