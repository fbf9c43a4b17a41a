"""Bytes of a scraped file as text: encodings detected, binary files refused."""

import codecs
import re

from .errors import BadInputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = {
    b"PK\x03\x04": "a zip archive or Office document",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"Rar!": "an archive",
    b"7z\xbc\xaf": "an archive",
    b"SQLite format 3": "a database",
}
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
#: A file of which so much cannot be decoded is not text.
_MOST_UNREADABLE = 0.01
#: Everyday characters; a wrong reading as GB18030 or Big5 is made of rare ones.
_COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家"
    "种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机"
    "十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加"
    "医保社险费参缴待遇人員個會時國為這來對後過發現當沒動還進們醫費繳險餘"
)


def decode(data: bytes) -> str:
    """Text of a file: by its byte order mark, as UTF-8, as it declares itself, as GB18030 or as Big5.

    A few characters that cannot be read, as at the end of a truncated file, become U+FFFD. Raises
    BadInputError for a binary file or one that is no text in any of these encodings.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(data.decode(encoding, "replace"))
    for magic, kind in _BINARY.items():
        if data.startswith(magic):
            raise BadInputError(f"is {kind}, not text; extract its text first")
    try:
        return _checked(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    readings = [text for encoding in _candidates(data) if (text := _try(data, encoding)) is not None]
    if not readings:
        raise BadInputError("is neither UTF-8, GB18030 nor Big5 text; save it as UTF-8")
    return _checked(max(readings, key=_plausibility))


def _checked(text: str) -> str:
    if text.count("\0") > _MOST_UNREADABLE * len(text):
        raise BadInputError("is a binary file (it holds NUL bytes), not text")
    return text


def _candidates(data: bytes) -> list[str]:
    declared = _DECLARED.search(data, 0, 4096)
    named = [declared[1].decode("ascii")] if declared else []
    return ["utf-8", *named, "gb18030", "big5hkscs"]


def _try(data: bytes, encoding: str) -> str | None:
    """The text, with U+FFFD for what is unreadable; None where that is too much of it."""
    try:
        text = data.decode(encoding, "replace")
    except (UnicodeError, LookupError):  # a page may declare any word as its encoding
        return None
    return text if text.count("\ufffd") <= _MOST_UNREADABLE * len(text) + 1 else None


def _plausibility(text: str) -> float:
    sample = [c for c in text[:20_000] if c >= "\u3400"]
    return sum(c in _COMMON for c in sample) / len(sample) if sample else 0.0
