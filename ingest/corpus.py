"""Walk corpus folders and turn every file into articles and passages, on all cores, one file at a time in memory."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from .article import Article, RawFile
from .errors import NotFoundError, YibaoError
from .metadata import enrich
from .passage import Passage
from .readers import FieldMapping, is_readable_name, read
from .splitting import split

#: Starting worker processes costs about a second, which fewer files do not repay.
_POOL_FROM_FILES = 200
_FILES_PER_TASK = 16


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a corpus: its name inside it, with forward slashes, and where it lies."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class IngestedFile:
    """What became of a file: its articles with their passages, or why there are none."""

    name: str
    content_hash: str
    articles: tuple[tuple[Article, tuple[Passage, ...]], ...] = ()
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """Files found, in order of name, and what was passed over: name → reason."""

    files: tuple[SourceFile, ...]
    skipped: dict[str, str] = field(default_factory=dict)


def scan(folders: Sequence[Path]) -> Scan:
    """Find the files of the corpus folders. Raises NotFoundError for a folder that does not exist.

    Hidden files are not looked at. Links that lead out of the folder, or round in a circle, are passed over and
    reported. Two folders that hold the same name keep both: the later one's carries its folder's place, "name#2".
    """
    files: dict[str, SourceFile] = {}
    skipped: dict[str, str] = {}
    for number, folder in enumerate(folders, 1):
        if not folder.exists():
            raise NotFoundError(f"the corpus folder {folder} does not exist; name one with --corpus DIR")
        if not folder.is_dir():
            raise NotFoundError(f"{folder} is not a folder; --corpus takes the folder that holds the articles")
        if not os.access(folder, os.R_OK | os.X_OK):
            raise NotFoundError(f"the corpus folder {folder} may not be read; check its permissions")
        for path in _walk(folder, folder.resolve(), skipped):
            name = path.relative_to(folder).as_posix()
            if not is_readable_name(name):
                skipped[name] = "no reader for this kind of file"
                continue
            if name in files:
                name = f"{name}#{number}"
            files[name] = SourceFile(name, path)
    return Scan(tuple(files[name] for name in sorted(files)), skipped)


def _walk(folder: Path, root: Path, skipped: dict[str, str]) -> Iterator[Path]:
    """Regular files below `folder` that truly lie inside `root`; folders reached through a link are not entered."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        skipped[str(folder)] = f"the folder cannot be read: {error.strerror}"
        return
    for path in entries:
        if path.name.startswith("."):
            continue
        if path.is_symlink():
            try:
                inside = path.resolve(strict=True).is_relative_to(root)
            except (OSError, RuntimeError):
                skipped[path.name] = "a link that leads nowhere"
                continue
            if not inside or path.is_dir():
                skipped[path.name] = "a link out of the corpus" if not inside else "a link to a folder"
                continue
        if path.is_dir():
            yield from _walk(path, root, skipped)
        elif path.is_file():
            yield path
        else:
            skipped[path.name] = "not a regular file"


def hash_content(data: bytes) -> str:
    """The hash by which a file's content is known to be unchanged."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def ingest_file(source: SourceFile, mapping: FieldMapping | None = None) -> IngestedFile:
    """Read one file. What is wrong with it is returned as `failure`, never raised."""
    content_hash = ""
    try:
        data = source.path.read_bytes()
        content_hash = hash_content(data)
        articles = []
        for raw in read(RawFile(source.name, data), mapping):
            article = enrich(raw)
            articles.append((article, tuple(split(article))))
        return IngestedFile(source.name, content_hash, tuple(articles))
    except OSError as error:
        return IngestedFile(source.name, content_hash, failure=f"cannot be read: {error.strerror}")
    except YibaoError as error:
        return IngestedFile(source.name, content_hash, failure=str(error))
    except RecursionError:
        return IngestedFile(source.name, content_hash, failure="is nested too deeply")


def ingest(
    files: Iterable[SourceFile],
    *,
    mapping: FieldMapping | None = None,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[IngestedFile]:
    """Read files in order, in `workers` processes (all cores by default; in this one for a small corpus).

    The order and the results are the same whatever the number of workers. `progress` is told of each file done.
    """
    todo = list(files)
    workers = workers or os.cpu_count() or 1
    for done in _ingest_all(todo, mapping, 1 if len(todo) < _POOL_FROM_FILES else workers):
        if progress:
            progress(1)
        yield done


def _ingest_all(todo: list[SourceFile], mapping: FieldMapping | None, workers: int) -> Iterator[IngestedFile]:
    if workers == 1:
        for source in todo:
            yield ingest_file(source, mapping)
        return
    with ProcessPoolExecutor(workers) as pool:
        # Only a few tasks ahead of the reader, so that memory does not grow with the corpus.
        pending = iter(todo)
        window = workers * 4 * _FILES_PER_TASK
        while batch := list(islice(pending, window)):
            yield from pool.map(ingest_file, batch, [mapping] * len(batch), chunksize=_FILES_PER_TASK)
