"""From a build folder into Milvus: shard by shard, so that what was interrupted goes on where it stopped.

Several processes, on one machine or many, can send the same build at a time. Each goes through the shards in an order
of its own and leaves out those that are there; what two of them send at once is the same, and is there once.
"""

import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.keyword import KeywordIndex
from index.manifest import Manifest
from index.progress import Progress
from index.store import PassageStore
from index.tokens import TokenStore
from index.vectors import CODES, VectorIndex
from ingest.errors import IndexUnusableError, UnavailableError

from . import schema, vocabulary
from .connection import Connection, problem
from .documents import Documents
from .records import Record, to_entity

if TYPE_CHECKING:
    from pymilvus import MilvusClient

#: Rows that are sent, and found to be there after an interruption, as one.
SHARD = 512
#: Rows whose terms are looked up at a time: each time, every posting is read once.
_BLOCK = 32_768
#: Requests under way at a time: while Milvus writes one, the next is made.
_SENDERS = 2
#: Keys of documents.
MANIFEST, ORIGIN = "manifest", "origin"
#: Seconds between two looks at how far the indexes are, and until they must have got further.
_LOOK, _STALLED = 0.5, 600
#: Seconds that pass at most between the first sign of a build and what says which rows it is going to hold.
_BEGINNING = 10.0


class BuildFolder:
    """The parts of a finished build folder, by row."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.manifest = manifest
        self.store = PassageStore(folder / "passages.sqlite")
        self.keyword = KeywordIndex.open(folder / "keyword")
        self._vectors: NDArray[np.float32] | None = None
        self._tokens = None
        if manifest.model is not None:
            self._index = VectorIndex.open(folder, coded=CODES in manifest.checksums)
            self._vectors = self._index.vectors
        if "tokens.npy" in manifest.checksums:
            self._tokens = TokenStore.open(folder)

    @property
    def size(self) -> int:
        return int(self.store.size)

    def records(self, rows: range) -> list[Record]:
        """Records of some consecutive rows."""
        terms = self.keyword.by_row(rows.start, rows.stop)
        passages = self.store.passages(rows)
        return [
            Record(
                row,
                passage,
                None if self._vectors is None else self._vectors[row],
                terms[row - rows.start],
                self._tokens_of(row),
            )
            for row, passage in zip(rows, passages, strict=True)
        ]

    def _tokens_of(self, row: int) -> NDArray[np.uint32] | None:
        if self._tokens is None:
            return None
        return self._tokens.of(np.asarray([row]))[0].astype(np.uint32)

    def close(self) -> None:
        self.store.close()


def origin_of(manifest: Manifest) -> bytes:
    """What a build's rows follow from: two builds with the same hold the same rows."""
    model = None if manifest.model is None else asdict(manifest.model)
    content = [manifest.format_version, manifest.source, manifest.words, model, manifest.counts["passages"]]
    return json.dumps(content, sort_keys=True).encode()


