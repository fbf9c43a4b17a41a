"""Which places an index holds something about."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from index.backend import Backend
from ingest.facts import region as gazetteer
from search import Searcher

#: Rows read at a time.
_BATCH = 5_000


class HeldRegion(NamedTuple):
    """A place, what holds it (None for a province), and the number of passages that a filter on it lets through:
    its own and those of the places inside it."""

    region: str
    inside: str | None
    passages: int


class HeldRegions(NamedTuple):
    """Every place of the index, each before those inside it, and the number of passages that name no place."""

    regions: tuple[HeldRegion, ...]
    nationwide: int


@lru_cache(maxsize=1)
def regions_of(searcher: Searcher) -> HeldRegions:
    """The places of an opened index; counted once, when first asked for."""
    return count_regions(_regions(searcher.backend))


def count_regions(of_passages: Iterable[str | None]) -> HeldRegions:
    """Count the region of each passage for itself and for every place that holds it.

    The largest come first, each place right before those inside it.
    """
    own = Counter(of_passages)
    total: Counter[str] = Counter()
    inside: dict[str | None, set[str]] = defaultdict(set)
    for region, passages in own.items():
        if region is None:
            continue
        chain = (region, *gazetteer.ancestors(region))
        for place, parent in zip(chain, (*chain[1:], None), strict=True):
            total[place] += passages
            inside[parent].add(place)

    def listed(parent: str | None) -> Iterator[HeldRegion]:
        for place in sorted(inside[parent], key=lambda place: (-total[place], place)):
            yield HeldRegion(place, parent, total[place])
            yield from listed(place)

    return HeldRegions(tuple(listed(None)), own[None])


def _regions(backend: Backend) -> Iterator[str | None]:
    passages = backend.manifest.counts["passages"]
    for start in range(0, passages, _BATCH):
        rows = np.arange(start, min(start + _BATCH, passages))
        yield from (facts.region for facts in backend.evidence(rows, None, None).facts)
