"""What a build was made of: its files, and which of its articles and rows are whose."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from .store import Span

#: In the build's folder.
FILES = "files.json"


class ContentsWriter:
    """Notes the files of a build, in order."""

    def __init__(self, path: Path, version: str) -> None:
        self._path, self._version = path, version
        self._files: list[tuple[str, str, int, int, dict[str, Any]]] = []

    def add(self, name: str, content_hash: str, articles: int, rows: int, report: dict[str, Any]) -> None:
        """Note a file; with no hash, one that is to be read anew the next time."""
        self._files.append((name, content_hash, articles, rows, report))

    def finish(self) -> None:
        self._path.write_bytes(orjson.dumps({"version": self._version, "files": self._files}))


class Source(NamedTuple):
    """A file of a build, and what it has added to the report."""

    name: str
    content_hash: str
    span: Span
    report: dict[str, Any]


class Contents(NamedTuple):
    """The files of a build, in order; `version` is that of the code which has read them."""

    version: str
    sources: list[Source]

    @classmethod
    def read(cls, folder: Path) -> "Contents":
        """Raises OSError, ValueError or KeyError where the file is missing or damaged."""
        content = orjson.loads((folder / FILES).read_bytes())
        return cls(content["version"], list(_sources(content["files"])))


def _sources(files: list[tuple[str, str, int, int, dict[str, Any]]]) -> Iterator[Source]:
    row = article = 0
    for name, content_hash, articles, rows, report in files:
        span = Span(row, row + rows, article, article + articles)
        row, article = span.last_row, span.last_article
        yield Source(name, content_hash, span, report)
