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


class Facts(NamedTuple):
    """What ranking weighs of a passage besides its words, and what filters ask for: fields of `Passage`."""

    kind: PassageKind
    region: str | None
    year: int | None
    published: str | None
    effective: str | None
    expires: str | None


class Evidence(NamedTuple):
    """What an index says of some rows, in their order.

    cosine   float32 `[rows]`; None where no vector was given
    keyword  weighted BM25, float32 `[rows]`; None where no terms were given
    tokens   distinct token ids of all rows, for late interaction; None where the index holds none, which is so for
             every model without static token vectors
    offsets  int64 `[rows + 1]`: the ids of row i are `tokens[offsets[i]:offsets[i + 1]]`
    facts    of each row
    """

    cosine: NDArray[np.float32] | None
    keyword: NDArray[np.float32] | None
    tokens: NDArray[np.integer] | None
    offsets: NDArray[np.int64] | None
    facts: Sequence[Facts]


Terms = Sequence[tuple[str, float]]


class Backend(Protocol):
    """An opened index, here or on another machine.

    A row is the 0-based position of a passage in the order of the build; it never changes within a build. A search
    asks five times, so that a remote index costs few round trips: for the frequencies of the question's terms, for
    the best rows by vector and by words, for the evidence of all rows found (some two hundred), and for the passages
    that are shown.
    """

    @property
    def manifest(self) -> Manifest: ...

    def check(self) -> None:
        """Raise IndexUnusableError where the index cannot be asked now, which can happen to one on other machines."""
        ...

    def dense_search(self, vector: NDArray[np.float32], k: int, filters: Filters) -> Hits:
        """Of the rows that pass, the k with the highest cosine above 0.

        Raises IndexUnusableError when the index holds no vectors.
        """
        ...

    def keyword_search(self, terms: Terms, k: int, filters: Filters) -> Hits:
        """Of the rows that pass, the k with the highest weighted BM25 above 0. `terms` are (term, weight)."""
        ...

    def evidence(
        self, rows: NDArray[np.int64], vector: NDArray[np.float32] | None, terms: Terms | None
    ) -> Evidence:
        """What ranking needs to know of the rows, in one go."""
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
        """Whether `evidence` holds token ids."""
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
