"""The terms of an index: their numbers, and in how many passages each occurs.

Characters and pairs come first, by ascending key; the words of the segmenter, figures and runs of letters after them.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .term_keys import key_of, spell

_RECENT = 1 << 14


class Vocabulary(Mapping[str, int]):
    """Term → in how many passages it occurs. Terms are looked up, never held as a whole beside the words.

    plain    int64, keys of the characters and pairs, ascending
    words    the other terms, in the order of their numbers
    starts   int64 `[terms + 1]`: term n occurs in `starts[n + 1] - starts[n]` passages
    size     number of passages
    """

    def __init__(
        self, plain: NDArray[np.int64], words: Sequence[str], starts: NDArray[np.int64], size: int
    ) -> None:
        self.plain, self.starts, self.size = plain, starts, size
        self.words = {word: len(plain) + n for n, word in enumerate(words)}
        if len(starts) != len(plain) + len(self.words) + 1:
            raise ValueError("the terms and their frequencies do not fit each other")
        # A question's terms are looked up several times over, and many of them in other questions too.
        self.number = lru_cache(_RECENT)(self._number)
        self.frequency = lru_cache(_RECENT)(self._frequency)
        self._inverse_document_frequency = lru_cache(_RECENT)(self._idf)

    def _number(self, term: str) -> int | None:
        """The number of a term; None for one that occurs nowhere."""
        key = key_of(term)
        if key is None:
            return self.words.get(term)
        place = int(self.plain.searchsorted(key))
        return place if place < len(self.plain) and self.plain[place] == key else None

    def _frequency(self, term: str) -> int:
        """In how many passages a term occurs."""
        number = self.number(term)
        return 0 if number is None else int(self.starts[number + 1] - self.starts[number])

    def inverse_document_frequencies(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """ln(1 + (N - n + 0.5) / (n + 0.5)) for a term in n of N passages, float32 `[terms]`."""
        return np.fromiter(map(self._inverse_document_frequency, terms), np.float32, len(terms))

    def _idf(self, term: str) -> float:
        return float(inverse_document_frequency(self.size, np.asarray(self.frequency(term))))

    def __getitem__(self, term: str) -> int:
        found = self.frequency(term)
        if not found:
            raise KeyError(term)
        return found

    def __iter__(self) -> Iterator[str]:
        yield from map(spell, self.plain.tolist())
        yield from self.words

    def __len__(self) -> int:
        return len(self.starts) - 1


def inverse_document_frequency(size: int, frequencies: NDArray[np.int64]) -> NDArray[np.float64]:
    """ln(1 + (N - n + 0.5) / (n + 0.5)) for terms in n of N passages."""
    return np.log1p((size - frequencies + 0.5) / (frequencies + 0.5))
