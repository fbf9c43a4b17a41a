"""Open whatever backend an index lies in."""

from pathlib import Path

from ingest.errors import IndexUnusableError

from . import generations
from .backend import Backend
from .local import LocalBackend


def open_index(index_dir: Path) -> Backend:
    """The live build of `index_dir`. Raises NotFoundError if there is none, IndexUnusableError if it is damaged."""
    while True:
        build_id = generations.current(index_dir)
        try:
            return LocalBackend.open(index_dir / build_id)
        except IndexUnusableError:
            # Two rebuilds while it was being opened have removed it: the newest one is there.
            if generations.current(index_dir) == build_id:
                raise
