"""Walk corpus folders and turn every file into articles and passages, on all cores, a few files at a time."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from .article import Article, RawFile
from .errors import NotFoundError, YibaoError
from .facts.metadata import enrich
from .field_mapping import FieldMapping
from .passage import Passage
from .processes import Work, in_processes
from .readers import is_readable_name, read
from .splitting import split

#: Starting worker processes costs about a second, which fewer files do not repay.
_POOL_FROM_FILES = 200
_FILES_PER_TASK = 32
_TOO_LARGE = "is too large for this machine's memory"
#: What is said of a file that its reader did not survive.
DIED = "the process that read it died"

T = TypeVar("T")
R = TypeVar("R")


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

    Hidden files are not looked at. Links are passed over and reported: what they lead to is either read
    where it lies, or lies outside the corpus. Two folders that hold the same name keep both: the later
    one's carries its folder's place, "name#2".
    """
    files: dict[str, SourceFile] = {}
    skipped: dict[str, str] = {}
    for number, folder in enumerate(folders, 1):
        _check(folder)
        for name, path in _walk(folder, "", folder, skipped):
            if not is_readable_name(name):
                skipped[name] = "no reader for this kind of file"
                continue
            own = f"{name}#{number}" if name in files else name
            files[own] = SourceFile(own, path)
    return Scan(tuple(files[name] for name in sorted(files)), skipped)


def _check(folder: Path) -> None:
    if not folder.exists():
        raise NotFoundError(f"the corpus folder {folder} does not exist; name one with --corpus DIR")
    if not folder.is_dir():
        raise NotFoundError(f"{folder} is not a folder; --corpus takes the folder that holds the articles")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise NotFoundError(f"the corpus folder {folder} may not be read; check its permissions")


def _walk(folder: Path, inside: str, root: Path, skipped: dict[str, str]) -> Iterator[tuple[str, Path]]:
    """Names and paths of regular files below `folder`, whose names begin with `inside`.

    No link is followed, so that the walk ends and stays inside.
    """
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        skipped[_shown(folder, root)] = f"the folder cannot be read: {error.strerror}"
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        path = folder / entry.name
        try:
            entry.name.encode()
        except UnicodeEncodeError:
            skipped[_shown(path, root)] = "its name is not UTF-8; rename it"
            continue
        if entry.is_symlink():
            skipped[_shown(path, root)] = _link_reason(path, root)
        elif entry.is_dir(follow_symlinks=False):
            yield from _walk(path, f"{inside}{entry.name}/", root, skipped)
        elif entry.is_file(follow_symlinks=False):
            yield inside + entry.name, path
        else:
            skipped[_shown(path, root)] = "not a regular file"


def _shown(path: Path, root: Path) -> str:
    """The path inside the corpus, in characters that can be printed and stored."""
    return path.relative_to(root).as_posix().encode("utf-8", "backslashreplace").decode()


def _link_reason(path: Path, root: Path) -> str:
    try:
        inside = path.resolve(strict=True).is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # RuntimeError: a loop, until Python 3.13
        return "a link that leads nowhere, or round in a circle"
    return "a link to what is read where it lies" if inside else "a link out of the corpus"


def hash_content(data: bytes) -> str:
    """The hash by which a file's content is known to be unchanged."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def ingest_file(source: SourceFile, mapping: FieldMapping | None = None) -> IngestedFile:
    """Read one file. What is wrong with it is returned as `failure`, never raised."""
    try:
        data = source.path.read_bytes()
    except OSError as error:
        return IngestedFile(source.name, "", failure=f"cannot be read: {error.strerror or error}")
    except MemoryError:
        return IngestedFile(source.name, "", failure=_TOO_LARGE)
    return ingest_content(source.name, data, mapping)


def ingest_content(name: str, data: bytes, mapping: FieldMapping | None = None) -> IngestedFile:
    """What becomes of a file of that name and content. What is wrong with it is returned, never raised."""
    content_hash = hash_content(data)
    articles = []
    try:
        for raw in read(RawFile(name, data), mapping):
            article = enrich(raw)
            articles.append((article, tuple(split(article))))
    except (YibaoError, UnicodeError) as error:
        return IngestedFile(name, content_hash, failure=str(error))
    except RecursionError:
        return IngestedFile(name, content_hash, failure="is nested too deeply")
    except MemoryError:
        return IngestedFile(name, content_hash, failure=_TOO_LARGE)
    except Exception as error:  # noqa: BLE001 - one odd page must not cost a corpus; the report names it
        return IngestedFile(name, content_hash, failure=f"cannot be understood: {error!r}")
    if not any(passages for _, passages in articles):
        return IngestedFile(name, content_hash, failure="holds no text of an article")
    return IngestedFile(name, content_hash, tuple(articles))


def ingest(
    files: Iterable[SourceFile],
    *,
    mapping: FieldMapping | None = None,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[IngestedFile]:
    """Read files in order, in `workers` processes (all cores by default; in this one for a small corpus).

    Order and results are the same whatever the number of workers. `progress` is told of each file done.
    """
    work = Work(
        partial(_ingest_task, mapping=mapping),
        partial(ingest_file, mapping=mapping),
        lambda source: IngestedFile(source.name, "", failure=DIED),
        __name__,
    )
    for done in on_all_cores(files, work, workers):
        if progress:
            progress(1)
        yield done


def on_all_cores(pieces: Iterable[T], work: Work[T, R], workers: int | None) -> Iterator[R]:
    """Work on what comes of files, one piece a file, in several processes; in this one where it is not worth it."""
    workers = workers or os.cpu_count() or 1
    remaining = iter(pieces)
    first = list(islice(remaining, _POOL_FROM_FILES))
    todo = chain(first, remaining)
    if workers > 1 and len(first) == _POOL_FROM_FILES:
        yield from in_processes(todo, work, workers=workers, per_task=_FILES_PER_TASK)
        return
    while task := list(islice(todo, _FILES_PER_TASK)):
        yield from work.together(task)


def _ingest_task(task: list[SourceFile], mapping: FieldMapping | None) -> list[IngestedFile]:
    return [ingest_file(source, mapping) for source in task]
