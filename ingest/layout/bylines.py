"""The line under a title (or a teaser) that says when and by whom: "2026-01-08 15:03:16社保网"."""

import re
from typing import NamedTuple

from ..facts.timestamps import AGE, TIMESTAMP, iso_timestamp

#: Longer lines are prose.
_LONGEST_LINE = 120
#: An unlabelled site name beside a date is at most this long.
_LONGEST_SOURCE = 12

_LABEL = re.compile(
    r"(?P<source>文章来源|信息来源|来源|稿源|出处|发布机构|发布单位)\s*[:：]"
    r"|(?P<when>(?:发布|更新|发表|发文|成文|创建)?(?:时间|日期)|发布于|更新于)\s*[:：]?(?=\s*(?:19|20)\d\d|\s*$|\s*[:：])[:：]?"
    r"|(?P<who>作者|责任编辑|责编|编辑|审核|校对|记者|通讯员|发布者|发布人|撰稿)\s*[:：]"
    r"|(?P<count>(?:浏览|阅读|点击|访问)(?:次数|量|数)?|评论数?|字号|字体|分享到?)\s*[:：]"
)
# Possessive throughout: a long row of digits or dashes must not be tried in every partition.
_WIDGET = re.compile(
    r"(?>(?:阅读|浏览|点击|访问|评论|点赞)(?:次数|量|数)?\s*+\d*+|\d++\s*+(?:次|人)?(?:浏览|阅读|评论|赞)?"
    r"|发布|更新|发表|原创|转载|打印|收藏|分享|大|中|小|字号|字体|[-|｜丨/·\[\]【】()（）:：\s])++"
)
_PROSE = re.compile(r"[。，,；;！!？?、“”]")
_CONTINUES = re.compile(r"[起前后至到以止之内开截实施发公于]")
#: "施行日期:2020年2月1日" is a fact about the document, which stays in its text, and no byline.
_FACT = re.compile(r"(?:施行|实施|生效|执行|失效|废止|截止)(?:时间|日期)|有效期")
_EDGES = " \t\u3000|｜丨/·-—[]【】()（）:：<>"


class Byline(NamedTuple):
    """published: ISO date, or date and time; source: site or office. Either may be unknown."""

    published: str | None
    source: str | None


def byline(text: str) -> Byline | None:
    """What a line says about date and source if it says nothing else; None for any other line."""
    if len(text) > _LONGEST_LINE or "。" in text or _FACT.match(text):
        return None
    stamp = TIMESTAMP.search(text)
    published = iso_timestamp(stamp) if stamp else None
    age = None if stamp else AGE.search(text)
    if stamp and published is None:
        return None
    when = stamp or age
    # A date becomes two spaces: a value and an unlabelled name on its two sides stay apart.
    rest = f"{text[: when.start()]}  {text[when.end() :]}" if when else text
    if when and _CONTINUES.match(text, when.end()) and not text.startswith("发布", when.end()):
        return None
    source, labelled, loose = _read_labels(rest)
    loose = [piece for piece in loose if not _WIDGET.fullmatch(piece)]
    if not (when or labelled) or len(loose) > (1 if when and source is None else 0):
        return None
    if loose:
        if len(loose[0]) > _LONGEST_SOURCE or _PROSE.search(loose[0]):
            return None
        source = loose[0]
    return Byline(published, source)


def _read_labels(text: str) -> tuple[str | None, bool, list[str]]:
    """The labelled source, whether anything was labelled, and what stands there without a label."""
    source: str | None = None
    labels = list(_LABEL.finditer(text))
    head = text[: labels[0].start()] if labels else text
    loose = _pieces(head)
    for label, following in zip(labels, [*labels[1:], None], strict=False):
        values = _pieces(text[label.end() : following.start() if following else len(text)])
        if label.lastgroup == "source" and values:
            source = values[0]
        if label.lastgroup != "count":
            loose += values[1:]
        if values and (len(values[0]) > 30 or _PROSE.search(values[0])):
            loose.append(values[0])
    return source, bool(labels), loose


def _pieces(text: str) -> list[str]:
    parts = re.split(r"\s{2,}|[|｜丨\t\u3000]+", text)
    return [piece for part in parts if (piece := part.strip(_EDGES))]
