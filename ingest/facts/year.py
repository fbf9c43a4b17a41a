"""The year that content applies to, which is not the day it was published."""

import re
from collections.abc import Sequence

_YEAR = r"(?<![\d第.－–—到至从自-])(?P<year>20[0-4]\d)"
#: Of two joined years, "2024-2025年度", the later is the one people ask for.
_SPAN = r"(?:\s?年?度?\s?[-－–—至~～/]\s?(?P<last>20[0-4]\d))?"
#: A day ("2025年3月1日"), or a border ("2014年前", "自2024年起"), is an event, not a year of content.
_NO_EVENT = (
    r"(?!\s?年?度?\s?\d|\s?年\s?[一二三四五六七八九十\d]{1,2}\s?月|\s?年?\s?[以之]?[前后]|\s?年?\s?以来"
    r"|\s?年?底|\s?年?末|\s?年?初|\s?年?起|\s?年?[以之]内|\s?年?出生|\s?年?生人|\s?年?毕业|\s?年?退役|\s?年?修[订正]|\s?年?印发"
    r"|\s?年?出台|\s?年?发布|\s?年?成立|\s?年?启动|[-/.]\d|\s?[〕\]】﹞]|[)）]\s?第?\d|\s?[元个人名次万亿%％号余多])"
)
#: In a title or heading a year needs nothing beside it: "2025海南医保政策变动", "（2025年11月版）".
_IN_TITLE = re.compile(rf"{_YEAR}(?:\s?年\s?\d{{1,2}}\s?月版|{_SPAN}{_NO_EVENT})")
#: In running text it needs what it is the year of: "2025年度", "2025年个人缴费标准", "2024年最新政策".
_IN_TEXT = re.compile(
    rf"{_YEAR}{_SPAN}{_NO_EVENT}\s?(?:年度|年[^，。；,;\n]{{0,16}}?"
    r"(?:标准|基数|比例|费率|缴费|缴纳|参保|政策|待遇|限额|上限|下限|工资|养老金|基础金|津贴|报销|起付线|医保|社保"
    r"|补助|补贴|收费|价格|目录))"
)
#: What a sentence says in its opening holds for the whole.
_OPENING = 40


def content_year(title: str, heading_path: Sequence[str], text: str) -> int | None:
    """The year of a passage's content; None if nothing says.

    The text's own opening decides, then the headings from the innermost, then the title, then the text where
    it speaks of a single year.
    """
    stated = _years(_IN_TEXT, text)
    opening = _years(_IN_TEXT, text[:_OPENING])
    if len(stated) == 1 and opening == stated:
        return stated[0]
    for spoken in (*reversed(heading_path), title):
        years = _years(_IN_TITLE, spoken)
        if len(years) == 1:
            return years[0]
    if opening:
        return opening[0]
    return stated[0] if len(stated) == 1 else None


def _years(pattern: re.Pattern[str], text: str) -> list[int]:
    """Distinct years, in the order of the text."""
    if "20" not in text:  # told ten times faster than by the pattern
        return []
    return list(dict.fromkeys(int(m["last"] or m["year"]) for m in pattern.finditer(text)))
