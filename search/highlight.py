"""Which sentences of a passage answer the question: these are marked, not each matched word."""

import numpy as np
from numpy.typing import NDArray

from index.words import terms
from ingest.passage import Passage

from .question import Question
from .response import Span
from .sentences import sentences

#: A further sentence is marked too when it is nearly as good as the best one.
_NEARLY = 0.9
_MOST = 2


def sentence_scores(question: Question, passage: Passage, spans: list[Span]) -> NDArray[np.float32]:
    """How much of the question's terms each sentence holds, weighted; rare words of the passage count for more.

    float32 `[spans]`. The words of title and headings are what the whole passage is about, so they count half in
    telling its sentences apart.
    """
    context = set(terms(passage.context))
    weights = {
        term: weight * len(term) * (0.5 if term in context else 1.0)
        for term, weight in question.weighted_terms
    }
    scores = []
    for start, end in spans:
        held = set(terms(passage.text[start:end]))
        scores.append(sum(weight for term, weight in weights.items() if term in held))
    return np.asarray(scores, np.float32)


def highlights(spans: list[Span], scores: NDArray[np.float32]) -> tuple[Span, ...]:
    """The best sentence and those nearly as good, at most `_MOST`, in reading order; none if nothing matches."""
    if not len(scores) or scores.max() <= 0:
        return ()
    order = np.argsort(-scores, kind="stable")[:_MOST]
    kept = [int(i) for i in order if scores[i] >= _NEARLY * scores[order[0]]]
    return tuple(spans[i] for i in sorted(kept))


def answer_spans(question: Question, passage: Passage) -> tuple[Span, ...]:
    """Spans of the sentences of `passage` that answer `question`."""
    spans = sentences(passage.text)
    return highlights(spans, sentence_scores(question, passage, spans))


def matched_words(question: Question, passage: Passage) -> tuple[str, ...]:
    """Words of the question, or of what they also mean, that stand in the passage: those of two characters and more,
    which tell a reader something."""
    held = set(terms(passage.searchable))
    words = (term for term, _ in question.weighted_terms if len(term) > 1 and "+" not in term)
    return tuple(word for word in words if word in held)
