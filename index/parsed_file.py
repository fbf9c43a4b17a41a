"""What became of a file: its articles and passages, as they are stored and kept."""

from dataclasses import replace
from typing import Any, NamedTuple

import orjson

from ingest.article import Article
from ingest.corpus import IngestedFile
from ingest.passage import Passage
from ingest.report import IngestReport

from .codec import article_to_json, passage_from_row, passage_to_row


class ParsedArticle(NamedTuple):
    """An article as JSON, which a build stores and never looks into, and its passages as rows."""

    id: str
    file: str
    content: str
    rows: list[list[Any]]


class ParsedFile(NamedTuple):
    """What became of a file, and what it adds to the report."""

    report: dict[str, Any]
    articles: list[ParsedArticle]

    @classmethod
    def of(cls, done: IngestedFile) -> tuple["ParsedFile", list[Passage]]:
        """With all its passages. Of two articles with one id, the first is kept.

        Raises orjson.JSONEncodeError for text that holds half of a character.
        """
        kept: dict[str, tuple[Article, tuple[Passage, ...]]] = {}
        report = IngestReport()
        for article, passages in done.articles:
            if article.id in kept:
                report.failed[done.name] = f"holds the article {article.id}, which was read before"
            kept.setdefault(article.id, (article, passages))
        report.add(replace(done, articles=tuple(kept.values())))
        parsed = [
            ParsedArticle(
                article.id, article.file, article_to_json(article), list(map(passage_to_row, passages))
            )
            for article, passages in kept.values()
        ]
        return cls(report.to_dict(), parsed), [p for _, passages in kept.values() for p in passages]

    @classmethod
    def nothing(cls) -> "ParsedFile":
        """What no file adds."""
        return cls(IngestReport().to_dict(), [])

    def passages(self) -> list[Passage]:
        return [passage_from_row(row) for article in self.articles for row in article.rows]

    def to_json(self) -> bytes:
        return orjson.dumps([self.report, [tuple(article) for article in self.articles]])

    @classmethod
    def from_json(cls, content: bytes) -> "ParsedFile":
        report, articles = orjson.loads(content)
        return cls(report, [ParsedArticle(*article) for article in articles])
