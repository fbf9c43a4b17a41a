"""Joins what was made of files, and what is taken over from the build before, into the files of one build."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.duplicates import band_keys

from .arrays import ArrayWriter, mapped
from .before import COPIES, Before
from .contents import FILES, ContentsWriter, Source
from .keyword_builder import KeywordBuilder
from .parsed_file import ParsedFile
from .parts import Parts
from .preparation import Prepared, PreparedFile
from .store import PassageWriter, Span
from .tokens import TokenEmbedder, TokenWriter
from .vectors import VectorWriter


class Batch:
    """Files that were prepared together. They are placed one by one, as others may stand between them."""

    def __init__(self, prepared: Prepared) -> None:
        self.parts = Parts.from_bytes(prepared.parts)
        self.rows = np.empty(len(self.parts.copies), np.int32)
        self._token_ends = np.cumsum([0, *self.parts.token_counts])
        self._waiting = len(self.rows)
        self.files: dict[str, tuple[PreparedFile, slice]] = {}
        first = 0
        for file in prepared.files:
            self.files[file.name] = file, slice(first, first + file.passages)
            first += file.passages

    def place(self, passages: slice, row: int) -> bool:
        """Give the passages of a file their rows, from `row` on; returns whether they are the last that wait."""
        size = passages.stop - passages.start
        self.rows[passages] = np.arange(row, row + size)
        self._waiting -= size
        return size > 0 and not self._waiting

    def tokens(self, passages: slice) -> NDArray[np.unsignedinteger]:
        found: NDArray[np.unsignedinteger] = self.parts.tokens[
            self._token_ends[passages.start] : self._token_ends[passages.stop]
        ]
        return found


class Assembly:
    """Everything of a build that comes file by file.

    store    its passages, which can be read as soon as they are added
    keyword  its keyword leg, ready to be written after `finish`
    """

    def __init__(
        self, folder: Path, reading_version: str, embedder: TokenEmbedder | None, before: Before | None
    ) -> None:
        self.store = PassageWriter(folder / "passages.sqlite", None if before is None else before.store)
        self.keyword = KeywordBuilder(folder / "keyword")
        self._folder, self._before = folder, before
        self._copies = ArrayWriter(folder / COPIES, np.uint64, band_keys([]).shape[1])
        self._contents = ContentsWriter(folder / FILES, reading_version)
        self._dense = None if embedder is None else DenseWriter(folder, embedder)
        self._kept = np.full(0 if before is None else before.store.size, -1, np.int32)

    def add(self, name: str, batch: Batch) -> dict[str, Any]:
        """Add a file of a batch; returns what it adds to the report."""
        file, passages = batch.files[name]
        parsed, row = ParsedFile.from_json(file.content), self.store.size
        for article in parsed.articles:
            self.store.add(*article)
        self._copies.add(batch.parts.copies[passages])
        if self._dense is not None:
            self._dense.add(
                batch.parts.vectors[passages], batch.tokens(passages), batch.parts.token_counts[passages]
            )
        if batch.place(passages, row):
            first = 0
            for postings in batch.parts.postings:
                last = first + len(postings.lengths)
                self.keyword.add(postings, batch.rows[first:last])
                first = last
        content_hash = "" if file.failed else file.content_hash
        self._contents.add(name, content_hash, len(parsed.articles), file.passages, parsed.report)
        return parsed.report

    def take_over(self, sources: Sequence[Source]) -> None:
        """Add files that stood one after another in the build before."""
        assert self._before is not None  # noqa: S101 - they are its own
        first, last = sources[0].span, sources[-1].span
        span = Span(first.row, last.last_row, first.article, last.last_article)
        rows = slice(span.row, span.last_row)
        self._kept[rows] = np.arange(self.store.size, self.store.size + span.last_row - span.row)
        self.store.take_over(span)
        self._copies.add(self._before.copies[rows])
        if self._dense is not None and self._before.vectors is not None and self._before.tokens is not None:
            self._dense.add(self._before.vectors[rows], *self._before.tokens.span(span.row, span.last_row))
        self._before.let_go()
        for name, content_hash, its, report in sources:
            self._contents.add(
                name, content_hash, its.last_article - its.article, its.last_row - its.row, report
            )

    def finish(self) -> NDArray[np.uint64]:
        """Write what is left, but for passages and keyword leg; returns by what near-copies are found."""
        if self._before is not None and self._before.whole:
            self.keyword.take_over(self._before.keyword, self._kept)
        self._contents.finish()
        self._copies.finish()
        if self._dense is not None:
            self._dense.finish()
        found: NDArray[np.uint64] = mapped(self._folder / COPIES)
        return found

    def close(self) -> None:
        self.store.close()
        if self._before is not None:
            self._before.close()


class DenseWriter:
    """Writes vectors and token ids of a model that has them."""

    def __init__(self, folder: Path, embedder: TokenEmbedder) -> None:
        self._vectors = VectorWriter(folder, embedder.dimension)
        self._tokens = TokenWriter(folder, embedder)

    def add(
        self, vectors: NDArray[np.float32], tokens: NDArray[np.integer], counts: NDArray[np.integer]
    ) -> None:
        self._vectors.add(vectors)
        self._tokens.add(tokens, counts)

    def finish(self) -> None:
        self._vectors.finish()
        self._tokens.finish()
