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
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .term_keys import FIRST_WORD, WordNumbers, key_of, spell, term_keys

#: Usual values; other ones moved no labelled set by more than half a point.
K1, B = 1.2, 0.75

#: Texts counted at a time; their positions fit into so many bits beside a term's key.
_CHUNK_BITS = 12
#: Summed scores of so many recent questions are kept: a search asks for the best rows, then for scores of others.
_RECENT = 8

_ARRAYS = ("data", "indices", "indptr", "keys")


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
        idf = _idf(self._size, frequencies)
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
        for array in (data, indices):
            if isinstance(array, np.memmap):
                array.flush()
        _save(folder / "indptr.npy", indptr.astype(np.int64))
        _save(folder / "keys.npy", keys)
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


def _idf(size: int, frequencies: NDArray[np.int64]) -> NDArray[np.float64]:
    """ln(1 + (N - n + 0.5) / (n + 0.5)) for a term in n of N passages."""
    return np.log1p((size - frequencies + 0.5) / (frequencies + 0.5))


class KeywordIndex:
    """BM25 scores by term: those of term t are `data[indptr[t]:indptr[t + 1]]`, of the rows in `indices`.

    keys    of the characters and pairs, ascending; they are the first terms
    words   number of each word; they are the terms after them
    """

    def __init__(
        self,
        data: NDArray[np.float32],
        indices: NDArray[np.int32],
        indptr: NDArray[np.int64],
        keys: NDArray[np.int64],
        words: Mapping[str, int],
        size: int,
    ) -> None:
        self._data, self._indices, self._indptr, self._keys, self._words = data, indices, indptr, keys, words
        self.size = size
        self._summed = lru_cache(_RECENT)(self._sum)

    @classmethod
    def open(cls, folder: Path) -> "KeywordIndex":
        """Map the arrays of an index. Raises OSError, KeyError or ValueError where a file is missing or damaged."""
        content = json.loads((folder / "words.json").read_bytes().decode("utf-8", "surrogatepass"))
        data, indices, indptr, keys = (
            # Plain views of the maps: numpy's own class for them makes every slice several times slower.
            np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False))
            for name in _ARRAYS
        )
        words = {word: len(keys) + n for n, word in enumerate(content["words"])}
        if len(indptr) != len(keys) + len(words) + 1 or not len(data) == len(indices) == indptr[-1]:
            raise ValueError(f"{folder} holds arrays that do not fit each other")
        return cls(data, indices, indptr, keys, words, content["size"])

    @property
    def document_frequencies(self) -> "DocumentFrequencies":
        """In how many passages each term occurs."""
        return DocumentFrequencies(self)

    def inverse_document_frequencies(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """ln(1 + (N - n + 0.5) / (n + 0.5)) for a term in n of N passages, float32 `[terms]`."""
        counts = np.asarray([self.frequency(term) for term in terms], np.int64)
        return _idf(self.size, counts).astype(np.float32)

    def frequency(self, term: str) -> int:
        """In how many passages a term occurs."""
        number = self._number(term)
        return 0 if number is None else int(self._indptr[number + 1] - self._indptr[number])

    @property
    def terms(self) -> int:
        """Number of distinct terms."""
        return len(self._indptr) - 1

    def vocabulary(self) -> Iterator[str]:
        """Every term, in the order of their numbers."""
        yield from map(spell, self._keys.tolist())
        yield from self._words

    def _number(self, term: str) -> int | None:
        key = key_of(term)
        if key is None:
            return self._words.get(term)
        place = int(self._keys.searchsorted(key))
        return place if place < len(self._keys) and self._keys[place] == key else None

    def scores(self, terms: Sequence[tuple[str, float]]) -> NDArray[np.float32]:
        """Σ weight · BM25(term, row) of every row, float32 `[size]`, not to be written to."""
        return self._summed(tuple(terms))

    def _sum(self, terms: tuple[tuple[str, float], ...]) -> NDArray[np.float32]:
        total = np.zeros(self.size, np.float32)
        for term, weight in terms:
            number = self._number(term)
            if number is not None:
                span = slice(self._indptr[number], self._indptr[number + 1])
                # A row occurs once in a list, so that adding by index loses nothing.
                total[self._indices[span]] += np.float32(weight) * self._data[span]
        total.flags.writeable = False
        return total


class DocumentFrequencies(Mapping[str, int]):
    """Term → in how many passages it occurs; looked up in the index, never held as a whole."""

    def __init__(self, index: KeywordIndex) -> None:
        self._index = index

    def __getitem__(self, term: str) -> int:
        found = self._index.frequency(term)
        if not found:
            raise KeyError(term)
        return found

    def __iter__(self) -> Iterator[str]:
        return self._index.vocabulary()

    def __len__(self) -> int:
        return self._index.terms
