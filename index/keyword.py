"""The keyword leg: BM25 over the terms of `words.py`, as arrays that are mapped, not loaded.

As in bm25s (Lù, "BM25S: orders of magnitude faster lexical search via eager sparse scoring", 2024) every term's score
in every passage is worked out when the index is built, and a query adds up the lists of its terms. The variant is
Lucene's (Kamphuis et al., "Which BM25 do you mean?", ECIR 2020), in which a term's score stays below its inverse
document frequency. The scores equal those of bm25s, which the tests compare; its own builder holds everything in
memory several times over, and knows no weights of a question's terms.

Terms are numbered in sorted order (characters, pairs, then words), so that two builds are the same to the byte.
"""

import json
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .arrays import mapped
from .term_keys import FIRST_WORD, WordNumbers, term_keys
from .vocabulary import Vocabulary, inverse_document_frequency

#: Usual values; other ones moved no labelled set by more than half a point.
K1, B = 1.2, 0.75

#: Texts counted at a time; their positions fit into so many bits beside a term's key.
_CHUNK_BITS = 12
#: Summed scores of so many recent questions are kept: a search asks for the best rows, then for scores of others.
_RECENT = 8

_ARRAYS = ("data", "indices", "indptr", "keys", "frequent", "frequent_rows")
#: Of a term in more than one of so many passages, the score of every passage is kept besides: whole rows are added up
#: ten times faster than lists. It makes the keyword leg a fifth larger; 8 would make it half as large again.
_FREQUENT = 4


class _Chunk(NamedTuple):
    """Postings of one chunk of texts: key i has those at `starts[i]:starts[i + 1]`, with rows ascending."""

    first_row: int
    keys: NDArray[np.int64]
    starts: NDArray[np.int64]
    rows: NDArray[np.uint16]
    counts: NDArray[np.uint16]


class KeywordBuilder:
    """Counts the terms of texts, chunk by chunk, and writes the index of them all."""

    def __init__(self) -> None:
        self._numbers = WordNumbers()
        self._chunks: list[_Chunk] = []
        self._lengths: list[NDArray[np.int64]] = []
        self._size = 0

    def add(self, texts: Sequence[str]) -> None:
        """Count the terms of further texts; they become the next rows."""
        for start in range(0, len(texts), 1 << _CHUNK_BITS):
            self._add_chunk(texts[start : start + (1 << _CHUNK_BITS)])

    def _add_chunk(self, texts: Sequence[str]) -> None:
        keys, positions = term_keys(texts, self._numbers)
        # One sort brings equal terms of equal texts together.
        packed = np.sort(keys << _CHUNK_BITS | positions)
        first = np.flatnonzero(np.diff(packed, prepend=-1))
        counts = np.diff(first, append=len(packed))
        distinct = packed[first]
        keys = distinct >> _CHUNK_BITS
        starts = np.flatnonzero(np.diff(keys, prepend=-1))
        self._chunks.append(
            _Chunk(
                self._size,
                keys[starts],
                np.append(starts, len(keys)),
                (distinct & ((1 << _CHUNK_BITS) - 1)).astype(np.uint16),
                np.minimum(counts, np.iinfo(np.uint16).max).astype(np.uint16),
            )
        )
        self._lengths.append(np.bincount(positions, minlength=len(texts)))
        self._size += len(texts)

    def write(self, folder: Path) -> None:
        """Write the index."""
        folder.mkdir(parents=True)
        words = self._numbers.words
        order = sorted(range(len(words)), key=words.__getitem__)
        used = np.unique(np.concatenate([chunk.keys for chunk in self._chunks])) if self._chunks else _EMPTY
        keys = used[used < FIRST_WORD]
        term_of_word = np.empty(len(words), np.int64)
        term_of_word[order] = np.arange(len(keys), len(keys) + len(words))

        def terms_of(chunk: _Chunk) -> NDArray[np.int64]:
            plain = chunk.keys[chunk.keys < FIRST_WORD]
            numbered = chunk.keys[len(plain) :] - FIRST_WORD
            return np.concatenate([np.searchsorted(keys, plain), term_of_word[numbered]])

        frequencies = np.zeros(len(keys) + len(words), np.int64)
        for chunk in self._chunks:
            frequencies[terms_of(chunk)] += np.diff(chunk.starts)
        indptr = np.concatenate([[0], np.cumsum(frequencies)])
        idf = inverse_document_frequency(self._size, frequencies)
        lengths = np.concatenate(self._lengths) if self._lengths else _EMPTY
        saturation = K1 * (1 - B + B * lengths / max(lengths.mean() if len(lengths) else 0.0, 1.0))

        data = _create(folder / "data.npy", np.float32, int(indptr[-1]))
        indices = _create(folder / "indices.npy", np.int32, int(indptr[-1]))
        next_free = indptr[:-1].copy()
        for chunk in self._chunks:
            terms, sizes = terms_of(chunk), np.diff(chunk.starts)
            places = np.arange(len(chunk.rows)) + np.repeat(next_free[terms] - chunk.starts[:-1], sizes)
            next_free[terms] += sizes
            rows = chunk.first_row + chunk.rows.astype(np.int64)
            indices[places] = rows
            data[places] = np.repeat(idf[terms], sizes) * chunk.counts / (chunk.counts + saturation[rows])
        frequent = np.flatnonzero(frequencies * _FREQUENT > self._size)
        rows_of = _create(folder / "frequent_rows.npy", np.float32, len(frequent) * self._size)
        for term, of_all in zip(frequent, rows_of.reshape(len(frequent), self._size), strict=True):
            span = slice(indptr[term], indptr[term + 1])
            of_all[indices[span]] = data[span]
        for array in (data, indices, rows_of):
            if isinstance(array, np.memmap):
                array.flush()
        _save(folder / "indptr.npy", indptr.astype(np.int64))
        _save(folder / "keys.npy", keys)
        _save(folder / "frequent.npy", frequent)
        content = {"size": self._size, "words": [words[number] for number in order]}
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        (folder / "words.json").write_bytes(text.encode("utf-8", "surrogatepass"))


