"""Token ids of every passage, for late interaction: one flat array and where each passage begins in it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from .arrays import mapped, save
from .embedder import Embedder


@runtime_checkable
class TokenEmbedder(Embedder, Protocol):
    """An embedder whose vectors are made of static token vectors, so that texts need to be read once for both."""

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


class TokenStore:
    """Ids of passage i are `flat[offsets[i]:offsets[i + 1]]`."""

    def __init__(self, flat: NDArray[np.integer], offsets: NDArray[np.int64]) -> None:
        self._flat, self._offsets = flat, offsets

    @classmethod
    def build(cls, flat: NDArray[np.integer], counts: NDArray[np.integer]) -> "TokenStore":
        """Of the distinct ids of all passages, and how many each has; repetitions would change no maximum."""
        offsets = np.zeros(len(counts) + 1, np.int64)
        np.cumsum(counts, out=offsets[1:])
        # Two bytes a token hold every id of the bundled model.
        small = not len(flat) or int(flat.max()) <= np.iinfo(np.uint16).max
        return cls(flat.astype(np.uint16 if small else np.uint32), offsets)

    def save(self, folder: Path) -> None:
        for name, array in (("tokens", self._flat), ("token_offsets", self._offsets)):
            save(folder / f"{name}.npy", array)

    @classmethod
    def open(cls, folder: Path) -> "TokenStore":
        """Map saved arrays. Raises OSError or ValueError where a file is missing or damaged."""
        flat, offsets = (mapped(folder / f"{name}.npy") for name in ("tokens", "token_offsets"))
        if not len(offsets) or offsets[-1] != len(flat):
            raise ValueError(f"{folder} holds token arrays that do not fit each other")
        return cls(flat, offsets)

    @property
    def size(self) -> int:
        return len(self._offsets) - 1

    def of(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.integer], NDArray[np.int64]]:
        """Flat ids of the rows and the offsets of each, in the order of `rows`."""
        starts = self._offsets[rows]
        lengths = self._offsets[rows + 1] - starts
        offsets = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(lengths, out=offsets[1:])
        positions = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], lengths)
        return self._flat[positions], offsets
