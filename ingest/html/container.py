"""Which element of a page holds its article.

No one extractor keeps everything on government pages: they lose tables, annexes or the answers of questions.
Pages name the article's container in much the same ways, so these names come first; where none is found, the
innermost element that holds nearly all of the page's prose wins.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from .tables import is_layout

#: Names of containers that hold the article and nothing else, then such as may hold more.
_STRONG = re.compile(
    r"zoom(?:con)?\b|info_?cont\b|article-?con|content_?article|trs_(?:ueditor|editor|paper)|js_(?:cont|content)\b|"
    r"vsb_content|v_news_content|news_?con|view\b.*trs|ucap-?content|pages_content|detail-?con|text-?con|conTxt|"
    r"rich_media_content|entry-content|post-content|post_content|articleBody|article_?body|\bzw\b|正文",
    re.IGNORECASE,
)
_WEAK = re.compile(r"article|content|detail|\bcon\b|main|post|wrap.*text|\bnr\b|xl_", re.IGNORECASE)
_BLOCKS = ("div", "td", "article", "section", "main")
_INNER = ("div", "article", "section", "main", "table", "tbody", "tr", "td", "center", "body")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_DROPPED_TAGS = (
    "script", "style", "noscript", "iframe", "nav", "footer", "svg", "template", "button", "select", "textarea"
)  # fmt: skip
#: Blocks around the article, by the words of their class and id.
_AROUND = re.compile(
    r"(?:^|[\s_-])(?:footer|foot|copyright|sidebar|side-?bar|breadcrumbs?|crumbs?|navbar|nav|menu|share|bdsharebuttonbox|"
    r"comments?|comment-list|respond|modal|dialog|popup|login|search|toolbar|related(?:-?posts?)?|post-navigation|"
    r"widget|advert|ads)(?:$|[\s_-])",
    re.IGNORECASE,
)
#: Of these, what never holds a part of the article, even inside its container.
_CHROME = re.compile(
    r"(?:^|[\s_-])(?:footer|copyright|breadcrumbs?|crumbs?|navbar|nav|menu|search|toolbar|login)(?:$|[\s_-])",
    re.IGNORECASE,
)
_SHORTEST = 80
#: An element with this share of its text inside links is a list of links.
_MOST_LINKS = 0.5
#: A container with this share of all that bear its name is the only one that counts.
_ONLY_PART = 0.8
#: Bounds the work on a page of thousands of containers.
_MOST_PARTS = 50
#: The innermost container still holds this share of what its parent holds.
_NEARLY_ALL = 0.95
#: Menus hold less than this share of a page's text.
_MOST_OF_CHROME = 0.3
#: A form with this share of a page's text is its frame.
_MOST_OF_PAGE = 0.5
#: Hidden text is an answer to unfold, rather than a window to pop up, from this many characters on.
_FOLDED = 12
_PROBE = 16


@dataclass(slots=True)
class _Size:
    """Characters of an element's text, white space aside: all of it, and what of it stands inside links."""

    text: int = 0
    links: int = 0

    @property
    def own(self) -> int:
        """Characters outside links; 0 for a list of links."""
        return self.text - self.links if self.links <= _MOST_LINKS * self.text else 0


def clean(root: HtmlElement) -> None:
    """Take out what a reader never sees: scripts, and hidden copies of the text.

    The body itself stays however it is styled, since a script may show it; so do hidden texts that stand
    nowhere else, as folded answers do.
    """
    etree.strip_elements(root, etree.Comment, etree.ProcessingInstruction, *_DROPPED_TAGS, with_tail=False)
    _drop_forms(root)
    _drop_chrome(root)
    hidden = [e for e in root.xpath("//*[@style or @hidden]") if _is_hidden(e)]
    if not hidden:
        return
    concealed = set(hidden)
    texts = [(e, _squeezed(e.text_content())) for e in hidden if concealed.isdisjoint(e.iterancestors())]
    seen = _squeezed(root.text_content())
    for _, text in texts:
        seen = seen.replace(text, "\n", 1) if text else seen
    for element, text in texts:
        if not _is_folded(element, text, seen):
            element.drop_tree()


def _drop_forms(root: HtmlElement) -> None:
    """Take out forms to fill in; one that holds most of the page is the frame that some systems put around it."""
    forms = list(root.iter("form"))
    most = _MOST_OF_PAGE * len(_squeezed(root.text_content())) if forms else 0
    for form in forms:
        if form.getparent() is not None and len(_squeezed(form.text_content())) < most:
            form.drop_tree()


def _drop_chrome(root: HtmlElement) -> None:
    """Take out menus, paths and search fields: where no container is named, they would count as the article."""
    named = [e for e in root.iter("div", "ul", "ol", "header", "table", "section", "p") if _named_chrome(e)]
    most = _MOST_OF_CHROME * len(_squeezed(root.text_content())) if named else 0
    # Innermost last: what stands inside one that went is gone with it, and dropping it again does no harm.
    for element in named:
        if element.getparent() is not None and len(_squeezed(element.text_content())) < most:
            element.drop_tree()


