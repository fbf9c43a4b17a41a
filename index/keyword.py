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
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .arrays import mapped, save
from .backend import Hits, Terms
from .term_counts import TermCounts
from .term_keys import FIRST_WORD
from .top_rows import top_rows
from .vocabulary import Known, Vocabulary, inverse_document_frequency

#: Usual values; other ones moved no labelled set by more than half a point.
K1, B = 1.2, 0.75

#: So many texts are sorted by term at a time. Their rows and counts fit into so many bits beside a term's key; of a
#: term that occurs a thousand times in a passage, once more or less makes no difference.
_CHUNK_BITS, _COUNT_BITS = 12, 10
#: So many of them are spread over the arrays of the index before these are mapped anew.
_CHUNKS_AT_ONCE = 16
#: Sums for so many recent questions are kept: a search asks for the best rows, then for scores of others.
_RECENT = 4

_ARRAYS = ("data", "indices", "indptr", "keys")
#: Terms are added up for every passage until so many postings have been read, or a share of the number of passages.
#: A quarter finds 99.7 % of the ten best that all of them would, and 97 % of the fifty best.
_READ_LEAST, _READ_SHARE = 60_000, 0.25
#: Of the best by those terms, so many for each one wanted, and at the least, are scored by all terms.
_RESCORED, _RESCORED_LEAST = 2, 100


_Weighted = tuple[float, Known]


class _Chunk(NamedTuple):
    """Postings of one chunk of texts: key i has those at `starts[i]:starts[i + 1]`, with rows ascending."""

    first_row: int
    keys: NDArray[np.int64]
    starts: NDArray[np.int64]
    rows: NDArray[np.uint16]
    counts: NDArray[np.uint16]


class _Numbers(dict[str, int]):
    """Numbers words as they are looked up."""

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self)
        return number


