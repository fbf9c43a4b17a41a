"""The postings of a finished keyword index, term by term: the next build takes over those of rows that stay."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .arrays import let_go, mapped
from .word_list import WordList

#: A posting among those of neighbouring terms is its term, from the first of them on, and its row in so many bits.
ROW_BITS = 32
#: Postings looked through at a time for rows that are gone.
_TOGETHER = 1 << 19

_EMPTY = np.empty(0, np.int64)


class HeldPostings(NamedTuple):
    """Term n has the rows `indices[indptr[n]:indptr[n + 1]]`, ascending, and `counts` of the same places.

    keys     of the characters and pairs, which come first
    words    the other terms
    lengths  of the rows
    """

    indices: NDArray[np.int32]
    counts: NDArray[np.uint8]
    indptr: NDArray[np.int64]
    keys: NDArray[np.int64]
    lengths: NDArray[np.int32]
    words: WordList

    @classmethod
    def open(cls, folder: Path) -> "HeldPostings":
        """Map an index's arrays. Raises OSError or ValueError where a file is missing or damaged."""
        indices, counts, indptr, keys, lengths = (mapped(folder / f"{name}.npy") for name in cls._fields[:-1])
        return cls(indices, counts, indptr, keys, lengths, WordList.open(folder))


class KeptPostings:
    """Postings of rows that stay: `rows[old]` is the new number of each, ascending, -1 for one that is gone.

    plain, words  keys and words of the terms that still occur
    frequencies   int64: in how many of these rows each of them occurs
    """

    def __init__(self, held: HeldPostings, rows: NDArray[np.int32]) -> None:
        self._held, self._rows = held, rows
        gone = [
            np.flatnonzero(rows[held.indices[start : start + _TOGETHER]] < 0) + start
            for start in range(0, len(held.indices), _TOGETHER)
        ]
        self.let_go()
        terms = np.searchsorted(held.indptr, np.concatenate([_EMPTY, *gone]), "right") - 1
        left = np.diff(held.indptr) - np.bincount(terms, minlength=len(held.indptr) - 1)
        self._terms = np.flatnonzero(left)
        self.frequencies = left[self._terms]
        plain = int(np.searchsorted(self._terms, len(held.keys)))
        self.plain = held.keys[self._terms[:plain]]
        words = list(held.words)
        self.words = [words[term - len(held.keys)] for term in self._terms[plain:].tolist()]
        self._numbers = _EMPTY

    def number(self, keys: NDArray[np.int64], number_of: Mapping[str, int]) -> NDArray[np.int64]:
        """Give its terms the numbers of a new index, ascending, and return them."""
        of_words = np.fromiter(map(number_of.__getitem__, self.words), np.int64, len(self.words))
        self._numbers = np.concatenate([np.searchsorted(keys, self.plain), of_words])
        return self._numbers

    def let_go(self) -> None:
        """Hold nothing in memory of the postings that were read."""
        let_go(self._held.indices)
        let_go(self._held.counts)

    def joined(
        self,
        first: int,
        last: int,
        order: NDArray[np.int64],
        rows: NDArray[np.int32],
        counts: NDArray[np.uint8],
    ) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        """Rows and counts of the terms from `first` to before `last`, with those of others put among them.

        `order` has, of the others, the term, counted from the first, above the row in the lowest `ROW_BITS`.
        """
        begin, end = np.searchsorted(self._numbers, [first, last]).tolist()
        if begin == end:
            return rows, counts
        terms, held = self._terms[begin:end], self._held
        places = slice(int(held.indptr[terms[0]]), int(held.indptr[terms[-1] + 1]))
        own, its_counts = self._rows[held.indices[places]], held.counts[places]
        if own.min() < 0:
            stay = own >= 0
            own, its_counts = own[stay], its_counts[stay]
        if not len(order):
            return own, its_counts
        among = np.repeat((self._numbers[begin:end] - first) << ROW_BITS, self.frequencies[begin:end]) | own
        at = np.searchsorted(among, order)
        return np.insert(own, at, rows), np.insert(its_counts, at, counts)
