"""Show one of ten reprints, and not five times the same paragraph of one article."""

import re
from collections.abc import Iterable, Sequence

from ingest.passage import Passage

#: Passages that share this much of their character pairs say the same to a reader.
_SAME = 0.85
#: Those that do share at least so much of their characters, which is found ten times faster.
_SAME_CHARACTERS = 0.75
#: Two of one article's passages among the first results, unless a further one says something else.
_PER_ARTICLE, _FIRST, _ALIKE = 2, 5, 0.5
_NOT_LETTERS = re.compile(r"[\W_]+")


def overlap(a: str, b: str) -> float:
    """Of the character pairs that either text holds, the share that both hold. Spaces and punctuation do not count."""
    return _jaccard(_pairs(a), _pairs(b))


def _pairs(text: str) -> set[str]:
    letters = _NOT_LETTERS.sub("", text)
    return set(map(str.__add__, letters, letters[1:]))


def _jaccard(a: set[str], b: set[str]) -> float:
    shared = len(a & b)
    return shared / max(len(a) + len(b) - shared, 1)


def _may_be_alike(a: set[str], b: set[str], least: float) -> bool:
    """Whether the sets share `least` of what either holds; their sizes alone mostly tell that they do not."""
    few, many = sorted((len(a), len(b)))
    return few >= least * many and _jaccard(a, b) >= least


def collapse(ranked: Sequence[Passage], wanted: int) -> dict[int, list[int]]:
    """Group near-identical passages under the best-ranked one.

    Returns position → positions of its copies, of the first `wanted` groups in rank order. Passages of different
    regions or years are never copies of each other, however alike their words: the template is, the rule is not.
    """
    characters = [set(passage.text) for passage in ranked]

    def same(a: int, b: int) -> bool:
        return (
            _same_rule(ranked[a], ranked[b])
            and _may_be_alike(characters[a], characters[b], _SAME_CHARACTERS)
            and overlap(ranked[a].text, ranked[b].text) >= _SAME
        )

    groups: dict[int, list[int]] = {}
    by_root: dict[str, int] = {}
    for position, passage in enumerate(ranked):
        root = passage.duplicate_of or passage.id
        first = by_root.get(root)
        if first is None:
            first = next((n for n in groups if same(n, position)), position)
        if first in groups:
            groups[first].append(position)
        elif len(groups) < wanted:
            groups[first] = []
        else:
            break
        by_root.setdefault(root, first)
    return groups


def _same_rule(a: Passage, b: Passage) -> bool:
    return a.region == b.region and a.year == b.year and a.kind == b.kind


def diversify(ranked: Sequence[Passage], order: Iterable[int]) -> list[int]:
    """Let at most two alike passages of one article stand among the first five; later ones follow after them."""
    first: list[int] = []
    rest: list[int] = []
    for position in order:
        passage = ranked[position]
        same = [ranked[n].text for n in first if _part_of(ranked[n]) == _part_of(passage)]
        crowded = len(same) >= _PER_ARTICLE and len(first) < _FIRST
        alike = crowded and max(overlap(text, passage.text) for text in same) >= _ALIKE
        (rest if alike or len(first) >= _FIRST else first).append(position)
    return first + rest


def _part_of(passage: Passage) -> tuple[str, str]:
    return passage.article_id, passage.title
