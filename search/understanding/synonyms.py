"""What the words of a question also mean: layman's terms and official ones, from `corpus/lexicon/synonyms.txt`."""

from functools import lru_cache

from index.folding import fold
from ingest.data import LEXICON
from ingest.errors import BadInputError

#: What an expansion weighs beside the user's own word, which weighs 1.
WEIGHT = 0.45
_SHORTEST = 2


class Synonyms:
    """Terms with what they also mean. `meanings` maps a folded term to the folded terms it may be met by."""

    def __init__(self, meanings: dict[str, tuple[str, ...]]) -> None:
        self._meanings = meanings
        self._longest = max(map(len, meanings), default=0)

    @classmethod
    def parse(cls, text: str) -> "Synonyms":
        """Read groups: "a b c" mean the same; "a b -> c d" says that a and b are also met by c and d.

        Raises BadInputError naming a line that says nothing.
        """
        found: dict[str, dict[str, None]] = {}
        for number, line in enumerate(text.splitlines(), 1):
            group = line.split("#", 1)[0]
            if not group.strip():
                continue
            left, arrow, right = group.partition("->")
            terms = fold(left).split()
            meanings = fold(right).split() if arrow else terms
            if not terms or not meanings or (not arrow and len(terms) < _SHORTEST):
                raise BadInputError(f"line {number} of the synonyms, {line!r}, relates nothing to anything")
            for term in terms:
                found.setdefault(term, {}).update(dict.fromkeys(m for m in meanings if m != term))
        return cls({term: tuple(meanings) for term, meanings in found.items()})

    @classmethod
    @lru_cache(maxsize=1)
    def load(cls) -> "Synonyms":
        """The project's own groups."""
        return cls.parse((LEXICON / "synonyms.txt").read_text(encoding="utf-8"))

    def found_in(self, text: str) -> list[str]:
        """Known terms in a folded text, from left to right, each the longest that fits; none overlap."""
        found, position = [], 0
        while position < len(text):
            for length in range(min(self._longest, len(text) - position), 0, -1):
                term = text[position : position + length]
                if term in self._meanings:
                    found.append(term)
                    position += length
                    break
            else:
                position += 1
        return found

    def expand(self, text: str) -> list[tuple[str, float]]:
        """(meaning, weight) of every known term in a folded question, without those that it already holds."""
        meanings = dict.fromkeys(
            m for term in self.found_in(text) for m in self._meanings[term] if m not in text
        )
        return [(meaning, WEIGHT) for meaning in meanings]
