"""Late interaction over static token vectors: how well each token of the question is met somewhere in a passage.

    x = Σ_t w_t · max_u cos(v_t, v_u) / Σ_t w_t,   w_t = ‖v_t‖

t runs over the question's tokens and u over the passage's. MaxSim as in Khattab and Zaharia, "ColBERT", SIGIR 2020;
a token counts by the length of its vector, which training made large for telling words and small for common ones.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.products import blocks
from index.token_vectors import TokenVectors

#: Columns of a product that are worked out together.
_LANES = 16
#: Vectors whose lengths are taken at a time.
_ROWS = 4096
#: So many of a question's heaviest tokens tell what it is about.
_TELLING = 3


class Met(NamedTuple):
    """How well each token of a question is met by each passage.

    weights  of the question's distinct tokens, float32 `[tokens]`
    best     cosine of the passage's token that is nearest, float32 `[tokens, passages]`; 0 for an empty passage
    """

    weights: NDArray[np.float32]
    best: NDArray[np.float32]

    @property
    def scores(self) -> NDArray[np.float32]:
        """Score of each passage, float32 `[passages]`, in -1..1."""
        whole = self.weights.sum()
        if not whole:
            return np.zeros(self.best.shape[1], np.float32)
        scores: NDArray[np.float32] = self.weights @ self.best / whole
        return scores

    def least(self, passage: int) -> float:
        """Of the question's heaviest tokens, how well the one is met that a passage meets worst, -1..1.

        A passage that meets all but the one telling word of a question is about something else.
        """
        if not len(self.weights):
            return 0.0
        telling = np.argsort(-self.weights, kind="stable")[:_TELLING]
        return float(self.best[telling, passage].min())


class LateInteraction:
    """Compares by token.

    vectors  of the vocabulary, not normalised
    unknown  id of the token that stands for whatever the vocabulary does not hold, if there is one: that two words are
             unknown does not make them the same
    """

    def __init__(self, vectors: TokenVectors, unknown: int | None = None) -> None:
        self._vectors, self._unknown = vectors, unknown
        self._weights = _lengths(vectors)
        # Vectors are brought to length 1 where they are used: a second table of them would take as much memory again.
        self._scale = 1 / np.maximum(self._weights, np.float32(1e-12))

    def meet(
        self, question: NDArray[np.integer], tokens: NDArray[np.integer], offsets: NDArray[np.int64]
    ) -> Met:
        """Compare a question's token ids with passages'; those of passage i are `tokens[offsets[i]:offsets[i + 1]]`."""
        question = np.asarray(sorted({*question.tolist()} - {self._unknown}), np.int64)
        best = np.zeros((len(question), len(offsets) - 1), np.float32)
        met = Met(self._weights[question], best)
        if not len(question) or not len(tokens):
            return met
        # Passages share most of their tokens: compare each distinct one once, then look the rest up.
        held = np.zeros(len(self._vectors), np.bool_)
        held[tokens] = True
        distinct = np.flatnonzero(held)
        place = np.empty(len(self._vectors), np.intp)
        place[distinct] = np.arange(len(distinct))
        # Multiplied this way round, with a whole number of registers of columns, it takes half the time.
        columns = np.zeros((self._vectors.dimension, -(-len(question) // _LANES) * _LANES), np.float32)
        columns[:, : len(question)] = self._vectors.take(question).T * self._scale[question]
        products = np.empty((len(distinct), columns.shape[1]), np.float32)
        for block in blocks(len(distinct), columns):
            np.matmul(self._vectors.take(distinct[block]), columns, out=products[block])
        similarity = products.T[: len(question)] * self._scale[distinct]
        filled = np.flatnonzero(offsets[1:] > offsets[:-1])
        best[:, filled] = np.maximum.reduceat(
            similarity.take(place.take(tokens), axis=1), offsets[filled], axis=1
        )
        return met


def _lengths(vectors: TokenVectors) -> NDArray[np.float32]:
    """Euclidean length of each vector, float32 `[vocabulary]`."""
    tokens = np.arange(len(vectors))
    parts = (vectors.take(tokens[start : start + _ROWS]) for start in range(0, len(vectors), _ROWS))
    return np.concatenate([np.linalg.norm(part, axis=1) for part in parts])
