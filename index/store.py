"""Passages and articles: what a reader sees. Passages lie in SQLite by row, with articles' places in a file of their
texts beside.
"""

import os
import queue
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.article import Article
from ingest.passage import Passage

from .arrays import let_go
from .backend import Facts, Filters
from .codec import PASSAGE_FIELDS, article_from_json, passage_from_row
from .facts import FactStore, FactWriter
from .recent import Recent

_FIELDS = ", ".join(PASSAGE_FIELDS)
_SCHEMA = f"""
CREATE TABLE passages (row INTEGER PRIMARY KEY, {_FIELDS});
CREATE TABLE articles (number INTEGER PRIMARY KEY, id TEXT NOT NULL, file TEXT NOT NULL, start INTEGER, stop INTEGER);
"""
#: Made when all is written: ids come in no order, and each would be sought in a growing tree.
_INDEXES = """
CREATE UNIQUE INDEX articles_by_id ON articles (id);
CREATE UNIQUE INDEX passages_by_id ON passages (id);
CREATE INDEX passages_by_article ON passages (article_id, ordinal);
"""
_INSERT = f"INSERT INTO passages VALUES ({', '.join('?' * (len(PASSAGE_FIELDS) + 1))})"
_SELECT = f"SELECT row, {_FIELDS} FROM passages"
_DUPLICATE_OF = "duplicate_of"
#: Which passages repeat others is found out anew in every build.
_TAKE_OVER = f"""
INSERT INTO passages SELECT row + ?, {_FIELDS.replace(_DUPLICATE_OF, "NULL")} FROM before.passages
WHERE row >= ? AND row < ? ORDER BY row
"""
_facts_of = itemgetter(*map(PASSAGE_FIELDS.index, Facts._fields))
#: Beside the database: articles as `codec` writes them, a line each.
ARTICLES = "articles.jsonl"
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


class Span(NamedTuple):
    """Neighbouring rows and articles of a build, from the first ones to before the last ones."""

    row: int
    last_row: int
    article: int
    last_article: int

    def leads_to(self, other: "Span") -> bool:
        """Whether the other begins where this ends."""
        return (self.last_row, self.last_article) == (other.row, other.article)


class PassageWriter:
    """Fills a new store. Rows and articles are numbered in the order of writing.

    `before` is the store of a build from which passages may be taken over.
    """

    def __init__(self, path: Path, before: "PassageStore | None" = None) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False)
        # A build that dies is thrown away, so its journal would protect nothing.
        self._connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        self._before = before
        if before is not None:
            self._connection.execute("ATTACH ? AS before", (str(before.path),))
        self._facts = FactWriter(path.parent)
        self._texts = path.with_name(ARTICLES).open("wb")
        self._articles: list[tuple[str, str, int, int]] = []
        self._size = 0

    def add(self, article_id: str, file: str, content: str, rows: Sequence[Sequence[Any]]) -> None:
        """Store an article and its passages, as `codec` writes them."""
        text = content.encode()
        self._add_articles([(article_id, file, len(text))], text + b"\n")
        first, self._size = self._size, self._size + len(rows)
        self._connection.executemany(_INSERT, ((row, *values) for row, values in enumerate(rows, first)))
        self._facts.add(list(map(_facts_of, rows)))

    def take_over(self, span: Span) -> None:
        """Store articles and passages of the build before."""
        assert self._before is not None  # noqa: S101 - the caller has named it
        self._add_articles(*self._before.article_span(span.article, span.last_article))
        self._connection.execute(_TAKE_OVER, (self._size - span.row, span.row, span.last_row))
        self._facts.take_over(self._before.facts, span.row, span.last_row)
        self._size += span.last_row - span.row

    def _add_articles(self, articles: Sequence[tuple[str, str, int]], texts: bytes) -> None:
        place = self._texts.tell()
        for article_id, file, length in articles:
            self._articles.append((article_id, file, place, place + length))
            place += length + 1
        self._texts.write(texts)

    def passages(self, first: int, last: int) -> list[Passage]:
        """The passages of the rows from `first` to before `last`."""
        found = self._connection.execute(
            f"SELECT {_FIELDS} FROM passages WHERE row >= ? AND row < ? ORDER BY row", (first, last)
        )
        return [passage_from_row(values) for values in found]

    @property
    def size(self) -> int:
        """Number of passages written."""
        return self._size

    def mark_duplicates(self, duplicates: Iterable[tuple[int, str]]) -> None:
        """Set `duplicate_of` of rows."""
        self._connection.executemany(
            f"UPDATE passages SET {_DUPLICATE_OF} = ? WHERE row = ?",
            [(original, row) for row, original in duplicates],
        )

    def finish(self) -> None:
        """Write everything out."""
        self._connection.executemany(
            "INSERT INTO articles (id, file, start, stop) VALUES (?, ?, ?, ?)", self._articles
        )
        self._connection.executescript(_INDEXES)
        self._connection.commit()
        self._texts.close()
        self._facts.finish()

    def close(self) -> None:
        self._texts.close()
        self._connection.close()


