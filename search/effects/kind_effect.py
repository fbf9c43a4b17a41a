"""How the kind of a passage moves it: what stands in an article's own words comes before what only points at it."""

from collections.abc import Sequence

from ingest.passage import Passage

#: A related-article box shows the cut summary of an article that is not here to be read. Between 0.02 and 0.035 no set
#: moves by half a point; beyond it, questions that only a box answers lose.
TEASER = -0.025
#: An opening of a sentence or two says what the article is about, so it holds the question's words, and leaves the
#: answer to what follows. Twice or half as much changes no set by more than a point of nDCG@10.
OPENING = -0.03
#: Longer ones often answer by themselves; 60 and 100 characters gave the same nDCG@10 on every set.
_OPENING_CHARACTERS = 70


def kind_effects(passages: Sequence[Passage]) -> list[float]:
    """What is added to the score of each passage for its kind.

    An opening stands back only where another passage of its article is among them: what a document says in one
    passage is all it says.
    """
    followed = {p.article_id for p in passages if p.kind != "teaser" and p.ordinal > 0}
    return [_effect(passage, followed) for passage in passages]


def _effect(passage: Passage, followed: set[str]) -> float:
    if passage.kind == "teaser":
        return TEASER
    return OPENING if _is_opening(passage) and passage.article_id in followed else 0.0


def _is_opening(passage: Passage) -> bool:
    first = passage.kind == "body" and passage.ordinal == 0 and not passage.heading_path
    return first and len(passage.text) < _OPENING_CHARACTERS
