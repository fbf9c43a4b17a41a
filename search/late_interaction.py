"""Late interaction over static token vectors: how well each token of the question is met somewhere in a passage.

    x = Σ_t w_t · max_u cos(v_t, v_u) / Σ_t w_t,   w_t = ‖v_t‖

t runs over the question's tokens and u over the passage's. MaxSim as in Khattab and Zaharia, "ColBERT", SIGIR 2020;
a token counts by the length of its vector, which training made large for telling words and small for common ones.
"""

import numpy as np
from numpy.typing import NDArray

#: Columns of a product that are worked out together.
_LANES = 16


class LateInteraction:
    """Scores passages by token. `vectors` is float32 `[vocabulary, dimension]`, not normalised."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._weights = np.linalg.norm(vectors, axis=1).astype(np.float32)
        self._unit = vectors / np.maximum(self._weights, 1e-12)[:, None]

    def scores(
        self, question: NDArray[np.integer], tokens: NDArray[np.integer], offsets: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Score of each passage, float32 `[n]`, in -1..1.

        `question` holds the question's token ids; `tokens[offsets[i]:offsets[i + 1]]` those of passage i.
        """
        result = np.zeros(len(offsets) - 1, np.float32)
        question = np.unique(question)
        weights = self._weights[question]
        if not len(question) or not len(tokens) or not weights.sum():
            return result
        # Passages share most of their tokens: compare each distinct one once, then look the rest up.
        held = np.zeros(len(self._unit), np.bool_)
        held[tokens] = True
        distinct = np.flatnonzero(held)
        place = np.empty(len(self._unit), np.intp)
        place[distinct] = np.arange(len(distinct))
        # Multiplied this way round, with a whole number of registers of columns, it takes half the time.
        columns = np.zeros((self._unit.shape[1], -(-len(question) // _LANES) * _LANES), np.float32)
        columns[:, : len(question)] = self._unit[question].T
        similarity = np.ascontiguousarray((self._unit[distinct] @ columns).T[: len(question)])
        filled = np.flatnonzero(np.diff(offsets))
        best = np.maximum.reduceat(similarity.take(place[tokens], axis=1), offsets[filled], axis=1)
        result[filled] = weights @ best / weights.sum()
        return result

    def least_met(
        self, question: NDArray[np.integer], tokens: NDArray[np.integer], heaviest: int = 3
    ) -> float:
        """Of the question's heaviest tokens, how well the one is met that one passage's tokens meet worst, -1..1.

        A passage that meets all but the one telling word of a question is about something else.
        """
        question = np.unique(question)
        if not len(question) or not len(tokens):
            return 0.0
        telling = question[np.argsort(-self._weights[question], kind="stable")[:heaviest]]
        return float((self._unit[telling] @ self._unit[np.unique(tokens)].T).max(axis=1).min())
