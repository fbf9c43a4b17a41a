"""The seam between a rebuild and who does its work: files to read and passages to embed, on one machine or on many."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest import corpus
from ingest.processes import Work

from . import preparation
from .embedder import Embedder
from .preparation import Prepared, Task
from .sources import Sources
from .tokens import TokenEmbedder

#: Not imported here: it would be loaded where it is of no use.
_PRELOADED = f"{__package__}.preloaded"


class Pool(Protocol):
    """Results come in the order of what was given, and are the same whoever did the work."""

    def prepare(
        self, sources: Sources, tasks: Iterable[Task], embedder: TokenEmbedder | None
    ) -> Iterator[Prepared]:
        """Read some of the files of a corpus, and make of their passages what an index is built from, many at once.

        What is wrong with a file is returned, not raised.
        """
        ...

    def embed(self, embedder: Embedder, batches: Iterable[list[str]]) -> Iterator[NDArray[np.float32]]:
        """Vectors of batches of texts, which are asked for a few at a time; an empty one stays empty.

        For models other than those of static token vectors, which `prepare` uses.
        """
        ...

    def close(self) -> None: ...


class ThisMachine:
    """Reads and prepares in several processes, all cores by default, and embeds with slow models in this one."""

    def __init__(self, workers: int | None) -> None:
        self._workers = workers

    def prepare(
        self, sources: Sources, tasks: Iterable[Task], embedder: TokenEmbedder | None
    ) -> Iterator[Prepared]:
        work = Work(
            partial(preparation.prepare_tasks, mapping=sources.mapping, embedder=embedder),
            partial(preparation.prepare_task, mapping=sources.mapping, embedder=embedder),
            preparation.prepare_lost,
            _PRELOADED,
        )
        return corpus.on_all_cores(tasks, work, self._workers)

    def embed(self, embedder: Embedder, batches: Iterable[list[str]]) -> Iterator[NDArray[np.float32]]:
        return (embed(embedder, texts) for texts in batches)

    def close(self) -> None:
        """The processes end with what they read."""


def embed(embedder: Embedder, texts: list[str]) -> NDArray[np.float32]:
    """Vectors of passages, float32 `[texts, dimension]`."""
    return embedder.embed_passages(texts) if texts else np.empty((0, embedder.dimension), np.float32)
