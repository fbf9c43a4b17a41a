"""What worker processes do for a build: read files, and make of their passages all that needs no other file.

The processes are forked from one that has imported this file, so that they share its dictionaries and model.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import orjson

from ingest.corpus import DIED, IngestedFile, SourceFile, ingest_file
from ingest.field_mapping import FieldMapping
from ingest.passage import Passage

from .parsed_file import ParsedFile
from .parts import make_parts
from .tokens import TokenEmbedder

#: Half of a character, as `repr` writes it.
_HALF = re.compile(r"'?\\ud[89a-f][0-9a-f]{2}'?")


class Task(NamedTuple):
    """A file to prepare; `content` is what a rebuild before has read of it, if that is kept."""

    source: SourceFile
    content_hash: str
    content: bytes | None


class PreparedFile(NamedTuple):
    """What became of a file.

    content   its `ParsedFile`, as JSON
    fresh     whether it was read anew
    failed    whether it could not be used
    passages  their number
    """

    name: str
    content_hash: str
    content: bytes
    fresh: bool
    failed: bool
    passages: int


class Prepared(NamedTuple):
    """What became of some files, in order of name, and the `Parts` of all their passages as bytes."""

    files: list[PreparedFile]
    parts: bytes


class ReadFile(NamedTuple):
    """A file between reading and preparing."""

    name: str
    content_hash: str
    content: bytes
    fresh: bool
    failed: bool
    passages: list[Passage]

    @classmethod
    def of_kept(cls, name: str, content_hash: str, content: bytes) -> "ReadFile":
        return cls(name, content_hash, content, False, False, ParsedFile.from_json(content).passages())

    @classmethod
    def of_read(cls, done: IngestedFile) -> "ReadFile":
        try:
            parsed, passages = ParsedFile.of(done)
            content = parsed.to_json()
        except orjson.JSONEncodeError:
            found = _HALF.search(repr(done.articles))
            reason = (
                f"holds half of a character ({found.group() if found else 'somewhere'}), which is no text"
            )
            return cls.of_read(IngestedFile(done.name, done.content_hash, failure=reason))
        return cls(done.name, done.content_hash, content, True, done.failure is not None, passages)


def prepare(files: Sequence[ReadFile], embedder: TokenEmbedder | None) -> Prepared:
    """Make the parts of some files that have been read."""
    parts = make_parts([passage for file in files for passage in file.passages], embedder)
    return Prepared([PreparedFile(*file[:-1], len(file.passages)) for file in files], parts.to_bytes())


def prepare_tasks(
    tasks: list[Task], mapping: FieldMapping | None, embedder: TokenEmbedder | None
) -> list[Prepared]:
    """Read and prepare files, all together."""
    return [prepare([_read(task, mapping) for task in tasks], embedder)]


def prepare_task(task: Task, mapping: FieldMapping | None, embedder: TokenEmbedder | None) -> Prepared:
    """Read and prepare one file."""
    return prepare_tasks([task], mapping, embedder)[0]


def prepare_lost(task: Task) -> Prepared:
    """What becomes of a file whose reader has died."""
    return prepare([ReadFile.of_read(IngestedFile(task.source.name, "", failure=DIED))], None)


def _read(task: Task, mapping: FieldMapping | None) -> ReadFile:
    if task.content is not None:
        return ReadFile.of_kept(task.source.name, task.content_hash, task.content)
    return ReadFile.of_read(ingest_file(task.source, mapping))
