"""How often each term occurs in each of many texts, as arrays: what the keyword leg is built from."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .term_keys import FIRST_WORD, KEY_BITS, WordNumbers, term_keys

#: Texts counted at a time: their positions fit beside a key into 63 bits, and their terms into some megabytes.
_CHUNK = 4096
#: A term that occurs more often in a passage weighs the same.
_MOST = np.iinfo(np.uint16).max


class TermCounts(NamedTuple):
    """Terms of texts, those of one text after those of another.

    words     what the keys from `FIRST_WORD` on number, in no particular order
    keys      int64 `[terms]`, ascending within each text
    counts    uint16 `[terms]`: how often each occurs in its text
    distinct  int32 `[texts]`: how many terms are each text's
    lengths   int32 `[texts]`: how many they are with repetitions
    """

    words: list[str]
    keys: NDArray[np.int64]
    counts: NDArray[np.uint16]
    distinct: NDArray[np.int32]
    lengths: NDArray[np.int32]

    def split(self, sizes: Sequence[int]) -> Iterator["TermCounts"]:
        """The same in parts of so many texts each, every one with only its own words."""
        ends = np.concatenate([[0], np.cumsum(self.distinct)])
        first = 0
        for size in sizes:
            texts = slice(first, first + size)
            terms = slice(ends[first], ends[first + size])
            first += size
            keys = self.keys[terms].copy()
            worded = np.flatnonzero(keys >= FIRST_WORD)
            numbers, inverse = np.unique(keys[worded] - FIRST_WORD, return_inverse=True)
            keys[worded] = inverse + FIRST_WORD
            words = [self.words[number] for number in numbers.tolist()]
            yield TermCounts(words, keys, self.counts[terms], self.distinct[texts], self.lengths[texts])


def count_terms(texts: Sequence[str]) -> TermCounts:
    """Count the terms of texts."""
    numbers = WordNumbers()
    parts = [_count(texts[start : start + _CHUNK], numbers) for start in range(0, max(1, len(texts)), _CHUNK)]
    keys, counts, distinct, lengths = (np.concatenate(each) for each in zip(*parts, strict=True))
    return TermCounts(numbers.words, keys, counts, distinct, lengths)


def _count(
    texts: Sequence[str], numbers: WordNumbers
) -> tuple[NDArray[np.int64], NDArray[np.uint16], NDArray[np.int32], NDArray[np.int32]]:
    keys, positions = term_keys(texts, numbers)
    # One sort brings equal terms of a text together.
    packed = np.sort(positions << KEY_BITS | keys)
    first = np.flatnonzero(np.diff(packed, prepend=-1))
    counts = np.diff(first, append=len(packed))
    distinct = packed[first]
    return (
        distinct & ((1 << KEY_BITS) - 1),
        np.minimum(counts, _MOST).astype(np.uint16),
        np.bincount(distinct >> KEY_BITS, minlength=len(texts)).astype(np.int32),
        np.bincount(positions, minlength=len(texts)).astype(np.int32),
    )
