"""Articles and passages as JSON, in the index's store and in the cache of parsed files."""

import json
from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

import orjson

from ingest.article import Article, Block, Dropped, Link, Section, Table, Teaser
from ingest.passage import Passage

#: A passage is a row: the values of these fields, in this order.
PASSAGE_FIELDS = tuple(field.name for field in fields(Passage))
_values_of = attrgetter(*PASSAGE_FIELDS)
_HEADINGS = PASSAGE_FIELDS.index("heading_path")


def article_to_json(article: Article) -> str:
    """Raises orjson.JSONEncodeError for text that holds half of a character."""
    return orjson.dumps(article).decode()


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
    row = list(_values_of(passage))
    row[_HEADINGS] = orjson.dumps(passage.heading_path).decode()
    return row


def passage_from_row(row: Sequence[Any]) -> Passage:
    values = list(row)
    values[_HEADINGS] = tuple(orjson.loads(values[_HEADINGS]))
    return Passage(*values)
