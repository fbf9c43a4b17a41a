"""What was asked for last, kept."""

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Keeps values by key, at most `most` of them.

    Two dictionaries take turns: when the newer one is full, what nobody has asked for since the last change leaves with
    the older one. Needs no lock: threads that change them at once lose nothing but what they would have kept.
    """

    def __init__(self, most: int) -> None:
        self._half = most // 2
        self._newer: dict[K, V] = {}
        self._older: dict[K, V] = {}

    def among(self, keys: Iterable[K]) -> dict[K, V]:
        """Those of the keys that are kept, with their values."""
        newer, older = self._newer, self._older
        return {key: value for key in keys if (value := newer.get(key, older.get(key))) is not None}

    def keep(self, values: Mapping[K, V]) -> None:
        """Keep values, as the last ones asked for; more than half of `most` at once are not kept."""
        if len(values) > self._half:
            return
        if len(self._newer) + len(values) > self._half:
            self._older, self._newer = self._newer, {}
        self._newer.update(values)
