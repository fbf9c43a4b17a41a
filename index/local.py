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
from .backend import Filters, Hits
from .keyword import KeywordIndex, best
from .manifest import Manifest
from .store import PassageStore
from .tokens import TokenStore
from .vectors import VectorIndex


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
                f"{folder} was made with another dictionary of words; run `yibao rebuild-index --full`"
            )
        manifest.verify(folder)
        try:
            store = PassageStore(folder / "passages.sqlite")
            keyword = KeywordIndex.open(folder / "keyword")
            vectors = tokens = None
            if manifest.model is not None:
                vectors = VectorIndex.open(folder / "vectors.faiss")
            if "tokens.npy" in manifest.checksums:
                tokens = TokenStore.open(folder)
        except (OSError, RuntimeError, ValueError, KeyError, sqlite3.DatabaseError) as error:
            raise IndexUnusableError(
                f"{folder} cannot be opened ({error}); run `yibao rebuild-index --full` to build it anew"
            ) from None
        sizes = {store.size, keyword.size, *(part.size for part in (vectors, tokens) if part is not None)}
        if len(sizes) != 1:
            raise IndexUnusableError(
                f"the files of {folder} hold different numbers of passages; run `yibao rebuild-index --full`"
            )
        return cls(manifest, store, keyword, vectors, tokens)

    def select(self, filters: Filters) -> NDArray[np.bool_] | None:
        return self._store.select(filters)

    def _dense(self) -> VectorIndex:
        if self._vectors is None:
            raise IndexUnusableError("the index holds no vectors; run `yibao rebuild-index` with a model")
        return self._vectors

    def dense_search(self, vector: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None) -> Hits:
        return self._dense().search(vector, k, allowed)

    def dense_scores(self, vector: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        return self._dense().scores(vector, rows)

    def keyword_search(
        self, terms: Sequence[tuple[str, float]], k: int, allowed: NDArray[np.bool_] | None
    ) -> Hits:
        return best(self._keyword.scores(terms), k, allowed)

    def keyword_scores(
        self, terms: Sequence[tuple[str, float]], rows: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        return self._keyword.scores(terms)[rows]

    def inverse_document_frequencies(self, terms: Sequence[str]) -> NDArray[np.float32]:
        return self._keyword.inverse_document_frequencies(terms)

    @property
    def document_frequencies(self) -> Mapping[str, int]:
        return self._keyword.document_frequencies

    @property
    def has_token_ids(self) -> bool:
        return self._tokens is not None

    def token_ids(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.integer], NDArray[np.int64]] | None:
        return self._tokens.of(rows) if self._tokens is not None else None

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
