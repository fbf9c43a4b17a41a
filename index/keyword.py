"""The keyword leg: BM25 over the terms of `words.py`, as arrays that are mapped, not loaded.

bm25s (Lù, "BM25S", 2024) computes every term's score in every passage once, when the index is built; a query adds up
the rows of its terms. The variant is Lucene's (Kamphuis et al., ECIR 2020), in which a term's score stays below its
inverse document frequency. Terms are numbered in sorted order, so that two builds are the same to the byte.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .backend import Hits

#: Usual values; other ones moved no labelled set by more than half a point.
K1, B = 1.2, 0.75

_ARRAYS = ("data", "indices", "indptr")


class KeywordIndex:
    """BM25 scores by term: those of term t are `data[indptr[t]:indptr[t + 1]]`, of the rows in `indices`."""

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        data: NDArray[np.float32],
        indices: NDArray[np.int32],
        indptr: NDArray[np.int64],
        size: int,
    ) -> None:
        self.vocabulary = vocabulary
        self._data, self._indices, self._indptr = data, indices, indptr
        self.size = size

    @classmethod
    def build(cls, documents: Iterable[Sequence[str]]) -> "KeywordIndex":
        """Index the terms of each passage, in row order."""
        import bm25s  # noqa: PLC0415 - only a build needs it

        numbers: dict[str, int] = {}
        ids = [[numbers.setdefault(term, len(numbers)) for term in document] for document in documents]
        if not numbers:
            return cls({}, np.empty(0, np.float32), np.empty(0, np.int32), np.zeros(1, np.int64), len(ids))
        vocabulary = {term: n for n, term in enumerate(sorted(numbers))}
        renumbered = np.empty(len(numbers), np.int64)
        for term, number in numbers.items():
            renumbered[number] = vocabulary[term]
        ids = [renumbered[document].tolist() for document in ids]
        model = bm25s.BM25(method="lucene", k1=K1, b=B)
        model.index((ids, vocabulary), create_empty_token=False, show_progress=False)
        data, indices, indptr = (model.scores[name] for name in _ARRAYS)
        return cls(vocabulary, data, indices, indptr, len(ids))

    def save(self, folder: Path) -> None:
        """Write the arrays and the vocabulary."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays: tuple[NDArray[Any], ...] = (self._data, self._indices, self._indptr)
        for name, array in zip(_ARRAYS, arrays, strict=True):
            with (folder / f"{name}.npy").open("wb") as file:
                np.save(file, array, allow_pickle=False)
        content = {"size": self.size, "terms": list(self.vocabulary)}
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        (folder / "vocabulary.json").write_text(text, encoding="utf-8")

    @classmethod
    def open(cls, folder: Path) -> "KeywordIndex":
        """Map the arrays of a saved index. Raises OSError or ValueError where a file is missing or damaged."""
        content = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        data, indices, indptr = (
            np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in _ARRAYS
        )
        vocabulary = {term: n for n, term in enumerate(content["terms"])}
        if len(indptr) != len(vocabulary) + 1 or len(data) != len(indices) or indptr[-1] != len(data):
            raise ValueError(f"{folder} holds arrays that do not fit each other")
        return cls(vocabulary, data, indices, indptr, content["size"])

    def document_frequencies(self) -> dict[str, int]:
        """In how many passages each term occurs."""
        return dict(zip(self.vocabulary, np.diff(self._indptr).tolist(), strict=True))

    def inverse_document_frequencies(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """ln(1 + (N - n + 0.5) / (n + 0.5)) for a term in n of N passages, float32 `[terms]`."""
        counts = np.zeros(len(terms), np.float64)
        for position, term in enumerate(terms):
            number = self.vocabulary.get(term)
            if number is not None:
                counts[position] = self._indptr[number + 1] - self._indptr[number]
        return np.log1p((self.size - counts + 0.5) / (counts + 0.5)).astype(np.float32)

    def scores(self, terms: Sequence[tuple[str, float]]) -> NDArray[np.float32]:
        """Σ weight · BM25(term, row) of every row, float32 `[size]`."""
        total = np.zeros(self.size, np.float32)
        for term, weight in terms:
            number = self.vocabulary.get(term)
            if number is not None:
                span = slice(self._indptr[number], self._indptr[number + 1])
                total[self._indices[span]] += np.float32(weight) * self._data[span]
        return total


def best(scores: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None) -> Hits:
    """The k highest scores above 0 among the allowed rows; ties go to the lower row."""
    if allowed is not None:
        scores = np.where(allowed, scores, np.float32(0))
    rows = np.flatnonzero(scores > 0)
    if len(rows) > k:
        # Every row that ties with the k-th stays in, so that which of them is kept depends on the row alone.
        least = np.partition(scores[rows], len(rows) - k)[len(rows) - k]
        rows = rows[scores[rows] >= least]
    order = np.lexsort((rows, -scores[rows]))[:k]
    return Hits(rows[order].astype(np.int64), scores[rows[order]])
