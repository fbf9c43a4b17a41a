"""Show one of ten reprints, and not five times the same paragraph of one article."""

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.passage import Passage

#: Passages that share this much of their character pairs say the same to a reader.
_SAME = 0.85
#: Two of one article's passages among the first results, unless a further one says something else.
_PER_ARTICLE, _FIRST, _ALIKE = 2, 5, 0.5
_NOT_LETTERS = re.compile(r"[\W_]+")
#: Pairs are counted in so many places; of the few hundred pairs of a passage, hardly any two share one.
_BITS = 12


def overlaps(texts: Sequence[str]) -> NDArray[np.float32]:
    """Of the character pairs that either of two texts holds, the share that both hold, float32 `[texts, texts]`.

    Spaces and punctuation do not count. All texts are compared at once, by a product of their tables of hashed pairs.
    """
    letters = [_NOT_LETTERS.sub("", text) for text in texts]
    codes = np.frombuffer("".join(letters).encode("utf-32-le", "surrogatepass"), np.uint32)
    text_of = np.repeat(np.arange(len(texts)), [len(each) for each in letters])
    pairs = (codes[:-1] * np.uint32(0x9E3779B1) ^ codes[1:] * np.uint32(0x85EBCA6B)) >> np.uint32(32 - _BITS)
    inside = text_of[:-1] == text_of[1:]
    held = np.zeros((len(texts), 1 << _BITS), np.float32)
    held[text_of[:-1][inside], pairs[inside]] = 1
    shared = held @ held.T
    sizes = shared.diagonal()
    share: NDArray[np.float32] = shared / np.maximum(sizes[:, None] + sizes - shared, 1)
    return share


def collapse(ranked: Sequence[Passage], wanted: int) -> dict[int, list[int]]:
    """Group near-identical passages under the best-ranked one.

    Returns position → positions of its copies, of the first `wanted` groups in rank order. Passages of different
    regions or years are never copies of each other, however alike their words: the template is, the rule is not.
    """
    alike = overlaps([passage.text for passage in ranked]) >= _SAME
    groups: dict[int, list[int]] = {}
    by_root: dict[str, int] = {}
    for position, passage in enumerate(ranked):
        root = passage.duplicate_of or passage.id
        first = by_root.get(root)
        if first is None:
            first = next(
                (n for n in groups if alike[n, position] and _same_rule(ranked[n], passage)), position
            )
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
        same = [ranked[n] for n in (*first, position) if _part_of(ranked[n]) == _part_of(ranked[position])]
        crowded = len(first) < _FIRST and len(same) > _PER_ARTICLE
        alike = crowded and overlaps([passage.text for passage in same])[-1, :-1].max() >= _ALIKE
        (rest if alike or len(first) >= _FIRST else first).append(position)
    return first + rest


def _part_of(passage: Passage) -> tuple[str, str]:
    return passage.article_id, passage.title
