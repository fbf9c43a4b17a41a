"""The two legs: which passages are worth scoring, and what each leg says of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.backend import Backend, Hits

from .question import Question

#: How many passages each leg puts forward. Beyond it, recall on the labelled sets no longer grows.
DEPTH = 100


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows that either leg found, ascending, with cosine and coverage of each (None: that leg did not run).

    dense_hits and keyword_hits keep the legs' own order, for ranks.
    """

    rows: NDArray[np.int64]
    cosine: NDArray[np.float32] | None
    coverage: NDArray[np.float32] | None
    dense_hits: Hits | None
    keyword_hits: Hits | None


def find_candidates(
    backend: Backend,
    question: Question,
    vector: NDArray[np.float32] | None,
    allowed: NDArray[np.bool_] | None,
    *,
    keyword: bool = True,
) -> Candidates:
    """Ask the legs. `vector` is the question's, or None where the dense leg does not run."""
    dense_hits = None if vector is None else backend.dense_search(vector, DEPTH, allowed)
    keyword_hits = backend.keyword_search(question.weighted_terms, DEPTH, allowed) if keyword else None
    found = [hits.rows for hits in (dense_hits, keyword_hits) if hits is not None]
    rows = np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)
    cosine = None if vector is None else backend.dense_scores(vector, rows)
    coverage = _coverage(backend, question, rows) if keyword else None
    return Candidates(rows, cosine, coverage, dense_hits, keyword_hits)


def _coverage(backend: Backend, question: Question, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Share of the question's own weight that each row holds, 0..1: BM25 over its least upper bound.

    A term's BM25 stays below its inverse document frequency, so the sum over the question's own terms, those that
    occur nowhere included, bounds what any passage can reach.
    """
    terms, weights = zip(*question.own, strict=True) if question.own else ((), ())
    highest = float(backend.inverse_document_frequencies(terms) @ np.asarray(weights, np.float32))
    if not highest:
        return np.zeros(len(rows), np.float32)
    scores = backend.keyword_scores(question.weighted_terms, rows)
    coverage: NDArray[np.float32] = np.minimum(scores / np.float32(highest), np.float32(1))
    return coverage