_EMPTY = np.empty(0, np.int64)


def _create(path: Path, dtype: type, length: int) -> NDArray[np.generic]:
    """An array in a file, to be filled; no array without elements can be mapped."""
    if not length:
        _save(path, np.empty(0, dtype))
        return np.empty(0, dtype)
    array = np.lib.format.open_memmap(path, mode="w+", dtype=dtype, shape=(length,))
    if hasattr(os, "posix_fallocate"):
        # A full disk is an error here; met while writing to the map, it would kill the process.
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
    return array


def _save(path: Path, array: NDArray[np.generic]) -> None:
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)


class KeywordIndex:
    """BM25 scores by term: those of term t are `data[starts[t]:starts[t + 1]]`, of the rows in `indices`.

    frequent  the most frequent terms, with the scores of every passage, float32 `[size]`
    """

    def __init__(
        self,
        data: NDArray[np.float32],
        indices: NDArray[np.int32],
        frequent: Mapping[int, NDArray[np.float32]],
        vocabulary: Vocabulary,
    ) -> None:
        self._data, self._indices, self._frequent, self.vocabulary = data, indices, frequent, vocabulary
        self._summed = lru_cache(_RECENT)(self._sum)

    @classmethod
    def open(cls, folder: Path) -> "KeywordIndex":
        """Map the arrays of an index. Raises OSError, KeyError or ValueError where a file is missing or damaged."""
        content = json.loads((folder / "words.json").read_bytes().decode("utf-8", "surrogatepass"))
        data, indices, indptr, keys, frequent, rows = (mapped(folder / f"{name}.npy") for name in _ARRAYS)
        vocabulary = Vocabulary(keys, content["words"], indptr, content["size"])
        if not len(data) == len(indices) == indptr[-1]:
            raise ValueError(f"{folder} holds arrays that do not fit each other")
        of_all = rows.reshape(len(frequent), vocabulary.size)
        return cls(data, indices, dict(zip(frequent.tolist(), of_all, strict=True)), vocabulary)

    @property
    def size(self) -> int:
        """Number of passages."""
        return self.vocabulary.size

    def scores(self, terms: Sequence[tuple[str, float]]) -> NDArray[np.float32]:
        """Σ weight · BM25(term, row) of every row, float32 `[size]`, not to be written to."""
        return self._summed(tuple(terms))

    def _sum(self, terms: tuple[tuple[str, float], ...]) -> NDArray[np.float32]:
        total = np.zeros(self.size, np.float32)
        lists: list[slice] = []
        weights: list[float] = []
        for term, weight in terms:
            number = self.vocabulary.number(term)
            if number is None:
                continue
            if number in self._frequent:
                total += np.float32(weight) * self._frequent[number]
            else:
                lists.append(slice(*self.vocabulary.starts[number : number + 2].tolist()))
                weights.append(weight)
        if lists:
            rows = np.concatenate([self._indices[span] for span in lists])
            scores = np.concatenate([self._data[span] for span in lists])
            scores *= np.repeat(np.asarray(weights, np.float32), [span.stop - span.start for span in lists])
            total += np.bincount(rows, scores, self.size)
        total.flags.writeable = False
        return total

    def by_row(self, start: int, stop: int) -> list[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """(numbers of its terms, their BM25) of each row from `start` to before `stop`: the index the other way round.

        Reads every posting once, so that many rows at a time are cheaper than few.
        """
        places = np.flatnonzero((self._indices >= start) & (self._indices < stop))
        terms = np.searchsorted(self.vocabulary.starts, places, side="right") - 1
        rows = self._indices[places] - start
        order = np.argsort(rows, kind="stable")
        ends = np.cumsum(np.bincount(rows, minlength=stop - start))[:-1]
        pieces = zip(np.split(terms[order], ends), np.split(self._data[places[order]], ends), strict=True)
        return list(pieces)[: stop - start]
