"""Which sentences of a passage answer the question: these are marked, not each matched word."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from index.folding import fold
from index.words import HAN_RUN, tokens
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


class _Term(NamedTuple):
    """A term of a question as it stands in a text.

    exact  whether it is a figure or a run of letters, which may be part of a longer one and then means something else
    """

    written: str
    exact: bool
    weight: float


class _Text:
    """A folded text, in which terms are looked for."""

    def __init__(self, text: str) -> None:
        self._folded = fold(text)
        self._tokens: set[str] | None = None

    def holds(self, term: _Term) -> bool:
        if not term.exact:
            return term.written in self._folded
        if self._tokens is None:
            self._tokens = {token for token, _ in tokens(self._folded)}
        return term.written in self._tokens


def read(question: Question, passages: Sequence[Passage]) -> list[Reading]:
    """Read passages for a question, sentence by sentence.

    Chinese words are looked for as they are written, without cutting the text into words: a word that a reader sees is
    there, however the segmenter would cut its neighbours.
    """
    terms = [_term(term, weight) for term, weight in question.weighted_terms]
    words = [len(term) > 1 and "+" not in term for term, _ in question.weighted_terms]
    return [_read(terms, words, passage) for passage in passages]


def _term(term: str, weight: float) -> _Term:
    written = term.replace("+", "")
    return _Term(written, HAN_RUN.fullmatch(written) is None, weight * len(term))


def _read(terms: Sequence[_Term], words: Sequence[bool], passage: Passage) -> Reading:
    spans = sentences(passage.text)
    texts = [_Text(passage.text[start:end]) for start, end in spans]
    context, scores, matched = _Text(passage.context), [0.0] * len(spans), []
    for term, word in zip(terms, words, strict=True):
        holding = [n for n, text in enumerate(texts) if text.holds(term)]
        above = context.holds(term) if holding or word else False
        # The words of title and headings are what the whole passage is about, so they count half in telling its
        # sentences apart.
        for n in holding:
            scores[n] += term.weight * (0.5 if above else 1.0)
        if word and (above or holding):
            matched.append(term.written)
    return Reading(_best(spans, scores), tuple(matched))


def _best(spans: list[Span], scores: list[float]) -> tuple[Span, ...]:
    """The best sentence and those nearly as good, at most `_MOST`, in reading order; none if nothing matches."""
    highest = max(scores, default=0.0)
    if highest <= 0:
        return ()
    order = np.argsort(-np.asarray(scores), kind="stable")[:_MOST]
    return tuple(spans[n] for n in sorted(order.tolist()) if scores[n] >= _NEARLY * highest)
