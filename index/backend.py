"""The seam between ranking and storage: what an index, wherever it is kept, can be asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.article import Article
from ingest.passage import Passage, PassageKind

from .manifest import Manifest


class Hits(NamedTuple):
    """Rows of the index and their scores, best first; ties are broken by the lower row."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a passage must be. Strict: where nothing matches, nothing is found.

    regions     short names, already widened to the places inside the one asked for; None for any
    kinds       passage kinds; None for any
    since       ISO date; published on that day or later (passages without a date do not match); None for any
    """

    regions: frozenset[str] | None = None
    kinds: frozenset[PassageKind] | None = None
    since: str | None = None

    @property
    def empty(self) -> bool:
        return self.regions is None and self.kinds is None and self.since is None


class Backend(Protocol):
    """An opened index. Rows are 0-based positions of passages in the order of the build."""

    @property
    def manifest(self) -> Manifest: ...

    def select(self, filters: Filters) -> NDArray[np.bool_] | None:
        """Which rows pass the filters, bool `[passages]`; None for all of them."""
        ...

    def dense_search(self, vector: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None) -> Hits:
        """The k rows with the highest cosine. Raises IndexUnusableError when the index holds no vectors."""
        ...

    def dense_scores(self, vector: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Cosines of the given rows, float32 `[rows]`."""
        ...

    def keyword_search(
        self, terms: Sequence[tuple[str, float]], k: int, allowed: NDArray[np.bool_] | None
    ) -> Hits:
        """The k rows with the highest weighted BM25 above 0. `terms` are (term, weight)."""
        ...

    def keyword_scores(
        self, terms: Sequence[tuple[str, float]], rows: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Weighted BM25 of the given rows, float32 `[rows]`."""
        ...

    def inverse_document_frequencies(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """Inverse document frequency of each term; a term that occurs nowhere has the highest possible."""
        ...

    @property
    def document_frequencies(self) -> Mapping[str, int]:
        """In how many passages each term of the keyword leg occurs."""
        ...

    @property
    def has_token_ids(self) -> bool:
        """Whether `token_ids` can answer."""
        ...

    def token_ids(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.integer], NDArray[np.int64]] | None:
        """Distinct token ids of the rows, for late interaction: those of rows[i] are `flat[offsets[i]:offsets[i + 1]]`.

        None where the index holds none, which is so for every model without static token vectors.
        """
        ...

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        """The passages of the rows, in the order asked for."""
        ...

    def passage_row(self, passage_id: str) -> int | None:
        """The row of a passage id; None if there is none."""
        ...

    def article(self, article_id: str) -> Article | None:
        """The article of that id; None if there is none."""
        ...

    def article_rows(self, article_id: str) -> list[int]:
        """The rows of an article's passages, in its order; empty if there is none of that id."""
        ...

    def close(self) -> None: ...
