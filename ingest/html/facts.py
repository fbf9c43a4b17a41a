"""What a page says about its document beside the body: title, date, source, number, from when until when.

Meta elements come first, as government sites fill them by rule; then labelled facts ("发布机构：…"), in a box or
in the line under the title; then what the usual publishing systems mark by class and id.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from ..characters import clean_characters
from ..facts.dates import parse, parse_day
from ..facts.document_number import canonical
from ..facts.timestamps import TIMESTAMP, iso_timestamp
from .tables import cell_text

_META = {
    "title": ("articletitle", "og:title", "twitter:title"),
    "published": (
        "pubdate",
        "publishdate",
        "article:published_time",
        "datepublished",
        "publish_time",
        "publication_date",
    ),
    "source": ("contentsource", "source", "article:author"),
    "site": ("sitename", "og:site_name"),
    "column": ("columnname",),
    "url": ("url", "og:url"),
}
#: Labels that state nothing here, and only end the value before them.
_OTHER_LABELS = re.findall(
    r"\S+",
    """
    索引号 信息索引 主题分类 分类 分类号 主题词 关键词 体裁分类 信息分类 组配分类 有效性 时效性
    状态 效力状态 浏览次数 浏览量 阅读次数 点击数 点击次数 访问次数 阅读 字体 字号 字体大小
    作者 责任编辑 编辑 审核 记者 撰稿 供稿 分享 分享到 打印 有效期 公开方式 公开形式 公开范围
    视力保护色 保护视力色 背景色 公开时限 公开类别 公开属性 信息类别 服务对象 关键字
    """,
)
#: Labels of a box of facts, by what they state.
_LABELS: dict[str, str | None] = {
    "文号": "number",
    "发文字号": "number",
    "发文号": "number",
    "文件编号": "number",
    "实施日期": "effective",
    "生效日期": "effective",
    "施行日期": "effective",
    "执行日期": "effective",
    "失效日期": "expires",
    "废止日期": "expires",
    "终止日期": "expires",
    "发布时间": "published",
    "发布日期": "published",
    "发文日期": "published",
    "发文时间": "published",
    "公布日期": "published",
    "发表时间": "published",
    "发表日期": "published",
    "信息提供日期": "published",
    "信息时间": "published",
    "发稿时间": "published",
    "公开日期": "published",
    "更新时间": "updated",
    "更新日期": "updated",
    "成文日期": "written",
    "成文时间": "written",
    "生成日期": "written",
    "日期": "updated",
    "时间": "updated",
    "来源": "source",
    "信息来源": "source",
    "文章来源": "source",
    "稿件来源": "source",
    "新闻来源": "source",
    "内容来源": "source",
    "发布机构": "office",
    "发布单位": "office",
    "发布机关": "office",
    "发文机关": "office",
    "发文单位": "office",
    "公开主体": "office",
    "制发机关": "office",
    "标题": "name",
    "名称": "name",
    "信息名称": "name",
    "文件名称": "name",
    **dict.fromkeys(_OTHER_LABELS),
}
#: Spaces spread short labels out: "文　　号".
_LABEL = re.compile(
    r"(?<![\u4e00-\u9fff《])(?P<label>"
    + "|".join(r"\s{0,4}".join(label) for label in sorted(_LABELS, key=len, reverse=True))
    + r")\s*(?:[】\]]\s*)?[：:]"
)
_LONGEST_ROW_OF_FACTS = 120
#: The same after another value without a space: "来源：某局发布时间：…".
_GLUED = re.compile(
    "|".join(
        sorted(
            (
                label
                for label in _LABELS
                if len(label) >= 4 or label in ("来源", "字体", "字号", "审核", "编辑", "作者")
            ),
            key=len,
            reverse=True,
        )
    )
    + r"(?=\s*[：:])"
)
_BARE_LABEL = re.compile(r"[【\[]?\s*([\u4e00-\u9fff][\u4e00-\u9fff\s]{1,12})\s*[】\]]?\s*[：:]?")
_LONGEST_FACTS = 800
_MOST_ELEMENTS = 120
_FACT_TAGS = (
    "ul",
    "ol",
    "dl",
    "table",
    "tr",
    "li",
    "p",
    "td",
    "th",
    "dt",
    "dd",
    "div",
    "span",
    "h2",
    "h3",
    "h4",
    "em",
    "time",
)
_LONGEST_SOURCE = 60
_NO_SOURCE = re.compile(r"[【\[（(]?(?:字体|字号|大|中|小|打印|分享|浏览|阅读|暂无|无)")
_EDGES = " \t\u3000|｜丨/·-—[]【】()（）:：,，;；<>"
_TITLE_CLASS = re.compile(r"title|\bbt\b|biaoti|headline|activity-name", re.IGNORECASE)
_DATE_CLASS = re.compile(r"pub|date|time|meta|riqi|\binfo|source|ly\b", re.IGNORECASE)
_SOURCE_CLASS = re.compile(
    r"^(?:js_name|.*profile_nickname|.*(?:article|post|entry|byline)[-_]?source|source)$", re.IGNORECASE
)
_SITE_WORD = (
    r"(?:局|网|网站|政府|委员会|平台|中心|频道|专栏|栏目|公告|公开|公示|动态|新闻|资讯"
    r"|政策|法规|解读|文件|在线|之窗)"
)
#: The site or column behind a title: after a bar, after a dash between spaces, or by its own last word.
_SITE_SUFFIX = re.compile(
    r"(?:\s*[_|｜]+\s*|\s+[-—–]+\s+)(?P<spaced>[^-_|｜—–\d][^-_|｜—–]{1,30})$"
    rf"|\s*[-—–]+\s*(?P<named>[^-_|｜—–\d][^-_|｜—–]{{0,24}}{_SITE_WORD})$"
)
_SITE_PREFIX = re.compile(
    r"^([^-_|｜—–]{2,20}(?:局|网|政府|委员会|平台|中心|门户网站))\s*[-_|｜—–]+\s*(?=.{8})"
)


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page states about its document; None, or "" for the title, where it states nothing. Days are ISO."""

    title: str = ""
    published: str | None = None
    source: str | None = None
    site: str | None = None
    url: str | None = None
    document_number: str | None = None
    effective: str | None = None
    expires: str | None = None
    stated: dict[str, str] = field(default_factory=dict)


