"""Which reader takes a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from .article import Article, RawFile
from .decoding import decode
from .errors import BadInputError
from .scraped import read_scraped

SUFFIXES = (".txt",)


@dataclass(frozen=True, slots=True)
class FieldMapping:
    title: tuple[str, ...] = ("title",)


class Reader(Protocol):
    def __call__(self, name: str, text: str) -> Iterator[Article]: ...


def is_readable_name(name: str) -> bool:
    return name.lower().endswith(SUFFIXES)


def read(raw: RawFile, mapping: FieldMapping | None = None) -> Iterator[Article]:
    text = decode(raw.data)
    if not text.strip():
        raise BadInputError("is empty")
    yield read_scraped(raw.name, text)
