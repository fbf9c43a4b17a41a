"""Walk corpus folders and turn every file into articles and passages, on all cores, a few files at a time."""

import hashlib
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.context import BaseContext
from pathlib import Path

from .article import Article, RawFile
from .errors import NotFoundError, YibaoError
from .field_mapping import FieldMapping
from .metadata import enrich
from .passage import Passage
from .readers import is_readable_name, read
from .splitting import split

#: Starting worker processes costs about a second, which fewer files do not repay.
_POOL_FROM_FILES = 200
_FILES_PER_TASK = 16
#: Tasks handed out before their turn, for each worker: memory does not grow with the corpus.
_TASKS_AHEAD = 4
_TOO_LARGE = "is too large for this machine's memory"
#: What is said of a file that its reader did not survive.
DIED = "the process that read it died"


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
        for path in _walk(folder, folder, skipped):
            name = path.relative_to(folder).as_posix()
            if not is_readable_name(name):
                skipped[name] = "no reader for this kind of file"
                continue
            if name in files:
                name = f"{name}#{number}"
            files[name] = SourceFile(name, path)
    return Scan(tuple(files[name] for name in sorted(files)), skipped)


def _check(folder: Path) -> None:
    if not folder.exists():
        raise NotFoundError(f"the corpus folder {folder} does not exist; name one with --corpus DIR")
    if not folder.is_dir():
        raise NotFoundError(f"{folder} is not a folder; --corpus takes the folder that holds the articles")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise NotFoundError(f"the corpus folder {folder} may not be read; check its permissions")


def _walk(folder: Path, root: Path, skipped: dict[str, str]) -> Iterator[Path]:
    """Regular files below `folder`; no link is followed, so that the walk ends and stays inside."""
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
            yield from _walk(path, root, skipped)
        elif entry.is_file(follow_symlinks=False):
            yield path
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
    todo = list(files)
    workers = workers or os.cpu_count() or 1
    in_process = workers == 1 or len(todo) < _POOL_FROM_FILES
    results = (
        (ingest_file(source, mapping) for source in todo) if in_process else _pooled(todo, mapping, workers)
    )
    for done in results:
        if progress:
            progress(1)
        yield done


def _pooled(todo: list[SourceFile], mapping: FieldMapping | None, workers: int) -> Iterator[IngestedFile]:
    tasks = iter([todo[i : i + _FILES_PER_TASK] for i in range(0, len(todo), _FILES_PER_TASK)])
    running: deque[tuple[list[SourceFile], Future[list[IngestedFile]]]] = deque()
    pool = ProcessPoolExecutor(workers, mp_context=_context())
    try:
        while True:
            for task in islice(tasks, workers * _TASKS_AHEAD - len(running)):
                running.append((task, pool.submit(_ingest_task, task, mapping)))
            if not running:
                return
            task, future = running.popleft()
            try:
                yield from future.result()
            except BrokenProcessPool:
                # A worker died, perhaps of one file; reading each in a process of its own finds which.
                waiting = [task, *(later for later, _ in running)]
                running.clear()
                pool.shutdown(wait=False, cancel_futures=True)
                for source in (source for one in waiting for source in one):
                    yield _ingest_apart(source, mapping)
                pool = ProcessPoolExecutor(workers, mp_context=_context())
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _context() -> BaseContext:
    """Workers start from a clean process: one forked from this would inherit locks that its threads hold."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _ingest_task(task: list[SourceFile], mapping: FieldMapping | None) -> list[IngestedFile]:
    return [ingest_file(source, mapping) for source in task]


def _ingest_apart(source: SourceFile, mapping: FieldMapping | None) -> IngestedFile:
    with ProcessPoolExecutor(1, mp_context=_context()) as pool:
        try:
            return pool.submit(ingest_file, source, mapping).result()
        except BrokenProcessPool:
            return IngestedFile(source.name, "", failure=DIED)
