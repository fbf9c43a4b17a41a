"""Places: which ones a text names, which one an article or passage is about, and what lies inside what.

The gazetteer is `corpus/lexicon/regions.tsv`. A place is known by one short name, unique in the country: "黑龙江",
"达州", "天河"; where two share a name, the larger one has it and the other is spelled out ("吉林" is the province,
"吉林市" the city). None stands for nationwide.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from .data import LEXICON

# "如北京…" or "“陕西医保”APP" names a place as an example; the rule around it holds elsewhere too.
_EXAMPLE_BEFORE = re.compile(r"(?:例如|比如|譬如|如|像)[:：“\"(（]?$")
_EXAMPLE_AFTER = re.compile(r"^[^，。；\n”\"]{0,6}[”\"]?(?:APP|app|公众号|小程序)")
_NATIONWIDE = re.compile(r"全国|国家|中华人民共和国|国务院")
#: An article that names no place in title or source is about one that it names this often, with few others.
_MENTIONS_NEEDED, _SHARE_NEEDED = 3, 0.8


class Mention(NamedTuple):
    """A place named in a text, at `text[start:end]`."""

    region: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    written: dict[str, str]  # as texts write it → short name
    abbreviations: dict[str, str]  # single character of document numbers → short name
    parents: dict[str, str]
    levels: dict[str, str]
    children: dict[str, tuple[str, ...]]
    prefixes: frozenset[str]
    longest: int


@lru_cache(maxsize=1)
def _gazetteer() -> _Gazetteer:
    lines = (LEXICON / "regions.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")][1:]
    names = {code: name for code, _, name, *_ in rows}
    written: dict[str, str] = {}
    abbreviations: dict[str, str] = {}
    parents: dict[str, str] = {}
    children: dict[str, list[str]] = {}
    for _, _, name, parent, forms, single in rows:
        # Rows run from large to small inside a province: the larger place keeps a name that two share.
        for form in (*forms.split(), name):
            written.setdefault(form, name)
        for character in single.split():
            abbreviations.setdefault(character, name)
        if parent:
            parents[name] = names[parent]
            children.setdefault(names[parent], []).append(name)
    return _Gazetteer(
        written,
        abbreviations,
        parents,
        {name: level for _, level, name, *_ in rows},
        {name: tuple(inside) for name, inside in children.items()},
        frozenset(form[:2] for form in written),
        max(map(len, written)),
    )


def mentions(text: str) -> list[Mention]:
    """Places that `text` names, in order, each by the longest name that fits.

    A smaller place right after a larger one that holds it, as in 四川达州 or 北京市朝阳区, is the smaller one alone.
    """
    g = _gazetteer()
    found: list[Mention] = []
    position = 0
    while position < len(text) - 1:
        if text[position : position + 2] in g.prefixes:
            mention = _at(text, position, g)
            if mention:
                if found and found[-1].end == position:
                    mention = _joined(found[-1], mention, text, g, found)
                found.append(mention)
                position = mention.end
                continue
        position += 1
    return found


def _at(text: str, position: int, g: _Gazetteer) -> Mention | None:
    for length in range(min(g.longest, len(text) - position), 1, -1):
        name = g.written.get(text[position : position + length])
        if name:
            return Mention(name, position, position + length)
    return None


def _joined(previous: Mention, mention: Mention, text: str, g: _Gazetteer, found: list[Mention]) -> Mention:
    """Read a place that follows right on a larger one in the larger one's light."""
    outer, name = previous.region, mention.region
    if outer not in ancestors(name):
        form = text[mention.start : mention.end]
        # 长春朝阳区: the district's name alone may belong to another city's.
        inside = next((n for n in within(outer) if n.endswith(form) or n == form), None)
        if inside is None:
            return mention
        name = inside
    found.pop()
    return Mention(name, previous.start, mention.end)


def ancestors(region: str) -> tuple[str, ...]:
    """The places that hold `region`, from the nearest to the province."""
    parents = _gazetteer().parents
    found = []
    while (parent := parents.get(found[-1] if found else region)) is not None:
        found.append(parent)
    return tuple(found)


@lru_cache(maxsize=4096)
def within(region: str) -> frozenset[str]:
    """`region` and every place inside it."""
    inside = {region}
    for child in _gazetteer().children.get(region, ()):
        inside |= within(child)
    return frozenset(inside)


def resolve(name: str) -> str | None:
    """The short name of a place as a user writes it ("广东省", "粤", "达州市", "四川达州"); None if unknown."""
    g = _gazetteer()
    name = name.strip()
    known = g.written.get(name) or g.abbreviations.get(name)
    if known:
        return known
    found = mentions(name)
    return found[0].region if len(found) == 1 and found[0].end - found[0].start == len(name) else None


def of_document_number(number: str) -> str | None:
    """The place whose authorities issued a document number: 穗医保规字〔2024〕1号 → 广州."""
    return _gazetteer().abbreviations.get(number[:1])


def article_region(
    title: str, source: str | None, text: str, document_number: str | None = None
) -> str | None:
    """The place an article is about; None for nationwide.

    The title decides, then the document's number, then the site or authority it comes from; the text only where it
    speaks of one place again and again.
    """
    for spoken in (title, source or ""):
        place = _one(mentions(spoken))
        if place:
            return place
        if spoken is title and document_number and (issuer := of_document_number(document_number)):
            return issuer
    if _NATIONWIDE.search(title):
        return None
    found = [m.region for m in _stated(text)]
    for place in dict.fromkeys(found):
        inside = sum(other in within(place) for other in found)
        if inside >= _MENTIONS_NEEDED and inside >= _SHARE_NEEDED * len(found) and found.count(place) * 2 >= inside:
            return place
    return None


def passage_region(text: str, heading_path: Sequence[str], title: str, article_region: str | None) -> str | None:
    """The place a passage is about: the one that its text or a heading names, otherwise the article's.

    Places named as examples do not count, nor does a text that speaks of several places.
    """
    del title  # the article's region already follows from it
    for spoken in (text, *reversed(heading_path)):
        found = _stated(spoken)
        if found:
            return _one(found) or article_region
    return article_region


def _stated(text: str) -> list[Mention]:
    return [
        m
        for m in mentions(text)
        if not _EXAMPLE_BEFORE.search(text[max(0, m.start - 4) : m.start])
        and not _EXAMPLE_AFTER.match(text[m.end : m.end + 16])
    ]


def _one(found: Sequence[Mention]) -> str | None:
    """The single place that mentions agree on, the smallest where they lie inside each other."""
    places = {m.region for m in found}
    chain = [place for place in places if all(other == place or other in ancestors(place) for other in places)]
    return chain[0] if len(chain) == 1 else None
