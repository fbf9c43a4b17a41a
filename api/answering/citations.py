"""Citations in what a model writes: put into one form, held against the passages, also while it is still writing."""

import re
from typing import NamedTuple

_BETWEEN = re.compile(r"[,，、;；\s]+")
_RANGE = re.compile(r"\d[-–—~～]\d")
_WITHIN = r"\d\s,，、;；\-–—~～^段落材料资来源第"
#: [1], [1, 2], [1-3], 【1】, ［材料1］, [^1]: as models write them, whatever they were asked to write.
#: Four digits are a year, as in 国发[2019]5号.
_MARK = re.compile(rf"([ \t]*)[\[【［](?=[^\]】］]*\d)(?![^\]】］]*\d{{4}})([{_WITHIN}]{{1,40}})[\]】］]")
#: The end of a text that may still become one, with the spaces before it.
_BEGUN = re.compile(rf"[ \t]*(?:[\[【［][{_WITHIN}]{{0,40}})?$")


class Checked(NamedTuple):
    """A text that cites only what exists: `cited` and `unknown` numbers, each once, in the order of the text."""

    text: str
    cited: list[int]
    unknown: list[int]


def check(text: str, count: int) -> Checked:
    """Leave only citations of passages 1 to `count`, written [1][2]; `unknown` are those that were removed."""
    unknown: list[int] = []
    while True:
        citations = Citations(count)
        text = citations.feed(text) + citations.finish()
        unknown += citations.unknown
        # What stood around a removed one may now read as another: [[9]9].
        if not citations.unknown:
            return Checked(text, citations.cited, list(dict.fromkeys(unknown)))


class Citations:
    """Reads a text piece by piece, and removes citations of what is not among passages 1 to `count`.

    cited    numbers of passages in the order in which they were first cited
    unknown  numbers that were cited and do not exist, likewise
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._held = ""
        self.cited: list[int] = []
        self.unknown: list[int] = []

    def feed(self, piece: str) -> str:
        """The part of the text that is certain now; a citation that has only begun is held back."""
        text = self._held + piece
        begun = _BEGUN.search(text)
        certain = begun.start() if begun else len(text)
        self._held = text[certain:]
        return _MARK.sub(self._checked, text[:certain])

    def finish(self) -> str:
        """What was still held back."""
        rest, self._held = self._held, ""
        return _MARK.sub(self._checked, rest)

    def _checked(self, mark: re.Match[str]) -> str:
        numbers = _numbers(mark[2], self._count)
        known = [number for number in numbers if 1 <= number <= self._count]
        for number in numbers:
            seen = self.cited if number in known else self.unknown
            if number not in seen:
                seen.append(number)
        return mark[1] + "".join(f"[{number}]" for number in known) if known else ""


def _numbers(inside: str, count: int) -> list[int]:
    """The numbers of a citation, each once. A range of passages that exist stands for all of them."""
    numbers: list[int] = []
    for part in _BETWEEN.split(re.sub(r"\s*([-–—~～])\s*", r"\1", inside)):
        ends = [int(number) for number in re.findall(r"\d{1,3}", part)]
        if _RANGE.search(part) and 1 <= ends[0] <= ends[1] <= count:
            numbers += range(ends[0], ends[1] + 1)
        else:
            numbers += ends
    return list(dict.fromkeys(numbers))
