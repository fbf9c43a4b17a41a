"""The build before: what became of files that have not changed since is taken over from it."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.errors import IndexUnusableError

from . import words
from .arrays import let_go, mapped
from .codec import PASSAGE_FIELDS
from .contents import Contents, Source
from .held_postings import HeldPostings
from .manifest import Manifest
from .parsed_file import ParsedArticle, ParsedFile
from .store import PassageStore
from .tokens import TokenEmbedder, TokenStore
from .vectors import VectorIndex

_ARTICLE = PASSAGE_FIELDS.index("article_id")
#: By what near-copies are found, uint64 `[passages, bands]`; only the next build reads it.
COPIES = "copies.npy"


class Before:
    """A finished build of which every byte is as it was written.

    sources  its files that could be used, by name
    whole    whether everything of a file can be taken over; otherwise only what was read, since words or model differ
    copies   by what near-copies are found, uint64 `[passages, bands]`
    vectors  float32 `[passages, dimension]`; None without a model of token vectors, and so are the tokens
    """

    def __init__(self, folder: Path, contents: Contents, *, whole: bool, embedded: bool) -> None:
        self.folder, self.whole = folder, whole
        self.sources = {source.name: source for source in contents.sources if source.content_hash}
        self.copies: NDArray[np.uint64] = mapped(folder / COPIES)
        self.keyword = HeldPostings.open(folder / "keyword")
        self._index = VectorIndex.open(folder, coded=False) if embedded else None
        self.vectors = None if self._index is None else self._index.vectors
        self.tokens = TokenStore.open(folder) if embedded else None
        self.store = PassageStore(folder / "passages.sqlite")

    @classmethod
    def find(
        cls, folders: Sequence[Path], reading_version: str, embedder: TokenEmbedder | None
    ) -> "Before | None":
        """The first of some builds that is whole and whose files were read as they would be now; None without one."""
        for folder in folders:
            try:
                manifest, contents = Manifest.read(folder), Contents.read(folder)
                if contents.version != reading_version:
                    continue
                manifest.verify(folder, whole=True)
                model = "" if manifest.model is None else manifest.model.fingerprint
                same = embedder is None or embedder.fingerprint == model
                whole = same and manifest.words == words.fingerprint()
                return cls(folder, contents, whole=whole, embedded=whole and embedder is not None)
            except (IndexUnusableError, OSError, RuntimeError, ValueError, KeyError, sqlite3.DatabaseError):
                continue
        return None

    def content(self, source: Source) -> bytes:
        """What was read of a file: its `ParsedFile`."""
        span = source.span
        listed, texts = self.store.article_span(span.article, span.last_article)
        rows = self.store.rows(span.row, span.last_row)
        articles, place = [], 0
        for article_id, file, length in listed:
            text = texts[place : place + length].decode()
            its = [row for row in rows if row[_ARTICLE] == article_id]
            articles.append(ParsedArticle(article_id, file, text, its))
            place += length + 1
        return ParsedFile(source.report, articles).to_json()

    def let_go(self) -> None:
        """Hold nothing in memory of what was read of its passages."""
        self.store.let_go()
        let_go(self.copies)
        if self._index is not None:
            self._index.let_go()

    def close(self) -> None:
        self.store.close()
