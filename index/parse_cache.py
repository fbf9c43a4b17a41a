"""Articles and passages of files already read, so that a rebuild reads only files that changed."""

import json
import sqlite3
import zlib
from pathlib import Path
from typing import Any, NamedTuple

from ingest.corpus import IngestedFile
from ingest.passage import Passage
from ingest.report import IngestReport

from .codec import article_to_json, passage_from_row, passage_to_row

_SCHEMA = """
CREATE TABLE IF NOT EXISTS parsed_files (
    name TEXT PRIMARY KEY, content_hash TEXT NOT NULL, version TEXT NOT NULL,
    content TEXT NOT NULL, checksum INTEGER NOT NULL
) WITHOUT ROWID
"""


class ParsedArticle(NamedTuple):
    """An article as JSON, which a build stores and never looks into, and its passages."""

    id: str
    file: str
    content: str
    passages: list[Passage]


class ParsedFile(NamedTuple):
    """What became of a file, and what it adds to the report."""

    report: dict[str, Any]
    articles: list[ParsedArticle]

    @classmethod
    def of(cls, done: IngestedFile) -> "ParsedFile":
        report = IngestReport()
        report.add(done)
        articles = [ParsedArticle(a.id, a.file, article_to_json(a), list(ps)) for a, ps in done.articles]
        return cls(report.to_dict(), articles)

    @classmethod
    def nothing(cls) -> "ParsedFile":
        """What no file adds."""
        return cls(IngestReport().to_dict(), [])

    def to_json(self) -> str:
        articles = [(*a[:3], [passage_to_row(p) for p in a.passages]) for a in self.articles]
        return json.dumps([self.report, articles], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "ParsedFile":
        report, articles = json.loads(text)
        return cls(
            report,
            [
                ParsedArticle(article_id, file, content, [passage_from_row(row) for row in rows])
                for article_id, file, content, rows in articles
            ],
        )


class ParseCache:
    """What became of each file, under its content's hash and the version of the code that read it."""

    def __init__(self, path: Path, version: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path)
        self._connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")
        self._connection.execute(_SCHEMA)
        self._version = version

    def holds(self, name: str, content_hash: str) -> bool:
        """Whether `get` would find the file, unless it is damaged."""
        row = self._connection.execute(
            "SELECT 1 FROM parsed_files WHERE name = ? AND content_hash = ? AND version = ?",
            (name, content_hash, self._version),
        ).fetchone()
        return row is not None

    def get(self, name: str, content_hash: str) -> ParsedFile | None:
        row = self._connection.execute(
            "SELECT content, checksum FROM parsed_files WHERE name = ? AND content_hash = ? AND version = ?",
            (name, content_hash, self._version),
        ).fetchone()
        if row is None or zlib.crc32(row[0].encode()) != row[1]:
            return None
        return ParsedFile.from_json(row[0])

    def put(self, name: str, content_hash: str, parsed: ParsedFile) -> None:
        content = parsed.to_json()
        self._connection.execute(
            "INSERT OR REPLACE INTO parsed_files VALUES (?, ?, ?, ?, ?)",
            (name, content_hash, self._version, content, zlib.crc32(content.encode())),
        )

    def keep_only(self, names: set[str]) -> None:
        """Forget files that no longer exist, and commit."""
        known = self._connection.execute("SELECT name FROM parsed_files").fetchall()
        gone = [(name,) for (name,) in known if name not in names]
        self._connection.executemany("DELETE FROM parsed_files WHERE name = ?", gone)
        self._connection.commit()

    def commit(self) -> None:
        self._connection.commit()

    def close(self) -> None:
        self._connection.close()
