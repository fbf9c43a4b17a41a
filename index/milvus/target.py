"""Milvus as the place where a rebuild puts its builds."""

import shutil
from dataclasses import replace
from pathlib import Path

from index import generations as folders
from index.manifest import Manifest
from index.progress import Progress
from ingest.errors import IndexUnusableError

from . import generations
from .backend import MilvusBackend, read_manifest
from .connection import Connection
from .documents import Documents
from .location import MilvusLocation
from .writer import BuildFolder, Writer, load


class MilvusTarget:
    """Implements `index.target.Target`. The folder only holds caches, the lock, and a build until it is sent."""

    def __init__(self, connection: Connection, index_dir: Path, progress: Progress) -> None:
        self._connection, self._index_dir, self._progress = connection, index_dir, progress

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
        live = generations.find_live(self._connection)
        for build in builds[: builds.index(live)] if live else ():
            generations.drop(self._connection, build)

    def live(self) -> Manifest:
        build = generations.live(self._connection)
        load(self._connection, build)
        return read_manifest(Documents(self._connection, build), build)

    def verify(self, manifest: Manifest) -> None:
        MilvusBackend.open(self._connection.location).close()
        build = generations.live(self._connection)
        held = Writer(self._connection, build, self._progress).count()
        if held != manifest.counts["passages"]:
            raise IndexUnusableError(f"the build {build} in Milvus holds {held} passages, not all of its own")

    def publish(self, folder: Path, manifest: Manifest, *, full: bool) -> Manifest:
        """Send a finished build folder, make it the live build, and remove the folder.

        What an interrupted run has sent of the same rows is kept, unless `full`.
        """
        build, resume = self._begun(manifest, full), True
        if build is None:
            build, resume = generations.next_build(self._connection), False
        writer = Writer(self._connection, build, self._progress)
        if not resume:
            writer.begin(manifest)
        manifest = replace(manifest, build_id=f"{generations.number_of(build):06d}")
        parts = BuildFolder(folder, manifest)
        try:
            writer.fill(parts, resume=resume)
        finally:
            parts.close()
        writer.finish(manifest)
        generations.publish(self._connection, build)
        shutil.rmtree(folder, ignore_errors=True)
        return manifest

    def point(self) -> None:
        """Let readers of the folder come here."""
        self._connection.location.write(self._index_dir)

    def close(self) -> None:
        self._connection.close()

    def _begun(self, manifest: Manifest, full: bool) -> str | None:
        """The build after the live one that an interrupted run has begun, if its rows are the same; others go."""
        builds = generations.builds(self._connection)
        live = generations.find_live(self._connection)
        kept = None
        for build in builds[builds.index(live) + 1 :] if live else builds:
            same = not full and Writer(self._connection, build, self._progress).is_begun(manifest)
            if kept is None and same:
                kept = build
            else:
                generations.drop(self._connection, build)
        return kept