class PassageStore:
    """An opened store. Threads borrow one of a few connections.

    All of them are opened at once, so that the store goes on answering when its build is no longer the live one and
    its folder has been removed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # Nobody writes to a finished build: "immutable" spares every read its locks.
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        for _ in range(_CONNECTIONS):
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            connection.execute(_MAPPED)
            # SQLite opens the file with the first read.
            connection.execute("SELECT name FROM sqlite_schema").fetchone()
            self._idle.put(connection)
        self._texts = np.memmap(path.with_name(ARTICLES), np.uint8, "r")
        self.facts = FactStore.open(path.parent)
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

    def rows(self, first: int, last: int) -> list[list[Any]]:
        """The passages of the rows from `first` to before `last`, as `codec` writes them, and none a near-copy."""
        fields = _FIELDS.replace(_DUPLICATE_OF, "NULL")
        return list(
            map(
                list,
                self._read(
                    f"SELECT {fields} FROM passages WHERE row >= ? AND row < ? ORDER BY row", (first, last)
                ),
            )
        )

    @property
    def size(self) -> int:
        """Number of passages."""
        return self.facts.size

    def row_of(self, passage_id: str) -> int | None:
        found = self._read("SELECT row FROM passages WHERE id = ?", (passage_id,))
        return found[0][0] if found else None

    def article(self, article_id: str) -> Article | None:
        found = self._read("SELECT start, stop FROM articles WHERE id = ?", (article_id,))
        return article_from_json(self._text(*found[0])) if found else None

    def articles(self) -> Iterator[tuple[str, str]]:
        """(id, content as `codec` writes it) of every article, by id."""
        last = ""
        while batch := self._read(
            f"SELECT id, start, stop FROM articles WHERE id > ? ORDER BY id LIMIT {_BATCH}", (last,)
        ):
            yield from ((article_id, self._text(start, stop)) for article_id, start, stop in batch)
            last = batch[-1][0]

    def _text(self, start: int, stop: int) -> str:
        return self._texts[start:stop].tobytes().decode()

    def let_go(self) -> None:
        """Hold nothing in memory of the articles that were read."""
        let_go(self._texts)

    def article_span(self, first: int, last: int) -> tuple[list[tuple[str, str, int]], bytes]:
        """(id, file, length of the text in bytes) of the articles from `first` to before `last`, and their lines."""
        # SQLite counts from 1.
        found = self._read(
            "SELECT id, file, start, stop FROM articles WHERE number > ? AND number <= ? ORDER BY number",
            (first, last),
        )
        texts = self._texts[found[0][2] : found[-1][3] + 1].tobytes() if found else b""
        return [(article_id, file, stop - start) for article_id, file, start, stop in found], texts

    def rows_of_article(self, article_id: str) -> list[int]:
        """Rows of an article's passages, in its order."""
        found = self._read("SELECT row FROM passages WHERE article_id = ? ORDER BY ordinal", (article_id,))
        return [row for (row,) in found]

    def _select(self, filters: Filters) -> NDArray[np.bool_] | None:
        """Which rows pass, bool `[size]`, not to be written to; None where every row does."""
        allowed = self.facts.select(filters)
        if allowed is not None:
            allowed.flags.writeable = False
        return allowed

    def close(self) -> None:
        """Close every connection, each once its reader has finished."""
        for _ in range(_CONNECTIONS):
            self._idle.get().close()
