"""Milvus as the place where a rebuild puts its builds."""

import shutil
from dataclasses import replace
from pathlib import Path

from index import generations as folders
from index.manifest import Manifest
from index.progress import Progress
from ingest.errors import IndexUnusableError, UnavailableError

from . import generations
from .backend import MilvusBackend, read_manifest
from .connection import Connection
from .documents import Documents
from .location import MilvusLocation
from .writer import BuildFolder, Writer, load

#: In the folder of caches: the build folder that was sent last.
_SENT = "sent"


class MilvusTarget:
    """Implements `index.target.Target`. The folder only holds caches, the lock, and the last build for the next one."""

    def __init__(self, connection: Connection, index_dir: Path, progress: Progress) -> None:
        self._connection, self._index_dir, self._progress = connection, index_dir, progress
        self._outdated: str | None = None

    @classmethod
    def open(cls, location: MilvusLocation, index_dir: Path, progress: Progress) -> "MilvusTarget":
        """Connect. Raises what `Connection.open` raises."""
        connection = Connection.open(location)
        try:
            connection.check_version()
        except BaseException:
            connection.close()
            raise
        return cls(connection, index_dir, progress)

    def tidy(self) -> None:
        """Drop builds before the live one: their readers have had the time since the last rebuild to switch."""
        folders.remove_unfinished(self._index_dir)
        builds = generations.builds(self._connection)
        live = self._outdated = generations.find_live(self._connection)
        for build in builds[: builds.index(live)] if live else ():
            generations.drop(self._connection, build)

    def live(self) -> Manifest:
        build = generations.live(self._connection)
        load(self._connection, build)
        return read_manifest(Documents(self._connection, build), build)

    def finished(self) -> list[Path]:
        return sorted((self._index_dir / "cache" / _SENT).glob("*"))

    def verify(self, manifest: Manifest) -> None:
        MilvusBackend.open(self._connection.location).close()
        build = generations.live(self._connection)
        held = Writer(self._connection, build, self._progress).count()
        if held != manifest.counts["passages"]:
            raise IndexUnusableError(f"the build {build} in Milvus holds {held} passages, not all of its own")

    def publish(self, folder: Path, manifest: Manifest, *, full: bool) -> Manifest:
        """Send a finished build folder, make it the live build, and keep the folder for the next rebuild alone.

        What others have sent of the same rows is kept, unless `full`: a run that was interrupted, or one that goes on
        elsewhere, with which the work is shared.
        """
        build = self._begin(manifest, full)
        writer = Writer(self._connection, build, self._progress)
        manifest = replace(manifest, build_id=f"{generations.number_of(build):06d}")
        parts = BuildFolder(folder, manifest)
        try:
            writer.fill(parts)
        finally:
            parts.close()
        writer.finish(manifest)
        generations.publish(self._connection, build)
        sent = self._index_dir / "cache" / _SENT
        shutil.rmtree(sent, ignore_errors=True)
        sent.mkdir(parents=True)
        folder.replace(sent / folder.name)
        return manifest

    def point(self) -> None:
        """Let readers of the folder come here."""
        self._connection.location.write(self._index_dir)

    def close(self) -> None:
        self._connection.close()

    def _begin(self, manifest: Manifest, full: bool) -> str:
        """The build to send: one of the same rows that an interrupted run has begun, or that another process sends or
        has sent since this run began; or else a new one. Those of other rows, which nobody will finish, go.
        """
        existing = generations.builds(self._connection)
        outdated = generations.number_of(self._outdated) if self._outdated else 0
        live = generations.find_live(self._connection)
        for build in existing:
            if generations.number_of(build) <= outdated:
                continue
            if not full and Writer(self._connection, build, self._progress).is_begun(manifest):
                return build
            if build != live:
                generations.drop(self._connection, build)
        # After those that were seen: a look anew could see one that another process has just begun.
        build = generations.build_after(self._connection, existing)
        writer = Writer(self._connection, build, self._progress)
        try:
            writer.begin(manifest)
        except UnavailableError:
            raise
        except IndexUnusableError:
            if full or not writer.is_begun(manifest):
                raise
        return build
