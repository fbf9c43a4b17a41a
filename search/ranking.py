"""Candidates in order: what the legs say of each, and what is added for its place and its dates."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.backend import Facts

from .candidates import Candidates
from .effects.date_effect import date_effect
from .effects.region_effect import region_effect
from .fusion import Fused, fuse
from .late_interaction import Met
from .understanding.question import Question

Effects = Mapping[str, NDArray[np.float32]]

_LEAST, _MOST = np.float32(0), np.float32(1)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates with their scores, each float32 `[candidates]`.

    fused    what the legs say
    effects  name → what was added or taken: "region", "date", "kind", "amount", and "reranker" where one is set
    total    their sum, brought into 0..1
    """

    found: Candidates
    fused: Fused
    effects: Effects
    total: NDArray[np.float32]

    @property
    def order(self) -> NDArray[np.intp]:
        """Positions, best first; equals in the order of the build."""
        return np.argsort(-self.total, kind="stable")

    def best(self, most: int) -> NDArray[np.intp]:
        """Positions of the best, ascending."""
        return np.sort(self.order[:most])

    def plus(self, effects: Effects) -> "Ranking":
        """The same with further effects."""
        return _ranking(self.found, self.fused, {**self.effects, **effects})


def rank(question: Question, found: Candidates, met: Met | None, effects: Effects) -> Ranking:
    """Score candidates; `met` is what late interaction found of them, where it ran."""
    late = None if met is None else met.scores
    fused = fuse(found.evidence.cosine, late, found.coverage, len(question.own))
    return _ranking(found, fused, effects)


def _ranking(found: Candidates, fused: Fused, effects: Effects) -> Ranking:
    total = fused.score
    for added in effects.values():
        total = total + added
    return Ranking(found, fused, effects, np.minimum(np.maximum(total, _LEAST), _MOST))


def effects_of(question: Question, facts: Sequence[Facts]) -> Effects:
    """What place and dates add to passages of these facts."""
    today = datetime.date.today()
    region = np.zeros(len(facts), np.float32)
    if question.regions:
        region[:] = [region_effect(question.regions, each.region) for each in facts]
    date = np.asarray([date_effect(each, question.year, today) for each in facts], np.float32)
    return {"region": region, "date": date}
