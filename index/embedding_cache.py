"""Vectors kept between rebuilds, so that only changed passages are embedded.

A vector belongs to a passage's id, the hash of its searchable text and the model's fingerprint, never to the hash
alone. Each batch is committed as it comes, so that a build which dies has lost at most one. Token ids lie beside the
vectors of models that have them.
"""

import hashlib
import sqlite3
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.passage import Passage

_SCHEMA = """
CREATE TABLE IF NOT EXISTS embeddings (
    passage_id TEXT, content BLOB, model TEXT, vector BLOB NOT NULL, tokens BLOB NOT NULL,
    checksum INTEGER NOT NULL, PRIMARY KEY (passage_id, content, model)
) WITHOUT ROWID
"""


class Embedded(NamedTuple):
    """A passage's vector, float32 `[dimension]`, and its distinct token ids, uint32; none for many models."""

    vector: NDArray[np.float32]
    tokens: NDArray[np.uint32]


class EmbeddingCache:
    """Vectors of one model, by passage."""

    def __init__(self, path: Path, model: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path)
        self._connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")
        self._connection.execute(_SCHEMA)
        self._model = model

    def get(self, passages: Sequence[Passage], dimension: int) -> list[Embedded | None]:
        """What is kept of each of at most 900 passages, or None; also None where it is damaged."""
        rows = {}
        marks = ", ".join("?" * len(passages))
        for passage_id, content, *kept in self._connection.execute(
            "SELECT passage_id, content, vector, tokens, checksum FROM embeddings"
            f" WHERE passage_id IN ({marks}) AND model = ?",
            (*(passage.id for passage in passages), self._model),
        ):
            rows[passage_id, content] = kept
        return [_embedded(rows.get(self._key(passage)[:2]), dimension) for passage in passages]

    def put(self, passages: Sequence[Passage], embedded: Sequence[Embedded]) -> None:
        """Keep what was embedded, durably."""
        rows = []
        for passage, (vector, tokens) in zip(passages, embedded, strict=True):
            blobs = vector.astype("<f4").tobytes(), tokens.astype("<u4").tobytes()
            rows.append((*self._key(passage), *blobs, _checksum(*blobs)))
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?, ?, ?, ?)", rows)

    def keep_only(self, passages: Sequence[Passage]) -> None:
        """Forget passages that no longer exist as they were, and other models' vectors."""
        kept = {self._key(passage) for passage in passages}
        known = self._connection.execute("SELECT passage_id, content, model FROM embeddings").fetchall()
        with self._connection:
            self._connection.executemany(
                "DELETE FROM embeddings WHERE passage_id = ? AND content = ? AND model = ?",
                [key for key in known if key not in kept],
            )

    def close(self) -> None:
        self._connection.close()

    def _key(self, passage: Passage) -> tuple[str, bytes, str]:
        content = hashlib.blake2b(passage.searchable.encode(), digest_size=16).digest()
        return passage.id, content, self._model


def _embedded(row: list[Any] | None, dimension: int) -> Embedded | None:
    if row is None or len(row[0]) != 4 * dimension or _checksum(row[0], row[1]) != row[2]:
        return None
    return Embedded(np.frombuffer(row[0], "<f4"), np.frombuffer(row[1], "<u4"))


def _checksum(vector: bytes, tokens: bytes) -> int:
    return zlib.crc32(tokens, zlib.crc32(vector))