class KeywordBuilder:
    """Takes the terms of texts, and writes the index of them all."""

    def __init__(self) -> None:
        self._numbers = _Numbers()
        self._chunks: list[_Chunk] = []
        self._lengths: list[NDArray[np.int32]] = []
        self._size = 0
        self._waiting: list[TermCounts] = []
        self._texts_waiting = 0

    def add(self, counts: TermCounts) -> None:
        """Take the terms of further texts; they become the next rows."""
        self._waiting.append(counts)
        self._texts_waiting += len(counts.lengths)
        if self._texts_waiting >= 1 << _CHUNK_BITS:
            self._make_chunks()

    def _make_chunks(self) -> None:
        waiting, self._waiting, self._texts_waiting = self._waiting, [], 0
        if not waiting:
            return
        keys = np.concatenate([self._numbered(each) for each in waiting])
        counts = np.concatenate([each.counts for each in waiting])
        distinct = np.concatenate([each.distinct for each in waiting])
        lengths = np.concatenate([each.lengths for each in waiting])
        ends = np.concatenate([[0], np.cumsum(distinct)])
        for first in range(0, len(lengths), 1 << _CHUNK_BITS):
            last = min(first + (1 << _CHUNK_BITS), len(lengths))
            terms = slice(ends[first], ends[last])
            rows = np.repeat(np.arange(last - first), distinct[first:last])
            self._add_chunk(keys[terms], rows, counts[terms])
            self._lengths.append(lengths[first:last])
            self._size += last - first

    def _numbered(self, counts: TermCounts) -> NDArray[np.int64]:
        """Keys with the numbers that words have in all texts."""
        numbers = list(map(self._numbers.__getitem__, counts.words))
        keys = counts.keys.copy()
        worded = np.flatnonzero(keys >= FIRST_WORD)
        keys[worded] = np.asarray(numbers, np.int64)[keys[worded] - FIRST_WORD] + FIRST_WORD
        return keys

    def _add_chunk(
        self, keys: NDArray[np.int64], rows: NDArray[np.int64], counts: NDArray[np.uint16]
    ) -> None:
        # One sort brings equal terms together, their rows in order; the counts come along in the lowest bits.
        few = np.minimum(counts, (1 << _COUNT_BITS) - 1)
        packed = np.sort((keys << _CHUNK_BITS | rows) << _COUNT_BITS | few)
        keys = packed >> (_CHUNK_BITS + _COUNT_BITS)
        starts = np.flatnonzero(np.diff(keys, prepend=-1))
        self._chunks.append(
            _Chunk(
                self._size,
                keys[starts],
                np.append(starts, len(keys)),
                (packed >> _COUNT_BITS & ((1 << _CHUNK_BITS) - 1)).astype(np.uint16),
                (packed & ((1 << _COUNT_BITS) - 1)).astype(np.uint16),
            )
        )

    def write(self, folder: Path) -> None:
        """Write the index; what was taken is used up."""
        folder.mkdir(parents=True)
        self._make_chunks()
        words = list(self._numbers)
        order = sorted(range(len(words)), key=words.__getitem__)
        plain = np.sort(
            np.concatenate([_EMPTY, *(chunk.keys[chunk.keys < FIRST_WORD] for chunk in self._chunks)])
        )
        keys = plain[np.diff(plain, prepend=-1) > 0]
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

        files = (folder / "data.npy", np.float32), (folder / "indices.npy", np.int32)
        for path, dtype in files:
            _create(path, dtype, int(indptr[-1]))
        next_free = indptr[:-1].copy()
        self._chunks.reverse()
        while self._chunks and indptr[-1]:
            # Mapped anew for every few chunks: what is written would stay in this process's memory until the end.
            data, indices = (mapped(path, "r+") for path, _ in files)
            for chunk in [self._chunks.pop() for _ in range(min(_CHUNKS_AT_ONCE, len(self._chunks)))]:
                terms, sizes = terms_of(chunk), np.diff(chunk.starts)
                places = np.arange(len(chunk.rows)) + np.repeat(next_free[terms] - chunk.starts[:-1], sizes)
                next_free[terms] += sizes
                rows = chunk.first_row + chunk.rows.astype(np.int64)
                indices[places] = rows
                data[places] = np.repeat(idf[terms], sizes) * chunk.counts / (chunk.counts + saturation[rows])
        save(folder / "indptr.npy", indptr.astype(np.int64))
        save(folder / "keys.npy", keys)
        content = {"size": self._size, "words": [words[number] for number in order]}
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        (folder / "words.json").write_bytes(text.encode("utf-8", "surrogatepass"))


_EMPTY = np.empty(0, np.int64)
_NOTHING = Hits(_EMPTY, np.empty(0, np.float32))


def _create(path: Path, dtype: type, length: int) -> None:
    """Make a file with an array, to be filled; no array without elements can be mapped."""
    if not length:
        save(path, np.empty(0, dtype))
        return
    np.lib.format.open_memmap(path, mode="w+", dtype=dtype, shape=(length,))
    if hasattr(os, "posix_fallocate"):
        # A full disk is an error here; met while writing to the map, it would kill the process.
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)


@dataclass(slots=True)
class _Sums:
    """What is known of every row's score for one question.

    total   weighted scores by some of the question's terms, float32 `[size]`
    left    (weight, term) of those that are left: they stand in so many passages, and so tell so little, that they are
            looked up for few rows only
    scored  rows, ascending, that all terms have been added up for, and their scores
    """

    total: NDArray[np.float32]
    left: Sequence[_Weighted]
    scored: Hits


