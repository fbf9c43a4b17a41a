"""Documents of any length under a key: what a build has besides passages, in pieces that fit into Milvus."""

import base64
import zlib
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from . import schema
from .connection import Connection

#: Characters of a piece. Base64 is ASCII, so that they are bytes, too.
_PIECE = 60_000
#: Pieces sent or fetched at a time, some megabytes: far below what a message of gRPC may hold.
_BATCH = 64


class Documents:
    """The documents of one build."""

    def __init__(self, connection: Connection, build: str) -> None:
        self._connection, self._collection = connection, schema.documents_of(build)

    def put(self, documents: Iterable[tuple[str, bytes]]) -> None:
        """Store documents, or replace those under the same key."""
        batch: list[dict[str, Any]] = []
        for key, content in documents:
            text = base64.b64encode(zlib.compress(content)).decode("ascii")
            pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
            # The first piece, which says how many there are, comes last: where it is, all are.
            for number, piece in reversed(list(enumerate(pieces))):
                batch.append(
                    {
                        schema.KEY: f"{key}#{number}",
                        schema.PARTS: len(pieces),
                        schema.CONTENT: piece,
                        schema.UNUSED: schema.UNUSED_VECTOR,
                    }
                )
                if len(batch) == _BATCH:
                    self._send(batch)
                    batch = []
        if batch:
            self._send(batch)

    def put_missing(self, documents: Iterable[tuple[str, bytes]]) -> None:
        """Store those of whose keys there are none yet."""
        remaining = iter(documents)
        while some := dict(islice(remaining, _BATCH)):
            there = self._pieces([f"{key}#0" for key in some], fresh=True)
            self.put((key, content) for key, content in some.items() if f"{key}#0" not in there)

    def get(self, *keys: str, fresh: bool = False) -> dict[str, bytes]:
        """The documents under the keys; those that are not there are left out.

        `fresh` waits until everything written so far can be seen.
        """
        first = self._pieces([f"{key}#0" for key in keys], fresh)
        further = [f"{key}#{number}" for key in keys for number in range(1, _parts(first.get(f"{key}#0")))]
        pieces = first | self._pieces(further, fresh)
        return {
            key: _joined(pieces[f"{key}#{n}"][schema.CONTENT] for n in range(_parts(first[f"{key}#0"])))
            for key in keys
            if f"{key}#0" in first
        }

    def _send(self, batch: list[dict[str, Any]]) -> None:
        timeout = self._connection.timeout
        self._connection.ask(lambda client: client.upsert(self._collection, batch, timeout=timeout))

    def _pieces(self, keys: list[str], fresh: bool) -> dict[str, Mapping[str, Any]]:
        found: dict[str, Mapping[str, Any]] = {}
        for start in range(0, len(keys), _BATCH):
            some = keys[start : start + _BATCH]
            found |= {piece[schema.KEY]: piece for piece in self._query(some, fresh)}
        return found

    def _query(self, keys: list[str], fresh: bool) -> list[dict[str, Any]]:
        options = {"consistency_level": "Strong"} if fresh else {}
        return list(
            self._connection.ask(
                lambda client: client.query(
                    self._collection,
                    ids=keys,
                    output_fields=[schema.KEY, schema.PARTS, schema.CONTENT],
                    timeout=self._connection.timeout,
                    **options,
                )
            )
        )


def _parts(piece: Mapping[str, Any] | None) -> int:
    return 0 if piece is None else int(piece[schema.PARTS])


def _joined(pieces: Iterable[str]) -> bytes:
    return zlib.decompress(base64.b64decode("".join(pieces)))
