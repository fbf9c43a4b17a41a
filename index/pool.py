"""The seam between a rebuild and who does its work: files to read and passages to embed, on one machine or on many."""

from collections.abc import Iterable, Iterator
from typing import Protocol

import numpy as np

from ingest import corpus
from ingest.corpus import IngestedFile, SourceFile

from .embedder import Embedder
from .embedding_cache import Embedded
from .sources import Sources
from .tokens import TokenEmbedder


class Pool(Protocol):
    """Results come in the order of what was given, and are the same whoever did the work."""

    def read(self, sources: Sources, files: Iterable[SourceFile]) -> Iterator[IngestedFile]:
        """Read some of the files of a corpus; what is wrong with one is returned, not raised."""
        ...

    def embed(self, embedder: Embedder, batches: Iterable[list[str]]) -> Iterator[list[Embedded]]:
        """Embed batches of texts, which are asked for a few at a time; an empty one stays empty."""
        ...

    def close(self) -> None: ...


class ThisMachine:
    """Reads in several processes, all cores by default, and embeds in this one."""

    def __init__(self, workers: int | None) -> None:
        self._workers = workers

    def read(self, sources: Sources, files: Iterable[SourceFile]) -> Iterator[IngestedFile]:
        return corpus.ingest(files, mapping=sources.mapping, workers=self._workers)

    def embed(self, embedder: Embedder, batches: Iterable[list[str]]) -> Iterator[list[Embedded]]:
        return (embed(embedder, texts) if texts else [] for texts in batches)

    def close(self) -> None:
        """The processes end with what they read."""


def embed(embedder: Embedder, texts: list[str]) -> list[Embedded]:
    """Vectors of passages, and their token ids where the model has them."""
    tokens = [np.empty(0, np.uint32)] * len(texts)
    if isinstance(embedder, TokenEmbedder):
        ids = embedder.token_ids(texts)
        vectors = embedder.embed_token_ids(ids)
        tokens = [np.unique(each).astype(np.uint32) for each in ids]
    else:
        vectors = embedder.embed_passages(texts)
    return [Embedded(*each) for each in zip(vectors, tokens, strict=True)]
