"""Near-identical passages: reprints and templated copies, found by MinHash.

Shingles of five characters, 32 hash functions in 8 bands of 4 (Broder, "On the resemblance and containment of
documents", 1997; bands: Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", 3.4): two passages that
share 85 % of their shingles meet in some band with a probability of 99.7 %, more alike ones surely. Those
that meet are compared exactly. The same words for another year, place or amount are another rule.

An own file and not datasketch, which takes about eight times as long (0.74 against 0.09 ms a passage): it
hashes shingle by shingle, and lets all meet, not only passages that state the same facts.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from .passage import Passage
from .region import places

_SHINGLE = 5
_BANDS, _ROWS = 8, 4
#: Share of shingles from which two passages say the same to a reader.
_SAME = 0.85
#: Shorter texts are alike by chance.
_SHORTEST = 20
#: Passages hashed at a time: some tens of megabytes.
_BATCH = 2000
_NOT_LETTERS = re.compile(r"[\W_]+")
#: "1. ", "（一）": a reprint may number its paragraphs anew.
_NUMBERING = re.compile(
    r"^[ \t\u3000•·●]*[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?:[)）]|[.、．](?!\d))", re.MULTILINE
)
#: Numbers, and numerals that count something; 不 and its like turn a rule into its opposite.
_FACTS = re.compile(
    r"\d+(?:\.\d+)?|[零一二三四五六七八九十百千万亿两半]{1,8}(?=个?月|年|元|日|天|倍|次|周|岁|成|级|类|档|人|分之|种|份|家)"
    r"|(?<=分之)[零一二三四五六七八九十百]{1,8}|[不未无非禁勿免没]"
)

_Facts = tuple[str, str | None, int | None, tuple[str, ...]]


def find(passages: Sequence[Passage]) -> list[tuple[int, str]]:
    """(position, id of the passage it repeats) of every near-copy of an earlier passage of another article.

    The passage repeated is the earliest, and never itself a copy. The result depends on nothing but the
    passages and their order.
    """
    stating: dict[_Facts, list[int]] = {}
    for position, passage in enumerate(passages):
        if len(passage.text) >= _SHORTEST:
            stating.setdefault(_facts(passage), []).append(position)
    shared = sorted(position for group in stating.values() if len(group) > 1 for position in group)
    group_of = {
        position: n for n, group in enumerate(stating.values()) if len(group) > 1 for position in group
    }
    met: dict[tuple[int, int, bytes], list[int]] = {}
    letters: dict[int, str] = {}
    copies: list[tuple[int, str]] = []
    for position, text, bands in _hashed(passages, shared):
        keys = [(group_of[position], band, key) for band, key in enumerate(bands)]
        candidates = sorted({other for key in keys for other in met.get(key, ())})
        original = next((o for o in candidates if _repeats(passages, o, position, letters[o], text)), None)
        if original is not None:
            copies.append((position, passages[original].id))
            continue
        letters[position] = text
        for key in keys:
            met.setdefault(key, []).append(position)
    return copies


def _facts(passage: Passage) -> _Facts:
    """What must be the same in two passages that say the same."""
    text = _NUMBERING.sub("", unicodedata.normalize("NFKC", passage.text))
    return passage.kind, passage.region, passage.year, tuple(_FACTS.findall(text))


def _letters(passage: Passage) -> str:
    """Its innermost heading and text without numbering, spaces and punctuation."""
    heading = passage.heading_path[-1] if passage.heading_path else ""
    text = _NUMBERING.sub("", unicodedata.normalize("NFKC", f"{heading}\n{passage.text}"))
    return _NOT_LETTERS.sub("", text)


def _hashed(passages: Sequence[Passage], positions: Sequence[int]) -> Iterator[tuple[int, str, list[bytes]]]:
    """(position, letters, keys of its bands) of those with letters enough."""
    for start in range(0, len(positions), _BATCH):
        texts = [(position, _letters(passages[position])) for position in positions[start : start + _BATCH]]
        texts = [(position, text) for position, text in texts if len(text) >= _SHORTEST]
        if not texts:
            continue
        signatures = _signatures([text for _, text in texts])
        for (position, text), signature in zip(texts, signatures, strict=True):
            yield position, text, [signature[band].tobytes() for band in range(_BANDS)]


def _signatures(texts: Sequence[str]) -> NDArray[np.uint32]:
    """MinHash signatures, uint32 `[texts, bands, rows]`, of texts of at least `_SHINGLE` characters each."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    lengths = np.array([len(text) for text in texts])
    hashes = np.zeros(len(codes) - _SHINGLE + 1, np.uint64)
    for offset in range(_SHINGLE):
        hashes = (hashes ^ codes[offset : offset + len(hashes)]) * np.uint64(0x9E3779B97F4A7C15)
        hashes ^= hashes >> np.uint64(29)
    ends = np.cumsum(lengths)
    inside = np.ones(len(hashes), bool)  # windows that reach over the end of a text are none of its shingles
    for back in range(1, _SHINGLE):
        inside[ends[:-1] - back] = False
    hashes = hashes[inside]
    counts = lengths - _SHINGLE + 1
    starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
    generator = np.random.default_rng(20_260_101)
    signatures = np.empty((len(texts), _BANDS * _ROWS), np.uint32)
    for n in range(_BANDS * _ROWS):
        multiply = generator.integers(1, 2**63, dtype=np.uint64) | np.uint64(1)
        mixed = (hashes * multiply) >> np.uint64(32)
        signatures[:, n] = np.minimum.reduceat(mixed, starts)
    return signatures.reshape(len(texts), _BANDS, _ROWS)


def _repeats(passages: Sequence[Passage], original: int, position: int, a: str, b: str) -> bool:
    if passages[original].article_id == passages[position].article_id:
        return False
    first, second = _shingles(a), _shingles(b)
    if len(first & second) < _SAME * len(first | second):
        return False
    return places(passages[original].text) == places(passages[position].text)


def _shingles(letters: str) -> set[str]:
    return {letters[i : i + _SHINGLE] for i in range(len(letters) - _SHINGLE + 1)}
