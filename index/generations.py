"""Generations: every build in a folder of its own, and CURRENT naming the live one.

    <index>/000007/          a build
    <index>/CURRENT          "000007", replaced atomically as the last step of a build
    <index>/cache/           what an unfinished build has made, and embeddings of slow models
    <index>/.lock            held by the one rebuild that runs

A build that dies leaves CURRENT as it was; the next rebuild removes its folder. The build before the live one stays
until the next, so that a reader which is just opening it finds its files.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import BusyError, IndexUnusableError, NotFoundError

_BUILD = re.compile(r"\d{6,}")
#: The live build and the one before it.
_KEPT = 2


def builds(index_dir: Path) -> list[str]:
    """Ids of the build folders, oldest first."""
    if not index_dir.is_dir():
        return []
    found = [path.name for path in index_dir.iterdir() if path.is_dir() and _BUILD.fullmatch(path.name)]
    return sorted(found, key=int)


def current(index_dir: Path) -> str:
    """Id of the live build. Raises NotFoundError if there is none, IndexUnusableError if CURRENT names nothing."""
    pointer = index_dir / "CURRENT"
    try:
        build_id = pointer.read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        raise NotFoundError(
            f"there is no index in {index_dir}; run `yibao rebuild-index --index {index_dir}`"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexUnusableError(f"{pointer} cannot be read ({error}); {_cure(index_dir)}") from None
    if not _BUILD.fullmatch(build_id) or not (index_dir / build_id).is_dir():
        raise IndexUnusableError(
            f"{pointer} names the build {build_id[:20]!r}, which does not exist; {_cure(index_dir)}"
        )
    return build_id


def _cure(index_dir: Path) -> str:
    return f"run `yibao rebuild-index --index {index_dir}`"


def new_build(index_dir: Path) -> Path:
    """A new, empty build folder with the next number. Numbers, not times: clocks go backwards."""
    number = max((int(name) for name in builds(index_dir)), default=0) + 1
    folder = index_dir / f"{number:06d}"
    folder.mkdir(parents=True)
    return folder


def publish(index_dir: Path, build_id: str) -> None:
    """Make a finished build the live one, atomically and durably."""
    for path in sorted((index_dir / build_id).rglob("*")):
        _sync(path)
    _sync(index_dir / build_id)
    pending = index_dir / "CURRENT.new"
    pending.write_text(build_id + "\n", encoding="utf-8")
    _sync(pending)
    pending.replace(index_dir / "CURRENT")
    _sync(index_dir)


def _sync(path: Path) -> None:
    """Force a file, or a folder's entries, to disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows has no way to sync a folder
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_unfinished(index_dir: Path) -> None:
    """Remove what a rebuild that died has left: builds after the live one.

    Where CURRENT is damaged, nobody knows which builds those are, and none is removed.
    """
    try:
        live = int(current(index_dir))
    except NotFoundError:
        live = 0
    except IndexUnusableError:
        return
    for name in builds(index_dir):
        if int(name) > live:
            shutil.rmtree(index_dir / name, ignore_errors=True)


def discard(index_dir: Path, build_id: str) -> None:
    """Remove a build that could not be finished; one that has become the live build before the failure stays."""
    try:
        if current(index_dir) == build_id:
            return
    except IndexUnusableError:
        return  # the next rebuild that can read CURRENT removes it
    except NotFoundError:
        pass
    shutil.rmtree(index_dir / build_id, ignore_errors=True)


def remove_outdated(index_dir: Path) -> None:
    """Remove builds older than the one before the live one."""
    live = _live_number(index_dir)
    finished = [name for name in builds(index_dir) if int(name) <= live]
    for name in finished[:-_KEPT]:
        shutil.rmtree(index_dir / name, ignore_errors=True)


def _live_number(index_dir: Path) -> int:
    try:
        return int(current(index_dir))
    except (NotFoundError, IndexUnusableError):
        return 0


@contextmanager
def rebuilding(index_dir: Path) -> Iterator[None]:
    """Hold the index's lock. Raises BusyError naming the process that holds it."""
    index_dir.mkdir(parents=True, exist_ok=True)
    holder = index_dir / ".lock-holder"
    lock = FileLock(index_dir / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        pid = holder.read_text(encoding="utf-8") if holder.exists() else "unknown"
        raise BusyError(f"process {pid} is rebuilding {index_dir}; wait until it has finished") from None
    try:
        holder.write_text(str(os.getpid()), encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()
