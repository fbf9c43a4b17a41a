"""Laws and regulations: articles (第…条) as units, under the path of their parts, chapters and sections."""

import re
from collections.abc import Sequence
from itertools import pairwise

from .numbering import hanzi_number, marker

#: The number at the head of an article, not a mention of one ("第十四条规定…").
ARTICLE_HEAD = re.compile(
    r"^第\s?([一二三四五六七八九十百千零〇两\d]{1,8})\s?条(?:之[一二三四五六七八九十]{1,2})?(?=[\s\u3000:：、.【（(]|$|[^\s规的第和及至、，,款项])"
)
_CONTENTS = re.compile(r"^目\s*(?:录|次)$")
_DIVISIONS = {"part": 1, "subpart": 2, "chapter": 3, "section": 4}
_SUPPLEMENT = re.compile(r"^(?:附\s*则|附\s*件|附\s*录|序\s*言|总\s*则)$")
#: Fewer numbered articles than this are quotations in an ordinary text.
_FEWEST_ARTICLES = 3


def article_number(text: str) -> int | None:
    """The number of the article (条) that begins with this line or block; None if none does."""
    match = ARTICLE_HEAD.match(text)
    return hanzi_number(match[1]) if match else None


def is_statute(lines: Sequence[str]) -> bool:
    """Whether a text is made of articles: at least three, most of their numbers rising."""
    numbers = [n for text in lines if (n := article_number(text)) is not None]
    rising = sum(b > a for a, b in pairwise(numbers))
    return len(numbers) >= _FEWEST_ARTICLES and rising * 2 >= len(numbers) - 1


def division_level(text: str) -> int | None:
    """1 to 4 for the heading of a part (编), subpart (分编), chapter (章) or section (节); None for others.

    A chapter's heading is kept whole in paths ("第二章 基本医疗保险"): its number is how people refer to it.
    """
    if len(text) > 40 or text.endswith(("。", "；", ";", "，")):
        return None
    if _SUPPLEMENT.match(text):
        return _DIVISIONS["chapter"]
    mark = marker(text)
    return _DIVISIONS.get(mark.style) if mark else None


def contents_span(lines: Sequence[str]) -> tuple[int, int] | None:
    """The lines of the table of contents: "目录" and the headings below it, up to where the first recurs."""
    start = next((i for i, text in enumerate(lines) if _CONTENTS.match(text)), None)
    if start is None:
        return None
    end = start + 1
    while (
        end < len(lines)
        and (division_level(lines[end]) is not None)
        and lines[end] not in lines[start + 1 : end]
    ):
        end += 1
    # Spaces inside headings differ between contents and text; there the first heading simply comes again.
    first = re.sub(r"\s", "", lines[start + 1]) if end > start + 1 else ""
    recurs = next((i for i in range(start + 2, end) if re.sub(r"\s", "", lines[i]) == first), end)
    return start, recurs
