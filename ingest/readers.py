"""Which reader takes a file: by its name, and by its content where the name says too little."""

import json
import re
import zlib
from collections.abc import Iterator
from typing import Protocol

from .article import Article, RawFile
from .decoding import decode
from .errors import BadInputError
from .field_mapping import FieldMapping
from .html.page import read_html
from .markdown import read_markdown
from .records import read_csv, read_jsonl
from .scraped import read_scraped

#: A gzip file that unpacks to more is an attack or a mistake.
MAX_BYTES = 256 * 1024 * 1024
#: What a page may begin with, after comments and an XML declaration.
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--(?:(?!-->).){0,2000}-->\s*){0,20}"
    r"<(?:!doctype html|html|head|body|meta|title|div|article|section|table|p|h1)\b",
    re.IGNORECASE | re.DOTALL,
)
_GZIP = b"\x1f\x8b"


class Reader(Protocol):
    """Turns the text of a file into its articles. `name` is the file's path inside the corpus."""

    def __call__(self, name: str, text: str, mapping: FieldMapping) -> Iterator[Article]: ...


def _scraped(name: str, text: str, mapping: FieldMapping) -> Iterator[Article]:
    """Scrapers also call pages and records ".txt"."""
    if _holds_records(text):
        yield from read_jsonl(name, text, mapping)
    else:
        yield read_html(name, text) if _HTML.match(text) else read_scraped(name, text)


def _holds_records(text: str) -> bool:
    """Whether the first line that holds anything is an object of JSON."""
    opening = text.lstrip()
    if not opening.startswith('{"'):
        return False
    try:
        return isinstance(json.loads(opening.partition("\n")[0]), dict)
    except (ValueError, RecursionError):
        return False


def _html(name: str, text: str, mapping: FieldMapping) -> Iterator[Article]:
    del mapping
    yield read_html(name, text)


def _markdown(name: str, text: str, mapping: FieldMapping) -> Iterator[Article]:
    del mapping
    yield read_markdown(name, text)


READERS: dict[str, Reader] = {
    ".txt": _scraped,
    ".html": _html,
    ".htm": _html,
    ".shtml": _html,
    ".xhtml": _html,
    ".md": _markdown,
    ".markdown": _markdown,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".csv": read_csv,
    ".tsv": read_csv,
}


def is_readable_name(name: str) -> bool:
    """Whether there is a reader for files of that name, packed or not."""
    return _suffix(name) in READERS


def _suffix(name: str) -> str:
    plain = name.lower().removesuffix(".gz")
    return plain[plain.rfind(".") :] if "." in plain else ""


def read(raw: RawFile, mapping: FieldMapping | None = None) -> Iterator[Article]:
    """The articles of a file. Raises BadInputError saying why a file cannot be used."""
    reader = READERS.get(_suffix(raw.name))
    if reader is None:
        raise BadInputError(f"has no reader; known are {', '.join(READERS)}")
    # A packed file may have lost its ".gz" on the way.
    packed = raw.name.lower().endswith(".gz") or raw.data.startswith(_GZIP)
    data = _unpack(raw.data) if packed else raw.data
    text = decode(data)
    if not text.strip():
        raise BadInputError("is empty")
    found = False
    for article in reader(raw.name, text, mapping or FieldMapping()):
        found = True
        yield article
    if not found:
        raise BadInputError("holds no article")


def _unpack(data: bytes) -> bytes:
    """The content of a gzip file of one or more members. Nothing is unpacked beyond `MAX_BYTES`."""
    parts: list[bytes] = []
    size = 0
    while data:
        unpacker = zlib.decompressobj(wbits=31)
        try:
            parts.append(unpacker.decompress(data, MAX_BYTES + 1 - size))
        except zlib.error as error:
            raise BadInputError(f"is no readable gzip file: {error}") from None
        size += len(parts[-1])
        if size > MAX_BYTES:
            raise BadInputError(f"unpacks to more than {MAX_BYTES // 1024 // 1024} MB; split it")
        if not unpacker.eof:
            raise BadInputError("is a gzip file that ends too early; copy it again")
        # Zeros after the last member are padding.
        data = unpacker.unused_data.lstrip(b"\0")
    return b"".join(parts)
