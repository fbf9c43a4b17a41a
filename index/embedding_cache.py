"""Vectors kept between rebuilds, so that only changed passages are embedded.

A vector belongs to a passage's id, the hash of its searchable text and the model's fingerprint, never to the hash
alone. Each batch is committed as it comes, so that a build which dies has lost at most one. What models of static token
vectors make is kept by file (`parts.py`): there a look-up for each passage would take as long as embedding it.
"""

import hashlib
import sqlite3
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.passage import Passage

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (
    passage_id TEXT, content BLOB, model TEXT, vector BLOB NOT NULL, checksum INTEGER NOT NULL,
    PRIMARY KEY (passage_id, content, model)
) WITHOUT ROWID
"""


class EmbeddingCache:
    """Vectors of one model, by passage."""

    def __init__(self, path: Path, model: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path)
        self._connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")
        self._connection.execute(_SCHEMA)
        self._model = model

    def get(self, passages: Sequence[Passage], dimension: int) -> list[NDArray[np.float32] | None]:
        """What is kept of each of at most 900 passages, or None; also None where it is damaged."""
        rows = {}
        marks = ", ".join("?" * len(passages))
        for passage_id, content, *kept in self._connection.execute(
            "SELECT passage_id, content, vector, checksum FROM vectors"
            f" WHERE passage_id IN ({marks}) AND model = ?",
            (*(passage.id for passage in passages), self._model),
        ):
            rows[passage_id, content] = kept
        return [_vector(rows.get(self.key(passage)[:2]), dimension) for passage in passages]

    def put(self, passages: Sequence[Passage], vectors: NDArray[np.float32]) -> None:
        """Keep what was embedded, durably."""
        rows = []
        for passage, vector in zip(passages, vectors, strict=True):
            blob = vector.astype("<f4").tobytes()
            rows.append((*self.key(passage), blob, zlib.crc32(blob)))
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?, ?)", rows)

    def keep_only(self, keys: set[tuple[str, bytes, str]]) -> None:
        """Forget passages that no longer exist as they were, and other models' vectors; `keys` are those of `key`."""
        known = self._connection.execute("SELECT passage_id, content, model FROM vectors").fetchall()
        with self._connection:
            self._connection.executemany(
                "DELETE FROM vectors WHERE passage_id = ? AND content = ? AND model = ?",
                [key for key in known if key not in keys],
            )

    def close(self) -> None:
        self._connection.close()

    def key(self, passage: Passage) -> tuple[str, bytes, str]:
        """Under what a passage's vector is kept."""
        content = hashlib.blake2b(passage.searchable.encode(), digest_size=16).digest()
        return passage.id, content, self._model


def _vector(row: list[Any] | None, dimension: int) -> NDArray[np.float32] | None:
    if row is None or len(row[0]) != 4 * dimension or zlib.crc32(row[0]) != row[1]:
        return None
    return np.frombuffer(row[0], "<f4")
