"""What was made of files that have not changed since, so that a rebuild only works on those that have."""

import sqlite3
import zlib
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    name TEXT PRIMARY KEY, content_hash TEXT NOT NULL, version TEXT NOT NULL,
    content BLOB NOT NULL, checksum INTEGER NOT NULL
)
"""


class FileCache:
    """Something made of each file, under its content's hash and the version of what made it."""

    def __init__(self, path: Path, version: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path)
        # What a dying process has written stays; what a power cut damages is found out by its checksum.
        self._connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;")
        self._connection.execute(_SCHEMA)
        self._version = version

    def names(self) -> set[tuple[str, str]]:
        """(name, content hash) of all files of which something is kept."""
        return set(
            self._connection.execute(
                "SELECT name, content_hash FROM files WHERE version = ?", (self._version,)
            )
        )

    def get(self, name: str, content_hash: str) -> bytes | None:
        """What is kept of a file; None where there is nothing, or it is damaged."""
        row = self._connection.execute(
            "SELECT content, checksum FROM files WHERE name = ? AND content_hash = ? AND version = ?",
            (name, content_hash, self._version),
        ).fetchone()
        return row[0] if row is not None and zlib.crc32(row[0]) == row[1] else None

    def put(self, name: str, content_hash: str, content: bytes) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)",
            (name, content_hash, self._version, content, zlib.crc32(content)),
        )

    def keep_only(self, names: set[str]) -> None:
        """Forget files that no longer exist, and commit."""
        known = self._connection.execute("SELECT name FROM files").fetchall()
        gone = [(name,) for (name,) in known if name not in names]
        self._connection.executemany("DELETE FROM files WHERE name = ?", gone)
        self._connection.commit()

    def commit(self) -> None:
        self._connection.commit()

    def close(self) -> None:
        self._connection.close()
