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
    word   whether it tells a reader something by itself
    """

    written: str
    exact: bool
    word: bool
    weight: float


def read(question: Question, passages: Sequence[Passage]) -> list[Reading]:
    """Read passages for a question, sentence by sentence.

    Chinese words are looked for as they are written, without cutting the text into words: a word that a reader sees is
    there, however the segmenter would cut its neighbours.
    """
    terms = [_term(term, weight) for term, weight in question.weighted_terms]
    return [_read(terms, passage) for passage in passages]


def _term(term: str, weight: float) -> _Term:
    written = term.replace("+", "")
    exact = written == term and HAN_RUN.fullmatch(term) is None
    return _Term(written, exact, written == term and len(term) > 1, weight * len(term))


def _read(terms: Sequence[_Term], passage: Passage) -> Reading:
    spans = sentences(passage.text)
    pieces = "\n".join(
        [passage.context.replace("\n", " "), *(passage.text[start:end] for start, end in spans)]
    )
    whole = fold(pieces)
    context, *texts = whole.split("\n")
    scores, matched = [0.0] * len(spans), []
    for written, exact, word, weight in terms:
        if written not in whole:
            continue
        if exact:
            above, *holding = (
                any(token == written for token, _ in tokens(text)) for text in (context, *texts)
            )
        else:
            above, holding = written in context, [written in text for text in texts]
        # The words of title and headings are what the whole passage is about, so they count half in telling its
        # sentences apart.
        counted = weight / 2 if above else weight
        for n, held in enumerate(holding):
            if held:
                scores[n] += counted
        if word and (above or any(holding)):
            matched.append(written)
    return Reading(_best(spans, scores), tuple(matched))


def _best(spans: list[Span], scores: list[float]) -> tuple[Span, ...]:
    """The best sentence and those nearly as good, at most `_MOST`, in reading order; none if nothing matches."""
    highest = max(scores, default=0.0)
    if highest <= 0:
        return ()
    order = np.argsort(-np.asarray(scores), kind="stable")[:_MOST]
    return tuple(spans[n] for n in sorted(order.tolist()) if scores[n] >= _NEARLY * highest)
