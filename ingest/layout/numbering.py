"""Numbers, bullets and other marks that a line can begin with: 一、 （一） 1. 1、 ① 第一章 • 问:"""

import re
from functools import lru_cache
from typing import NamedTuple

BULLET = "bullet"
QUESTION = "question"

#: How far out a kind of numbering stands by custom: a lower rank contains the higher ones.
RANKS = {
    "part": 0,
    "subpart": 1,
    "chapter": 2,
    "section": 3,
    "hanzi": 4,  # 一、
    "hanzi-bracket": 5,  # （一）
    "step": 6,  # 第一步 方法一
    "point": 6,  # 1.
    "comma": 6,  # 1、
    "keycap": 6,
    "decimal": 7,  # 1.1
    "bracket": 8,  # （1）
    "half-bracket": 8,  # 1)
    "circle": 9,  # ①
    "letter": 9,
    QUESTION: 10,
    BULLET: 11,
}

_HANZI = "一二三四五六七八九十百零〇两"
_UNITS = {"编": "part", "部分": "part", "分编": "subpart", "章": "chapter", "节": "section"}
_PATTERN = re.compile(
    rf"""
    第\s?(?P<unit_number>[{_HANZI}\d]{{1,6}})\s?(?P<unit>分编|部分|[编章节])(?=[\s、:：.]|$|[^的中里内])[\s、:：.]*
    | (?P<step>
        第[{_HANZI}\d]{{1,3}}步
        | (?:步骤|方法|方式|情形|情况|途径|渠道|类型|案例|问题)[{_HANZI}\d]{{1,2}}(?=[、:：.\s])
      )[、:：.\s]*
    | (?P<hanzi>[一二三四五六七八九十]{{1,3}})\s?[、.．]\s*
    | [(（]\s?(?P<hanzi_bracket>[一二三四五六七八九十]{{1,3}})\s?[)）][、.．]?\s*
    | (?P<decimal>\d{{1,2}}(?:[.．]\d{{1,2}}){{1,3}})[.、]?\s+(?=\D)
    | (?P<point>\d{{1,2}})\s?[.．](?!\d)\s*
    | (?P<comma>\d{{1,2}})\s?[、](?!\d)\s*
    | (?P<keycap>\d)\ufe0f?\u20e3\s*
    | [(（]\s?(?P<bracket>\d{{1,2}})\s?[)）][、.．]?\s*
    | (?P<half_bracket>\d{{1,2}})\s?[)）]\s*
    | (?P<circle>[\u2460-\u2473\u2474-\u2487\u2776-\u277f\u3220-\u3229])[、.]?\s*
    | (?P<letter>[A-Za-z])[.、)）](?=\s*[\u4e00-\u9fff])\s*
    | (?P<question>(?:问题?|Q)\d{{0,3}}\s*[:：])\s*(?=\S)
    | (?P<bullet>
        [•·●◦○■□◆◇▪▫‣⁃∙➢➤►▶▷★☆✓✔✦❖]
        | [\uf06c\uf06e\uf075\uf09f\uf0a7\uf0b7\uf0d8\uf0fc]  # bullets of word processors' symbol fonts
        | [*](?=\s) | [-–—](?![\d-])
      )\s*
    """,
    re.VERBOSE,
)
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}


class Marker(NamedTuple):
    """What a line begins with.

    style   a key of `RANKS`
    number  its value, None where it has none
    end     offset at which the text after it begins
    glyph   the mark itself, which tells one bullet from another
    """

    style: str
    number: int | None
    end: int
    glyph: str

    @property
    def numbered(self) -> bool:
        return self.style not in {BULLET, QUESTION}


# Each stage of reading an article looks at the same lines again.
@lru_cache(maxsize=1024)
def marker(text: str) -> Marker | None:
    """The mark at the beginning of a stripped line, or None."""
    match = _PATTERN.match(text)
    if match is None:
        return None
    name = match.lastgroup or ""
    glyph = match.group().strip()
    if name == "unit":
        return Marker(_UNITS[match["unit"]], hanzi_number(match["unit_number"]), match.end(), glyph)
    style = name.replace("_", "-")
    return Marker(style, _value(style, match[name]), match.end(), glyph)


def hanzi_number(text: str) -> int | None:
    """The value of a Chinese or Arabic whole number below 10,000 ("一百零二" and "102" are 102)."""
    if text.isdecimal():
        return int(text)
    total = digit = 0
    for character in text.replace("〇", "零").replace("两", "二"):
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[character]
            digit = 0
        else:
            return None
    return total + digit


def _value(style: str, text: str) -> int | None:
    if style in {BULLET, QUESTION, "letter"}:
        return None
    if style == "circle":
        code = ord(text)
        starts = (0x2460, 0x2474, 0x2776, 0x3220)
        return next(code - start + 1 for start in reversed(starts) if code >= start)
    if style == "decimal":
        return int(re.split("[.．]", text)[-1])
    found = re.search(rf"[{_HANZI}]+|\d+", text)
    return hanzi_number(found.group()) if found else None
