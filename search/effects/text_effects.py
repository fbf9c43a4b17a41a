"""What the best passages' own text and kind add: these are read for it, the others keep what the legs said of them."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.backend import Backend
from ingest.passage import Passage

from ..ranking import Effects, Ranking
from ..understanding.question import Question
from .amount_effect import amount_effects
from .kind_effect import kind_effects

#: Reading more changed no set; reading 16 lost a third of a point of nDCG@10 on the sample corpus.
_READ = 24

PassagesOf = Callable[[Sequence[int]], list[Passage]]


class ReadOnce:
    """Passages of an index by row, each asked for once: a search looks at the best ones several times."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._read: dict[int, Passage] = {}

    def __call__(self, rows: Sequence[int]) -> list[Passage]:
        """The passages of the rows, in the order asked for."""
        missing = [row for row in rows if row not in self._read]
        if missing:
            self._read.update(zip(missing, self._backend.passages(missing), strict=True))
        return [self._read[row] for row in rows]


def text_effects(question: Question, ranking: Ranking, passages_of: PassagesOf) -> Effects:
    """What is added to each candidate for its kind and its figures, each float32 `[candidates]`."""
    best = ranking.order[:_READ]
    passages = passages_of(ranking.found.rows[best].tolist())
    added = {"kind": kind_effects(passages), "amount": amount_effects(question, passages)}
    return {name: _placed(values, best, len(ranking.total)) for name, values in added.items()}


def _placed(values: Sequence[float], at: NDArray[np.intp], size: int) -> NDArray[np.float32]:
    placed = np.zeros(size, np.float32)
    placed[at] = values
    return placed
