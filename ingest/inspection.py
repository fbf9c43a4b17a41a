"""What ingest understands of one file, as the document of `yibao inspect --json`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .article import Article, Section
from .corpus import SourceFile, ingest_file
from .errors import BadInputError, NotFoundError
from .field_mapping import FieldMapping
from .passage import Passage


def inspect(path: Path, mapping: FieldMapping | None = None) -> dict[str, Any]:
    """What is understood of the file and what is left out and why; of a file of many articles, the first.

    Keys: title, published, source, region, document_number, effective, expires, sections [{heading_path,
    text}], tables [{title, header, rows}], teasers [{title, source, published, text}], links [{title,
    published, channel, url}], passages [{kind, heading_path, text, ...}], dropped [{text, rule}]; also id,
    file, url and `articles`, how many the file holds. Raises NotFoundError where there is no such file,
    BadInputError for one that cannot be used.
    """
    if not path.exists():
        raise NotFoundError(f"there is no file {path}; name a scraped article, such as corpus/articles/….txt")
    if not path.is_file():
        raise BadInputError(f"{path} is not a file; inspect takes one article, rebuild-index takes folders")
    done = ingest_file(SourceFile(path.name, path), mapping)
    if done.failure is not None or not done.articles:
        raise BadInputError(f"{path} cannot be used: {done.failure or 'it holds no article'}")
    return {**_document(*done.articles[0]), "articles": len(done.articles)}


def _document(article: Article, passages: Sequence[Passage]) -> dict[str, Any]:
    return {
        "id": article.id,
        "file": article.file,
        "title": article.title,
        "published": article.published,
        "source": article.source,
        "url": article.url,
        "region": article.region,
        "document_number": article.document_number,
        "effective": article.effective,
        "expires": article.expires,
        "sections": [
            {"heading_path": list(section.heading_path), "text": _text(article, section)}
            for section in article.sections
        ],
        "tables": [
            {"title": t.title, "header": list(t.header), "rows": [list(row) for row in t.rows]}
            for t in article.tables
        ],
        "teasers": [
            {"title": t.title, "source": t.source, "published": t.published, "text": t.text}
            for t in article.teasers
        ],
        "links": [
            {"title": link.title, "published": link.published, "channel": link.channel, "url": link.url}
            for link in article.links
        ],
        "passages": [
            {
                "id": p.id,
                "kind": p.kind,
                "title": p.title,
                "heading_path": list(p.heading_path),
                "text": p.text,
                "start": p.start,
                "end": p.end,
                "region": p.region,
                "year": p.year,
            }
            for p in passages
        ],
        "dropped": [{"text": line.text, "rule": line.rule} for line in article.dropped],
    }


def _text(article: Article, section: Section) -> str:
    """The section's blocks as a reader sees them, one a line."""
    return "\n".join(article.text[block.start : block.end] for block in section.blocks)