def read_facts(root: HtmlElement) -> PageFacts:
    """The facts of a page from which scripts and hidden copies have been taken out."""
    meta = _meta(root)
    stated = _stated(root)
    head_title = _one_line(root.findtext(".//title") or "")
    return PageFacts(
        title=_title(root, meta, head_title, stated),
        published=_published(root, meta, stated),
        source=_source(root, meta, stated),
        site=meta.get("site"),
        url=meta.get("url"),
        document_number=canonical(stated.get("number", "")),
        effective=parse_day(stated.get("effective", "")),
        expires=parse_day(stated.get("expires", "")),
        stated=stated,
    )


def _meta(root: HtmlElement) -> dict[str, str]:
    named: dict[str, str] = {}
    for element in root.iter("meta"):
        key = element.get("name") or element.get("property") or element.get("itemprop") or ""
        value = _one_line(element.get("content") or "")
        if key and value:
            named.setdefault(key.strip().lower(), value)
    return {
        fact: value
        for fact, keys in _META.items()
        if (value := next((named[k] for k in keys if k in named), ""))
    }


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _one_line(text: str) -> str:
    return " ".join(clean_characters(text).split())


def _text(element: HtmlElement) -> str:
    return _one_line(element.text_content())


def _title(root: HtmlElement, meta: dict[str, str], head_title: str, stated: dict[str, str]) -> str:
    """Meta title, else the heading that <title> names, else the only h1, else <title> without the site."""
    site = _squeezed(meta.get("site", ""))
    told = _squeezed(head_title)
    stated_title = _without_site(meta.get("title", ""), meta)
    if stated_title and _squeezed(stated_title) not in (site, _squeezed(meta.get("column", ""))):
        return stated_title
    suffix = _SITE_SUFFIX.search(head_title)
    names = {
        site,
        _squeezed(meta.get("column", "")),
        _squeezed(suffix["spaced"] or suffix["named"]) if suffix else "",
    }
    headings = [
        text for h in root.iter("h1") if 4 <= len(text := _text(h)) <= 120 and _squeezed(text) not in names
    ]
    marked = [text for e in _short_elements(root) if _is_title(e) and 4 <= len(text := _text(e)) <= 120]
    for text in (*headings, *sorted(marked, key=len, reverse=True)):
        if _squeezed(text) in told and _squeezed(text) not in names:
            return text
    if len(set(headings)) == 1:
        return headings[0]
    return _without_site(head_title, meta) or stated.get("name", "")


def _is_title(element: HtmlElement) -> bool:
    return element.tag in ("h2", "h3") or bool(
        _TITLE_CLASS.search(f"{element.get('id') or ''} {element.get('class') or ''}")
    )


def _short_elements(root: HtmlElement) -> Iterator[HtmlElement]:
    """Elements that hold little else than a line of text."""
    for element in root.iter("h2", "h3", "div", "p", "span", "strong", "td"):
        if sum(1 for _ in _first_descendants(element, 8)) < 8:
            yield element


