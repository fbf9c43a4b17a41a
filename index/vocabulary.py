"""The terms of an index: their numbers, and in how many passages each occurs.

Characters and pairs come first, by ascending key; the words of the segmenter, figures and runs of letters after them.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .term_keys import key_of, spell
from .word_list import WordList

_RECENT = 1 << 14


class Known(NamedTuple):
    """A term that occurs: its number, the span of its postings, its inverse document frequency."""

    number: int
    start: int
    stop: int
    idf: float

    @property
    def frequency(self) -> int:
        """In how many passages it occurs."""
        return self.stop - self.start


class Vocabulary(Mapping[str, int]):
    """Term → in how many passages it occurs. Terms are looked up, never held as a whole.

    plain    int64, keys of the characters and pairs, ascending
    words    the other terms, in the order of their numbers
    starts   int64 `[terms + 1]`: term n occurs in `starts[n + 1] - starts[n]` passages
    size     number of passages
    """

    def __init__(
        self, plain: NDArray[np.int64], words: WordList, starts: NDArray[np.int64], size: int
    ) -> None:
        self.plain, self.words, self.starts, self.size = plain, words, starts, size
        if len(starts) != len(plain) + len(self.words) + 1:
            raise ValueError("the terms and their frequencies do not fit each other")
        # A question's terms are looked up several times over, and many of them in other questions too.
        self.find = lru_cache(_RECENT)(self._find)
        self._highest_idf = self._idf(0)

    def number(self, term: str) -> int | None:
        """The number of a term; None for one that occurs nowhere."""
        known = self.find(term)
        return None if known is None else known.number

    def _find(self, term: str) -> Known | None:
        """What is known of a term; None for one that occurs nowhere."""
        key = key_of(term)
        if key is None:
            position = self.words.position(term)
            number = None if position is None else len(self.plain) + position
        else:
            place = int(self.plain.searchsorted(key))
            number = place if place < len(self.plain) and self.plain[place] == key else None
        if number is None:
            return None
        start, stop = self.starts[number : number + 2].tolist()
        return Known(number, start, stop, self._idf(stop - start))

    def _idf(self, frequency: int) -> float:
        return math.log1p((self.size - frequency + 0.5) / (frequency + 0.5))

    def inverse_document_frequencies(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """ln(1 + (N - n + 0.5) / (n + 0.5)) for a term in n of N passages, float32 `[terms]`."""
        found = [self._highest_idf if (known := self.find(term)) is None else known.idf for term in terms]
        return np.asarray(found, np.float32)

    def __getitem__(self, term: str) -> int:
        known = self.find(term)
        if known is None:
            raise KeyError(term)
        return known.frequency

    def __iter__(self) -> Iterator[str]:
        yield from map(spell, self.plain.tolist())
        yield from self.words

    def __len__(self) -> int:
        return len(self.starts) - 1


def inverse_document_frequency(size: int, frequencies: NDArray[np.int64]) -> NDArray[np.float64]:
    """ln(1 + (N - n + 0.5) / (n + 0.5)) for terms in n of N passages."""
    return np.log1p((size - frequencies + 0.5) / (frequencies + 0.5))
