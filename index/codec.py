"""Articles and passages as JSON, in the index's store and in the cache of parsed files."""

import json
from dataclasses import asdict
from typing import Any

from ingest.article import Article, Block, Dropped, Link, Section, Table, Teaser
from ingest.passage import Passage


def article_to_json(article: Article) -> str:
    return json.dumps(asdict(article), ensure_ascii=False, separators=(",", ":"))


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


def passage_to_dict(passage: Passage) -> dict[str, Any]:
    return asdict(passage)


def passage_from_dict(fields: dict[str, Any]) -> Passage:
    return Passage(**(fields | {"heading_path": tuple(fields["heading_path"])}))
