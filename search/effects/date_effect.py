"""How dates move a passage: the year asked about, what is in force, and the newer of two equals."""

import datetime

from index.backend import Facts
from ingest.passage import Passage

#: Enough to reorder passages that are about equally good, not to lift one that answers worse.
YEAR_MATCHES, YEAR_DIFFERS, HAS_EXPIRED = 0.03, -0.06, -0.02
#: The newest rule wins only among equals: the whole span from old to new is worth this much.
NEWEST = 0.01
_SPAN_YEARS = 10
EXPIRED = "expired"


def has_expired(passage: Passage | Facts, today: datetime.date) -> bool:
    """Whether the document's last day in force has passed."""
    return passage.expires is not None and passage.expires < today.isoformat()


def is_of_another_year(passage: Passage, asked_year: int | None) -> bool:
    """Whether a year is asked about of which the passage says nothing: what names no year speaks of the one in which
    it was published."""
    if asked_year is None or str(asked_year) in passage.searchable:
        return False
    own = passage.year if passage.year is not None else passage.published
    return own is None or not str(own).startswith(str(asked_year))


def date_effect(passage: Passage | Facts, asked_year: int | None, today: datetime.date) -> float:
    """What is added to the score of a passage for its year, its validity and its age."""
    effect = 0.0
    if asked_year is not None and passage.year is not None:
        effect += YEAR_MATCHES if passage.year == asked_year else YEAR_DIFFERS
    if has_expired(passage, today):
        effect += HAS_EXPIRED
    if passage.published:
        age = today.year - int(passage.published[:4])
        effect += NEWEST * max(0.0, 1 - max(age, 0) / _SPAN_YEARS)
    return effect
