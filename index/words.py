"""The terms of the keyword leg: words, characters and pairs of characters.

    断缴后余额 → 断缴 余额 | 断 缴 后 余 额 | 断+缴 缴+后 后+余 余+额

Words alone miss what the segmenter cuts differently in question and text; characters and pairs beside them were
worth 3 to 7 points of nDCG@10 on every set tried (`docs/relevance.md`). The three kinds are spelled differently, so
that none is taken for another: a pair joins its characters with "+", a word has at least two characters.

Segmentation is jieba's, by `rjieba` where it is installed (the same dictionary and algorithm, some thirty times
faster) and by jieba itself elsewhere, with the domain dictionary of `corpus/lexicon/words.txt`.
"""

import hashlib
import re
from collections.abc import Callable
from functools import lru_cache, partial
from itertools import pairwise
from typing import NamedTuple

from ingest.data import LEXICON

from .folding import fold

#: Changes whenever the same text would give other terms; part of the fingerprint.
_TERMS_VERSION = 1

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# 文号 in any brackets, amounts and dates with their unit, then runs of one script.
_TOKEN = re.compile(
    rf"(?P<document>[{_HAN}]{{1,12}}[〔\[(【]\d{{4}}[〕\])】]第?\d{{1,5}}号)"
    rf"|(?P<amount>\d+(?:\.\d+)?(?:%|万元|亿元|元|周岁|岁|个工作日|个月|年|月|日|天|倍|档|次))"
    rf"|(?P<latin>[a-z0-9]+(?:\.[0-9]+)?)"
    rf"|(?P<han>[{_HAN}]+)"
)

Cut = Callable[[str], list[str]]


class Segmenter(NamedTuple):
    """search: overlapping words, as an index wants them; plain: the words of the dictionary, none invented."""

    search: Cut
    plain: Cut


def domain_words() -> list[str]:
    """Words of the domain dictionary, in the file's order."""
    path = LEXICON / "words.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    return [word for line in lines if (word := line.split("#", 1)[0].strip())]


def rjieba_segmenter() -> Segmenter:
    """Segmentation by rjieba. Raises ImportError where it is not installed."""
    import rjieba  # noqa: PLC0415 - optional

    cutter = rjieba.Jieba()
    for word in domain_words():
        # As frequent as it takes for the word to stay whole, which is what jieba does by itself.
        cutter.add_word(word, cutter.suggest_freq(word), "n")
    return Segmenter(cutter.cut_for_search, partial(cutter.cut, hmm=False))


def jieba_segmenter() -> Segmenter:
    """Segmentation by jieba."""
    import jieba  # noqa: PLC0415 - loading its dictionary takes most of a second

    jieba.setLogLevel("WARNING")
    cutter = jieba.Tokenizer()
    for word in domain_words():
        cutter.add_word(word)
    return Segmenter(cutter.lcut_for_search, partial(cutter.lcut, HMM=False))


@lru_cache(maxsize=1)
def segmenter() -> Segmenter:
    """The faster one that is installed."""
    try:
        return rjieba_segmenter()
    except ImportError:
        return jieba_segmenter()


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Changes with the dictionary and with the rules of this file; both segmenters give the same words."""
    digest = hashlib.sha256(f"terms {_TERMS_VERSION}\n".encode())
    digest.update("\n".join(domain_words()).encode())
    return digest.hexdigest()[:16]


def terms(text: str) -> list[str]:
    """Terms of `text` in the order they occur, repetitions included."""
    found: list[str] = []
    for match in _TOKEN.finditer(fold(text)):
        kind, piece = match.lastgroup, match.group()
        if kind == "document":
            found.append(piece.translate(_BRACKETS))
        if kind in ("document", "amount"):
            found += _parts(piece)
        if kind in {"amount", "latin"}:
            found.append(piece)
        elif kind == "han":
            found += _han_terms(piece)
    return found


_BRACKETS = str.maketrans("[](【】)", "〔〕〔〔〕〕")
_PART = re.compile(rf"[0-9]+(?:\.[0-9]+)?|[{_HAN}]+")


def _parts(piece: str) -> list[str]:
    """An amount or document number also matches by its parts, such as the figure without its unit."""
    parts: list[str] = []
    for part in _PART.findall(piece):
        parts += [part] if part[0].isdigit() else _han_terms(part)
    return parts


def _han_terms(run: str) -> list[str]:
    words = [word for word in segmenter().search(run) if len(word) > 1]
    pairs = [f"{a}+{b}" for a, b in pairwise(run)]
    return words + list(run) + pairs
