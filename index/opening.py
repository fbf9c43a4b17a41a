"""Open whatever backend an index lies in."""

from pathlib import Path

from . import generations
from .backend import Backend
from .local import LocalBackend


def open_index(index_dir: Path) -> Backend:
    """The live build of `index_dir`. Raises NotFoundError if there is none, IndexUnusableError if it is damaged."""
    return LocalBackend.open(index_dir / generations.current(index_dir))
