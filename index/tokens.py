"""Token ids of every passage, for late interaction: one flat array and where each passage begins in it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from .arrays import ArrayWriter, mapped, save
from .embedder import Embedder

_FLAT, _OFFSETS = "tokens", "token_offsets"


@runtime_checkable
class TokenEmbedder(Embedder, Protocol):
    """An embedder whose vectors are made of static token vectors, so that texts need to be read once for both.

    vocabulary_size  token ids are below it
    """

    @property
    def vocabulary_size(self) -> int: ...

    def token_ids(self, texts: list[str]) -> list[NDArray[Any]]:
        """Token ids of each text."""
        ...

    def embed_token_ids(self, ids: list[NDArray[Any]]) -> NDArray[np.float32]:
        """Vectors of texts given by their token ids, float32 `[n, dimension]`."""
        ...


def distinct_tokens(ids: Sequence[NDArray[Any]]) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """Distinct token ids of texts, ascending within each, one text after the other; how many are each text's."""
    text_of = np.repeat(np.arange(len(ids)), [len(each) for each in ids])
    packed = np.sort(text_of << 32 | np.concatenate([*ids, np.empty(0, np.int64)]).astype(np.int64))
    packed = packed[np.flatnonzero(np.diff(packed, prepend=-1))]
    counts = np.bincount(packed >> 32, minlength=len(ids)).astype(np.int32)
    return (packed & 0xFFFFFFFF).astype(np.uint32), counts


def token_type(embedder: TokenEmbedder) -> type[np.uint16] | type[np.uint32]:
    """Of the arrays of its token ids: two bytes hold every one of the bundled model's."""
    return np.uint16 if embedder.vocabulary_size <= 1 << 16 else np.uint32


class TokenWriter:
    """Writes the token ids of passages as they come."""

    def __init__(self, folder: Path, embedder: TokenEmbedder) -> None:
        self._flat = ArrayWriter(folder / f"{_FLAT}.npy", token_type(embedder))
        self._folder = folder
        self._counts: list[NDArray[np.integer]] = []

    def add(self, flat: NDArray[np.integer], counts: NDArray[np.integer]) -> None:
        """Write the distinct ids of the next passages, and how many each has; repetitions would change no maximum."""
        self._flat.add(flat)
        # A view would keep in memory whatever it is a view of.
        self._counts.append(counts.astype(np.int32))

    def finish(self) -> None:
        """Complete the files."""
        self._flat.finish()
        counts = np.concatenate([np.zeros(1, np.int32), *self._counts])
        save(self._folder / f"{_OFFSETS}.npy", np.cumsum(counts, dtype=np.int64))


class TokenStore:
    """Ids of passage i are `flat[offsets[i]:offsets[i + 1]]`."""

    def __init__(self, flat: NDArray[np.integer], offsets: NDArray[np.int64]) -> None:
        self._flat, self._offsets = flat, offsets

    @classmethod
    def open(cls, folder: Path) -> "TokenStore":
        """Map saved arrays. Raises OSError or ValueError where a file is missing or damaged."""
        flat, offsets = (mapped(folder / f"{name}.npy") for name in (_FLAT, _OFFSETS))
        if not len(offsets) or offsets[-1] != len(flat):
            raise ValueError(f"{folder} holds token arrays that do not fit each other")
        return cls(flat, offsets)

    @property
    def size(self) -> int:
        return len(self._offsets) - 1

    def span(self, start: int, stop: int) -> tuple[NDArray[np.integer], NDArray[np.int64]]:
        """Flat ids of the rows from `start` to before `stop`, and how many each has."""
        first, last = self._offsets[[start, stop]].tolist()
        return self._flat[first:last], np.diff(self._offsets[start : stop + 1])

    def of(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.integer], NDArray[np.int64]]:
        """Flat ids of the rows and the offsets of each, in the order of `rows`."""
        starts = self._offsets[rows]
        lengths = self._offsets[rows + 1] - starts
        offsets = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(lengths, out=offsets[1:])
        positions = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], lengths)
        return self._flat[positions], offsets