class Writer:
    """Writes one build."""

    def __init__(self, connection: Connection, build: str, progress: Progress) -> None:
        self._connection, self._build, self._progress = connection, build, progress
        self._documents = Documents(connection, build)
        self._passages = schema.passages_of(build)

    def begin(self, manifest: Manifest) -> None:
        """Create the collections, and say what they are going to hold.

        Raises IndexUnusableError where another process has just created them.
        """
        dimension = None if manifest.model is None else manifest.model.dimension
        schema.create(self._connection, self._build, dimension)
        self._documents.put([(ORIGIN, origin_of(manifest))])

    def is_begun(self, manifest: Manifest) -> bool:
        """Whether the build is one of the same rows that has been begun.

        One of which nothing is known yet may be another process' that has just begun it: that is waited for.
        """
        deadline = time.monotonic() + _BEGINNING
        while (origin := self._origin()) is None and time.monotonic() < deadline:
            time.sleep(_LOOK)
        return origin == origin_of(manifest)

    def _origin(self) -> bytes | None:
        """What the build's rows follow from; None as long as nothing says so."""
        names = self._connection.ask(lambda client: client.list_collections(timeout=self._connection.timeout))
        if not {self._passages, schema.documents_of(self._build)} <= set(names):
            return None
        try:
            self.load()
            return self._documents.get(ORIGIN, fresh=True).get(ORIGIN)
        except UnavailableError:
            raise
        except IndexUnusableError:
            return None  # a collection whose indexes are still to come cannot be loaded

    def fill(self, folder: BuildFolder) -> int:
        """Write every row and document that is not there yet. Returns the rows sent."""
        self._progress.stage("sending passages to Milvus", folder.size)
        order = np.random.default_rng()
        blocks = list(_pieces(range(folder.size), _BLOCK))
        sent = 0
        with ThreadPoolExecutor(_SENDERS) as senders:
            for block in (blocks[number] for number in order.permutation(len(blocks))):
                if self._holds(block):
                    self._progress.step(len(block))
                    continue
                records = folder.records(block)
                shards = list(_pieces(range(len(block)), SHARD))
                wanted = (
                    records[shard.start : shard.stop]
                    for shard in (shards[number] for number in order.permutation(len(shards)))
                )
                for size, done in senders.map(self._send_missing, wanted):
                    sent += done
                    self._progress.step(size)
        vocabulary.write(self._documents, folder.keyword.vocabulary)
        self._documents.put_missing(
            (f"article/{key}", content.encode("utf-8", "surrogatepass"))
            for key, content in folder.store.articles()
        )
        return sent

    def finish(self, manifest: Manifest) -> None:
        """Wait for the indexes, load, count, and write the manifest: from then on the build is whole.

        Raises IndexUnusableError where rows are missing.
        """
        self._connection.ask(self._flush)
        self._wait_for_indexes()
        self.load()
        found = self.count()
        if found != manifest.counts["passages"]:
            raise problem(
                IndexUnusableError,
                self._connection.location,
                f"holds {found} of {manifest.counts['passages']} passages of {self._build}",
                "run the command again",
            )
        self._documents.put([(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False).encode())])

    def _flush(self, client: "MilvusClient") -> None:
        for name in (self._passages, schema.documents_of(self._build)):
            client.flush(name, timeout=_STALLED)

    def load(self) -> None:
        """Have the build in memory, where it can be searched."""
        load(self._connection, self._build)

    def _send_missing(self, shard: Sequence[Record]) -> tuple[int, int]:
        """Send a shard unless it is there: its rows, and how many of them were sent."""
        there = self._holds(range(shard[0].row, shard[-1].row + 1))
        return len(shard), 0 if there else self._send(shard)

    def _send(self, records: Sequence[Record]) -> int:
        entities = [to_entity(record) for record in records]
        self._connection.ask(
            lambda client: client.upsert(self._passages, entities, timeout=self._connection.timeout)
        )
        return len(entities)

    def _holds(self, rows: range) -> bool:
        """Whether every one of these rows is there. They are the right ones: the build's origin is the same."""
        return self.count(f"{schema.ROW} >= {rows.start} and {schema.ROW} < {rows.stop}") == len(rows)

    def count(self, rows: str = "") -> int:
        """How many passages are there, of those rows or in all; everything written so far counts."""
        found: list[dict[str, Any]] = self._connection.ask(
            lambda client: list(
                client.query(
                    self._passages,
                    filter=rows,
                    output_fields=["count(*)"],
                    consistency_level="Strong",
                    timeout=self._connection.timeout,
                )
            )
        )
        return int(found[0]["count(*)"])

    def _wait_for_indexes(self) -> None:
        """Wait until every row is indexed, as long as that goes on."""
        least, since = None, time.monotonic()
        while pending := sum(self._pending(field) for field in self._indexed_fields()):
            if least is None or pending < least:
                least, since = pending, time.monotonic()
            elif time.monotonic() - since > _STALLED:
                raise problem(
                    IndexUnusableError,
                    self._connection.location,
                    f"has not indexed further for {_STALLED} s ({pending} rows are left)",
                    "see its log, then run the command again",
                )
            time.sleep(_LOOK)

    def _indexed_fields(self) -> list[str]:
        listed = self._connection.ask(
            lambda client: client.list_indexes(self._passages, timeout=self._connection.timeout)
        )
        return [field for field in (schema.VECTOR, schema.TERMS) if field in listed]

    def _pending(self, field: str) -> int:
        described = self._connection.ask(
            lambda client: client.describe_index(self._passages, field, timeout=self._connection.timeout)
        )
        return int(described.get("pending_index_rows", 0))


def load(connection: Connection, build: str) -> None:
    """Have a build in memory. Milvus keeps it there; milvus-lite forgets it when it ends."""

    def both(client: "MilvusClient") -> None:
        for name in (schema.documents_of(build), schema.passages_of(build)):
            client.load_collection(name, timeout=_STALLED)

    connection.ask(both)


def _pieces(rows: range, size: int) -> Iterator[range]:
    for start in range(rows.start, rows.stop, size):
        yield range(start, min(start + size, rows.stop))