def _first_descendants(element: HtmlElement, most: int) -> Iterator[HtmlElement]:
    for number, child in enumerate(element.iterdescendants(), 1):
        yield child
        if number >= most:
            return


def _without_site(title: str, meta: dict[str, str]) -> str:
    """A page's <title> without the names of site and column behind or before it."""
    for name in (meta.get("site"), meta.get("column")):
        if name and title != name:
            title = re.sub(rf"\s*[-_|｜—–]*\s*{re.escape(name)}\s*$", "", title)
    if prefix := _SITE_PREFIX.match(title):
        title = title[prefix.end() :]
    while (suffix := _SITE_SUFFIX.search(title)) and suffix.start() >= 4:
        title = title[: suffix.start()]
    return title.strip()


def _stated(root: HtmlElement) -> dict[str, str]:
    """Labelled facts, the first of each kind."""
    found: dict[str, str] = {}
    for element in root.iter(*_FACT_TAGS):
        if sum(1 for _ in _first_descendants(element, _MOST_ELEMENTS)) >= _MOST_ELEMENTS:
            continue
        # What paragraphs, cells and items hold is parted, also where the page has no space between them.
        text = cell_text(element)
        if len(text) > _LONGEST_FACTS:
            continue
        if _LABEL.search(text):
            for kind, value in _labelled(text):
                found.setdefault(kind, value)
        elif element.tag in ("td", "th", "dt", "span", "em"):
            _take_bare(element, text, found)
    return found


def _labelled(text: str) -> Iterator[tuple[str, str]]:
    """The facts of a text that begins with a label, each value running up to the next label.

    A label further in counts only behind others: "资金来源：…" inside a sentence is none.
    """
    text = _GLUED.sub(lambda match: f" {match.group()}", text)
    labels = list(_LABEL.finditer(text))
    if not labels or (labels[0].start() > 30 and len(labels) == 1):
        return
    for label, following in zip(labels, [*labels[1:], None], strict=False):
        kind = _LABELS["".join(label["label"].split())]
        value = text[label.end() : following.start() if following else len(text)].strip(_EDGES[:-2])
        if kind and value:
            yield kind, value


def states_facts_only(text: str) -> bool:
    """Whether a line is a row of labelled facts ("发布日期：… 来源：… 浏览量：…") and no sentence."""
    if len(text) > _LONGEST_ROW_OF_FACTS or "。" in text:
        return False
    labels = list(_LABEL.finditer(_GLUED.sub(lambda match: f" {match.group()}", text)))
    return len(labels) >= 2 and labels[0].start() <= 1


def _take_bare(element: HtmlElement, text: str, found: dict[str, str]) -> None:
    """A label without a colon in a cell or element of its own; its value stands in the next one."""
    label = _BARE_LABEL.fullmatch(text)
    kind = _LABELS.get("".join(label[1].split())) if label else None
    beside = element.getnext()
    if kind and beside is not None and isinstance(beside.tag, str):
        value = _text(beside)
        if value and len(value) <= 100:
            found.setdefault(kind, value)


def _published(root: HtmlElement, meta: dict[str, str], stated: dict[str, str]) -> str | None:
    for value in (meta.get("published"), stated.get("published")):
        if value and (day := _day(value)):
            return day
    for element in root.iter("time"):
        if day := _day(element.get("datetime") or _text(element)):
            return day
    for value in (stated.get("updated"), stated.get("written")):
        if value and (day := _day(value)):
            return day
    for element in _short_elements(root):
        name = f"{element.get('id') or ''} {element.get('class') or ''}"
        if _DATE_CLASS.search(name) and len(text := _text(element)) <= 80 and (day := _day(text)):
            return day
    return None


def _day(value: str) -> str | None:
    if day := parse_day(value):
        return day
    match = TIMESTAMP.search(value)
    day = iso_timestamp(match) if match else None
    return day[:10] if day else None


def _source(root: HtmlElement, meta: dict[str, str], stated: dict[str, str]) -> str | None:
    if meta.get("source"):
        return meta["source"]
    for value in (stated.get("source", ""), stated.get("office", "")):
        name = re.split(r"[|｜，,；;]|\s{2,}", value)[0].strip(_EDGES)
        if stamp := TIMESTAMP.search(name):
            name = name[: stamp.start()].strip(_EDGES)
        if 2 <= len(name) <= _LONGEST_SOURCE and not _NO_SOURCE.match(name) and parse(name) is None:
            return name
    for element in root.iter("a", "span", "strong", "div", "em"):
        if any(_SOURCE_CLASS.match(name) for name in (element.get("id") or "", element.get("class") or "")):
            text = _text(element)
            if 2 <= len(text) <= 30:
                return text
    return None
