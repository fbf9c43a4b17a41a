"""In which of some texts each term occurs, and how often: what the keyword leg is built from."""

import threading
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .term_keys import FIRST_WORD, WordNumbers, term_keys

#: At most so many texts are counted together: their positions fit beside a key into 63 bits, and into 16 by themselves.
_TEXT_BITS = 12
_TOGETHER = 1 << _TEXT_BITS
#: A term that occurs more often in a passage weighs the same.
MOST = int(np.iinfo(np.uint8).max)
#: Words that are remembered, some 150 bytes each.
_MOST_MET = 1 << 18

_met = threading.local()


class Postings(NamedTuple):
    """Terms of some texts, one term's postings after another's.

    words    sorted; the key of the first is `FIRST_WORD`
    keys     int64 `[terms]`, ascending
    sizes    uint16 `[terms]`: in how many of the texts each term occurs
    texts    uint16 `[postings]`: in which, by position, ascending within each term
    counts   uint8 `[postings]`: how often, at most `MOST`
    lengths  int32 `[texts]`: how many terms a text has, repetitions included
    """

    words: list[str]
    keys: NDArray[np.int64]
    sizes: NDArray[np.uint16]
    texts: NDArray[np.uint16]
    counts: NDArray[np.uint8]
    lengths: NDArray[np.int32]


def find_postings(texts: Sequence[str]) -> list[Postings]:
    """The postings of texts, some thousand texts at a time."""
    return [_find(texts[start : start + _TOGETHER]) for start in range(0, len(texts), _TOGETHER)]


def _find(texts: Sequence[str]) -> Postings:
    numbers = _word_numbers()
    keys, positions = term_keys(texts, numbers)
    words = _number_in_order(keys, numbers)
    # One sort brings equal terms together, and the texts of each into their order.
    packed = np.sort(keys << _TEXT_BITS | positions)
    first = first_of_runs(packed)
    held = packed[first]
    keys = held >> _TEXT_BITS
    of_terms = first_of_runs(keys)
    return Postings(
        words,
        keys[of_terms],
        _sizes(of_terms, len(keys)).astype(np.uint16),
        (held & (_TOGETHER - 1)).astype(np.uint16),
        np.minimum(_sizes(first, len(packed)), MOST).astype(np.uint8),
        np.bincount(positions, minlength=len(texts)).astype(np.int32),
    )


def _word_numbers() -> WordNumbers:
    """Numbers that words had before in this thread: most words of a text have been met in others."""
    numbers = getattr(_met, "numbers", None)
    if numbers is None or len(numbers) > _MOST_MET:
        numbers = _met.numbers = WordNumbers()
    return numbers


def _number_in_order(keys: NDArray[np.int64], numbers: WordNumbers) -> list[str]:
    """The words of keys, sorted; changes their keys to number them so."""
    worded = np.flatnonzero(keys >= FIRST_WORD)
    met, places = np.unique(keys[worded] - FIRST_WORD, return_inverse=True)
    words = [numbers.words[number] for number in met.tolist()]
    order = sorted(range(len(words)), key=words.__getitem__)
    ranks = np.empty(len(words), np.int64)
    ranks[order] = np.arange(len(words))
    keys[worded] = ranks[places] + FIRST_WORD
    return [words[place] for place in order]


def first_of_runs(ordered: NDArray[Any]) -> NDArray[np.intp]:
    """Where each run of equal values begins."""
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return np.flatnonzero(first)


def _sizes(first: NDArray[np.intp], end: int) -> NDArray[np.intp]:
    """How long the runs are that begin there."""
    return np.diff(first, append=end)
