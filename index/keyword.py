"""The keyword leg: BM25 over the terms of `words.py`, as arrays that are mapped, not loaded.

As in bm25s (Lù, "BM25S: orders of magnitude faster lexical search via eager sparse scoring", 2024) every term's score
in every passage is worked out when the index is built, and a query adds up the lists of its terms. The variant is
Lucene's (Kamphuis et al., "Which BM25 do you mean?", ECIR 2020), in which a term's score stays below its inverse
document frequency. The scores equal those of bm25s, which the tests compare; its own builder holds everything in
memory several times over, and knows no weights of a question's terms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .arrays import mapped
from .backend import Hits, Terms
from .top_rows import top_rows
from .vocabulary import Known, Vocabulary
from .word_list import WordList

#: Usual values; other ones moved no labelled set by more than half a point.
K1, B = 1.2, 0.75

#: Sums for so many recent questions are kept: a search asks for the best rows, then for scores of others.
_RECENT = 4

_ARRAYS = ("data", "indices", "indptr", "keys", "lengths")
#: Terms are added up for every passage until so many postings have been read, or a share of the number of passages.
#: A quarter finds 99.7 % of the ten best that all of them would, and 97 % of the fifty best.
_READ_LEAST, _READ_SHARE = 60_000, 0.25
#: So many of them are added up at a time: they stay in the processor's cache.
_ADDED = 1 << 14
#: Of the best by those terms, so many for each one wanted, and at the least, are scored by all terms.
_RESCORED, _RESCORED_LEAST = 2, 100


_Weighted = tuple[float, Known]


_EMPTY = np.empty(0, np.int64)
_NOTHING = Hits(_EMPTY, np.empty(0, np.float32))


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
        data, indices, indptr, keys, lengths = (mapped(folder / f"{name}.npy") for name in _ARRAYS)
        vocabulary = Vocabulary(keys, WordList.open(folder), indptr, len(lengths))
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
        scores, rows = np.empty(_ADDED, np.float32), np.empty(_ADDED, np.intp)
        filled = 0
        for weight, known in taken:
            start = known.start
            while start < known.stop:
                stop = min(known.stop, start + _ADDED - filled)
                end = filled + stop - start
                np.multiply(self._data[start:stop], np.float32(weight), out=scores[filled:end])
                rows[filled:end] = self._indices[start:stop]
                start, filled = stop, end
                if filled == _ADDED:
                    np.add.at(total, rows, scores)
                    filled = 0
        np.add.at(total, rows[:filled], scores[:filled])
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
