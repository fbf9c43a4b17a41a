"""Show one of ten reprints, and not five times the same paragraph of one article."""

import re
from collections.abc import Iterable, Sequence

from ingest.passage import Passage

#: Passages that share this much of their character pairs say the same to a reader.
_SAME = 0.85
#: Those that do are about as long, and of so many pairs picked from one, half at least stand in the other: of 92 % that
#: do, fewer than half of ten are picked once in a hundred thousand times.
_SHORTER, _PICKED = 0.7, 10
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


def collapse(ranked: Sequence[Passage], wanted: int) -> dict[int, list[int]]:
    """Group near-identical passages under the best-ranked one.

    Returns position → positions of its copies, of the first `wanted` groups in rank order. Passages of different
    regions or years are never copies of each other, however alike their words: the template is, the rule is not.
    """
    groups: dict[int, list[int]] = {}
    by_root: dict[str, int] = {}
    by_rule: dict[tuple[str | None, int | None, str], list[int]] = {}
    for position, passage in enumerate(ranked):
        root = passage.duplicate_of or passage.id
        alike = by_rule.setdefault((passage.region, passage.year, passage.kind), [])
        first = by_root.get(root)
        if first is None:
            first = next((n for n in alike if _same(ranked[n].text, passage.text)), position)
        if first in groups:
            groups[first].append(position)
        elif len(groups) < wanted:
            groups[first] = []
            alike.append(first)
        else:
            break
        by_root.setdefault(root, first)
    return groups


def _same(a: str, b: str) -> bool:
    """Whether two texts say the same; most that do not are told apart by a look at a few of their pairs."""
    if min(len(a), len(b)) < _SHORTER * max(len(a), len(b)):
        return False
    picked = [a[n : n + 2] for n in range(0, len(a) - 1, max(1, len(a) // _PICKED))]
    return 2 * sum(pair in b for pair in picked) >= len(picked) and overlap(a, b) >= _SAME


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
