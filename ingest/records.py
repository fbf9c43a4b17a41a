"""The reader of JSONL and CSV: one article a record, its fields found by name."""

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace

from .article import Article
from .characters import clean_characters
from .errors import BadInputError
from .facts.dates import parse
from .facts.region import resolve
from .field_mapping import FieldMapping
from .html.page import read_html
from .ids import article_id
from .scraped import read_scraped

_LONGEST_OPENING = 30
_CLAUSE = re.compile(rf"\s*[^，。！？；：,!?;:\n]{{2,{_LONGEST_OPENING}}}")
#: Text that holds the tags of paragraphs is HTML.
_MARKUP = re.compile(r"</(?:p|div|td|li|span|h[1-6])>|<br\s*/?>", re.IGNORECASE)
csv.field_size_limit(64 * 1024 * 1024)


def read_jsonl(name: str, text: str, mapping: FieldMapping) -> Iterator[Article]:
    """One article a line. Raises BadInputError naming the line that is no record."""
    # Not splitlines: a string in JSON may hold U+2028 and other line ends of Unicode.
    for number, line in enumerate(io.StringIO(text, newline="\n"), 1):
        if line.strip():
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise BadInputError(f"line {number} is no JSON: {error}") from None
            if not isinstance(record, dict):
                raise BadInputError(f"line {number} is no record but {type(record).__name__}")
            yield _article(name, number, {k: _shown(v) for k, v in record.items() if v is not None}, mapping)


def read_csv(name: str, text: str, mapping: FieldMapping) -> Iterator[Article]:
    """One article a row below the header; cells are parted by commas, tabs or semicolons."""
    header = text[: text.find("\n") + 1] or text
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",\t;", key=header.count))
    try:
        for number, row in enumerate(rows, 2):
            yield _article(name, number, {k: v for k, v in row.items() if k and isinstance(v, str)}, mapping)
    except csv.Error as error:
        raise BadInputError(f"line {rows.line_num} is no CSV: {error}") from None


def _shown(value: object) -> str:
    """A value of JSON as text; a list of paragraphs becomes lines."""
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _article(name: str, number: int, record: dict[str, str], mapping: FieldMapping) -> Article:
    lowered = {key.strip().lower(): clean_characters(value).strip() for key, value in record.items()}

    def field(names: tuple[str, ...]) -> str:
        return next((lowered[n.lower()] for n in names if lowered.get(n.lower())), "")

    text, title = field(mapping.text), field(mapping.title)
    if not text:
        raise BadInputError(
            f"record {number} has none of the text fields {', '.join(mapping.text)}; "
            f"it has {', '.join(record) or 'none'}; name yours under [fields] in yibao.toml"
        )
    key = field(mapping.id) or field(mapping.url) or str(number)
    article = _read_body(name, text, title)
    return replace(
        article,
        id=article_id(name, key),
        source=field(mapping.source) or article.source,
        url=field(mapping.url) or article.url,
        published=parse(field(mapping.published)) or article.published,
        region=resolve(field(mapping.region)) if field(mapping.region) else article.region,
    )


def _read_body(name: str, text: str, title: str) -> Article:
    """A record's text, which crawlers store plain or as the HTML they found."""
    if not _MARKUP.search(text):
        return read_scraped(name, text, title or _opening(text))
    head = f"<title>{html.escape(title)}</title>" if title else ""
    return read_html(name, f"<html><head>{head}</head><body><article>{text}</article></body></html>")


def _opening(text: str) -> str:
    """The first clause of a text without a title, which then stands for one."""
    match = _CLAUSE.match(text)
    return match.group() if match else text[:_LONGEST_OPENING]
