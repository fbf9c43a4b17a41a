"""Which lines of a scraped body are headings, and how deep each stands.

Numbers may be lost or restart, headings may have none, and nothing is marked up. What a heading is shows in
its neighbours: it is short, ends without a full stop, and something stands under it. How deep it stands shows
in the numbers around it: a line between 1、 and 2、 belongs to 1、, one after which they restart closes it.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from .numbering import BULLET, QUESTION, RANKS, Marker, marker
from .source_lines import SourceLine

Shape = Literal["marked", "plain", "label", "prose"]

_LONGEST_MARKED = 45
_LONGEST_PLAIN = 32
_LONGEST_QUESTION = 50
_LONGEST_LABEL = 20
#: "流程:" and "所需材料:" stand inside whatever section they come in.
_LONGEST_INNER_LABEL = 4
#: So many short lines in a row are a list, not headings of each other.
_LIST_OF_SHORT_LINES = 3
#: Headings without number, the outermost kind first: bare, bare right below a bare one, with a colon.
_UNNUMBERED = ("plain", "plain-inner", "table title", "label")

_QUESTION_END = ("？", "?")
_CLOSED = re.compile(r"[。；;，,、：:.…】！!]$")
_INNER_SENTENCE = re.compile(r"[。；！!](?!$)")
_LABEL_END = re.compile(r"\s*[:：]+\s*$")
_LABELLED_VALUE = re.compile(r"^.{1,40}?[:：]\s*\S")
# A line that ends in a colon with one of these introduces a list in a sentence and names no section.
_LEAD_WORD = re.compile(
    r"以下|如下|下列|下面|包括|包含|分为|分别|例如|比如|譬如|主要有|需要$|应当$|可以$|如$|为$|是$|有$|即$|需$|之一$|条件的$|办理$|提供$|根据|按照|符合"
)
# "非因本人意愿…的，包括以下情形": a numbered sentence that leads into a list.
_LEADING_SENTENCE = re.compile(r"[，,].*(?:以下|如下|下列|包括)")
_NOT_A_HEADING = re.compile(
    r"^(?:注|备注|附件?)\s*\d{0,2}\s*(?:[:：]|$)|(?<!\d)1[02]\d{3}(?!\d)|\d{7,}|^https?://|^\W|^[\d\s./:-]+$|^(?:答|解答)\s*[:：]|\d{4}年\d{1,2}月\d{1,2}日$|[=＝]|如下$"
)
_ASKED = re.compile(r"^问\s*[:：]\s*")
_BRACKETED = re.compile(r"^【(?P<label>[^【】]{2,24})】\s*[:：]?$|^「(?P<label2>[^」]{2,24})」$")
_HASHES = re.compile(r"^#{1,6}\s+")
_STARS = re.compile(r"^\*\*(?P<label>[^*]{2,40})\*\*\s*[:：]?$")
# What headings are about; a list of short lines ends where one of these stands over prose.
_TOPIC = re.compile(
    r"(?:情形|情况|方法|方式|条件|流程|步骤|材料|资料|事项|标准|规定|范围|对象|比例|时间|时限|期限|区别|原因|地点|依据|渠道|影响|问题"
    r"|意义|作用|类型|分类|政策|待遇|内容|要求|说明|解答|案例|分析|[吗呢么]?[？?])$"
)
_CONCLUDING = re.compile(
    r"^(?:温馨提示|友情提示|特别提示|注意事项|重要提示|总结|小结|结语|结论|综上|写在最后|常见问题|其他|补充)"
)
# "…如下:" followed without a break by the first heading.
_GLUED = re.compile(
    r"^(?P<lead>.{6,}?(?:如下|以下[^，。,:：]{0,10}|下面[^，。,:：]{0,8})\s*[:：])\s*(?P<heading>[^\s。，,；;:：、！!•]{4,30}[？?]?)$"
)
_GLUING = ("如下", "以下", "下面")
_GLUED_AFTER_SENTENCE = re.compile(
    r"^(?P<lead>.{12,}[。！!])\s*(?P<heading>[^\s。，,；;:：、！!？?]{3,24}(?:情形|情况|方法|方式|条件|流程|步骤|材料|事项|标准|规定|范围|对象|比例|时间|区别|原因|[吗呢么][？?]|[？?]))$"
)


class Heading(NamedTuple):
    """label: without number and trailing colon; level: 1 is the outermost."""

    label: str
    level: int


class Outline(NamedTuple):
    """headings by line; and for lines that are none but end sections, the outermost level that they end."""

    headings: dict[int, Heading]
    ends: dict[int, int]


@dataclass(slots=True)
class _Candidate:
    """A body line as this file sees it; `strict`: could well be a heading, judged by itself."""

    line: SourceLine
    mark: Marker | None
    shape: Shape
    label: str
    strict: bool
    heading: bool = False


@dataclass(slots=True)
class _Open:
    """A heading under which the next line may stand."""

    style: str
    line: int
    number: int | None = None
    indent: int = 0
    text: str = ""
    colon: bool = False
    answers_title: bool = False
    #: Styles of headings seen under this one or its earlier siblings.
    held: set[str] = field(default_factory=set)


def split_glued_heading(text: str, followed_by: str | None) -> tuple[str, str] | None:
    """(lead sentence, heading) of a line in which a scraper ran the two together; None for any other line."""
    if followed_by is None or len(text) > 400:
        return None
    # Without one of these words, the pattern would try every character in vain.
    leads = any(word in text for word in _GLUING)
    if leads and (match := _GLUED.match(text)) and not _LEAD_WORD.search(match["heading"]):
        return match["lead"], match["heading"]
    mark = marker(followed_by)
    if mark and mark.numbered and (mark.number == 1) and (match := _GLUED_AFTER_SENTENCE.match(text)):
        return match["lead"], match["heading"]
    return None


def find_headings(lines: Sequence[SourceLine], tables: Sequence[tuple[int, int]]) -> Outline:
    """The headings among the lines of a body; lines `start` to `end` of each table are its cells."""
    cells = {i for start, end in tables for i in range(start, end)}
    candidates = [None if i in cells else _candidate(line) for i, line in enumerate(lines)]
    _judge_marked(candidates)
    _judge_bullets(candidates)
    _judge_unmarked(candidates)
    return _outline(candidates)


def _candidate(line: SourceLine) -> _Candidate:
    text = line.text
    if hashes := _HASHES.match(text):
        text = text[hashes.end() :]
    if bracketed := _BRACKETED.match(text) or _STARS.match(text):
        label = next(group for group in bracketed.groups() if group)
        inner = marker(label)
        return _Candidate(
            line, inner, "marked" if inner else "plain", label[inner.end if inner else 0 :], True
        )
    mark = marker(text)
    rest = text[mark.end :] if mark else text
    label = _LABEL_END.sub("", _ASKED.sub("", rest))
    if mark and mark.style == "step":
        label = _LABEL_END.sub("", text)
    if mark is not None:
        return _Candidate(line, mark, "marked", label, bool(label) and _is_title(mark, rest, label))
    if label != rest:
        is_label = len(label) <= _LONGEST_LABEL and not re.search(r"[，,。；;：:]", label)
        is_label = is_label and not _LEAD_WORD.search(label) and not _NOT_A_HEADING.search(text)
        return _Candidate(line, None, "label" if is_label else "prose", label, is_label)
    plain = is_short_line(text)
    return _Candidate(line, None, "plain" if plain else "prose", label, plain)


def _is_title(mark: Marker, rest: str, label: str) -> bool:
    """Whether what follows a number could be a heading."""
    if mark.style in {QUESTION, "chapter", "section", "part", "subpart"}:
        return len(label) <= _LONGEST_QUESTION * 2
    if (
        len(label) > _LONGEST_MARKED
        or _INNER_SENTENCE.search(rest)
        or rest.endswith(("。", "；", ";", "！", "…", "，", ","))
    ):
        return False
    if _ASKED.match(rest):
        return True
    if _LEADING_SENTENCE.search(label):
        return False
    return not (_LABELLED_VALUE.match(rest) and rest[-1] not in ":：")


def is_short_line(text: str) -> bool:
    """Whether an unmarked line is short and ends like a heading or an item, not like a sentence."""
    longest = _LONGEST_QUESTION if text.endswith(_QUESTION_END) else _LONGEST_PLAIN
    return (
        len(text) <= longest
        and not _CLOSED.search(text)
        and not _INNER_SENTENCE.search(text)
        and not _LABELLED_VALUE.match(text)
        and not _NOT_A_HEADING.search(text)
    )


def _judge_marked(candidates: list[_Candidate | None]) -> None:
    """Numbered lines are headings when, run by run, something stands under most of them."""
    runs: list[list[int]] = []
    open_runs: dict[str, list[int]] = {}
    for i, candidate in enumerate(candidates):
        if candidate is None or candidate.mark is None or candidate.mark.style == BULLET:
            continue
        style, number = candidate.mark.style, candidate.mark.number
        for other in [s for s in open_runs if RANKS[s] > RANKS[style]]:
            del open_runs[other]
        run = open_runs.get(style)
        last = candidates[run[-1]] if run else None
        restarted = (
            last is not None
            and last.mark is not None
            and number is not None
            and last.mark.number is not None
            and number <= last.mark.number
            and not number == last.mark.number == 1
        )
        if run is None or restarted:
            run = []
            runs.append(run)
            open_runs[style] = run
        run.append(i)
    for run in runs:
        _judge_run(candidates, run)


def _judge_run(candidates: list[_Candidate | None], run: list[int]) -> None:
    members = [(i, c) for i in run if (c := candidates[i]) is not None]
    filled = [c.strict and _has_body(candidates, i) for i, c in members]
    # The last one of a list is followed by whatever comes after the list, so it proves nothing.
    proof = filled[:-1] or filled
    if sum(proof) * 2 < len(proof):
        return
    for (i, candidate), full in zip(members, filled, strict=True):
        candidate.heading = candidate.strict and (full or i + 1 < len(candidates))


def _has_body(candidates: list[_Candidate | None], i: int) -> bool:
    """Whether something stands under a numbered line, rather than its next sibling or a heading above it."""
    if i + 1 >= len(candidates):
        return False
    own, following = candidates[i], candidates[i + 1]
    if following is None or following.mark is None or own is None or own.mark is None:
        return True
    return RANKS[following.mark.style] > RANKS[own.mark.style] or (
        following.mark.style != own.mark.style and RANKS[following.mark.style] == RANKS[own.mark.style]
    )


def _judge_bullets(candidates: list[_Candidate | None]) -> None:
    """A short bullet over more deeply indented bullets is a heading."""
    for i, candidate in enumerate(candidates[:-1]):
        following = candidates[i + 1]
        if candidate is None or candidate.mark is None or candidate.mark.style != BULLET or following is None:
            continue
        if following.mark is None or following.mark.style != BULLET or not candidate.strict:
            continue
        deeper = following.line.indent > candidate.line.indent or (
            following.mark.glyph != candidate.mark.glyph
            and following.line.indent == candidate.line.indent
            and candidate.line.text.endswith((":", "："))
        )
        candidate.heading = (
            deeper and len(candidate.label) <= _LONGEST_LABEL and not _LEAD_WORD.search(candidate.label)
        )


def _judge_unmarked(candidates: list[_Candidate | None]) -> None:
    """Unnumbered short lines, taken run by run, because a list of short lines looks like headings."""
    i = 0
    while i < len(candidates):
        candidate = candidates[i]
        if candidate is None or candidate.mark is not None or not candidate.strict:
            i += 1
            continue
        end = i
        while (
            end < len(candidates)
            and (c := candidates[end]) is not None
            and c.mark is None
            and c.strict
            and c.shape == candidate.shape
        ):
            end += 1
        _judge_short_lines(candidates, i, end)
        i = end


def _judge_short_lines(candidates: list[_Candidate | None], start: int, end: int) -> None:
    """Lines `start` to `end` are short lines of one shape with nothing between them."""
    run = [c for c in candidates[start:end] if c is not None]
    at_end = end >= len(candidates)
    before = candidates[start - 1] if start else None
    introduced = before is not None and before.line.text.endswith((":", "："))
    following = None if at_end else candidates[end]
    if run[0].shape == "label":
        for candidate in run[:-1] if at_end else run:
            candidate.heading = True
    elif len(run) == 1:
        # "…: / 身份证 / 2、…": the last of a colon's content, before the list goes on.
        ends_list = introduced and following is not None and following.heading and _number(following) != 1
        run[0].heading = not at_end and not ends_list
    elif len(run) >= _LIST_OF_SHORT_LINES:
        run[0].heading = not introduced and _TOPIC.search(run[0].label) is not None
        run[-1].heading = (
            not at_end and not _is_heading(following) and _TOPIC.search(run[-1].label) is not None
        )
    else:
        run[0].heading = not introduced
        run[1].heading = not introduced and not at_end and not _is_heading(following)
    if start == 0 and len(run) < _LIST_OF_SHORT_LINES and not at_end:
        run[0].heading = True


def _number(candidate: _Candidate) -> int | None:
    return candidate.mark.number if candidate.mark else None


def _is_heading(candidate: _Candidate | None) -> bool:
    return candidate is not None and candidate.heading


class _Order:
    """Where numbered headings of each style stand, to look ahead in."""

    def __init__(self, candidates: list[_Candidate | None]) -> None:
        self._positions: dict[str, list[int]] = defaultdict(list)
        self._numbers: dict[int, int | None] = {}
        for i, candidate in enumerate(candidates):
            if candidate is not None and candidate.heading and candidate.mark and candidate.mark.numbered:
                self._positions[candidate.mark.style].append(i)
                self._numbers[i] = candidate.mark.number

    def next_number(self, style: str, after: int) -> tuple[bool, int | None]:
        """Whether another heading of the style follows before one of a style further out, and its number."""
        position = self._next(style, after)
        if position is None:
            return False, None
        outer = [
            p for s in self._positions if RANKS[s] < RANKS[style] and (p := self._next(s, after)) is not None
        ]
        if outer and min(outer) < position:
            return False, None
        return True, self._numbers[position]

    def _next(self, style: str, after: int) -> int | None:
        positions = self._positions[style]
        i = bisect_right(positions, after)
        return positions[i] if i < len(positions) else None


def _outline(candidates: list[_Candidate | None]) -> Outline:
    """Gives every heading its level by keeping the headings open at each point."""
    order = _Order(candidates)
    outline = Outline({}, {})
    path: list[_Open] = []
    for i, candidate in enumerate(candidates):
        if candidate is None:
            continue
        if not candidate.heading:
            before = len(path)
            previous = candidates[i - 1] if i else None
            mark = previous.mark if previous else None
            _close_for_line(path, candidate, mark is not None and mark.style == BULLET)
            if len(path) < before:
                outline.ends[i] = len(path) + 1
            continue
        if path and path[-1].answers_title:
            path.pop()
        opened = _place(path, candidates, order, i)
        opened.text, opened.colon = candidate.label, candidate.line.text.endswith((":", "："))
        opened.answers_title = i == 0 and candidate.mark is None and _answers_title(candidates)
        for outer in path:
            outer.held.add(opened.style)
        path.append(opened)
        outline.headings[i] = Heading(candidate.label, len(path))
    return outline


def _answers_title(candidates: list[_Candidate | None]) -> bool:
    """Whether the first line answers the title ("不会") rather than heading what follows.

    It does if prose follows, then a numbered list, and no other bare heading has a numbered list of its own:
    were the first line a heading, others of its kind would be too.
    """
    if len(candidates) < 2 or (following := candidates[1]) is None:
        return False
    if following.heading or following.mark is not None:
        return False
    bare = False
    first: Marker | None = None
    for candidate in candidates[2:]:
        if candidate is None or not candidate.heading:
            continue
        if candidate.mark is None:
            bare = bare or candidate.shape == "plain"
        elif first is None and candidate.mark.numbered:
            if bare:
                return False
            first = candidate.mark
        elif bare and first and (candidate.mark.style, candidate.mark.number) == (first.style, first.number):
            return False
    return first is not None or not bare


def _close_for_line(path: list[_Open], candidate: _Candidate, after_bullet: bool) -> None:
    """An item that is no heading ends its siblings' sections; text beside a bullet ends the bullet's."""
    mark, indent = candidate.mark, candidate.line.indent
    if (
        path
        and path[-1].style == "label"
        and after_bullet
        and mark is None
        and _LABELLED_VALUE.match(candidate.line.text)
    ):
        # "所需材料: • … • … 办理时间: 九点到五点": the value stands beside the label, not under it.
        path.pop()
        return
    for depth, opened in enumerate(path):
        bullet = opened.style == BULLET and (mark is None or mark.style == BULLET) and opened.indent >= indent
        sibling = (
            mark is not None and mark.numbered and opened.style == mark.style and opened.indent >= indent
        )
        if bullet or sibling:
            del path[depth:]
            return


def _place(path: list[_Open], candidates: list[_Candidate | None], order: _Order, i: int) -> _Open:
    """Closes what the heading at line `i` does not belong to."""
    candidate = candidates[i]
    assert candidate is not None  # noqa: S101 - only called for headings
    mark = candidate.mark
    if mark is None:
        return _place_unnumbered(path, candidates, order, i)
    if mark.numbered:
        return _place_numbered(path, mark, i, candidate.line.indent)
    for depth, opened in enumerate(path):
        if opened.style == mark.style and (mark.style != BULLET or opened.indent >= candidate.line.indent):
            del path[depth:]
            break
    return _Open(mark.style, i, None, candidate.line.indent)


def _place_numbered(path: list[_Open], mark: Marker, i: int, indent: int) -> _Open:
    """A number continues an open list of its style; a style further out by custom closes deeper ones."""
    opened_here = _Open(mark.style, i, mark.number, indent)
    for depth in range(len(path) - 1, -1, -1):
        opened = path[depth]
        continues = RANKS.get(opened.style) == RANKS[mark.style] and mark.number == (opened.number or 0) + 1
        if opened.style != mark.style and not continues:
            continue
        if indent > opened.indent + 1 and mark.number == 1 and opened.style == mark.style:
            return opened_here  # a list of the same style inside the item
        outer = [o for o in path[:depth] if o.style == mark.style]
        if indent < opened.indent and outer:
            continue
        opened_here.held = opened.held
        del path[depth:]
        return opened_here
    for depth, opened in enumerate(path):
        if RANKS.get(opened.style, -1) > RANKS[mark.style]:
            del path[depth:]
            break
    return opened_here


def _place_unnumbered(path: list[_Open], candidates: list[_Candidate | None], order: _Order, i: int) -> _Open:
    """A heading without number stands inside the numbered one before it if that one's numbering goes on."""
    candidate, following = candidates[i], candidates[i + 1] if i + 1 < len(candidates) else None
    assert candidate is not None  # noqa: S101 - only called for headings
    while path and path[-1].style in {BULLET, QUESTION}:
        path.pop()
    kind = _kind(candidate)
    has_inner = (
        _is_heading(following)
        and following is not None
        and (following.mark, following.shape)
        == (
            None,
            candidate.shape,
        )
    )
    over_table = following is None and i + 1 < len(candidates)
    if over_table and path and path[-1].style == "plain" and path[-1].text in candidate.label:
        return _Open("table title", i)  # "抚恤金" over "抚恤金月数表"
    base = 0
    for depth in range(len(path) - 1, -1, -1):
        if path[depth].style in RANKS:
            if _stays_open(path, depth, candidate, order, i):
                base = depth + 1
                break
            del path[depth:]
    inner = path[base:]
    directly_under = bool(inner) and inner[-1].style == "plain" and inner[-1].line == i - 1
    if kind == "plain" and not has_inner and (directly_under or any(o.style == "plain-inner" for o in inner)):
        kind = "plain-inner"
    for depth in range(base, len(path)):
        if _UNNUMBERED.index(path[depth].style) >= _UNNUMBERED.index(kind):
            del path[depth:]
            break
    return _Open(kind, i)


def _kind(candidate: _Candidate) -> str:
    return "label" if candidate.shape == "label" else "plain"


def _stays_open(path: list[_Open], depth: int, candidate: _Candidate, order: _Order, i: int) -> bool:
    """Whether an unnumbered heading at line `i` belongs to the numbered heading at that depth of the path."""
    opened, kind = path[depth], _kind(candidate)
    if opened.line == i - 1:
        return True
    follows, number = order.next_number(opened.style, i)
    if follows and number is not None and opened.number is not None:
        if number == opened.number + 1:
            return True
        if number <= opened.number and not number == opened.number == 1:
            return False
    if any(o.style == kind for o in path[depth + 1 :]) and not follows:
        return not _CONCLUDING.match(candidate.label)
    if kind in opened.held:
        return follows or not _CONCLUDING.match(candidate.label)
    if kind == "label":
        # Once the numbers have ended, a label of more than a word ("流程:") continues them without number.
        beside = opened.colon and len(candidate.label) > _LONGEST_INNER_LABEL
        return follows or not (beside or _CONCLUDING.match(candidate.label))
    return False
