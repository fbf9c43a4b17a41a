"""Which pairs a step learns from, and their token ids in the forms that the losses take."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

Texts = tuple[NDArray[np.int32], NDArray[np.int64]]


class TrainingPairs(NamedTuple):
    """Pairs as token ids.

    query, passage  flat ids, and where each text begins in them
    groups          information need of each pair, int64 `[pairs]`; 0 for public pairs, which belong to none
    answers         whether the pair is a domain question with its answer, bool `[pairs]`
    """

    query: Texts
    passage: Texts
    groups: NDArray[np.int64]
    answers: NDArray[np.bool_]

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[np.generic]]) -> "TrainingPairs":
        """From the arrays that `prepare` wrote."""
        query, passage = ((arrays[name], arrays[f"{name}_offsets"]) for name in ("query", "passage"))
        return cls(query, passage, arrays["groups"], arrays["answers"])  # type: ignore[arg-type]


class Stream:
    """Takes from a set of pairs in random order, each once before any a second time."""

    def __init__(self, pairs: NDArray[np.int64], rng: np.random.Generator) -> None:
        self._pairs, self._rng = pairs, rng
        self._queue = np.empty(0, np.int64)

    def take(self, count: int) -> NDArray[np.int64]:
        """The next `count` pairs."""
        while len(self._queue) < count:
            self._queue = np.concatenate([self._queue, self._rng.permutation(self._pairs)])
        taken, self._queue = self._queue[:count], self._queue[count:]
        return taken


def bag(
    texts: Texts, chosen: NDArray[np.int64], dropout: float, rng: np.random.Generator
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Ids, offsets and weights of the chosen texts, for `embedding_bag`; a dropped token weighs 0."""
    ids, offsets = texts
    lengths = offsets[chosen + 1] - offsets[chosen]
    starts = np.cumsum(lengths) - lengths
    flat = ids[np.arange(lengths.sum()) + np.repeat(offsets[chosen] - starts, lengths)].astype(np.int64)
    weights = (rng.random(len(flat)) >= dropout).astype(np.float32)
    return torch.from_numpy(flat), torch.from_numpy(starts), torch.from_numpy(weights)


def padded(
    texts: Texts, chosen: NDArray[np.int64], width: int, rng: np.random.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Distinct ids of the chosen texts, int64 `[chosen, width]`, and which of them are real, bool; of a longer text
    `width` ids by chance."""
    ids, offsets = texts
    found = np.zeros((len(chosen), width), np.int64)
    real = np.zeros((len(chosen), width), bool)
    for row, text in enumerate(chosen):
        distinct = np.unique(ids[offsets[text] : offsets[text + 1]])
        if len(distinct) > width:
            distinct = rng.permutation(distinct)[:width]
        found[row, : len(distinct)] = distinct
        real[row, : len(distinct)] = True
    return torch.from_numpy(found), torch.from_numpy(real)
