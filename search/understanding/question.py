"""What a question asks for: its words, what they also mean, the places and the year it names."""

import re
from dataclasses import dataclass
from functools import lru_cache

from index.words import terms
from ingest.characters import clean_characters
from ingest.errors import BadInputError
from ingest.facts import region

from .normalise import normalise
from .spelling import Correction, Corrector
from .synonyms import Synonyms
from .term_weights import term_weight

MAX_CHARACTERS = 2000
_YEAR = re.compile(r"(?<!\d)(19[89]\d|20[0-4]\d)年?(?!\d)")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, understood.

    asked     as the user wrote it; `text` is normalised and corrected
    own       the question's own terms, each once, with their weights
    expanded  (term, weight) of what the question's words also mean, without the own terms
    regions   places the question names, by short name
    year      the year it asks about
    """

    asked: str
    text: str
    correction: Correction
    own: tuple[tuple[str, float], ...]
    expanded: tuple[tuple[str, float], ...]
    regions: tuple[str, ...]
    year: int | None

    @property
    def weighted_terms(self) -> list[tuple[str, float]]:
        """Every term with its weight; what words also mean weighs less than the words themselves."""
        return [*self.own, *self.expanded]


@lru_cache(1 << 13)
def _terms_of_meaning(meaning: str) -> tuple[str, ...]:
    """Terms of what a word also means; all of them stand in one short file."""
    return tuple(dict.fromkeys(terms(meaning)))


def understand(asked: str, corrector: Corrector | None = None) -> Question:
    """Read a question. Raises BadInputError if it is empty or longer than `MAX_CHARACTERS`."""
    # What nobody sees in a passage is not asked for either; half a character would break a tokenizer.
    visible = clean_characters(asked)
    if not visible.strip():
        raise BadInputError("the question is empty; ask something, such as 断缴后余额还能用吗")
    if len(asked) > MAX_CHARACTERS:
        raise BadInputError(
            f"the question has {len(asked)} characters, more than {MAX_CHARACTERS}; shorten it to what you ask"
        )
    text = normalise(visible)
    correction = corrector.correct(text) if corrector else Correction(text, ())
    text = correction.text
    own = {term: term_weight(term) for term in terms(text)}
    weights: dict[str, float] = {}
    for meaning, weight in Synonyms.load().expand(text):
        for term in _terms_of_meaning(meaning):
            weights[term] = max(weight * term_weight(term), weights.get(term, 0.0))
    expanded = tuple((term, weight) for term, weight in weights.items() if term not in own)
    year = _YEAR.search(text)
    asked_year = int(year.group(1)) if year else None
    return Question(asked, text, correction, tuple(own.items()), expanded, region.places(text), asked_year)
