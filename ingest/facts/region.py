"""Places: which ones a text names, which one an article or passage is about, and what lies inside what.

The gazetteer is `corpus/lexicon/regions.tsv`. A place is known by one short name, unique in the country:
"黑龙江", "达州", "天河"; where several share a name, the largest has it and the others are spelled out
("吉林" is the province, "吉林市" the city; "朝阳" the city in 辽宁, "北京朝阳" the district).
None stands for nationwide.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from opencc import OpenCC

from ..data import LEXICON

#: After these a name that is also a common word (安康, 白银, 朝阳) is a place: 安康医保, 白银居民.
_PLACE_FOLLOWS = re.compile(
    r"(?:市|区|县|当地|本地|地区)?(?:城乡|灵活就业|医保|社保|医疗|职工|居民|参保|养老|生育|失业|工伤|新农合"
    r"|农村合作|公积金|低保|退休|人社|税务|人民政府|异地就医|门诊|住院|大病|惠民保|长护|人均|户籍|户口|落户|人才)"
)
#: 南京西路, 解放大道: the name of a road.
_ROAD_FOLLOWS = re.compile(r"[东西南北中一二三四五六七八九十]{0,2}(?:路(?![径线由])|大道|大街|街(?!道))")
#: 协和医院, 人寿保险公司: what names of bodies end with, and what cannot stand inside such a name.
_BODY_FOLLOWS = re.compile(
    r"(?P<inside>[\u4e00-\u9fffA-Za-z（）()]{1,12}?)"
    r"(?:医院|公司|集团|大学|学院|银行|药房|药店|诊所|研究所|酒店|股份|铝业|制药|啤酒)"
)
_BODY_AT_ONCE = re.compile(
    r"(?:大学|学院|银行|机场|医科大|师范|人寿|晚报|日报|早报|都市报|青年报|卫视|电视台"
    r"|时间(?!起|内|为|从|至|要))"
)
_NOT_IN_BODY_NAME = re.compile(
    r"(?<!协)和|[的在与及或到去由为是被可需应将向从对按以有能各给让]|医保|社保|参保|职工|居民|定点|所有|基层|三级|二级"
    r"|一级|本地|公立|私立|民营|地区|哪|社区|异地|单位|企业|用人|保险|市内|省内|境内|多家|部分"
)
# "如北京…" or "“陕西医保”APP" names a place as an example; the rule around it holds elsewhere too.
_EXAMPLE_BEFORE = re.compile(r"(?:例如|比如|譬如|[（(，,:：]如|^如|像|诸如)[:：“\"(（]?$")
_EXAMPLE_AFTER = re.compile(r"[^，。；\n”\"]{0,6}[”\"]?\s?(?:APP|app|公众号|小程序)")
#: Where someone goes to or comes from, or what is compared with: not the place whose rule this is.
_TRAVEL_BEFORE = re.compile(
    r"(?:转移到|转到|转往|转入|转至|迁往|迁入|前往|来自|去往|回到|调到|离开|调离|与|跟|同|较|比)$"
)
#: 天府路1号: a place inside an address says where the counter is, not where the rule holds.
_ADDRESS_AFTER = re.compile(r"[^，。；：\n]{0,16}?(?:路|街|大道|巷|村|镇)[^，。；：\n]{0,12}?号")
#: What may stand between a place and one inside it: "广东省 广州市", "四川·达州".
_JOINT = re.compile(r"[ \u3000·•-]?")
_NATIONWIDE = re.compile(r"全国|国家|中华人民共和国|国务院|各省|各地")
_SPEAKS_OF_ITSELF = re.compile(r"我[市省区县]|本市")
#: Papers report on the whole country.
_PRESS = re.compile(r"日报|晚报|早报|晨报|时报|都市报|青年报|新闻|电视|卫视")
#: An article that names no place in title or source is about the one it opens with if it names that so often
#: (or says 我市, 本省), and hardly any other.
_MENTIONS_NEEDED, _SHARE_NEEDED = 3, 0.8
#: The opening of an article, in which it says where it is about.
_OPENING = 80
#: A place at most this far into a text leads it: after a bullet, a number, a quotation mark.
_LEADS = 6


class Mention(NamedTuple):
    """A place named at `text[start:end]`. `in_name`: part of the name of a hospital, company, school."""

    region: str
    start: int
    end: int
    in_name: bool = False


@dataclass(frozen=True, slots=True)
class _Form:
    """A way to write places. An empty `places` blocks: 医保定点 is not 保定.

    places  all it can mean; the first is meant where nothing else decides, unless `ambiguous`
    full    with its 市, 区, 省
    common  also a common word, or a district's short name: a place only where something around it says so
    """

    places: tuple[str, ...]
    full: bool
    common: bool
    ambiguous: bool


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    forms: dict[str, _Form]
    by_opening: dict[str, tuple[str, ...]]  # first two characters → forms, longest first
    openings: re.Pattern[str]
    numbers: dict[str, str]  # what document numbers begin with → place
    keys: frozenset[str]
    parents: dict[str, str]
    children: dict[str, tuple[str, ...]]
    traditional: re.Pattern[str]
    simplified: dict[int, str]


@lru_cache(maxsize=1)
def _gazetteer() -> _Gazetteer:
    lines = (LEXICON / "regions.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")][1:]
    parents = {key: parent for key, _, _, _, parent, *_ in rows if parent}
    children: dict[str, list[str]] = {}
    for place, parent in parents.items():
        children.setdefault(parent, []).append(place)
    forms = _forms(rows)
    by_opening: dict[str, list[str]] = {}
    for form in sorted(forms, key=len, reverse=True):
        by_opening.setdefault(form[:2], []).append(form)
    first, second = ({opening[i] for opening in by_opening} for i in (0, 1))
    to_traditional = OpenCC("s2t").convert
    pairs = {t: s for s in sorted(set("".join(forms))) if len(t := to_traditional(s)) == 1 and t != s}
    return _Gazetteer(
        forms,
        {opening: tuple(found) for opening, found in by_opening.items()},
        # A pattern that begins with a set of characters is searched for ten times faster than a mere look ahead.
        re.compile(f"[{''.join(sorted(first))}](?=[{''.join(sorted(second))}])"),
        {number: key for key, *_, numbers, _ in rows for number in numbers.split()},
        frozenset(key for key, *_ in rows),
        parents,
        {place: tuple(inside) for place, inside in children.items()},
        re.compile(f"[{''.join(pairs)}]"),
        {ord(t): s for t, s in pairs.items()},
    )


def _forms(rows: Sequence[Sequence[str]]) -> dict[str, _Form]:
    """Every way to write a place; of several places with one name the larger comes first."""
    order = {"province": 0, "city": 1, "district": 2}
    sure: dict[str, list[str]] = {}
    full: dict[str, list[str]] = {}
    common: dict[str, list[str]] = {}
    levels: dict[str, str] = {}
    blocked: set[str] = set()
    for key, short, whole, level, _, bare, also, _, mistaken in sorted(rows, key=lambda row: order[row[3]]):
        levels[key] = level
        full.setdefault(whole, []).append(key)
        (sure if bare == "yes" else common).setdefault(short, []).append(key)
        for form in also.split():
            sure.setdefault(form, []).append(key)
        blocked.update(mistaken.split())
    forms = {form: _Form((), full=False, common=False, ambiguous=False) for form in blocked}
    for form in {*sure, *full, *common} - blocked:
        known, whole_names = sure.get(form, []), full.get(form, [])
        places = tuple(dict.fromkeys((*known, *whole_names, *common.get(form, []))))
        decided = known or whole_names or places
        top = [place for place in decided if levels[place] == levels[decided[0]]]
        forms[form] = _Form(
            places,
            full=form in full,
            common=not known and not whole_names,
            ambiguous=not known and len(top) > 1,
        )
    return forms


def mentions(text: str) -> list[Mention]:
    """Places that `text` names, in order, each by the longest name that fits, traditional ones too.

    A smaller place right after a larger one that holds it, as in 四川达州 or 北京市朝阳区, is that one alone.
    A name that several places share is the one inside a place named before it, or none.
    """
    return list(_mentions(text))


# Titles and headings come again with every passage, and a paragraph as a passage.
@lru_cache(maxsize=1024)
def _mentions(text: str) -> tuple[Mention, ...]:
    g = _gazetteer()
    if g.traditional.search(text):
        text = text.translate(g.simplified)
    found: list[Mention] = []
    position = 0
    for opening in g.openings.finditer(text):
        start = opening.start()
        if start < position:
            continue
        forms = g.by_opening.get(text[start : start + 2])
        if forms is None or (form := next((f for f in forms if text.startswith(f, start)), None)) is None:
            continue
        mention = _read(text, start, form, found, g)
        if mention or not g.forms[form].places:
            position = start + len(form)
        if mention:
            found.append(mention)
    return tuple(found)


def _read(text: str, start: int, form: str, found: list[Mention], g: _Gazetteer) -> Mention | None:
    """The mention that `form` is at `start`, or None; takes in the last one found if that holds it."""
    means, end = g.forms[form], start + len(form)
    if not means.places or (not means.full and _ROAD_FOLLOWS.match(text, end)):
        return None
    last = found[-1] if found else None
    if last and _JOINT.fullmatch(text, last.end, start):
        inside = [place for place in means.places if last.region in ancestors(place)]
        # 天津河北 are two places, 天津河北区 is one.
        if inside and (means.full or means.common or len(means.places) == len(inside)):
            found.pop()
            return Mention(inside[0], last.start, end, _in_body_name(text, end))
    if means.common and not _PLACE_FOLLOWS.match(text, end):
        return None
    place = means.places[0]
    if means.ambiguous:
        near = [p for p in means.places if any(m.region in ancestors(p) for m in found)]
        if len(near) != 1:
            return None
        place = near[0]
    elif means.full and len(means.places) > 1:
        place = next(
            (p for p in means.places if any(m.region in ancestors(p) for m in reversed(found))), place
        )
    return Mention(place, start, end, _in_body_name(text, end))


def _in_body_name(text: str, end: int) -> bool:
    """Whether the name of a hospital or company goes on at `end`; 上海公司 are companies in 上海."""
    if _BODY_AT_ONCE.match(text, end):
        return True
    body = _BODY_FOLLOWS.match(text, end)
    return body is not None and not _NOT_IN_BODY_NAME.search(body["inside"])


def ancestors(region: str) -> tuple[str, ...]:
    """The places that hold `region`, from the nearest to the province."""
    parents = _gazetteer().parents
    found: list[str] = []
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
    """The short name of a place as a user writes it ("广东省", "粤", "达州市", "四川达州"); None if unknown.

    Of several places with that name it is the largest, or the one that stands first in the gazetteer.
    """
    g = _gazetteer()
    name = name.strip().translate(g.simplified)
    if name in g.keys:
        return name
    form = g.forms.get(name)
    if form and form.places:
        return form.places[0]
    if name in g.numbers:
        return g.numbers[name]
    found = mentions(name)
    return found[0].region if len(found) == 1 and found[0].end - found[0].start == len(name) else None


def places(text: str) -> tuple[str, ...]:
    """The distinct places that `text` names, without those that merely hold another one of them."""
    return _smallest(mentions(text))


def of_document_number(number: str) -> str | None:
    """The place whose authorities issued a document number: 穗医保规字〔2024〕1号 → 广州."""
    numbers = _gazetteer().numbers
    return numbers.get(number[:2]) or numbers.get(number[:1])


def article_region(
    title: str, source: str | None, text: str, document_number: str | None = None
) -> str | None:
    """The place an article is about; None for nationwide.

    The title decides, then the document's number, then the authority or local site it comes from; the text
    only where it opens with one place and stays with it.
    """
    named = mentions(title)
    if named:
        return _common(_smallest(named))
    if document_number and (issuer := of_document_number(document_number)):
        return issuer
    if _NATIONWIDE.search(title):
        return None
    if source and not _PRESS.search(source) and (place := _only(mentions(source))):
        return place
    return _of_text(text)


def _of_text(text: str) -> str | None:
    """The place that the text opens with and speaks of throughout, as its own or again and again."""
    found = _stated(text)
    place = _only([m for m in found if m.end <= _OPENING])
    if place is None:
        return None
    inside = sum(m.region in within(place) for m in found)
    often = inside >= _MENTIONS_NEEDED or _SPEAKS_OF_ITSELF.search(text) is not None
    return place if often and inside >= _SHARE_NEEDED * len(found) else None


def passage_region(
    text: str, heading_path: Sequence[str], title: str, article_region: str | None
) -> str | None:
    """The place a passage is about: what its text or a heading names or leads with; otherwise the article's.

    Places in examples, addresses, names of bodies, and those someone moves to or from, do not count. In an
    article about one place (or under a title that names one), another one counts only where text or heading
    leads with it; a larger one that holds the article's place never does.
    """
    around = article_region or _only(mentions(title))
    for spoken in (text, *reversed(heading_path)):
        found = _stated(spoken)
        place = _only(found) or _leading(found)
        if place is None:
            continue
        if around is None or place in within(around):
            return place
        if place not in ancestors(around) and found[0].start <= _LEADS:
            return place
    return around


def _leading(found: Sequence[Mention]) -> str | None:
    """The place a text begins with, if nearly all of its mentions are of it."""
    if not found or found[0].start > _LEADS:
        return None
    first = found[0].region
    inside = sum(m.region in within(first) for m in found)
    return first if inside >= _SHARE_NEEDED * len(found) else None


def _stated(text: str) -> list[Mention]:
    """Mentions that say where a rule holds."""
    return [
        m
        for m in mentions(text)
        if not m.in_name
        and not _EXAMPLE_BEFORE.search(text[max(0, m.start - 4) : m.start])
        and not _TRAVEL_BEFORE.search(text[max(0, m.start - 3) : m.start])
        and not _EXAMPLE_AFTER.match(text[m.end : m.end + 16])
        and not _ADDRESS_AFTER.match(text[m.end : m.end + 40])
    ]


def _smallest(found: Sequence[Mention]) -> tuple[str, ...]:
    if not found:
        return ()
    named = dict.fromkeys(m.region for m in found)
    holding = {outer for place in named for outer in ancestors(place)}
    return tuple(place for place in named if place not in holding)


def _only(found: Sequence[Mention]) -> str | None:
    """The single place that mentions agree on, the smallest that at least half of them speak of.

    广元 named three times and 剑阁, inside it, once: 广元.
    """
    smallest = _smallest(found)
    if not smallest:
        return None
    for place in (smallest[0], *ancestors(smallest[0])):
        inside = sum(m.region in within(place) for m in found)
        outside = sum(m.region not in within(place) and m.region not in ancestors(place) for m in found)
        if not outside and inside * 2 >= len(found):
            return place if any(m.region == place for m in found) else None
    return None


def _common(named: Sequence[str]) -> str | None:
    """The smallest place that holds all of them: 广州 and 深圳 → 广东; None if only the country does."""
    if not named:
        return None
    for place in (named[0], *ancestors(named[0])):
        if all(other in within(place) for other in named):
            return place
    return None


def names() -> frozenset[str]:
    """The short name of every place known."""
    return _gazetteer().keys
