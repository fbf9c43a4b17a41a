"""Articles and passages as JSON, in the index's store and in the cache of parsed files."""

import json
from dataclasses import fields
from typing import Any

from ingest.article import Article, Block, Dropped, Link, Section, Table, Teaser
from ingest.passage import Passage

#: A passage is a row: the values of these fields, in this order.
PASSAGE_FIELDS = tuple(field.name for field in fields(Passage))
_HEADINGS = PASSAGE_FIELDS.index("heading_path")


def article_to_json(article: Article) -> str:
    return json.dumps(article, default=_fields_of, ensure_ascii=False, separators=(",", ":"))


def _fields_of(value: Any) -> dict[str, Any]:
    # `dataclasses.asdict` copies every value, which takes five times as long.
    return {name: getattr(value, name) for name in value.__slots__}


def article_from_json(text: str) -> Article:
    fields: dict[str, Any] = json.loads(text)
    fields["sections"] = tuple(
        Section(tuple(s["heading_path"]), tuple(Block(**block) for block in s["blocks"]))
        for s in fields["sections"]
    )
    fields["tables"] = tuple(
        Table(t["title"], tuple(t["header"]), tuple(tuple(row) for row in t["rows"]))
        for t in fields["tables"]
    )
    fields["teasers"] = tuple(Teaser(**teaser) for teaser in fields["teasers"])
    fields["links"] = tuple(Link(**link) for link in fields["links"])
    fields["dropped"] = tuple(Dropped(**line) for line in fields["dropped"])
    return Article(**fields)


def passage_to_row(passage: Passage) -> list[Any]:
    """Values of `PASSAGE_FIELDS`; the heading path as a JSON list."""
    row = [getattr(passage, name) for name in PASSAGE_FIELDS]
    row[_HEADINGS] = json.dumps(passage.heading_path, ensure_ascii=False)
    return row


def passage_from_row(row: list[Any]) -> Passage:
    row[_HEADINGS] = tuple(json.loads(row[_HEADINGS]))
    return Passage(*row)
