"""Which element of a page holds its article.

No one extractor keeps everything on government pages: they lose tables, annexes or the answers of questions. Pages
name the article's container in much the same ways, so these names come first; where none is found, the element
with the most text outside of links wins.
"""

import re

from lxml import etree
from lxml.html import HtmlElement

#: Names of containers that hold the article and nothing else, then such as may hold more.
_STRONG = re.compile(
    r"zoom(?:con)?\b|info_?cont\b|article-?con|content_?article|trs_editor|js_?cont\b|vsb_content|news_?con|"
    r"view\b.*trs|ucap-?content|detail-?con|text-?con|rich_media_content|entry-content|post-content",
    re.IGNORECASE,
)
_WEAK = re.compile(r"article|content|detail|\bcon\b|main|正文", re.IGNORECASE)
_BLOCKS = "div|td|article|section|main"
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_DROPPED_TAGS = ("script", "style", "noscript", "iframe", "form", "nav", "footer", "svg", "template", "button", "select")
_SHORTEST = 80
#: A container with this share of its text inside links is a list of links.
_MOST_LINKS = 0.5


def clean(root: HtmlElement) -> None:
    """Take out what a reader never sees: scripts, and copies of the text that are hidden.

    The body itself stays however it is styled, since a script may show it.
    """
    etree.strip_elements(root, etree.Comment, *_DROPPED_TAGS, with_tail=False)
    for element in root.xpath("//*[@style or @hidden]"):
        hidden = element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "")
        if hidden and element.tag not in ("body", "html") and element.getparent() is not None:
            element.drop_tree()


def find_container(root: HtmlElement) -> HtmlElement | None:
    """The element that holds the article; None for a page without text."""
    candidates = [e for e in root.iter(*_BLOCKS.split("|"))]
    for pattern in (_STRONG, _WEAK):
        named = [e for e in candidates if pattern.search(f"{e.get('id') or ''} {e.get('class') or ''}")]
        best = max(named, key=_own_text, default=None)
        if best is not None and _own_text(best) >= _SHORTEST:
            return _innermost(best)
    body = root.find("body")
    best = max(candidates, key=_own_text, default=body)
    if best is None:
        return body
    return _innermost(best) if _own_text(best) >= _SHORTEST else body


def _own_text(element: HtmlElement) -> int:
    """Characters outside links; 0 for a list of links."""
    text = _length(element.text_content())
    links = sum(_length(a.text_content()) for a in element.iter("a"))
    return text - links if links <= _MOST_LINKS * text else 0


def _length(text: str) -> int:
    return sum(not c.isspace() for c in text)


def _innermost(element: HtmlElement) -> HtmlElement:
    """Go down while one child block holds nearly all of the text: the rest is share bars and page furniture."""
    while True:
        size = _own_text(element)
        inner = [c for c in element if c.tag in ("div", "article", "section") and _own_text(c) >= 0.95 * size]
        if not inner or not size:
            return element
        element = inner[0]