class KeywordIndex:
    """BM25 scores by term: those of term t are `data[starts[t]:starts[t + 1]]`, of the rows in `indices`, ascending."""

    def __init__(self, data: NDArray[np.float32], indices: NDArray[np.int32], vocabulary: Vocabulary) -> None:
        self._data, self._indices, self.vocabulary = data, indices, vocabulary
        self._most_read = max(_READ_LEAST, int(_READ_SHARE * vocabulary.size))
        self._summed = lru_cache(_RECENT)(self._sum)

    @classmethod
    def open(cls, folder: Path) -> "KeywordIndex":
        """Map the arrays of an index. Raises OSError, KeyError or ValueError where a file is missing or damaged."""
        content = json.loads((folder / "words.json").read_bytes().decode("utf-8", "surrogatepass"))
        data, indices, indptr, keys = (mapped(folder / f"{name}.npy") for name in _ARRAYS)
        vocabulary = Vocabulary(keys, content["words"], indptr, content["size"])
        if not len(data) == len(indices) == indptr[-1]:
            raise ValueError(f"{folder} holds arrays that do not fit each other")
        return cls(data, indices, vocabulary)

    @property
    def size(self) -> int:
        """Number of passages."""
        return self.vocabulary.size

    def search(self, terms: Terms, k: int, allowed: NDArray[np.bool_] | None = None) -> Hits:
        """The k allowed rows with the highest Σ weight · BM25(term, row) above 0; ties go to the lower row.

        Of a large index, rows that hold none of a question's more telling terms are looked at only where fewer than k
        hold one.
        """
        sums = self._summed(tuple(terms), self._most_read)
        rows = None if allowed is None else np.flatnonzero(allowed)
        if not sums.left:
            return _best(sums, k, rows)
        near = _best(sums, max(_RESCORED * k, _RESCORED_LEAST), rows).rows
        if len(near) < k:
            return _best(self._summed(tuple(terms), None), k, rows)
        near.sort()
        sums.scored = Hits(near, self._scores(sums, near))
        return top_rows(sums.scored.scores, k, near)

    def scores(self, terms: Terms, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Σ weight · BM25(term, row) of the given rows, float32 `[rows]`."""
        sums = self._summed(tuple(terms), self._most_read)
        known, scores = sums.scored
        if not sums.left or not len(known):
            return self._scores(sums, rows)
        # A search has looked up most of what is asked for after it.
        places = np.minimum(known.searchsorted(rows), len(known) - 1)
        found, new = scores[places], np.flatnonzero(known[places] != rows)
        found[new] = self._scores(sums, rows[new])
        return found

    def _scores(self, sums: _Sums, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        scores = sums.total[rows]
        sought = rows.astype(np.int32)
        for weight, known in sums.left:
            listed = self._indices[known.start : known.stop]
            places = np.minimum(listed.searchsorted(sought), len(listed) - 1)
            held = listed[places] == sought
            scores[held] += np.float32(weight) * self._data[known.start + places[held]]
        return scores

    def _sum(self, terms: tuple[tuple[str, float], ...], most_read: int | None) -> _Sums:
        """Add up the terms that can add most, as many as `most_read` postings hold; None for all."""
        find = self.vocabulary.find
        taken = [(weight, known) for term, weight in terms if (known := find(term)) is not None]
        left: list[_Weighted] = []
        if most_read is not None:
            taken, left = _most_telling(taken, most_read)
        total = np.zeros(self.size, np.float32)
        if taken:
            spans = [slice(known.start, known.stop) for _, known in taken]
            scores = np.concatenate([self._data[span] for span in spans])
            end = 0
            for weight, its in groupby(taken, itemgetter(0)):
                start, end = end, end + sum(known.frequency for _, known in its)
                if weight != 1:
                    scores[start:end] *= np.float32(weight)
            rows = np.concatenate([self._indices[span] for span in spans], dtype=np.intp)
            np.add.at(total, rows, scores)
        total.flags.writeable = False
        return _Sums(total, left, _NOTHING)

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


def _most_telling(found: list[_Weighted], most_read: int) -> tuple[list[_Weighted], list[_Weighted]]:
    """The terms that can add most, as many as `most_read` postings hold, one at least; and the others."""
    if sum(known.frequency for _, known in found) <= most_read:
        return found, []
    taken: list[_Weighted] = []
    left: list[_Weighted] = []
    read = 0
    for each in sorted(found, key=lambda each: -each[0] * each[1].idf):
        if read and read + each[1].frequency > most_read:
            left.append(each)
        else:
            taken.append(each)
            read += each[1].frequency
    return taken, left


def _best(sums: _Sums, k: int, rows: NDArray[np.int64] | None) -> Hits:
    return top_rows(sums.total if rows is None else sums.total[rows], k, rows)
