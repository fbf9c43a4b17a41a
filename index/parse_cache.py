"""Articles and passages of files already read, so that a rebuild reads only files that changed."""

import json
import sqlite3
from pathlib import Path

from ingest.corpus import IngestedFile

from .codec import article_from_json, article_to_json, passage_from_dict, passage_to_dict

_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    name TEXT PRIMARY KEY, content_hash TEXT NOT NULL, version TEXT NOT NULL, articles TEXT NOT NULL
) WITHOUT ROWID
"""


class ParseCache:
    """What became of each file, under its content's hash and the version of the code that read it."""

    def __init__(self, path: Path, version: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(_SCHEMA)
        self._version = version

    def get(self, name: str, content_hash: str) -> IngestedFile | None:
        row = self._connection.execute(
            "SELECT articles FROM files WHERE name = ? AND content_hash = ? AND version = ?",
            (name, content_hash, self._version),
        ).fetchone()
        if row is None:
            return None
        articles = tuple(
            (article_from_json(article), tuple(passage_from_dict(p) for p in passages))
            for article, passages in json.loads(row[0])
        )
        return IngestedFile(name, content_hash, articles)

    def put(self, done: IngestedFile) -> None:
        """Keep a file that was read; one that failed is tried again each time."""
        if done.failure is None:
            articles = [
                (article_to_json(a), [passage_to_dict(p) for p in passages]) for a, passages in done.articles
            ]
            content = json.dumps(articles, ensure_ascii=False, separators=(",", ":"))
            self._connection.execute(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)",
                (done.name, done.content_hash, self._version, content),
            )

    def keep_only(self, names: set[str]) -> None:
        """Forget files that no longer exist, and commit."""
        known = self._connection.execute("SELECT name FROM files").fetchall()
        self._connection.executemany(
            "DELETE FROM files WHERE name = ?", [(n,) for (n,) in known if n not in names]
        )
        self._connection.commit()

    def commit(self) -> None:
        self._connection.commit()

    def close(self) -> None:
        self._connection.close()
