"""The facts that ranking and filters ask for: few and shared by many passages, so that each combination is kept once.

    facts.npy             which combination every passage has
    fact_combinations.npy which value of each field a combination has
    fact_values.json      the values of each field

A combination becomes an object when it is first asked for.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import orjson
from numpy.typing import NDArray

from .arrays import mapped, save
from .backend import Facts, Filters

_NUMBERS, _COMBINATIONS, _VALUES = "facts.npy", "fact_combinations.npy", "fact_values.json"
_EMPTY = np.empty(0, np.int32)


class FactWriter:
    """Takes the facts of passages, and writes them into a folder. Combinations are numbered as they first occur."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._combinations: dict[tuple[Any, ...], int] = {}
        self._numbers: list[NDArray[np.int32]] = [_EMPTY]

    def add(self, facts: Sequence[tuple[Any, ...]]) -> None:
        """Take the facts of the next passages, as values of `Facts`."""
        known = self._combinations
        self._numbers.append(np.asarray([known.setdefault(each, len(known)) for each in facts], np.int32))

    def take_over(self, facts: "FactStore", start: int, stop: int) -> None:
        """Take those that a store holds of its rows from `start` to before `stop`."""
        numbers = facts.numbers[start:stop]
        distinct, first, inverse = np.unique(numbers, return_index=True, return_inverse=True)
        order = np.argsort(first)
        known, own = self._combinations, np.empty(len(distinct), np.int32)
        own[order] = [
            known.setdefault(tuple(each), len(known)) for each in facts.of_numbers(distinct[order].tolist())
        ]
        self._numbers.append(own[inverse])

    def finish(self) -> None:
        """Write everything."""
        values = [dict.fromkeys(column) for column in zip(*self._combinations, strict=True)]
        places = [{value: place for place, value in enumerate(its)} for its in values]
        combinations = np.empty((len(self._combinations), len(Facts._fields)), np.int32)
        for field, its in enumerate(places):
            combinations[:, field] = [its[each[field]] for each in self._combinations]
        save(self._folder / _NUMBERS, np.concatenate(self._numbers))
        save(self._folder / _COMBINATIONS, combinations)
        (self._folder / _VALUES).write_bytes(orjson.dumps(list(map(list, values))))


class FactStore:
    """The facts of an opened build.

    numbers  int32 `[passages]`, the combination that each has
    """

    def __init__(
        self, numbers: NDArray[np.int32], combinations: NDArray[np.int32], values: list[list[Any]]
    ) -> None:
        self.numbers, self._combinations, self._values = numbers, combinations, values
        self._known: list[Facts | None] = [None] * len(combinations)

    @classmethod
    def open(cls, folder: Path) -> "FactStore":
        """Map a build's facts. Raises OSError or ValueError where a file is missing or damaged."""
        values = orjson.loads((folder / _VALUES).read_bytes())
        return cls(mapped(folder / _NUMBERS), mapped(folder / _COMBINATIONS), values)

    @property
    def size(self) -> int:
        """Number of passages."""
        return len(self.numbers)

    def of(self, rows: NDArray[np.int64]) -> list[Facts]:
        """The facts of the rows, in the order asked for."""
        return self.of_numbers(self.numbers[rows].tolist())

    def of_numbers(self, numbers: Sequence[int]) -> list[Facts]:
        """The combinations of these numbers."""
        known = self._known
        found = [known[number] for number in numbers]
        if None in found:
            missing = list({number for number in numbers if known[number] is None})
            columns = self._combinations[missing].T.tolist()
            fields = ([its[n] for n in column] for column, its in zip(columns, self._values, strict=True))
            for number, its in zip(missing, zip(*fields, strict=True), strict=True):
                known[number] = Facts(*its)
            found = [known[number] for number in numbers]
        return cast("list[Facts]", found)

    def select(self, filters: Filters) -> NDArray[np.bool_] | None:
        """Which rows pass, bool `[size]`; None where every row does."""
        if filters.empty:
            return None
        regions, kinds, since = filters.regions, filters.kinds, filters.since
        asked: dict[str, Callable[[Any], bool]] = {}
        if regions is not None:
            asked["region"] = lambda region: region in regions
        if kinds is not None:
            asked["kind"] = lambda kind: kind in kinds
        if since is not None:
            asked["published"] = lambda published: (published or "") >= since
        passing = np.ones(len(self._combinations), np.bool_)
        for name, passes in asked.items():
            field = Facts._fields.index(name)
            of_values = np.fromiter(map(passes, self._values[field]), np.bool_, len(self._values[field]))
            passing &= of_values[self._combinations[:, field]]
        return passing[self.numbers]
