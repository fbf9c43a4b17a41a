"""The reader of web pages: title, date and source from the page's own data, then the body as lines."""

import re
from collections.abc import Iterator

import lxml.html
from lxml.html import HtmlElement

from .article import Article, Dropped, Link
from .assemble import Line, assemble
from .characters import clean_characters
from .document_number import canonical
from .errors import BadInputError
from .flattened_tables import FoundTable
from .furniture import furniture_rule
from .html_container import clean, find_container
from .html_tables import is_layout, read_table
from .ids import article_id
from .region import article_region
from .scraped import statute_lines, typed_lines
from .source_lines import SourceLine
from .statutes import is_statute
from .timestamps import TIMESTAMP, iso_timestamp

_BLOCK = frozenset(
    "p div li ul ol h1 h2 h3 h4 h5 h6 table tr td th section article blockquote dl dt dd pre figure figcaption hr center".split()
)
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_ATTACHMENT = re.compile(r"\.(?:docx?|xlsx?|pdf|zip|rar|wps|et|pptx?|jpg|png)(?:$|\?)", re.IGNORECASE)
_SITE_SUFFIX = re.compile(r"\s*[-_|—–]+\s*[^-_|—–]{2,30}$")
_SOURCE = re.compile(r"(?:来源|信息来源|发布机构|发布单位)\s*[：:]\s*([^\s|，,；;]{2,40})")
_DATED = re.compile(r"(?:发布|发文|成文|更新)?(?:时间|日期)\s*[：:]\s*")
_FACT = re.compile(r"^\s*(文\s*号|发文字号|实施日期|生效日期|施行日期|失效日期|废止日期)\s*[：:]\s*(\S.{0,60}?)\s*$")
_PLACEHOLDER = "\ufffc"
_DEEPEST = 200


def read_html(name: str, text: str) -> Article:
    """Understand a page. Raises BadInputError where it holds no text."""
    try:
        parser = lxml.html.HTMLParser(encoding="utf-8", recover=True, huge_tree=True)
        root = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.ParserError, ValueError) as error:
        raise BadInputError(f"is no readable HTML: {error}") from None
    meta = _meta(root)
    site_title = " ".join((root.findtext(".//title") or "").split())
    clean(root)
    facts = _facts(root)
    container = find_container(root)
    if container is None:
        raise BadInputError("is a page without text")
    title = meta.get("articletitle") or _heading_title(root, container) or _without_site(site_title, meta)
    lines, tables = _lines(container)
    title = title or (lines[0].text[:100] if lines else "")
    lines, tables, dropped = _without_furniture(lines, tables, title)
    if not lines:
        raise BadInputError("is a page without text")
    page_text = root.text_content()
    texts = [line.text for line in lines]
    typed = statute_lines(lines) if is_statute(texts) and not tables else typed_lines(lines, tables)
    body, sections = assemble([_shown(line) for line in typed])
    return Article(
        id=article_id(name),
        file=name,
        title=title,
        text=body,
        sections=sections,
        source=meta.get("contentsource") or _first(_SOURCE, page_text),
        url=meta.get("url") or None,
        published=_published(meta, page_text),
        document_number=canonical(facts.get("文号") or facts.get("发文字号") or ""),
        effective=_day(facts.get("实施日期") or facts.get("生效日期") or facts.get("施行日期")),
        region=article_region(title, f"{meta.get('contentsource', '')} {meta.get('sitename', '')}", ""),
        expires=_day(facts.get("失效日期") or facts.get("废止日期")),
        tables=tuple(found.table for found in tables),
        links=tuple(_attachments(container)),
        dropped=tuple(dropped),
    )


def _shown(line: Line) -> Line:
    """Without the marks that carried an HTML heading's level to the rules for headings."""
    if line.kind != "heading" or not line.text.startswith("#"):
        return line
    return Line("heading", line.text.lstrip("# "), label=line.label, level=line.level)


