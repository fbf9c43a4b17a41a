"""Near-identical passages: reprints and templated copies, found by MinHash.

Shingles of five characters, 64 hash functions in 16 bands of 4 (Broder, "On the resemblance and containment of
documents", 1997): two passages that share 80 % of their shingles meet in some band with a probability of 99.97 %.
Candidates are then compared exactly. The same words for another year, region or amount are another rule.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .passage import Passage

_SHINGLE = 5
_BANDS, _ROWS = 16, 4
#: Share of shingles from which two passages say the same to a reader.
_SAME = 0.8
#: Shorter texts are alike by chance.
_SHORTEST = 20
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def find(passages: Sequence[Passage]) -> list[tuple[int, str]]:
    """(position, id of the passage it repeats) of every near-copy of an earlier passage of another article."""
    bands: dict[tuple[int, bytes], list[int]] = {}
    shingles: dict[int, frozenset[str]] = {}
    copies: list[tuple[int, str]] = []
    coefficients = _coefficients()
    for position, passage in enumerate(passages):
        text = _letters(passage.text)
        if len(text) < _SHORTEST:
            continue
        own = frozenset(text[i : i + _SHINGLE] for i in range(len(text) - _SHINGLE + 1))
        keys = _band_keys(own, coefficients)
        candidates = sorted({other for key in keys for other in bands.get(key, ())})
        original = next(
            (o for o in candidates if _same_rule(passages[o], passage) and _alike(shingles[o], own)), None
        )
        if original is not None:
            copies.append((position, passages[original].id))
            continue
        shingles[position] = own
        for key in keys:
            bands.setdefault(key, []).append(position)
    return copies


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def _coefficients() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    generator = np.random.default_rng(20_260_101)
    size = _BANDS * _ROWS
    odd = generator.integers(1, 2**63, size, dtype=np.uint64) | np.uint64(1)
    return odd, generator.integers(0, 2**63, size, dtype=np.uint64)


def _band_keys(
    shingles: frozenset[str], coefficients: tuple[NDArray[np.uint64], NDArray[np.uint64]]
) -> list[tuple[int, bytes]]:
    # Five characters of 21 bits do not fit 64 bits; Python's own hash is salted by process, so mix by hand.
    codes = np.array([[ord(c) for c in shingle] for shingle in sorted(shingles)], np.uint64)
    hashes = np.zeros(len(codes), np.uint64)
    for column in codes.T:
        hashes = (hashes ^ column) * np.uint64(0x9E3779B97F4A7C15)
        hashes ^= hashes >> np.uint64(29)
    multiply, add = coefficients
    smallest = (hashes[:, None] * multiply + add).min(axis=0)
    return [(band, smallest[band * _ROWS : (band + 1) * _ROWS].tobytes()) for band in range(_BANDS)]


def _alike(a: frozenset[str], b: frozenset[str]) -> bool:
    return len(a & b) >= _SAME * len(a | b)


def _same_rule(a: Passage, b: Passage) -> bool:
    return (
        a.article_id != b.article_id
        and (a.region, a.year, a.kind) == (b.region, b.year, b.kind)
        and _NUMBER.findall(a.text) == _NUMBER.findall(b.text)
    )
