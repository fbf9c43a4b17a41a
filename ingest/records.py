"""The reader of JSONL and CSV: one article a record, its fields found by name."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .article import Article
from .errors import BadInputError
from .ids import article_id
from .region import resolve
from .scraped import read_scraped
from .timestamps import TIMESTAMP, iso_timestamp

_LONGEST_OPENING = 30
_CLAUSE = re.compile(rf"\s*[^，。！？；：,!?;:\n]{{2,{_LONGEST_OPENING}}}")
csv.field_size_limit(64 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """Names of the fields of a record, tried in order; `[fields]` of yibao.toml puts other ones first."""

    title: tuple[str, ...] = ("title", "标题", "name")
    text: tuple[str, ...] = ("text", "content", "body", "正文", "内容")
    url: tuple[str, ...] = ("url", "link", "链接", "网址")
    source: tuple[str, ...] = ("source", "site", "来源", "网站")
    published: tuple[str, ...] = ("published", "date", "pubdate", "发布时间", "发布日期", "日期")
    region: tuple[str, ...] = ("region", "area", "地区", "区域")
    id: tuple[str, ...] = ("id", "_id", "编号")


def read_jsonl(name: str, text: str, mapping: FieldMapping) -> Iterator[Article]:
    """One article a line. Raises BadInputError naming the line that is no record."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                record = json.loads(line)
            except ValueError as error:
                raise BadInputError(f"line {number} is no JSON: {error}") from None
            if not isinstance(record, dict):
                raise BadInputError(f"line {number} is no record but {type(record).__name__}")
            yield _article(name, number, {str(k): str(v) for k, v in record.items() if v is not None}, mapping)


def read_csv(name: str, text: str, mapping: FieldMapping) -> Iterator[Article]:
    """One article a row below the header."""
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), 2):
        yield _article(name, number, {k: v for k, v in row.items() if k and isinstance(v, str)}, mapping)


def _article(name: str, number: int, record: dict[str, str], mapping: FieldMapping) -> Article:
    lowered = {key.strip().lower(): value.strip() for key, value in record.items()}

    def field(names: tuple[str, ...]) -> str:
        return next((lowered[n.lower()] for n in names if lowered.get(n.lower())), "")

    text, title = field(mapping.text), field(mapping.title)
    if not text:
        raise BadInputError(
            f"record {number} has none of the text fields {', '.join(mapping.text)}; it has {', '.join(record) or 'none'}; "
            "name yours under [fields] in yibao.toml"
        )
    key = field(mapping.id) or field(mapping.url) or str(number)
    article = read_scraped(name, text, title or _opening(text))
    stated = TIMESTAMP.search(field(mapping.published))
    return replace(
        article,
        id=article_id(name, key),
        source=field(mapping.source) or article.source,
        url=field(mapping.url) or None,
        published=(iso_timestamp(stated) if stated else None) or article.published,
        region=resolve(field(mapping.region)) if field(mapping.region) else None,
    )


def _opening(text: str) -> str:
    """The first clause of a text without a title, which then stands for one."""
    match = _CLAUSE.match(text)
    return match.group() if match else text[:_LONGEST_OPENING]