def _meta(root: HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        key = (element.get("name") or element.get("property") or "").strip().lower()
        value = " ".join((element.get("content") or "").split())
        if key and value:
            found.setdefault(key, value)
    found.setdefault("pubdate", found.get("article:published_time", ""))
    found.setdefault("url", found.get("og:url", ""))
    return found


def _heading_title(root: HtmlElement, container: HtmlElement) -> str:
    """The page's first large heading, if it has just one outside of the article or at its head."""
    headings = [" ".join(h.text_content().split()) for h in root.iter("h1")]
    headings = [h for h in headings if 4 <= len(h) <= 120]
    del container
    return headings[0] if len(headings) == 1 else ""


def _without_site(title: str, meta: dict[str, str]) -> str:
    """A page's <title> without the names of site and column behind it."""
    for name in (meta.get("sitename"), meta.get("columnname"), meta.get("og:site_name")):
        if name:
            title = re.sub(rf"\s*[-_|—–]*\s*{re.escape(name)}\s*$", "", title)
    shorter = _SITE_SUFFIX.sub("", title)
    return shorter if len(shorter) >= 4 else title


def _published(meta: dict[str, str], text: str) -> str | None:
    stated = TIMESTAMP.search(meta.get("pubdate", ""))
    if stated is None:
        label = _DATED.search(text)
        stated = TIMESTAMP.search(text, label.end(), label.end() + 40) if label else None
    day = iso_timestamp(stated) if stated else None
    return day[:10] if day else None


def _day(text: str | None) -> str | None:
    match = TIMESTAMP.search(text or "")
    day = iso_timestamp(match) if match else None
    return day[:10] if day else None


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match[1].strip() if match else None


def _facts(root: HtmlElement) -> dict[str, str]:
    """What a block of document data states: its number, and from when until when it applies."""
    found: dict[str, str] = {}
    for element in root.iter("li", "p", "td", "tr", "div", "span"):
        text = element.text_content()
        if len(text) <= 120 and (match := _FACT.match(" ".join(text.split()))):
            found.setdefault(re.sub(r"\s", "", match[1]), match[2])
    return found


def _attachments(container: HtmlElement) -> Iterator[Link]:
    for anchor in container.iter("a"):
        target, title = anchor.get("href") or "", " ".join(anchor.text_content().split())
        if title and _ATTACHMENT.search(target):
            yield Link(title, url=target)


def _lines(container: HtmlElement) -> tuple[list[SourceLine], list[FoundTable]]:
    """The container's text by line, list items marked and indented; each table is one line of its own."""
    lines: list[SourceLine] = []
    tables: list[FoundTable] = []
    buffer: list[str] = []
    gap = True

    def flush(prefix: str = "", indent: int = 0) -> None:
        nonlocal gap
        text = clean_characters(" ".join("".join(buffer).split()))
        buffer.clear()
        if text.strip():
            lines.append(SourceLine(f"{prefix}{text.strip()}", indent, gap))
            gap = False

    # A stack instead of recursion: pages nest deeper than Python does.
    stack: list[tuple[HtmlElement, bool, int]] = [(container, False, 0)]
    while stack:
        element, closing, depth = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        prefix, indent = _mark(tag, depth)
        if closing:
            if tag in _BLOCK:
                flush(prefix, indent)
                gap = gap or tag in ("p", "div", "ul", "ol", "section") or tag in _HEADINGS
            if element is not container and element.tail:
                buffer.append(element.tail)
            continue
        if tag == "br":
            flush(*_mark(_holder(element), depth))
            buffer.append(element.tail or "")
            continue
        if tag in _BLOCK:
            flush(*_mark(_holder(element), depth))
        if tag == "table" and not is_layout(element):
            table = read_table(element)
            if table.rows:
                tables.append(FoundTable(len(lines), len(lines) + 1, table))
                lines.append(SourceLine(_PLACEHOLDER, 0, True))
                gap = True
            if element.tail:
                buffer.append(element.tail)
            continue
        inner = depth + (tag in ("ul", "ol"))
        stack.append((element, True, depth))
        if element.text:
            buffer.append(element.text)
        if len(stack) < 100_000:
            stack.extend((child, False, inner) for child in reversed(element))
    flush()
    return lines, tables


def _holder(element: HtmlElement) -> str:
    parent = element.getparent()
    return parent.tag if parent is not None and isinstance(parent.tag, str) else ""


def _mark(tag: str, depth: int) -> tuple[str, int]:
    """What stands before a line of such an element, and its indentation."""
    if tag in _HEADINGS:
        return "#" * _HEADINGS[tag] + " ", 0
    if tag == "li":
        return "• ", 2 * min(depth, _DEEPEST)
    return "", 0


def _without_furniture(
    lines: list[SourceLine], tables: list[FoundTable], title: str
) -> tuple[list[SourceLine], list[FoundTable], list[Dropped]]:
    by_line = {found.start: found.table for found in tables}
    kept: list[SourceLine] = []
    placed: list[FoundTable] = []
    dropped: list[Dropped] = []
    for i, line in enumerate(lines):
        if i in by_line:
            placed.append(FoundTable(len(kept), len(kept) + 1, by_line[i]))
            kept.append(line)
            continue
        rule = furniture_rule(line.text)
        if rule is None and line.text.lstrip("#• ") == title:
            rule = "repeated title"
        if rule:
            dropped.append(Dropped(line.text, rule))
        else:
            kept.append(line)
    return kept, placed, dropped
