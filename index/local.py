"""The local backend: one build folder with FAISS, BM25 arrays and SQLite."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.article import Article
from ingest.errors import IndexUnusableError
from ingest.passage import Passage

from . import words
from .backend import Evidence, Filters, Hits, Terms
from .keyword import KeywordIndex
from .manifest import Manifest, cure
from .store import PassageStore
from .tokens import TokenStore
from .vectors import CODES, VectorIndex


class LocalBackend:
    """Implements `backend.Backend` over the files of one build."""

    def __init__(
        self,
        manifest: Manifest,
        store: PassageStore,
        keyword: KeywordIndex,
        vectors: VectorIndex | None,
        tokens: TokenStore | None,
    ) -> None:
        self.manifest = manifest
        self._store, self._keyword, self._vectors, self._tokens = store, keyword, vectors, tokens

    @classmethod
    def open(cls, folder: Path) -> "LocalBackend":
        """Open a build. Raises IndexUnusableError naming the file that is missing, damaged or does not fit."""
        manifest = Manifest.read(folder)
        if manifest.words != words.fingerprint():
            raise IndexUnusableError(
                f"{folder} was made with another dictionary of words ({manifest.words}, now {words.fingerprint()}); "
                + cure(folder)
            )
        manifest.verify(folder)
        try:
            keyword = KeywordIndex.open(folder / "keyword")
            vectors = tokens = None
            if manifest.model is not None:
                vectors = VectorIndex.open(folder, coded=CODES in manifest.checksums)
            if "tokens.npy" in manifest.checksums:
                tokens = TokenStore.open(folder)
            store = PassageStore(folder / "passages.sqlite")
        except (OSError, RuntimeError, ValueError, KeyError, sqlite3.DatabaseError) as error:
            raise IndexUnusableError(f"{folder} cannot be opened ({error}); {cure(folder)}") from None
        backend = cls(manifest, store, keyword, vectors, tokens)
        sizes = {store.size, keyword.size, *(part.size for part in (vectors, tokens) if part is not None)}
        if sizes != {manifest.counts["passages"]}:
            backend.close()
            raise IndexUnusableError(
                f"the files of {folder} hold different numbers of passages; {cure(folder)}"
            )
        return backend

    def check(self) -> None:
        """Nothing can get between this program and files that it has mapped."""

    def _dense(self) -> VectorIndex:
        if self._vectors is None:
            raise IndexUnusableError("the index holds no vectors; run `yibao rebuild-index` with a model")
        return self._vectors

    def dense_search(self, vector: NDArray[np.float32], k: int, filters: Filters) -> Hits:
        return self._dense().search(vector, k, self._store.select(filters))

    def keyword_search(self, terms: Terms, k: int, filters: Filters) -> Hits:
        return self._keyword.search(terms, k, self._store.select(filters))

    def evidence(
        self, rows: NDArray[np.int64], vector: NDArray[np.float32] | None, terms: Terms | None
    ) -> Evidence:
        tokens, offsets = (None, None) if self._tokens is None else self._tokens.of(rows)
        return Evidence(
            None if vector is None else self._dense().scores(vector, rows),
            None if terms is None else self._keyword.scores(terms, rows),
            tokens,
            offsets,
            self._store.facts.of(rows),
        )

    def inverse_document_frequencies(self, terms: Sequence[str]) -> NDArray[np.float32]:
        return self._keyword.vocabulary.inverse_document_frequencies(terms)

    @property
    def document_frequencies(self) -> Mapping[str, int]:
        return self._keyword.vocabulary

    @property
    def has_token_ids(self) -> bool:
        return self._tokens is not None

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        return self._store.passages(rows)

    def passage_row(self, passage_id: str) -> int | None:
        return self._store.row_of(passage_id)

    def article(self, article_id: str) -> Article | None:
        return self._store.article(article_id)

    def article_rows(self, article_id: str) -> list[int]:
        return self._store.rows_of_article(article_id)

    def close(self) -> None:
        self._store.close()
