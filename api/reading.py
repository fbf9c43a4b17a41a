"""A passage among its neighbours, and an article with the places of its passages."""

from dataclasses import asdict
from typing import Any

from index.backend import Backend
from ingest.article import Article
from ingest.errors import BadInputError, NotFoundError
from ingest.passage import Passage

#: So many neighbours may be asked for on each side.
MOST_AROUND = 10


def passage_among_neighbours(backend: Backend, passage_id: str, around: int) -> dict[str, Any]:
    """The passage, and up to `around` passages of its article before and after it.

    Raises NotFoundError for an unknown id, BadInputError for `around` outside 0..`MOST_AROUND`.
    """
    if not 0 <= around <= MOST_AROUND:
        raise BadInputError(f"around is {around}; ask for 0 to {MOST_AROUND} neighbours on each side")
    row = backend.passage_row(passage_id)
    if row is None:
        raise NotFoundError(f"there is no passage {passage_id!r} in this index")
    [passage] = backend.passages([row])
    rows = backend.article_rows(passage.article_id)
    place = rows.index(row)
    return {
        "passage": _placed(passage),
        "before": [_placed(p) for p in backend.passages(rows[max(0, place - around) : place])],
        "after": [_placed(p) for p in backend.passages(rows[place + 1 : place + 1 + around])],
    }


def _placed(p: Passage) -> dict[str, Any]:
    return {
        "id": p.id,
        "article_id": p.article_id,
        "file": p.file,
        "ordinal": p.ordinal,
        "kind": p.kind,
        "title": p.title,
        "heading_path": list(p.heading_path),
        "text": p.text,
        "start": p.start,
        "end": p.end,
        "region": p.region,
        "published": p.published,
        "year": p.year,
        "effective": p.effective,
        "expires": p.expires,
        "source": p.source,
        "url": p.url,
    }


def article_with_anchors(backend: Backend, article_id: str) -> dict[str, Any]:
    """The article's cleaned text and metadata, and where its passages stand. Raises NotFoundError."""
    article = backend.article(article_id)
    if article is None:
        raise NotFoundError(f"there is no article {article_id!r} in this index")
    return {
        "id": article.id,
        "file": article.file,
        "title": article.title,
        "text": article.text,
        "source": article.source,
        "url": article.url,
        "published": article.published,
        "region": article.region,
        "document_number": article.document_number,
        "effective": article.effective,
        "expires": article.expires,
        "passages": [
            _anchor(p) for p in backend.passages(backend.article_rows(article_id)) if p.kind != "teaser"
        ],
        "sections": _headings(article),
        "tables": [asdict(table) for table in article.tables],
        "teasers": [asdict(teaser) for teaser in article.teasers],
    }


def _anchor(p: Passage) -> dict[str, Any]:
    return {"id": p.id, "kind": p.kind, "heading_path": list(p.heading_path), "start": p.start, "end": p.end}


def _headings(article: Article) -> list[dict[str, Any]]:
    return [
        {"heading_path": list(section.heading_path), "start": section.blocks[0].start}
        for section in article.sections
        if section.heading_path and section.blocks
    ]
