"""The words of an index in sorted order, found in mapped files: none becomes an object before it is asked for."""

import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray

from .arrays import mapped, save

_LETTERS, _STARTS, _SLOTS = "words", "word_starts", "word_slots"
#: A slot of the table that holds no word.
_FREE = -1


class WordList(Sequence[str]):
    """Words, and at which position each stands.

    letters  uint8: the words in UTF-8, one after the other
    starts   int64 `[words + 1]`: word n is `letters[starts[n]:starts[n + 1]]`
    slots    int32, a power of two: positions of words, each in the first free slot from that of its hash on
    """

    def __init__(
        self, letters: NDArray[np.uint8], starts: NDArray[np.int64], slots: NDArray[np.int32]
    ) -> None:
        if not len(starts) or starts[-1] != len(letters) or len(slots) & (len(slots) - 1) or not len(slots):
            raise ValueError("the words of an index do not fit each other")
        self._letters, self._starts, self._slots = letters, starts, slots

    @classmethod
    def of(cls, words: Sequence[str]) -> "WordList":
        """The list of distinct words."""
        encoded = [_encode(word) for word in words]
        starts = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
        hashes = np.fromiter(map(zlib.crc32, encoded), np.int64, len(encoded))
        return cls(np.frombuffer(b"".join(encoded), np.uint8), starts, _table(hashes))

    def save(self, folder: Path) -> None:
        for name, array in ((_LETTERS, self._letters), (_STARTS, self._starts), (_SLOTS, self._slots)):
            save(folder / f"{name}.npy", array)

    @classmethod
    def open(cls, folder: Path) -> "WordList":
        """Map a saved list. Raises OSError or ValueError where a file is missing or damaged."""
        return cls(*(mapped(folder / f"{name}.npy") for name in (_LETTERS, _STARTS, _SLOTS)))

    def position(self, word: str) -> int | None:
        """Where a word stands; None for one that is not there."""
        sought, last = _encode(word), len(self._slots) - 1
        slot = zlib.crc32(sought) & last
        while (found := self._slots.item(slot)) != _FREE:
            if self._encoded(found) == sought:
                return found
            slot = slot + 1 & last
        return None

    def _encoded(self, position: int) -> bytes:
        return self._letters[self._starts.item(position) : self._starts.item(position + 1)].tobytes()

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, position: int) -> str: ...
    @overload
    def __getitem__(self, position: slice) -> list[str]: ...
    def __getitem__(self, position: int | slice) -> str | list[str]:
        if isinstance(position, slice):
            return [self[each] for each in range(len(self))[position]]
        return _decode(self._encoded(range(len(self))[position]))

    def __iter__(self) -> Iterator[str]:
        letters, starts = self._letters.tobytes(), self._starts.tolist()
        return (_decode(letters[start:end]) for start, end in pairwise(starts))


def _encode(word: str) -> bytes:
    return word.encode("utf-8", "surrogatepass")


def _decode(letters: bytes) -> str:
    return letters.decode("utf-8", "surrogatepass")


def _table(hashes: NDArray[np.int64]) -> NDArray[np.int32]:
    """Slots for words with these hashes, at least twice as many."""
    last = (1 << (2 * len(hashes)).bit_length()) - 1
    table = np.full(last + 1, _FREE, np.int32)
    slots, left = hashes & last, np.arange(len(hashes), dtype=np.int32)
    while len(left):
        # Of several that want one free slot, the first has it.
        free = left[table[slots[left]] == _FREE]
        table[slots[free[::-1]]] = free[::-1]
        left = left[table[slots[left]] != left]
        slots[left] = slots[left] + 1 & last
    return table
