"""Figures of an answer that stand in none of the passages: amounts, shares and times a model may have made up."""

import re
import unicodedata
from collections.abc import Iterable

from ingest.layout.numbering import hanzi_number

_HAN = "零〇一二两三四五六七八九十百千"
#: A number with its unit; one without counts paragraphs or passages.
_FIGURE = re.compile(
    rf"(?<![\d.])(\d+(?:\.\d+)?|[{_HAN}]+)(万?)(?=\s*(?:元|块|%|年|个?月|日|号|天|周岁|岁|周|倍|次|小时))"
)
_NUMBER = re.compile(rf"(\d+(?:\.\d+)?|[{_HAN}]+)(万?)([{_HAN}]*)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def unfounded_figures(answer: str, grounds: Iterable[str]) -> list[str]:
    """The figures of `answer`, as written there, whose value no text of `grounds` holds, each once, in order.

    386 and 三百八十六, 1.2万 and 12000, ７０% and 百分之七十 are the same value.
    """
    known = {value for text in grounds for value in _values(text)}
    answer = _plain(answer)
    found = [match for match in _FIGURE.finditer(answer) if _value(match[1], match[2]) not in known]
    return list(dict.fromkeys(match[0] for match in found))


def _values(text: str) -> Iterable[float]:
    for number, ten_thousand, rest in _NUMBER.findall(_plain(text)):
        value = _value(number, ten_thousand)
        yield value
        if ten_thousand and rest:
            yield value + (hanzi_number(rest) or 0)


def _value(number: str, ten_thousand: str) -> float:
    digits = float(number) if number[0].isdigit() else float(hanzi_number(number) or 0)
    return digits * (10_000 if ten_thousand else 1)


def _plain(text: str) -> str:
    return _THOUSANDS.sub("", unicodedata.normalize("NFKC", text))
