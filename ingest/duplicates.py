"""Near-identical passages: reprints and templated copies, found by MinHash.

Shingles of five characters, 32 hash functions in 8 bands of 4 (Broder, "On the resemblance and containment of
documents", 1997; bands: Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", 3.4): two passages that
share 85 % of their shingles meet in some band with a probability of 99.7 %, more alike ones surely. Those
that meet are compared exactly. The same words for another year, place or amount are another rule.

An own file and not datasketch, which takes about eight times as long (0.74 against 0.09 ms a passage): it
hashes shingle by shingle, and lets all meet, not only passages that state the same facts.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from .facts.region import places
from .passage import Passage

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


def find(keys: NDArray[np.uint64], passage: Callable[[int], Passage]) -> list[tuple[int, str]]:
    """(position, id of the passage it repeats) of every near-copy of an earlier passage of another article.

    keys     what `band_keys` gives, uint64 `[passages, bands]`
    passage  gives the passage at a position; asked only for those that meet another

    The passage repeated is the earliest, and never itself a copy. The result depends on nothing but the
    passages and their order.
    """
    met: dict[tuple[int, int], list[int]] = {}
    originals: dict[int, tuple[Passage, str]] = {}
    copies: list[tuple[int, str]] = []
    for position in np.flatnonzero(_meeting(keys)).tolist():
        bands = [(band, key) for band, key in enumerate(keys[position].tolist())]
        candidates = sorted({other for band in bands for other in met.get(band, ())})
        own = passage(position)
        letters = _letters(own, _plain(own.text))
        repeated = next((o for o in candidates if _repeats(*originals[o], own, letters)), None)
        if repeated is not None:
            copies.append((position, originals[repeated][0].id))
            continue
        originals[position] = own, letters
        for band in bands:
            met.setdefault(band, []).append(position)
    return copies


def _meeting(keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which passages share a band with another one, bool `[passages]`."""
    meeting = np.zeros(len(keys), np.bool_)
    for band in keys.T:
        order = np.argsort(band)
        ordered = band[order]
        same = (ordered[1:] == ordered[:-1]) & (ordered[1:] != 0)
        meeting[order[1:][same]] = meeting[order[:-1][same]] = True
    return meeting


def band_keys(passages: Sequence[Passage]) -> NDArray[np.uint64]:
    """One key a band, uint64 `[passages, bands]`: two passages that share one are to be compared.

    They hang on the passage alone, and on what must be the same in passages that say the same. 0 for one that is
    too short to be a copy.
    """
    found = np.zeros((len(passages), _BANDS), np.uint64)
    for start in range(0, len(passages), _BATCH):
        positions: list[int] = []
        texts: list[str] = []
        stated: list[int] = []
        for position, passage in enumerate(passages[start : start + _BATCH], start):
            if len(passage.text) < _SHORTEST:
                continue
            plain = _plain(passage.text)
            letters = _letters(passage, plain)
            if len(letters) >= _SHORTEST:
                positions.append(position)
                texts.append(letters)
                stated.append(_stated(passage, plain))
        if texts:
            found[positions] = _bands(texts, stated)
    return found


def _bands(texts: Sequence[str], stated: Sequence[int]) -> NDArray[np.uint64]:
    """Keys of the bands of texts with their numbers for what is stated, uint64 `[texts, bands]`, none of them 0."""
    mixed = np.repeat(np.asarray(stated, np.uint64)[:, None], _BANDS, axis=1)
    signatures = _signatures(texts).astype(np.uint64)
    for row in range(_ROWS):
        mixed = (mixed ^ signatures[:, :, row]) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return np.maximum(mixed, np.uint64(1))


def _plain(text: str) -> str:
    return _NUMBERING.sub("", unicodedata.normalize("NFKC", text))


def _stated(passage: Passage, plain: str) -> int:
    """A number for what must be the same in two passages that say the same."""
    stated = passage.kind, passage.region, passage.year, *_FACTS.findall(plain)
    return int.from_bytes(hashlib.blake2b(repr(stated).encode(), digest_size=8).digest())


def _letters(passage: Passage, plain: str) -> str:
    """Its innermost heading and text without numbering, spaces and punctuation."""
    heading = _plain(passage.heading_path[-1]) if passage.heading_path else ""
    return _NOT_LETTERS.sub("", f"{heading}\n{plain}")


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


def _repeats(original: Passage, its_letters: str, passage: Passage, letters: str) -> bool:
    if original.article_id == passage.article_id:
        return False
    first, second = _shingles(its_letters), _shingles(letters)
    if len(first & second) < _SAME * len(first | second):
        return False
    return places(original.text) == places(passage.text)


def _shingles(letters: str) -> set[str]:
    return {letters[i : i + _SHINGLE] for i in range(len(letters) - _SHINGLE + 1)}
