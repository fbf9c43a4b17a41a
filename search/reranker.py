"""An optional second look: a cross-encoder reads the question and each of the best passages together.

Nogueira and Cho, "Passage Re-ranking with BERT", 2019. Slower than everything else in a search by orders of magnitude,
so it is off unless a model is named (`YIBAO_RERANKER`). What it says enters the score as one more effect, which `why`
shows: WEIGHT · (p - ½), where p is the probability that the passage answers. A passage that it did not read keeps
its score.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.named_model import load_named, names_missing_folder
from ingest.errors import BadInputError

#: The best passages that are read, and how far reading can move one: half of it up or down.
DEPTH, WEIGHT = 30, 0.5
_BATCH = 16


class Reranker(Protocol):
    """Judges how well passages answer a question."""

    def probabilities(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Of each text, how likely it answers, float32 `[texts]`, 0..1."""
        ...


def _load(name: str, local_files_only: bool) -> Any:
    from sentence_transformers import CrossEncoder  # noqa: PLC0415 - takes six seconds

    return CrossEncoder(name, local_files_only=local_files_only)


class CrossEncoderReranker:
    """A cross-encoder of sentence-transformers, by folder or by name on a hub."""

    def __init__(self, name: str) -> None:
        """Load it; a folder is loaded offline. Raises BadInputError if it cannot be loaded or gives several scores."""
        if names_missing_folder(name):
            raise BadInputError(f"the reranker's folder {name!r} does not exist; name one, or leave it out")
        self._model = load_named(
            _load,
            name,
            "reranker",
            "name a cross-encoder of sentence-transformers, a folder that holds one, or leave it out",
        )
        if self._model.num_labels != 1:
            raise BadInputError(
                f"the reranker {name!r} gives {self._model.num_labels} scores a passage; name one that gives one"
            )

    def probabilities(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Of each text, how likely it answers, float32 `[texts]`, 0..1."""
        from torch.nn import Sigmoid  # noqa: PLC0415 - loaded with the model

        pairs = [(question, text) for text in texts]
        found = self._model.predict(
            pairs, batch_size=_BATCH, activation_fn=Sigmoid(), show_progress_bar=False
        )
        return np.asarray(found, np.float32)


@lru_cache(maxsize=1)
def load_reranker(name: str) -> Reranker:
    """The cross-encoder of that name; kept, since a service that switches to a new index goes on with it."""
    return CrossEncoderReranker(name)


def rerank_effects(
    reranker: Reranker,
    question: str,
    scores: NDArray[np.float32],
    texts_of: Callable[[NDArray[np.int64]], Sequence[str]],
) -> NDArray[np.float32]:
    """What is added to each score, float32 `[scores]`: 0 for all but the `DEPTH` best, whose texts are asked for."""
    effects = np.zeros(len(scores), np.float32)
    best = np.argsort(-scores, kind="stable")[:DEPTH]
    if len(best):
        effects[best] = WEIGHT * (reranker.probabilities(question, texts_of(best)) - 0.5)
    return effects
