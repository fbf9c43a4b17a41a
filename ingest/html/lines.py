"""The lines of a page's article: list items marked, headings kept, tables read, lists of links set apart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from ..article import Link
from ..characters import clean_characters
from ..layout.flattened_tables import FoundTable
from ..layout.numbering import marker
from ..layout.source_lines import SourceLine
from .tables import is_layout, read_table

_PARAGRAPHS = frozenset(
    ("p", "div", "ul", "ol", "section", "article", "blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6")
)
_BLOCK = _PARAGRAPHS.union(
    ("li", "dt", "dd", "pre", "hr", "center", "main", "header", "aside", "details", "summary", "body"),
    ("table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "figure", "figcaption"),
)
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_ATTACHMENT = re.compile(r"\.(?:docx?|xlsx?|pdf|zip|rar|wps|et|ofd|pptx?|jpg|png)(?:$|[?#&])", re.IGNORECASE)
_PLACEHOLDER = "\ufffc"
#: Items nest no deeper in what a reader sees.
_DEEPEST = 20
#: So many links and nothing else are a list of other pages.
_FEWEST_LINKS = 3
_LINK_SHARE = 0.9
_LINKS_CLASS = re.compile(
    r"relat|recommend|share|xgyd|xglj|bdshare|post-nav|tag-?list|breadcrumb", re.IGNORECASE
)


@dataclass(slots=True)
class PageLines:
    """What a container holds, in order of reading; each table stands for one line, at its `start`.

    `linked` are the lines that are links to other pages from end to end.
    """

    lines: list[SourceLine] = field(default_factory=list)
    tables: list[FoundTable] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    linked: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Place:
    """Where the walk is: what the next line begins with, how deep its list is, whether white space counts."""

    prefix: str = ""
    depth: int = 0
    verbatim: bool = False


def read_lines(container: HtmlElement) -> PageLines:
    """The container's lines. Lists of links to other pages and attachments are `links`; an attachment's name
    is also part of the text that mentions it."""
    return _Walk().run(container)


def _is_link_list(element: HtmlElement) -> bool:
    """Whether an element holds links to other pages and hardly anything else."""
    if element.tag not in ("ul", "ol", "div", "section", "aside", "dl"):
        return False
    anchors = []
    for number, child in enumerate(element.iterdescendants()):
        if number > 400 or child.tag in ("table", "img"):
            return False
        if child.tag == "a":
            anchors.append(child)
    named = bool(_LINKS_CLASS.search(f"{element.get('class') or ''} {element.get('id') or ''}"))
    if len(anchors) < (1 if named else _FEWEST_LINKS) or any(_is_attachment(a) for a in anchors):
        return False
    total = sum(len("".join(text.split())) for text in element.itertext())
    linked = sum(len("".join(a.text_content().split())) for a in anchors)
    return total > 0 and linked >= (0.6 if named else _LINK_SHARE) * total


def _is_attachment(anchor: HtmlElement) -> bool:
    return bool(_ATTACHMENT.search(anchor.get("href") or ""))


def _leads_away(element: HtmlElement) -> bool:
    return element.tag == "a" and bool(element.get("href")) and not _is_attachment(element)


class _Walk:
    def __init__(self) -> None:
        self.page = PageLines()
        self._buffer: list[str] = []
        self._anchors = 0
        self._plain = False
        self._gap = True
        self._marked: set[int] = set()
        #: The places of the elements that are still open, outermost first.
        self._places = [_Place()]

    def run(self, container: HtmlElement) -> PageLines:
        # A stack instead of recursion: pages nest deeper than Python does.
        stack: list[tuple[HtmlElement, bool]] = [(container, False)]
        while stack:
            element, closing = stack.pop()
            tag = element.tag if isinstance(element.tag, str) else ""
            if closing:
                if tag in _BLOCK:
                    self._flush()
                    self._gap = self._gap or tag in _PARAGRAPHS
                self._places.pop()
                self._anchors -= _leads_away(element)
            elif tag == "br":
                self._flush()
            elif tag and not self._take_whole(element, tag, container):
                self._open(element, tag)
                stack.append((element, True))
                stack.extend((child, False) for child in reversed(element))
                continue
            if element is not container:
                self._add(element.tail)
        self._flush()
        return self.page

    def _open(self, element: HtmlElement, tag: str) -> None:
        if tag in _BLOCK:
            self._flush()
        self._anchors += _leads_away(element)
        outer = self._places[-1]
        place = _Place(outer.prefix, outer.depth + (tag in ("ul", "ol")), outer.verbatim or tag == "pre")
        if tag in _HEADINGS:
            place.prefix = "#" * _HEADINGS[tag] + " "
        elif tag == "li":
            place.prefix = "• "
            self._marked.discard(place.depth)
        self._places.append(place)
        self._add(element.text)

    def _take_whole(self, element: HtmlElement, tag: str, container: HtmlElement) -> bool:
        """Tables, lists of links and attachments are read in one piece; whether the walk is done with it."""
        if tag == "a" and _is_attachment(element):
            title = clean_characters(" ".join(element.text_content().split()))
            if title:
                self.page.links.append(Link(title, url=element.get("href")))
            return False
        if element is container:
            return False
        if tag == "table" and not is_layout(element):
            table = read_table(element)
            self.page.links += [
                Link(" ".join(a.text_content().split()), url=a.get("href"))
                for a in element.iter("a")
                if _is_attachment(a) and a.text_content().strip()
            ]
            if table.rows:
                self._flush()
                self.page.tables.append(FoundTable(len(self.page.lines), len(self.page.lines) + 1, table))
                self.page.lines.append(SourceLine(_PLACEHOLDER, 0, True))
                self._gap = True
                return True
            return False
        if _is_link_list(element):
            self._flush()
            self.page.links += _links(element)
            return True
        return False

    def _add(self, text: str | None) -> None:
        if text:
            self._plain = self._plain or (not self._anchors and not text.isspace())
            self._buffer.append(text if self._places[-1].verbatim else re.sub(r"[\r\n]", " ", text))

    def _flush(self) -> None:
        lines = clean_characters("".join(self._buffer)).split("\n")
        self._buffer.clear()
        plain, self._plain = self._plain, False
        for raw in lines:
            if text := " ".join(raw.split()):
                if not plain:
                    self.page.linked.add(len(self.page.lines))
                self._line(text, self._places[-1])

    def _line(self, text: str, place: _Place) -> None:
        prefix, indent = place.prefix, 0
        if prefix == "• ":
            indent = 2 * min(place.depth, _DEEPEST)
            # An item has one mark, however many paragraphs; one with a number of its own needs none.
            if place.depth in self._marked or marker(text):
                prefix = ""
            self._marked.add(place.depth)
        self.page.lines.append(SourceLine(f"{prefix}{text}", indent if prefix else 0, self._gap))
        self._gap = False


def _links(element: HtmlElement) -> Iterator[Link]:
    for anchor in element.iter("a"):
        if title := clean_characters(" ".join(anchor.text_content().split())):
            yield Link(title, url=anchor.get("href"))
