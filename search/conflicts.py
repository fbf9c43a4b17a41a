"""Passages that answer differently are shown beside each other, never chosen silently.

Two kinds of difference are told, of the sentences that answer, in passages of different articles:

- one permits what the question asks about and another forbids it (可以提取, 不得提取);
- they give different amounts for the same thing (2000元, 3000元): their sentences are alike apart from the numbers.

Where the question names a place, passages of other places do not count: their rules are not the asker's.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from index.folding import fold
from index.words import terms

from .effects.quantities import Quantity, quantities, without_quantities
from .effects.region_effect import OTHER_REGION
from .response import Result
from .understanding.question import Question
from .understanding.synonyms import Synonyms

#: The share of the best score below which a result is no answer beside it.
GOOD = 0.75
_LOOKED_AT = 8
#: Sentences about the same thing share this much of the shorter one's character pairs.
_ALIKE = 0.45
_MOST = 4

_ASKED_IF = re.compile(
    r"(?:能不能|可不可以|可以不可以|是否可以|是否能|能否|可否|可以|允许|允不允许|能|准)(?P<what>[^,，。?？]{1,14}?)"
    r"(?:吗|么|嘛|不|否|[?？,，。]|$)"
)
_ASKED_HOW_MUCH = re.compile(
    "多少|多久|多长|几|比例|标准|额度|金额|上限|下限|起付|封顶|期限|什么时候|何时|哪天"
)
_FORBIDS = re.compile("(?:不得|不能|不可以|不可|不予|不允许|不准|不再|无法|禁止|不支持|不给)")
_PERMITS = re.compile("(?<!不)(?:可以|可|能够|能|允许|准予|准许|支持)(?!否)")
#: Between the modal and the verb stand a few words at most, of the same clause.
_GAP = "[^,，。;；、!?]{0,8}?"
_NO_VERB = frozenset("了的过着吗么呢吧啊就还再给被把去来到")


@dataclass(frozen=True, slots=True)
class Differing:
    """One answer among several: what it `says` (不得提取, 2000元), in which sentence, where and when."""

    says: str
    text: str
    result: Result

    def to_dict(self) -> dict[str, Any]:
        passage = self.result.passage
        return {
            "says": self.says,
            "text": self.text,
            "passage_id": passage.id,
            "title": passage.title,
            "region": passage.region,
            "published": passage.published,
        }


@dataclass(frozen=True, slots=True)
class Conflict:
    """Answers that differ, best-ranked first, and what they differ `about`: "permission", "money", "time", …"""

    about: str
    answers: tuple[Differing, ...]

    def to_dict(self) -> dict[str, Any]:
        return {"about": self.about, "answers": [answer.to_dict() for answer in self.answers]}


def conflicts(question: Question, results: Sequence[Result]) -> tuple[Conflict, ...]:
    """What the first results answer differently; empty where they agree or speak of different things."""
    said = list(_sentences(question, results))
    found = []
    asked_if = _ASKED_IF.search(question.text)
    if asked_if:
        found.append(_permission(asked_if["what"], said))
    if _ASKED_HOW_MUCH.search(question.text):
        found += _amounts(said)
    return tuple(conflict for conflict in found if conflict is not None)


def _sentences(question: Question, results: Sequence[Result]) -> Iterator[tuple[Result, str]]:
    """The first results with the sentence of each that answers, one an article."""
    seen: set[tuple[str, str]] = set()
    for result in results[:_LOOKED_AT]:
        if result.score < GOOD * results[0].score or not result.highlights:
            continue
        if question.regions and OTHER_REGION in result.labels:
            continue
        article = (result.passage.article_id, result.passage.title)
        if article not in seen:
            seen.add(article)
            start, end = result.highlights[0]
            yield result, result.passage.text[start:end]


def _permission(what: str, said: list[tuple[Result, str]]) -> Conflict | None:
    """Answers of both signs to whether something may be done."""
    folded = [(result, sentence, fold(sentence)) for result, sentence in said]
    # Mostly there are none of one sign, and patterns for the verb take a millisecond to compile.
    if not all(any(modal.search(text) for *_, text in folded) for modal in (_FORBIDS, _PERMITS)):
        return None
    verbs = set(terms(what)) | {meaning for meaning, _ in Synonyms.load().expand(what)}
    verbs = {verb for verb in verbs if "+" not in verb and verb not in _NO_VERB}
    if not verbs:
        return None
    verb = "|".join(re.escape(v) for v in sorted(verbs, key=lambda v: (-len(v), v)))
    forbids, permits = (re.compile(f"{modal.pattern}{_GAP}(?:{verb})") for modal in (_FORBIDS, _PERMITS))
    first: dict[bool, Differing] = {}
    for result, sentence, text in folded:
        no, yes = forbids.search(text), permits.search(text)
        # A sentence that says both sets out cases; it is no simple answer.
        if bool(no) != bool(yes):
            match = no or yes
            assert match is not None  # noqa: S101 - one of them was found
            first.setdefault(bool(yes), Differing(match.group(), sentence, result))
    if len(first) < len((True, False)):
        return None
    return Conflict("permission", tuple(first.values()))


def _amounts(said: list[tuple[Result, str]]) -> list[Conflict]:
    """Different amounts of one dimension in sentences that are alike otherwise: those of the best-ranked sentence
    that others contradict."""
    read = [
        (result, sentence, quantities(sentence), _pairs(without_quantities(sentence)))
        for result, sentence in said
    ]
    for n, (result, sentence, amounts, pairs) in enumerate(read):
        found = []
        for dimension in dict.fromkeys(amount.dimension for amount in amounts):
            values, shown = _of(dimension, amounts)
            answers, told = [Differing(shown, sentence, result)], set(values)
            for other, text, theirs, others in read[n + 1 :]:
                values, shown = _of(dimension, theirs)
                if values and told.isdisjoint(values) and _alike(pairs, others):
                    answers.append(Differing(shown, text, other))
                    told |= values
            if len(answers) > 1:
                found.append(Conflict(dimension, tuple(answers[:_MOST])))
        if found:
            return found
    return []


def _of(dimension: str, amounts: list[Quantity]) -> tuple[set[float], str]:
    """The values of one dimension, and how they are written."""
    kept = [amount for amount in amounts if amount.dimension == dimension]
    return {amount.value for amount in kept}, "、".join(dict.fromkeys(amount.written for amount in kept))


def _pairs(text: str) -> frozenset[str]:
    kept = "".join(character for character in text if character.isalnum())
    return frozenset(kept[i : i + 2] for i in range(len(kept) - 1))


def _alike(a: frozenset[str], b: frozenset[str]) -> bool:
    least = min(len(a), len(b))
    return least > 0 and len(a & b) >= _ALIKE * least
