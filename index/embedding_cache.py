"""Vectors kept between rebuilds, so that only changed passages are embedded.

A vector belongs to a passage's id, the hash of its searchable text and the model's fingerprint, never to the hash
alone. Each batch is committed as it comes, so that a build which dies has lost at most one.
"""

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.passage import Passage

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (
    passage_id TEXT, content BLOB, model TEXT, vector BLOB NOT NULL, PRIMARY KEY (passage_id, content, model)
) WITHOUT ROWID
"""


class EmbeddingCache:
    """Vectors of one model, by passage."""

    def __init__(self, path: Path, model: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(_SCHEMA)
        self._model = model

    def get(self, passages: Sequence[Passage], dimension: int) -> list[NDArray[np.float32] | None]:
        """The kept vector of each passage, float32 `[dimension]`, or None."""
        found = []
        for passage in passages:
            row = self._connection.execute(
                "SELECT vector FROM vectors WHERE passage_id = ? AND content = ? AND model = ?",
                self._key(passage),
            ).fetchone()
            vector = np.frombuffer(row[0], np.float32) if row else None
            found.append(vector if vector is not None and len(vector) == dimension else None)
        return found

    def put(self, passages: Sequence[Passage], vectors: NDArray[np.float32]) -> None:
        """Keep vectors, float32 `[passages, dimension]`, durably."""
        rows = [
            (*self._key(p), v.astype(np.float32).tobytes()) for p, v in zip(passages, vectors, strict=True)
        ]
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)

    def keep_only(self, passage_ids: set[str]) -> None:
        """Forget passages that no longer exist, and other models' vectors."""
        known = self._connection.execute("SELECT DISTINCT passage_id FROM vectors").fetchall()
        gone = [(i,) for (i,) in known if i not in passage_ids]
        with self._connection:
            self._connection.executemany("DELETE FROM vectors WHERE passage_id = ?", gone)
            self._connection.execute("DELETE FROM vectors WHERE model != ?", (self._model,))

    def close(self) -> None:
        self._connection.close()

    def _key(self, passage: Passage) -> tuple[str, bytes, str]:
        return passage.id, hashlib.blake2b(passage.searchable.encode(), digest_size=16).digest(), self._model
