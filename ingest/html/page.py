"""The reader of web pages: title, date and source from the page's own data, then the body as lines."""

import re

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from ..article import Article, Dropped, Link
from ..assemble import assemble
from ..errors import BadInputError
from ..facts.region import article_region
from ..ids import article_id
from ..layout.bylines import byline
from ..layout.flattened_tables import FoundTable
from ..layout.furniture import furniture_rule
from ..layout.marked_headings import settle_levels
from ..layout.source_lines import SourceLine
from ..layout.statutes import is_statute
from ..layout.teasers import inline_related, is_related_heading
from ..scraped import statute_lines, typed_lines
from .container import clean, find_container
from .facts import PageFacts, read_facts, states_facts_only
from .lines import PageLines, read_lines

#: Deeper than any page is built; the parser gives up at 256 or 2,048 and loses what lies below.
_NESTED = re.compile(
    r"(<(div|span|section|font|b|center|blockquote)\b[^<>]{0,300}>\s*)(?:<\2\b[^<>]{0,300}>\s*){20,}",
    re.IGNORECASE,
)
#: Characters, plain or as references, that lxml reads but does not write again.
_UNWRITABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]"
    r"|&#0*(?:[0-8]|1[124-9]|2\d|3[01])(?!\d);?|&#x0*(?:1?[0-8bcef]|19|1a|1d|fff[ef])(?![0-9a-f]);?",
    re.IGNORECASE,
)
#: A byline stands among so many lines below the title.
_BYLINE_REACH = 4
#: The date under a signature is part of a document.
_DATE_ONLY = re.compile(r"[^：:]*")
_LONGEST_TITLE = 100
#: What stands around the names of attachments on their line, and how long such a line is.
_ATTACHMENT_LABEL = re.compile(r"(?:相关)?附件(?:下载|列表)?|[\W\d_]")
_LONGEST_ATTACHMENTS = 400


def read_html(name: str, text: str) -> Article:
    """Understand a page. Raises BadInputError where it holds no text."""
    root = _parse(text)
    clean(root)
    facts = read_facts(root)
    container = find_container(root)
    if container is None:
        raise BadInputError("is a page without text")
    page = read_lines(container)
    dropped = _drop_furniture(page, facts)
    title = facts.title or _opening(page)
    published = facts.published or _published_in_byline(dropped)
    if not page.tables and not any(c.isalnum() for line in page.lines for c in line.text):
        raise BadInputError("is a page without text of an article; is it shown by a script only?")
    texts = [line.text for line in page.lines]
    statute = is_statute(texts) and not page.tables
    typed = statute_lines(page.lines) if statute else typed_lines(page.lines, page.tables)
    body, sections = assemble(settle_levels(typed))
    return Article(
        id=article_id(name),
        file=name,
        title=title,
        text=body,
        sections=sections,
        source=facts.source,
        url=facts.url,
        published=published,
        document_number=facts.document_number,
        effective=facts.effective,
        region=article_region(title, f"{facts.source or ''} {facts.site or ''}", ""),
        expires=facts.expires,
        tables=tuple(found.table for found in page.tables),
        links=tuple(page.links),
        dropped=tuple(dropped),
    )


def _parse(text: str) -> HtmlElement:
    try:
        parser = lxml.html.HTMLParser(encoding="utf-8", recover=True, huge_tree=True)
        shallow = _NESTED.sub(r"\1", _UNWRITABLE.sub("", text))
        return lxml.html.document_fromstring(shallow.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError) as error:
        raise BadInputError(f"is no readable HTML: {error}") from None


def _opening(page: PageLines) -> str:
    """The first line of a page without a title; of one that holds only tables, what heads the first."""
    tables = {found.start: found.table for found in page.tables}
    for i, line in enumerate(page.lines):
        if i not in tables:
            return line.text.lstrip("#• ")[:_LONGEST_TITLE]
    first = next(iter(tables.values()), None)
    return (first.title or " ".join(first.header or first.rows[0]))[:_LONGEST_TITLE] if first else ""


def _drop_furniture(page: PageLines, facts: PageFacts) -> list[Dropped]:
    """Take out lines that are no part of the article. What is dropped, and by which rule, is returned."""
    by_line = {found.start: found.table for found in page.tables}
    kept: list[SourceLine] = []
    placed: list[FoundTable] = []
    dropped: list[Dropped] = []
    attached = sorted({_squeezed(link.title) for link in page.links if link.url}, key=len, reverse=True)
    related = _related_from(page)
    for i, line in enumerate(page.lines[:related]):
        text = line.text.lstrip("#• ")
        rule = None if i in by_line else _rule(text, len(kept), len(page.lines) - i, facts)
        if rule is None and i not in by_line and _only_names(text, attached):
            rule = "attachment"
        if rule:
            dropped.append(Dropped(line.text, rule))
            if rule == "related article" and (link := inline_related(text)):
                page.links.append(link)
            continue
        if i in by_line:
            placed.append(FoundTable(len(kept), len(kept) + 1, by_line[i]))
        kept.append(line)
    for i, line in enumerate(page.lines[related:], related):
        if i in page.linked:
            page.links.append(Link(line.text.lstrip("• ")))
        rule = "related article" if i in page.linked else _around(line.text) or "related heading"
        dropped.append(Dropped(line.text, rule))
    page.lines[:], page.tables[:] = kept, placed
    return dropped


def _related_from(page: PageLines) -> int:
    """Where a closing list of related articles begins, each a link of its own; the end if there is none."""
    end = start = len(page.lines)
    while start and (start - 1 in page.linked or _around(page.lines[start - 1].text)):
        start -= 1
    begins = 0 < start < end and is_related_heading(page.lines[start - 1].text.lstrip("#• "))
    return start - 1 if begins else end


def _around(text: str) -> str | None:
    """The rule by which a line goes wherever it stands near the end."""
    return furniture_rule(text) or ("byline" if _is_byline(text) and not _DATE_ONLY.fullmatch(text) else None)


def _rule(text: str, before: int, left: int, facts: PageFacts) -> str | None:
    """The rule by which a line goes; `before` lines are kept above it and `left` lines are left with it."""
    if facts.title and _squeezed(text) == _squeezed(facts.title):
        return "repeated title"
    if rule := furniture_rule(text):
        return rule
    if inline_related(text):
        return "related article"
    if left <= 2 and is_related_heading(text):
        return "related heading"
    if before < _BYLINE_REACH and (_is_byline(text) or states_facts_only(text)):
        return "byline"
    return _around(text) if before and left <= _BYLINE_REACH else None


def _published_in_byline(dropped: list[Dropped]) -> str | None:
    """The day in the line under the title, which states it without a label ("2026年3月5日 来源：…")."""
    stamps = (byline(line.text) for line in dropped if line.rule == "byline")
    return next((stamp.published[:10] for stamp in stamps if stamp and stamp.published), None)


def _only_names(text: str, attached: list[str]) -> bool:
    """Whether a line holds nothing but names of attachments, which are listed among the links."""
    rest = _squeezed(text)
    if not attached or len(rest) > _LONGEST_ATTACHMENTS:
        return False
    for name in attached:
        rest = rest.replace(name, "")
    return not _ATTACHMENT_LABEL.sub("", rest) and (len(rest) < len(_squeezed(text)) or "附件" in rest)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _is_byline(text: str) -> bool:
    found = byline(text)
    return found is not None and bool(found.published or found.source or "：" in text or ":" in text)
