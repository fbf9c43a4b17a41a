"""A corpus in two dimensions: passages that read alike lie near each other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.errors import BadInputError
from ingest.passage import Passage

from ..searcher import Searcher

#: So many points show a corpus; more only hide each other, and each passage is embedded for the map.
MOST_POINTS = 5_000


@dataclass(frozen=True, slots=True)
class CorpusMap:
    """points           float32 `[passages, 2]`
    groups           of each passage, what colours it; "" for none
    passages         in the order of the points
    questions        and `question_points`, float32 `[questions, 2]`, in the same plane
    explained        share of the vectors' variance that the two directions hold, 0..1
    """

    points: NDArray[np.float32]
    groups: tuple[str, ...]
    passages: tuple[Passage, ...]
    questions: tuple[str, ...]
    question_points: NDArray[np.float32]
    explained: float

    @classmethod
    def of(
        cls,
        searcher: Searcher,
        questions: Sequence[str] = (),
        *,
        topics: Sequence[str] = (),
        most: int = MOST_POINTS,
    ) -> "CorpusMap":
        """The map of an opened index, or of every n-th passage of one with more than `most`.

        Passages are coloured by the topic whose embedding is nearest where `topics` are given, else by region.
        The two directions are the first principal components (Jolliffe 2002, "Principal Component Analysis").
        Raises BadInputError if the index has no model, or fewer than three passages.
        """
        if searcher.embedder is None:
            raise BadInputError("a map needs vectors, and this index was opened without a model")
        total = searcher.backend.manifest.counts["passages"]
        rows = range(0, total, -(-total // most)) if total else range(0)
        passages = searcher.backend.passages(rows)
        if len(passages) < 3:
            raise BadInputError(f"the index holds {total} passages; a map needs three")
        vectors = searcher.embedder.embed_passages([passage.searchable for passage in passages])
        project, explained = principal_plane(vectors)
        asked = _embedded(searcher.embedder.embed_queries, questions, vectors.shape[1])
        return cls(
            points=project(vectors),
            groups=_topics(vectors, searcher.embedder.embed_queries(list(topics)), topics)
            if topics
            else tuple(passage.region or "" for passage in passages),
            passages=tuple(passages),
            questions=tuple(questions),
            question_points=project(asked),
            explained=explained,
        )


def principal_plane(
    vectors: NDArray[np.float32],
) -> tuple[Callable[[NDArray[np.float32]], NDArray[np.float32]], float]:
    """The plane of the two directions in which `vectors` `[n, dimension]` vary most.

    Returns what maps vectors `[m, dimension]` onto it, `[m, 2]`, and the share of the variance that it holds. The
    sign of each direction is fixed, so that a map is the same on every machine.
    """
    mean = vectors.mean(axis=0)
    centred = (vectors - mean).astype(np.float64)
    # The eigenvectors of the covariance cost what the dimension asks for, however many vectors there are.
    variance, directions = np.linalg.eigh(centred.T @ centred)
    plane = directions[:, :-3:-1].T
    plane = plane * np.sign(plane[np.arange(2), np.abs(plane).argmax(axis=1)])[:, None]
    explained = float(variance[-2:].sum() / variance.sum()) if variance.sum() else 0.0

    def project(others: NDArray[np.float32]) -> NDArray[np.float32]:
        placed: NDArray[np.float32] = ((others - mean) @ plane.T).astype(np.float32)
        return placed

    return project, explained


def _embedded(
    embed: Callable[[list[str]], NDArray[np.float32]], texts: Sequence[str], dimension: int
) -> NDArray[np.float32]:
    return embed(list(texts)) if texts else np.zeros((0, dimension), np.float32)


def _topics(
    vectors: NDArray[np.float32], topic_vectors: NDArray[np.float32], topics: Sequence[str]
) -> tuple[str, ...]:
    nearest = (vectors @ topic_vectors.T).argmax(axis=1)
    return tuple(topics[place] for place in nearest)
