"""Completions for the search box: titles, and headings that are questions, of the indexed articles."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache

from index.backend import Backend
from index.folding import fold
from search import Searcher

#: A larger index is read only so far: completions need not be complete, and the first visitor must not wait.
_MOST_PASSAGES = 50_000
_BATCH = 2_000
#: Longer ones would not fit the box.
_LONGEST = 40
#: The distance of a phrase that does not hold the typed characters in order.
_APART = 3
_QUESTION = re.compile(r"[吗呢么?？]$|什么|怎么|怎样|如何|多少|哪|几|是否|能不能|可不可以|为何")


class Suggestions:
    """Phrases of the corpus, found by characters typed in order: 断余额 finds 断缴后余额还能用吗."""

    def __init__(self, phrases: Iterable[str]) -> None:
        counted = Counter(phrases)
        self._phrases = sorted(counted, key=lambda phrase: (-counted[phrase], len(phrase), phrase))
        self._folded = [fold(phrase) for phrase in self._phrases]
        self._holding: dict[str, set[int]] = defaultdict(set)
        for place, phrase in enumerate(self._folded):
            for character in phrase:
                self._holding[character].add(place)

    @classmethod
    def of(cls, backend: Backend) -> "Suggestions":
        """Read the phrases of an index."""
        return cls(_phrases(backend))

    def complete(self, typed: str, most: int) -> list[str]:
        """Up to `most` phrases that hold the typed characters in order.

        Those that begin with what was typed come first, then those that hold it in one piece, then the rest;
        among equals the more frequent in the corpus.
        """
        wanted = fold("".join(typed.split()))
        if not wanted or len(wanted) > _LONGEST:
            return []
        places = set.intersection(*(self._holding.get(character, set()) for character in set(wanted)))
        ranked = sorted((self._distance(place, wanted), place) for place in places)
        return [self._phrases[place] for distance, place in ranked if distance < _APART][:most]

    def _distance(self, place: int, wanted: str) -> int:
        phrase = self._folded[place]
        at = phrase.find(wanted)
        if at >= 0:
            return min(at, 1)
        characters = iter(phrase)
        return 2 if all(character in characters for character in wanted) else _APART


def _phrases(backend: Backend) -> Iterable[str]:
    last = min(backend.manifest.counts["passages"], _MOST_PASSAGES)
    seen: set[tuple[str, str]] = set()
    for start in range(0, last, _BATCH):
        for passage in backend.passages(range(start, min(start + _BATCH, last))):
            headings = [heading for heading in passage.heading_path[-1:] if _QUESTION.search(heading)]
            for phrase in (passage.title, *headings):
                # An article's title counts once, however many passages carry it.
                if len(phrase) <= _LONGEST and (passage.article_id, phrase) not in seen:
                    seen.add((passage.article_id, phrase))
                    yield phrase


@lru_cache(maxsize=1)
def suggestions_of(searcher: Searcher) -> Suggestions:
    """The completions of an opened index; read once, at the first question for them."""
    return Suggestions.of(searcher.backend)
