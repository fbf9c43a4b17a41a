"""Rebuild an index from its corpus folders: read what changed, embed what changed, switch when all is done."""

import shutil
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.errors import BadInputError, IndexUnusableError, NotFoundError, UnavailableError, YibaoError
from ingest.field_mapping import FieldMapping

from . import generations, words
from .build import Build, refuse_failures
from .embedder import Embedder
from .manifest import Manifest, ModelStamp
from .milvus.location import MilvusLocation
from .pool import Pool, ThisMachine
from .progress import Progress, Quiet
from .sources import Sources
from .target import LocalTarget, Target


@dataclass(frozen=True, slots=True)
class RebuildSummary:
    """What a rebuild did.

    unchanged  nothing differed, so the live build stays
    parsed     files read anew; what was made of the others was kept
    embedded   passages embedded anew
    seconds    wall time
    """

    build_id: str
    unchanged: bool
    parsed: int
    embedded: int
    seconds: float
    model: str | None
    report: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return {
            "build": self.build_id,
            "unchanged": self.unchanged,
            "parsed": self.parsed,
            "embedded": self.embedded,
            "seconds": round(self.seconds, 3),
            "model": self.model,
            **self.report,
        }


def rebuild(
    folders: Sequence[Path],
    index_dir: Path,
    *,
    embedder: Embedder | None,
    model_name: str = "",
    full: bool = False,
    strict: bool = False,
    workers: int | None = None,
    mapping: FieldMapping | None = None,
    progress: Progress | None = None,
    milvus: MilvusLocation | None = None,
    ray: str | None = None,
) -> RebuildSummary:
    """Make the index of `folders` the live build of `index_dir`, or of an index in Milvus.

    With `milvus`, `index_dir` holds the lock, the caches and the build that was sent last; readers of the folder are
    then led to Milvus. Several machines that rebuild an index there from the same corpus share the sending.

    With `ray`, the address of a Ray cluster, its workers read the files and embed (`ray_pool.py`), instead of `workers`
    processes of this machine; the build is the same.

    `embedder` None makes an index that answers by keyword only. `full` reads and embeds everything anew;
    `strict` refuses a corpus that holds a file that cannot be used. Raises NotFoundError for a missing folder,
    BadInputError for a corpus without a single article, StrictError for one that `strict` refuses, BusyError
    while another rebuild runs, YibaoError where the index cannot be written or a Ray cluster not be used,
    IndexUnusableError where Milvus does not take it. Whatever is raised, the live build stays.
    """
    started = time.perf_counter()
    progress = progress or Quiet()
    sources = Sources.find(folders, mapping, lambda files: progress.stage("checking files", files))
    stamp = None
    if embedder is not None:
        stamp = ModelStamp(model_name, embedder.dimension, embedder.fingerprint)

    def summary(manifest: Manifest, build: Build | None) -> RebuildSummary:
        parsed, embedded = (build.parsed, build.embedded) if build else (0, 0)
        seconds = time.perf_counter() - started
        shown = None if stamp is None else stamp.name or "bundled"
        return RebuildSummary(
            manifest.build_id, build is None, parsed, embedded, seconds, shown, manifest.report
        )

    def run(target: Target) -> RebuildSummary:
        target.tidy()
        live = None if full else _live(target, sources, stamp)
        if live is not None:
            if strict:
                refuse_failures(live.report["failed"])
            target.point()
            return summary(live, None)
        finished = target.finished()
        folder = generations.new_build(index_dir)
        try:
            with closing(_pool(workers, ray, model_name)) as pool:
                build = Build(
                    folder,
                    index_dir / "cache",
                    sources,
                    finished=finished,
                    full=full,
                    pool=pool,
                    progress=progress,
                )
                manifest = build.run(embedder, stamp, strict=strict)
            manifest = target.publish(folder, manifest, full=full)
            build.forget()
        except BaseException:
            generations.discard(index_dir, folder.name)
            raise
        target.point()
        return summary(manifest, build)

    try:
        with generations.rebuilding(index_dir), closing(_target(index_dir, milvus, progress)) as target:
            return _without_damaged_caches(index_dir, lambda: run(target))
    except PermissionError as error:
        raise BadInputError(
            f"{index_dir} cannot be written: {error}; choose another with --index DIR"
        ) from None
    except (OSError, sqlite3.OperationalError) as error:
        raise YibaoError(
            f"{index_dir} cannot be written: {error}; the index stays as it was. Make room there, or choose another "
            "folder with --index DIR, then run the command again"
        ) from error


def _pool(workers: int | None, ray: str | None, model_name: str) -> Pool:
    if ray is None:
        return ThisMachine(workers)
    from .ray_pool import RayPool  # noqa: PLC0415 - optional

    return RayPool.open(ray, model_name)


def _target(index_dir: Path, milvus: MilvusLocation | None, progress: Progress) -> Target:
    if milvus is None:
        return LocalTarget(index_dir)
    from .milvus.target import MilvusTarget  # noqa: PLC0415 - slow to load

    return MilvusTarget.open(milvus, index_dir, progress)


def _live(target: Target, sources: Sources, stamp: ModelStamp | None) -> Manifest | None:
    """The live build's manifest, if a new build would be the same and the live one is whole."""
    try:
        live = target.live()
        if (live.source, live.words, live.model) != (sources.fingerprint, words.fingerprint(), stamp):
            return None
        target.verify(live)
    except UnavailableError:
        raise
    except (NotFoundError, IndexUnusableError):
        return None
    return live


def _without_damaged_caches(index_dir: Path, run: Callable[[], RebuildSummary]) -> RebuildSummary:
    """Caches only save time: a damaged one, or one of another layout, is thrown away."""
    try:
        return run()
    except sqlite3.DatabaseError as error:
        # Of another layout is one without a table or column that is asked for.
        if error.sqlite_errorcode not in (
            sqlite3.SQLITE_CORRUPT,
            sqlite3.SQLITE_NOTADB,
            sqlite3.SQLITE_ERROR,
        ):
            raise
        shutil.rmtree(index_dir / "cache")
        return run()
