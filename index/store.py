"""Passages and articles in SQLite: what a reader sees, by row, and what filters ask for."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.article import Article
from ingest.passage import Passage

from .backend import Filters
from .codec import article_from_json, article_to_json

_COLUMNS = tuple(field.name for field in fields(Passage))
_SCHEMA = f"""
CREATE TABLE passages (row INTEGER PRIMARY KEY, {", ".join(_COLUMNS)});
CREATE TABLE articles (id TEXT PRIMARY KEY, file TEXT NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;
"""
_INDEXES = """
CREATE UNIQUE INDEX passages_by_id ON passages (id);
CREATE INDEX passages_by_article ON passages (article_id, ordinal);
CREATE INDEX passages_by_region ON passages (region);
"""
#: SQLite takes at most 999 bound values in its oldest supported builds.
_BATCH = 900


class PassageWriter:
    """Fills a new store. Rows are numbered in the order of writing."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        # A build that dies is thrown away, so its journal would protect nothing.
        self._connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        self.rows = 0

    def add(self, article: Article, passages: Iterable[Passage]) -> None:
        self._connection.execute(
            "INSERT INTO articles VALUES (?, ?, ?)", (article.id, article.file, article_to_json(article))
        )
        marks = ", ".join("?" * (len(_COLUMNS) + 1))
        rows = [(row, *_values(passage)) for row, passage in enumerate(passages, self.rows)]
        self._connection.executemany(f"INSERT INTO passages VALUES ({marks})", rows)
        self.rows += len(rows)

    def mark_duplicates(self, duplicates: Iterable[tuple[int, str]]) -> None:
        """Set `duplicate_of` of rows."""
        self._connection.executemany(
            "UPDATE passages SET duplicate_of = ? WHERE row = ?",
            [(original, row) for row, original in duplicates],
        )

    def finish(self) -> None:
        """Write everything out and close."""
        self._connection.executescript(_INDEXES)
        self._connection.commit()
        self._connection.close()


def _values(passage: Passage) -> list[object]:
    values = [getattr(passage, name) for name in _COLUMNS]
    values[_COLUMNS.index("heading_path")] = json.dumps(passage.heading_path, ensure_ascii=False)
    return values


class PassageStore:
    """An opened store. Each thread reads through a connection of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        (self.size,) = self._read("SELECT count(*) FROM passages").fetchone()

    def _read(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            # Nobody writes to a finished build: "immutable" spares every read its locks.
            uri = f"{self._path.resolve().as_uri()}?mode=ro&immutable=1"
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            self._local.connection = connection
            self._connections.append(connection)
        return connection.execute(sql, values)

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        """The passages of the rows, in the order asked for."""
        found: dict[int, Passage] = {}
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            marks = ", ".join("?" * len(batch))
            for row, *values in self._read(f"SELECT * FROM passages WHERE row IN ({marks})", batch):
                found[row] = _passage(values)
        return [found[row] for row in rows]

    def row_of(self, passage_id: str) -> int | None:
        found = self._read("SELECT row FROM passages WHERE id = ?", (passage_id,)).fetchone()
        return found[0] if found else None

    def article(self, article_id: str) -> Article | None:
        found = self._read("SELECT content FROM articles WHERE id = ?", (article_id,)).fetchone()
        return article_from_json(found[0]) if found else None

    def rows_of_article(self, article_id: str) -> list[int]:
        """Rows of an article's passages, in its order."""
        found = self._read("SELECT row FROM passages WHERE article_id = ? ORDER BY ordinal", (article_id,))
        return [row for (row,) in found]

    def select(self, filters: Filters) -> NDArray[np.bool_] | None:
        """Which rows pass, bool `[size]`; None where every row does."""
        if filters.empty:
            return None
        conditions, values = [], []
        for column, wanted in (("region", filters.regions), ("kind", filters.kinds)):
            if wanted is not None:
                conditions.append(f"{column} IN ({', '.join('?' * len(wanted))})" if wanted else "0")
                values += sorted(wanted)
        if filters.since is not None:
            conditions.append("published >= ?")
            values.append(filters.since)
        passing = self._read(f"SELECT row FROM passages WHERE {' AND '.join(conditions)}", values)
        allowed = np.zeros(self.size, np.bool_)
        allowed[[row for (row,) in passing]] = True
        return allowed

    def close(self) -> None:
        for connection in self._connections:
            connection.close()


def _passage(values: list[object]) -> Passage:
    named = dict(zip(_COLUMNS, values, strict=True))
    named["heading_path"] = tuple(json.loads(str(named["heading_path"])))
    return Passage(**named)  # type: ignore[arg-type]
