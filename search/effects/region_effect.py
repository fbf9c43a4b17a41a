"""How the place a question names moves a passage: its own rules first, then its province's, then the nation's.

Rules of other places sink, and are labelled, since a reader who asks about one city is harmed by another's figure.
"""

from functools import lru_cache

from ingest.facts import region

SAME, PROVINCE, NATIONWIDE, OTHER = 0.08, 0.04, 0.0, -0.12
OTHER_REGION = "other region"


@lru_cache(1 << 14)
def region_effect(asked: tuple[str, ...], passage_region: str | None) -> float:
    """What is added to the score of a passage of `passage_region` (None: nationwide) when `asked` are named."""
    if not asked or passage_region is None:
        return NATIONWIDE
    if any(passage_region in region.within(place) for place in asked):
        return SAME
    if any(passage_region in region.ancestors(place) for place in asked):
        return PROVINCE
    return OTHER
