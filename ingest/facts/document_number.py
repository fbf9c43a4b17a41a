"""文号: the number that an authority gives a document, as 穗医保规字〔2024〕1号, 某市人民政府令第179号."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

_HAN = "\u4e00-\u9fff"
_OPEN, _CLOSE = "〔[(（【﹝［〖", "〕])）】﹞］〗"
_NUMBER = re.compile(
    rf"(?P<issuer>[{_HAN}]{{2,12}})\s?[{re.escape(_OPEN)}]\s?(?P<year>(?:19|20)\d{{2}})\s?年?\s?"
    rf"[{re.escape(_CLOSE)}]\s?第?\s?(?P<serial>\d{{1,5}})\s?号"
)
_ORDER = re.compile(rf"(?P<issuer>[{_HAN}]{{2,20}}?令)\s?[（(]?\s?第\s?(?P<serial>\d{{1,4}})\s?号\s?[）)]?")
#: Words before an issuer's characters that a number in running text has swallowed.
_BEFORE_ISSUER = re.compile(
    r"^.*(?:按照|依据|根据|依照|按|据|及|和|与|见|以|原|印发|的通知|文号|字号|办法|意见|规定)(?=.{2})"
)
_LABEL = re.compile(r"^[\s\u3000]*(?:发文字号|发文号|文件编号|文\s*号|字\s*号)\s*[:：]\s*")
#: The number stands at the head of a document, alone on a line; one inside a sentence is a citation.
_HEAD_LINES = 8
_BRACKETS = " \t\u3000" + _OPEN + _CLOSE


class Citation(NamedTuple):
    """A document number, in canonical form, written at `text[start:end]`."""

    number: str
    start: int
    end: int


def canonical(number: str) -> str | None:
    """The first document number of a field, in the brackets 〔〕; None if it holds none."""
    found = next(find(number), None)
    if found:
        return found.number
    order = _ORDER.search(unicodedata.normalize("NFKC", number))
    return _write_order(order) if order else None


def find(text: str) -> Iterator[Citation]:
    """Document numbers that `text` names, its own and others'."""
    for match in _NUMBER.finditer(text):
        issuer = _BEFORE_ISSUER.sub("", match["issuer"])
        start = match.start() + len(match["issuer"]) - len(issuer)
        yield Citation(f"{issuer}〔{match['year']}〕{int(match['serial'])}号", start, match.end())


def own_document_number(title: str, text: str) -> str | None:
    """The number of the document itself: at its title's end, labelled, or alone on a line near its head.

    Numbers inside sentences are those of other documents, cited or repealed.
    """
    closed = title.rstrip(_BRACKETS)
    for cited in find(title):
        if cited.end >= len(closed) and not title[: cited.start].rstrip(_BRACKETS).endswith("》"):
            return cited.number
    head = [line for line in text.splitlines() if line.strip()][:_HEAD_LINES]
    for line in head:
        label = _LABEL.match(line)
        alone = (line[label.end() :] if label else line).strip(_BRACKETS)
        match = _NUMBER.fullmatch(alone)
        if match or (label and (match := _NUMBER.match(alone))):
            return f"{match['issuer']}〔{match['year']}〕{int(match['serial'])}号"
        if order := _ORDER.fullmatch(line.strip()):
            return _write_order(order)
    return None


def _write_order(match: re.Match[str]) -> str:
    return f"{match['issuer']}第{int(match['serial'])}号"
