"""Passages and articles in SQLite: what a reader sees, by row.

The facts that ranking and filters ask for are few and shared by many passages: each combination is kept once, in a
table of its own, and an array that is mapped says which one every passage has.
"""

import os
import queue
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.article import Article
from ingest.passage import Passage

from .arrays import mapped, save
from .backend import Facts, Filters
from .codec import PASSAGE_FIELDS, article_from_json, passage_from_row
from .recent import Recent

_SCHEMA = f"""
CREATE TABLE passages (row INTEGER PRIMARY KEY, {", ".join(PASSAGE_FIELDS)});
CREATE TABLE facts (number INTEGER PRIMARY KEY, {", ".join(Facts._fields)});
CREATE TABLE articles (id TEXT NOT NULL, file TEXT NOT NULL, content TEXT NOT NULL);
"""
#: Made when all is written: ids come in no order, and each would be sought in a growing tree.
_INDEXES = """
CREATE UNIQUE INDEX articles_by_id ON articles (id);
CREATE UNIQUE INDEX passages_by_id ON passages (id);
CREATE INDEX passages_by_article ON passages (article_id, ordinal);
"""
_INSERT = f"INSERT INTO passages VALUES ({', '.join('?' * (len(PASSAGE_FIELDS) + 1))})"
_SELECT = f"SELECT row, {', '.join(PASSAGE_FIELDS)} FROM passages"
_INSERT_FACTS = f"INSERT INTO facts VALUES ({', '.join('?' * (len(Facts._fields) + 1))})"
_facts_of = itemgetter(*map(PASSAGE_FIELDS.index, Facts._fields))
#: Beside the database.
FACTS = "facts.npy"
#: Filters whose rows are kept: a byte a passage.
_FILTERS = 16
#: SQLite takes at most 999 bound values in its oldest supported builds.
_BATCH = 900
#: Passages that were read last are kept: some two kilobytes each.
_RECENT = 4096
#: A database of any size is read straight from its mapped pages: to copy them first took half as long again.
_MAPPED = f"PRAGMA mmap_size = {1 << 40}"
#: So many threads read at once; more wait for one of them, some microseconds.
_CONNECTIONS = min(8, 2 * (os.cpu_count() or 1))


class PassageWriter:
    """Fills a new store. Rows are numbered in the order of writing."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        # A build that dies is thrown away, so its journal would protect nothing.
        self._connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        self._facts: dict[tuple[Any, ...], int] = {}
        self._fact_of: list[int] = []
        self._path = path

    def add(self, article_id: str, file: str, content: str, rows: Sequence[Sequence[Any]]) -> None:
        """Store an article and its passages, as `codec` writes them."""
        self._connection.execute("INSERT INTO articles VALUES (?, ?, ?)", (article_id, file, content))
        first = len(self._fact_of)
        self._connection.executemany(_INSERT, ((row, *values) for row, values in enumerate(rows, first)))
        facts = self._facts
        self._fact_of += [facts.setdefault(_facts_of(values), len(facts)) for values in rows]

    def passages(self, first: int, last: int) -> list[Passage]:
        """The passages of the rows from `first` to before `last`."""
        found = self._connection.execute(
            f"SELECT {', '.join(PASSAGE_FIELDS)} FROM passages WHERE row >= ? AND row < ? ORDER BY row",
            (first, last),
        )
        return [passage_from_row(values) for values in found]

    @property
    def size(self) -> int:
        """Number of passages written."""
        return len(self._fact_of)

    def mark_duplicates(self, duplicates: Iterable[tuple[int, str]]) -> None:
        """Set `duplicate_of` of rows."""
        self._connection.executemany(
            "UPDATE passages SET duplicate_of = ? WHERE row = ?",
            [(original, row) for row, original in duplicates],
        )

    def finish(self) -> None:
        """Write everything out."""
        self._connection.executemany(
            _INSERT_FACTS, ((number, *facts) for facts, number in self._facts.items())
        )
        self._connection.executescript(_INDEXES)
        self._connection.commit()
        save(self._path.with_name(FACTS), np.asarray(self._fact_of, np.int32))

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
            connection.execute(_MAPPED)
            # SQLite opens the file with the first read.
            connection.execute("SELECT name FROM sqlite_schema").fetchone()
            self._idle.put(connection)
        self._fact_of: NDArray[np.int32] = mapped(path.with_name(FACTS))
        self._facts = [Facts(*facts) for _, *facts in self._read("SELECT * FROM facts ORDER BY number")]
        self.select = lru_cache(_FILTERS)(self._select)
        self._recent: Recent[int, Passage] = Recent(_RECENT)

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
        found = self._recent.among(rows)
        missing = [row for row in rows if row not in found]
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            marks = ", ".join("?" * len(batch))
            for row, *values in self._read(f"{_SELECT} WHERE row IN ({marks})", batch):
                found[row] = passage_from_row(values)
        self._recent.keep(found)
        return [found[row] for row in rows]

    @property
    def size(self) -> int:
        """Number of passages."""
        return len(self._fact_of)

    def facts(self, rows: NDArray[np.int64]) -> list[Facts]:
        """What ranking weighs of the rows, in the order asked for."""
        return [self._facts[number] for number in self._fact_of[rows].tolist()]

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

    def _select(self, filters: Filters) -> NDArray[np.bool_] | None:
        """Which rows pass, bool `[size]`, not to be written to; None where every row does."""
        if filters.empty:
            return None
        passing = [
            (filters.regions is None or facts.region in filters.regions)
            and (filters.kinds is None or facts.kind in filters.kinds)
            and (filters.since is None or (facts.published or "") >= filters.since)
            for facts in self._facts
        ]
        allowed = np.asarray(passing, np.bool_)[self._fact_of]
        allowed.flags.writeable = False
        return allowed

    def close(self) -> None:
        """Close every connection, each once its reader has finished."""
        for _ in range(_CONNECTIONS):
            self._idle.get().close()
