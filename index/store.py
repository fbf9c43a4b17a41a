"""Passages and articles in SQLite: what a reader sees, by row, and what filters ask for."""

import os
import queue
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.article import Article
from ingest.passage import Passage

from .backend import Facts, Filters
from .codec import PASSAGE_FIELDS, article_from_json, passage_from_row, passage_to_row

_SCHEMA = f"""
CREATE TABLE passages (row INTEGER PRIMARY KEY, {", ".join(PASSAGE_FIELDS)});
CREATE TABLE articles (id TEXT PRIMARY KEY, file TEXT NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;
"""
_INDEXES = """
CREATE UNIQUE INDEX passages_by_id ON passages (id);
CREATE INDEX passages_by_article ON passages (article_id, ordinal);
CREATE INDEX passages_by_region ON passages (region);
"""
_INSERT = f"INSERT INTO passages VALUES ({', '.join('?' * (len(PASSAGE_FIELDS) + 1))})"
#: SQLite takes at most 999 bound values in its oldest supported builds.
_BATCH = 900
#: So many threads read at once; more wait for one of them, some microseconds.
_CONNECTIONS = min(8, 2 * (os.cpu_count() or 1))


class PassageWriter:
    """Fills a new store. Rows are numbered in the order of writing."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        # A build that dies is thrown away, so its journal would protect nothing.
        self._connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        self.rows = 0

    def add(self, article_id: str, file: str, content: str, passages: Iterable[Passage]) -> None:
        """Store an article, as `codec` writes it, and its passages."""
        self._connection.execute("INSERT INTO articles VALUES (?, ?, ?)", (article_id, file, content))
        rows = [(row, *passage_to_row(passage)) for row, passage in enumerate(passages, self.rows)]
        self._connection.executemany(_INSERT, rows)
        self.rows += len(rows)

    def mark_duplicates(self, duplicates: Iterable[tuple[int, str]]) -> None:
        """Set `duplicate_of` of rows."""
        self._connection.executemany(
            "UPDATE passages SET duplicate_of = ? WHERE row = ?",
            [(original, row) for row, original in duplicates],
        )

    def finish(self) -> None:
        """Write everything out."""
        self._connection.executescript(_INDEXES)
        self._connection.commit()

    def close(self) -> None:
        self._connection.close()


class PassageStore:
    """An opened store. Threads borrow one of a few connections.

    All of them are opened at once, so that the store goes on answering when its build is no longer the live one and
    its folder has been removed.
    """

    def __init__(self, path: Path) -> None:
        # Nobody writes to a finished build: "immutable" spares every read its locks.
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        for _ in range(_CONNECTIONS):
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            # SQLite opens the file with the first read.
            connection.execute("SELECT name FROM sqlite_schema").fetchone()
            self._idle.put(connection)
        ((self.size,),) = self._read("SELECT count(*) FROM passages")

    @contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        connection = self._idle.get()
        try:
            yield connection
        finally:
            self._idle.put(connection)

    def _read(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        with self._borrowed() as connection:
            return connection.execute(sql, values).fetchall()

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        """The passages of the rows, in the order asked for."""
        found = self._of_rows(PASSAGE_FIELDS, rows)
        return [passage_from_row(found[row]) for row in rows]

    def facts(self, rows: Sequence[int]) -> list[Facts]:
        """What ranking weighs of the rows, in the order asked for."""
        found = self._of_rows(Facts._fields, rows)
        return [Facts(*found[row]) for row in rows]

    def _of_rows(self, fields: Sequence[str], rows: Sequence[int]) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = {}
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            marks = ", ".join("?" * len(batch))
            sql = f"SELECT row, {', '.join(fields)} FROM passages WHERE row IN ({marks})"
            found.update((row, values) for row, *values in self._read(sql, batch))
        return found

    def row_of(self, passage_id: str) -> int | None:
        found = self._read("SELECT row FROM passages WHERE id = ?", (passage_id,))
        return found[0][0] if found else None

    def article(self, article_id: str) -> Article | None:
        found = self._read("SELECT content FROM articles WHERE id = ?", (article_id,))
        return article_from_json(found[0][0]) if found else None

    def articles(self) -> Iterator[tuple[str, str]]:
        """(id, content as `codec` writes it) of every article, by id."""
        last = ""
        while batch := self._read(
            f"SELECT id, content FROM articles WHERE id > ? ORDER BY id LIMIT {_BATCH}", (last,)
        ):
            yield from batch
            last = batch[-1][0]

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
        """Close every connection, each once its reader has finished."""
        for _ in range(_CONNECTIONS):
            self._idle.get().close()
