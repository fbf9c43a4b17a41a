"""Show one of ten reprints, and not five times the same paragraph of one article."""

from collections.abc import Iterable, Sequence

from ingest.passage import Passage

#: Passages that share this much of their character pairs say the same to a reader.
_SAME = 0.85
#: Two of one article's passages among the first results, unless a further one says something else.
_PER_ARTICLE, _FIRST, _ALIKE = 2, 5, 0.5


def _pairs(text: str) -> frozenset[str]:
    kept = "".join(c for c in text if c.isalnum())
    return frozenset(kept[i : i + 2] for i in range(len(kept) - 1)) or frozenset((kept,))


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b)


def collapse(ranked: Sequence[Passage], wanted: int) -> list[tuple[int, list[int]]]:
    """Group near-identical passages under the best-ranked one.

    Returns (position, positions of its copies) of the first `wanted` groups, in rank order. Passages of different
    regions or years are never copies of each other, however alike their words: the template is, the rule is not.
    """
    groups: list[tuple[int, list[int], frozenset[str]]] = []
    by_root: dict[str, int] = {}
    for position, passage in enumerate(ranked):
        root = passage.duplicate_of or passage.id
        at = by_root.get(root)
        if at is None:
            pairs = _pairs(passage.text)
            at = next(
                (
                    n
                    for n, (first, _, other) in enumerate(groups)
                    if _same_rule(ranked[first], passage) and _overlap(pairs, other) >= _SAME
                ),
                None,
            )
        if at is not None:
            groups[at][1].append(position)
        elif len(groups) < wanted:
            at = len(groups)
            groups.append((position, [], pairs))
        else:
            break
        by_root.setdefault(root, at)
    return [(first, copies) for first, copies, _ in groups]


def _same_rule(a: Passage, b: Passage) -> bool:
    return a.region == b.region and a.year == b.year and a.kind == b.kind


def diversify(ranked: Sequence[Passage], order: Iterable[int]) -> list[int]:
    """Let at most two alike passages of one article stand among the first five; later ones follow after them."""
    first: list[int] = []
    rest: list[int] = []
    pairs: dict[int, frozenset[str]] = {}
    for position in order:
        if len(first) >= _FIRST:
            rest.append(position)
            continue
        passage = ranked[position]
        pairs[position] = _pairs(passage.text)
        same = [
            n for n in first if (ranked[n].article_id, ranked[n].title) == (passage.article_id, passage.title)
        ]
        alike = any(_overlap(pairs[n], pairs[position]) >= _ALIKE for n in same)
        (rest if len(same) >= _PER_ARTICLE and alike else first).append(position)
    return first + rest
