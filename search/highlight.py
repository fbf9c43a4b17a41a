"""Which sentences of a passage answer the question: these are marked, not each matched word."""

from typing import NamedTuple

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


class Reading(NamedTuple):
    """What a question finds in a passage.

    answers  spans of the sentences that answer, in reading order
    matched  words of the question, or of what they also mean, that stand in text, title or headings: those of two
             characters and more, which tell a reader something
    """

    answers: tuple[Span, ...]
    matched: tuple[str, ...]


def read(question: Question, passage: Passage) -> Reading:
    """Read a passage for a question, its sentences one by one."""
    spans = sentences(passage.text)
    context = set(terms(passage.context))
    held = [set(terms(passage.text[start:end])) for start, end in spans]
    words = (term for term, _ in question.weighted_terms if len(term) > 1 and "+" not in term)
    # Terms never reach over the end of a sentence, so that its sentences hold all those of the text.
    matched = tuple(word for word in words if word in context or any(word in sentence for sentence in held))
    return Reading(_best(spans, _scores(question, context, held)), matched)


def _scores(question: Question, context: set[str], held: list[set[str]]) -> NDArray[np.float32]:
    """How much of the question's terms each sentence holds, weighted; float32 `[sentences]`.

    The words of title and headings are what the whole passage is about, so they count half in telling its sentences
    apart.
    """
    weights = {
        term: weight * len(term) * (0.5 if term in context else 1.0)
        for term, weight in question.weighted_terms
    }
    scores = [sum(weight for term, weight in weights.items() if term in sentence) for sentence in held]
    return np.asarray(scores, np.float32)


def _best(spans: list[Span], scores: NDArray[np.float32]) -> tuple[Span, ...]:
    """The best sentence and those nearly as good, at most `_MOST`, in reading order; none if nothing matches."""
    if not len(scores) or scores.max() <= 0:
        return ()
    order = np.argsort(-scores, kind="stable")[:_MOST]
    kept = [int(i) for i in order if scores[i] >= _NEARLY * scores[order[0]]]
    return tuple(spans[i] for i in sorted(kept))
