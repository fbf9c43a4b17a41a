"""The seam between a rebuild and the place where its builds go."""

from pathlib import Path
from typing import Protocol

from . import generations
from .manifest import Manifest
from .milvus.location import POINTER


class Target(Protocol):
    """Where builds go, and which one is live there."""

    def tidy(self) -> None:
        """Remove what no reader needs any more, and what rebuilds that died have left here."""
        ...

    def live(self) -> Manifest:
        """The manifest of the live build.

        Raises NotFoundError if there is none, IndexUnusableError if it cannot be read.
        """
        ...

    def finished(self) -> list[Path]:
        """Folders of finished builds on this machine, newest first."""
        ...

    def verify(self, manifest: Manifest) -> None:
        """Raise IndexUnusableError unless everything of the live build is there, to the last passage."""
        ...

    def publish(self, folder: Path, manifest: Manifest, *, full: bool) -> Manifest:
        """Make a finished build folder the live build, in one step; returns its manifest as it is there."""
        ...

    def point(self) -> None:
        """Let readers of the index folder find the live build."""
        ...

    def close(self) -> None: ...


class LocalTarget:
    """The index folder itself."""

    def __init__(self, index_dir: Path) -> None:
        self._index_dir = index_dir

    def tidy(self) -> None:
        generations.remove_unfinished(self._index_dir)
        generations.remove_outdated(self._index_dir)

    def live(self) -> Manifest:
        return Manifest.read(self._index_dir / generations.current(self._index_dir))

    def finished(self) -> list[Path]:
        return [self._index_dir / name for name in reversed(generations.builds(self._index_dir))]

    def verify(self, manifest: Manifest) -> None:
        manifest.verify(self._index_dir / manifest.build_id, whole=True)

    def publish(self, folder: Path, manifest: Manifest, *, full: bool) -> Manifest:
        del full  # what was interrupted has left nothing here
        generations.publish(self._index_dir, folder.name)
        generations.remove_outdated(self._index_dir)
        return manifest

    def point(self) -> None:
        (self._index_dir / POINTER).unlink(missing_ok=True)

    def close(self) -> None:
        """A folder needs no closing."""
