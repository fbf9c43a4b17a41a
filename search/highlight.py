"""Which sentences of a passage answer the question: these are marked, not each matched word."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from index.folding import fold
from index.words import HAN_RUN, tokens
from ingest.passage import Passage, PassageKind

from .effects.amount_effect import asked_amounts
from .effects.intervals import Interval, intervals, points
from .effects.quantities import holds_amount
from .response import Span
from .sentences import Sentence, sentences
from .understanding.question import Question

#: A later sentence is marked too when it is nearly as good as the best one.
_NEARLY = 0.9
#: What title and headings hold, and the line that announces a sentence, is what all sentences under them are about, so
#: it counts less in telling them apart.
_ABOVE = 0.25
#: A sentence with an amount of the kind asked for, or with a range that a figure of the question falls in, is likelier
#: the answer; so is the first one, and more so after 答：.
_AMOUNT, _IN_RANGE, _FIRST, _ANSWERS = 1.3, 1.5, 1.1, 0.5
#: Who asks for these is answered by a list, of up to so many characters.
_ASKS_FOR_LIST = re.compile("材料|资料|证件|手续|条件|情形|哪些|哪几|步骤|流程")
_LONGEST_LIST = 240
_MARKS_ANSWER = ("答：", "答:")


class Reading(NamedTuple):
    """What a question finds in a passage.

    answers  span of the sentence that answers, then of one more that does as well; empty if nothing matches
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


class _Prepared(NamedTuple):
    """A passage made ready to be read: folded once, whatever is asked of it.

    spoken     its sentences; `texts` are theirs, `context` title and headings, `whole` all of it, folded
    announced  for each sentence, the position of the one that announces it, or -1
    answering  positions of those that can answer: what asks or announces does so only where nothing is said
    answers    whether the text is marked as an answer
    """

    spoken: tuple[Sentence, ...]
    context: str
    texts: tuple[str, ...]
    whole: str
    announced: tuple[int, ...]
    answering: tuple[int, ...]
    answers: bool


def read(question: Question, passages: Sequence[Passage]) -> list[Reading]:
    """Read passages for a question, sentence by sentence.

    Chinese words are looked for as they are written, without cutting the text into words: a word that a reader sees is
    there, however the segmenter would cut its neighbours.
    """
    asked = _Asked(
        [(form := _term(term), weight * len(form.written)) for term, weight in question.weighted_terms],
        asked_amounts(question.text),
        points(question.text),
        _ASKS_FOR_LIST.search(question.text) is not None,
    )
    return [_read(asked, _prepared(p.context, p.text, p.kind)) for p in passages]


class _Asked(NamedTuple):
    """What a question looks for: terms with their weights, amounts of some dimensions, figures it gives, a list."""

    terms: list[tuple[_Term, float]]
    amounts: frozenset[str]
    figures: list[Interval]
    is_list: bool


@lru_cache(1 << 13)
def _term(term: str) -> _Term:
    written = term.replace("+", "")
    exact = written == term and HAN_RUN.fullmatch(term) is None
    return _Term(written, exact, written == term and len(term) > 1)


# Some two kilobytes each.
@lru_cache(1 << 11)
def _prepared(context: str, text: str, kind: PassageKind) -> _Prepared:
    spoken = tuple(sentences(text, kind))
    pieces = [context, *(text[each.start : each.end] for each in spoken)]
    whole = fold("\n".join(piece.replace("\n", " ") for piece in pieces))
    folded_context, *texts = whole.split("\n")
    announced, above = [], -1
    for n, each in enumerate(spoken):
        announced.append(above)
        if each.role != "says":
            above = n
    says = [n for n, each in enumerate(spoken) if each.role == "says"]
    return _Prepared(
        spoken,
        folded_context,
        tuple(texts),
        whole,
        tuple(announced),
        tuple(says or range(len(spoken))),
        text.lstrip().startswith(_MARKS_ANSWER),
    )


def _read(asked: _Asked, prepared: _Prepared) -> Reading:
    context, texts, whole = prepared.context, prepared.texts, prepared.whole
    own, matched, found = [0.0] * len(texts), [], False
    for (written, exact, word), weight in asked.terms:
        if written not in whole:
            continue
        if exact and not _holds(whole, written):
            continue
        found = True
        counted = weight * _ABOVE if written in context else weight
        for n, text in enumerate(texts):
            if written in text and (not exact or _holds(text, written)):
                own[n] += counted
        if word:
            matched.append(written)
    answers = _answers(asked, prepared, own) if found and prepared.answering else ()
    return Reading(answers, tuple(matched))


def _holds(text: str, token: str) -> bool:
    """Whether a text holds a figure or a run of letters that is not part of a longer one."""
    return any(each == token for each, _ in tokens(text))


@lru_cache(1 << 11)
def _ranges(text: str) -> tuple[Interval, ...]:
    return tuple(intervals(text))


def _answers(asked: _Asked, prepared: _Prepared, own: list[float]) -> tuple[Span, ...]:
    """The best sentence, and a later one that is nearly as good; for a list, all of it."""
    spoken, answering = prepared.spoken, prepared.answering
    scores = _scores(asked, prepared, own)
    best = max(answering, key=lambda n: (scores[n], -n))
    if asked.is_list and spoken[best].item:
        return (_list_around(spoken, best),)
    later = [n for n in answering if n > best and scores[n] >= _NEARLY * scores[best] > 0]
    further = max(later, key=lambda n: (scores[n], -n), default=best)
    return tuple((spoken[n].start, spoken[n].end) for n in dict.fromkeys((best, further)))


def _scores(asked: _Asked, prepared: _Prepared, own: list[float]) -> list[float]:
    """How well each sentence answers, from the weight of what itself holds."""
    scores = [
        score + (_ABOVE * own[above] if above >= 0 else 0.0)
        for score, above in zip(own, prepared.announced, strict=True)
    ]
    first = prepared.answering[0]
    scores[first] = _FIRST * scores[first] + (_ANSWERS * max(scores) if prepared.answers else 0.0)
    # Only these can become the best.
    hopeful = max(scores) / (_AMOUNT * _IN_RANGE)
    for n in prepared.answering if asked.amounts or asked.figures else ():
        if scores[n] < hopeful:
            continue
        text = prepared.texts[n]
        if asked.amounts and holds_amount(text, asked.amounts):
            scores[n] *= _AMOUNT
        if asked.figures and any(r.holds(f) for r in _ranges(text) for f in asked.figures):
            scores[n] *= _IN_RANGE
    return scores


def _list_around(spoken: Sequence[Sentence], best: int) -> Span:
    """The items of a list around one of them, as many as are short enough to be shown as one answer."""
    first = last = best
    while (
        first > 0 and spoken[first - 1].item and spoken[last].end - spoken[first - 1].start <= _LONGEST_LIST
    ):
        first -= 1
    beyond = last + 1
    while (
        beyond < len(spoken)
        and spoken[beyond].item
        and spoken[beyond].end - spoken[first].start <= _LONGEST_LIST
    ):
        last, beyond = beyond, beyond + 1
    return spoken[first].start, spoken[last].end