def _named_chrome(element: HtmlElement) -> bool:
    return bool(_CHROME.search(f"{element.get('id') or ''} {element.get('class') or ''}"))


def _is_hidden(element: HtmlElement) -> bool:
    hidden = element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "")
    return bool(hidden) and element.tag not in ("body", "html") and element.getparent() is not None


def _is_folded(element: HtmlElement, text: str, seen: str) -> bool:
    """Whether hidden text is prose that the page shows nowhere else."""
    if len(text) < _FOLDED or not re.search(r"[。；！？]", text) or _is_around(element):
        return False
    if sum(len(_squeezed(a.text_content())) for a in element.iter("a")) > _MOST_LINKS * len(text):
        return False
    probes = [text[i : i + _PROBE] for i in (0, len(text) // 3, len(text) // 2, max(0, len(text) - _PROBE))]
    return not any(probe in seen for probe in probes)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _is_around(element: HtmlElement) -> bool:
    return bool(_AROUND.search(f"{element.get('id') or ''} {element.get('class') or ''}"))


def find_container(root: HtmlElement) -> HtmlElement | None:
    """The element that holds the article; None for a page without text."""
    body = root.find("body")
    sizes = _sizes(root)
    candidates = [e for e in root.iter(*_BLOCKS) if sizes[e].own and not _is_around(e)]
    strong = _named(candidates, _STRONG)
    best = max(strong, key=lambda e: sizes[e].own, default=None)
    if best is not None and (whole := _holding_all_parts(best, strong, sizes)) is not best:
        return whole
    if best is not None and sizes[best].own >= _SHORTEST:
        return _innermost(best, sizes)
    weak = max(_named(candidates, _WEAK), key=lambda e: sizes[e].own, default=None)
    if weak is not None and sizes[weak].own >= max(
        _SHORTEST, 0.5 * (sizes[body].own if body is not None else 0)
    ):
        return _innermost(weak, _prose(root))
    if best is not None and weak is None:
        return _innermost(best, sizes)
    return _innermost(body, _prose(root)) if body is not None else None


def _holding_all_parts(
    best: HtmlElement, strong: list[HtmlElement], sizes: dict[HtmlElement, _Size]
) -> HtmlElement:
    """The element around all parts of an article whose parts each have a container of the same name, as the
    answers of a list of questions do; the best container itself where it is the only one, or the others repeat it.
    """
    seen = {_squeezed(best.text_content())}
    parts = [best]
    for element in strong:
        if element is best or _name(element) != _name(best) or not _apart(element, parts):
            continue
        text = _squeezed(element.text_content())
        if text not in seen:
            seen.add(text)
            parts.append(element)
    if sizes[best].own >= _ONLY_PART * sum(sizes[part].own for part in parts):
        return best
    around = set(best.iterancestors())
    for part in parts[1:]:
        around &= set(part.iterancestors())
    return next(e for e in best.iterancestors() if e in around)


def _name(element: HtmlElement) -> str:
    return f"{element.tag} {element.get('class') or element.get('id') or ''}"


def _apart(element: HtmlElement, others: list[HtmlElement]) -> bool:
    """Whether neither stands inside the other."""
    outside = set(element.iterancestors())
    return not any(other in outside or element in other.iterancestors() for other in others[:_MOST_PARTS])


def _named(candidates: Iterable[HtmlElement], names: re.Pattern[str]) -> list[HtmlElement]:
    return [e for e in candidates if names.search(f"{e.get('id') or ''} {e.get('class') or ''}")]


def _sizes(root: HtmlElement) -> dict[HtmlElement, _Size]:
    return _measure(root, len)


def _prose(root: HtmlElement) -> dict[HtmlElement, _Size]:
    """Sizes that count only sentences and long lines: menus and share bars have neither."""
    return _measure(root, lambda text: len(text) if len(text) >= 15 or re.search(r"[，。；：]", text) else 0)


def _measure(root: HtmlElement, weigh: Callable[[str], int]) -> dict[HtmlElement, _Size]:
    """The size of every element, in one pass from the leaves up: no text is read twice, however deep."""
    sizes: dict[HtmlElement, _Size] = {}
    for _, element in etree.iterwalk(root, events=("end",)):
        size = _Size(weigh(_squeezed(element.text or "")) if isinstance(element.tag, str) else 0)
        for child in element:
            inner = sizes[child]
            tail = weigh(_squeezed(child.tail or ""))
            size.text += inner.text + tail
            size.links += inner.links
        if element.tag == "a":
            size.links = size.text
        sizes[element] = size
    return sizes


def _is_block(element: HtmlElement) -> bool:
    return element.tag in _INNER and (element.tag != "table" or is_layout(element))


def _innermost(element: HtmlElement, sizes: dict[HtmlElement, _Size]) -> HtmlElement:
    """Go down while one child block holds nearly all of the text: the rest is share bars and the like."""
    while True:
        size = sizes[element].own
        inner = [c for c in element if _is_block(c) and size and sizes[c].own >= _NEARLY_ALL * size]
        if not inner:
            return element
        element = inner[0]
