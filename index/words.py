"""The terms of the keyword leg: words, characters, pairs of characters, and what is written in figures or letters.

    断缴后余额剩90%  →  断缴 余额 | 断 缴 后 余 额 剩 | 断+缴 缴+后 后+余 余+额 额+剩 | 90 90%

Words alone miss what the segmenter cuts differently in question and text; characters and pairs beside them were
worth 3 to 7 points of nDCG@10 on every set tried (`docs/relevance.md`). The kinds are spelled differently, so
that none is taken for another: a pair joins its characters with "+", a word has at least two characters.

Segmentation is jieba's, by `rjieba` where it is installed (the same dictionary and algorithm, some thirty times
faster) and by jieba itself elsewhere, with the domain dictionary of `corpus/lexicon/words.txt`.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from itertools import pairwise
from typing import NamedTuple

from ingest.data import LEXICON
from ingest.facts import document_number

from .folding import fold

#: Changes whenever the same text would give other terms; part of the fingerprint.
_TERMS_VERSION = 2

#: Ranges of code points that are terms by themselves and in pairs.
HAN_RANGES = ((0x3005, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))
#: The range that jieba segments. The two segmenters treat other characters differently.
WORD_RANGE = (0x4E00, 0x9FD5)

_HAN = "".join(f"{chr(first)}-{chr(last)}" for first, last in HAN_RANGES)
HAN_RUN = re.compile(f"[{_HAN}]+")
_NOT_IN_WORDS = re.compile(f"[^{chr(WORD_RANGE[0])}-{chr(WORD_RANGE[1])}]+")
_UNIT = "%|‰|万元|亿元|元|周岁|岁|个工作日|个月|年|月|日|天|倍|档|次|折"
#: A figure with its unit, or a run of letters and digits.
_TOKEN = re.compile(
    rf"(?P<figure>[0-9]+(?:,[0-9]{{3}})*(?:\.[0-9]+)?)(?![^\W_{_HAN}])(?P<unit>{_UNIT})?|(?P<run>[^\W_{_HAN}]+)"
)
#: The bracketed year and the serial of a 文号, whose issuer stands in at most so many characters before it.
_BRACKETED = re.compile(r"[〔[(【﹝［〖]\s?(?:19|20)[0-9]{2}\s?年?\s?[〕\])】﹞］〗]\s?第?\s?[0-9]{1,5}\s?号")
_ISSUER = 13

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
    """Terms of `text`, repetitions included: words, characters, pairs, then figures and runs of letters.

    `term_keys.py` finds the same ones in many texts at once.
    """
    folded = fold(text)
    runs = HAN_RUN.findall(folded)
    found = [word for word in segmenter().search(_NOT_IN_WORDS.sub(" ", folded)) if len(word) > 1]
    for run in runs:
        found += run
    for run in runs:
        found += [f"{a}+{b}" for a, b in pairwise(run)]
    found += [token for token, _ in tokens(folded)]
    return found


def tokens(folded: str) -> Iterator[tuple[str, int]]:
    """What is written in figures or letters, and where.

    A figure counts with and without its unit (4542元, 4542). A document number is one term whatever its brackets,
    and once more without its issuer, whose name runs into the words before it.
    """
    for match in _TOKEN.finditer(folded):
        figure, unit = match["figure"], match["unit"]
        if figure is None:
            yield match["run"], match.start()
            continue
        figure = figure.replace(",", "")
        yield figure, match.start()
        if unit is not None:
            yield figure + unit, match.start()
    for match in _BRACKETED.finditer(folded):
        written = folded[max(0, match.start() - _ISSUER) : match.end()]
        for cited in document_number.find(written):
            yield cited.number, match.start()
            yield cited.number[cited.number.index("〔") :], match.start()
