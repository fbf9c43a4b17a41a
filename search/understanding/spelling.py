"""Homophones and pinyin: 医宝 → 医保, 断教 → 断缴, yibao → 医保.

Input methods turn a wrong pick into another word with the same sound. A stretch of the question that is no known
word, but sounds exactly like a word of the domain or a place, is read as that one. Other words are left as they are:
a question is more often right than a guess at what else it could mean.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from index.words import domain_words, segmenter
from ingest.data import LEXICON
from ingest.facts.region import ancestors
from ingest.facts.region import names as region_names

#: Words of two to four characters; single characters have too many homophones.
_SHORTEST, _LONGEST = 2, 4
#: Single characters that stand for themselves, however much their neighbours make them sound like another word.
_FUNCTION = frozenset(
    "太月天年近远新不一在这那同何及还位的了吗呢吧啊呀就也都没有是我你他她它们个要会能可以和与或把被给让从到去来过得着只又再很太多少几什么怎哪谁进说起用想问看买走重误厂时"
)
_NEAR_INITIAL = re.compile(r"^([zcs])h")
_NEAR_FINAL = re.compile(r"([ei]n)g$")
_LATIN = re.compile(r"[a-z]{4,24}")
_HAN = re.compile(r"[\u3400-\u9fff]+")


class Correction(NamedTuple):
    """A question after correction, and (from, to) of each change."""

    text: str
    changes: tuple[tuple[str, str], ...]


class Corrector:
    """Corrects questions against the words of one corpus (term → in how many passages it occurs)."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self._vocabulary = vocabulary
        # Provinces and prefectures; and these only by their exact sound, since there are so many of them.
        places = {place for place in region_names() if len(ancestors(place)) <= 1}
        self._known = {word for word in (*domain_words(), *places) if _SHORTEST <= len(word) <= _LONGEST}
        self._by_sound: dict[tuple[str, ...], str] = {}
        self._by_near_sound: dict[tuple[str, ...], str] = {}
        # Of two that sound alike, the one that the corpus uses more often is meant.
        for word in sorted(self._known, key=lambda w: (-self._frequency(w), w)):
            sounds = _syllables(word)
            self._by_sound.setdefault(tuple(sounds), word)
            if word not in places:
                self._by_near_sound.setdefault(_near(sounds), word)
        self._by_letters = {"".join(sound): word for sound, word in self._by_sound.items()}

    def _frequency(self, word: str) -> int:
        """In how many passages a word occurs; of two characters that are no word, in how many they stand together."""
        found = self._vocabulary.get(word, 0)
        return found or (self._vocabulary.get("+".join(word), 0) if len(word) == _SHORTEST else 0)

    def correct(self, text: str) -> Correction:
        """Correct a folded question."""
        changes: list[tuple[str, str]] = []

        def latin(match: re.Match[str]) -> str:
            meant = self._read_letters(match.group())
            if meant is None:
                return match.group()
            changes.append((match.group(), meant))
            return meant

        text = _LATIN.sub(latin, text)
        text = _HAN.sub(lambda match: self._correct_run(match.group(), changes), text)
        return Correction(text, tuple(changes))

    def _read_letters(self, letters: str) -> str | None:
        """Known words whose pinyin, written together, is exactly `letters`; None if there are none."""
        best: list[list[str] | None] = [None] * (len(letters) + 1)
        best[0] = []
        for end in range(1, len(letters) + 1):
            for start in range(end):
                words, word = best[start], self._by_letters.get(letters[start:end])
                if (
                    words is not None
                    and word
                    and (best[end] is None or len(words) + 1 < len(best[end] or ()))
                ):
                    best[end] = [*words, word]
        return "".join(best[-1]) if best[-1] else None

    def _correct_run(self, run: str, changes: list[tuple[str, str]]) -> str:
        sounds = _syllables(run)
        near = _near(sounds)
        words = segmenter().plain(run)
        starts = [0]
        for word in words:
            starts.append(starts[-1] + len(word))
        ends = set(starts)
        position, parts = 0, []
        while position < len(run):
            taken = 1
            for length in (
                range(min(_LONGEST, len(run) - position), _SHORTEST - 1, -1) if position in ends else ()
            ):
                if position + length in ends:
                    heard = slice(position, position + length)
                    meant = self._by_sound.get(tuple(sounds[heard])) or self._by_near_sound.get(near[heard])
                    if not meant:
                        continue
                    written = run[position : position + length]
                    inside = words[starts.index(position) : starts.index(position + length)]
                    if meant != written and self._is_wrong(written, inside, meant):
                        changes.append((written, meant))
                        parts.append(meant)
                        taken = length
                        break
            else:
                parts.append(run[position])
            position += taken
        return "".join(parts)

    def _is_wrong(self, written: str, inside: list[str], meant: str) -> bool:
        """Whether `written`, cut into the words `inside`, is no word that anybody uses here.

        What differs must be single characters that the segmenter could not place, and no function words.
        """
        shared = sum(a == b for a, b in zip(written, meant, strict=True))
        if self._is_known(written) or not shared:
            return False
        if shared >= _LONGEST - 1:
            return True  # four sounds and three characters do not agree by chance
        position = 0
        for word in inside:
            end = position + len(word)
            if word != meant[position:end] and (len(word) > 1 or word in _FUNCTION):
                return False
            position = end
        return True

    def _is_known(self, written: str) -> bool:
        return written in self._known or self._frequency(written) > 0


def _near(sounds: list[str]) -> tuple[str, ...]:
    """The sounds as many speakers say them: zh, ch, sh as z, c, s, and -ng as -n after e and i."""
    return tuple(map(_near_sound, sounds))


@lru_cache(1 << 12)
def _near_sound(sound: str) -> str:
    return _NEAR_INITIAL.sub(r"\1", _NEAR_FINAL.sub(r"\1", sound))


@lru_cache(maxsize=1)
def _pinyin() -> dict[str, str]:
    """Toneless syllable of each everyday character, by its most usual reading."""
    sounds = {}
    for line in (LEXICON / "pinyin.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            syllable, characters = line.split()
            sounds.update(dict.fromkeys(characters, syllable))
    return sounds


def _syllables(text: str) -> list[str]:
    """The sound of each character; one without a known sound stands for itself."""
    sounds = _pinyin()
    return [sounds.get(character, character) for character in text]
