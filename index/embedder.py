"""The seam between text and vectors, and the choice of the model behind it."""

from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import BadInputError

from .named_model import names_missing_folder


class Embedder(Protocol):
    """Turns text into vectors whose inner product is the cosine.

    fingerprint  changes whenever the same text would get another vector; cached vectors are kept under it
    """

    @property
    def dimension(self) -> int: ...

    @property
    def fingerprint(self) -> str: ...

    def embed_queries(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of questions, float32 `[n, dimension]`, each of length 1 (or 0 for a text without tokens)."""
        ...

    def embed_passages(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of passages, float32 `[n, dimension]`, each of length 1 (or 0 for a text without tokens)."""
        ...


def load_embedder(name: str = "") -> Embedder:
    """The model of that name: "" for the bundled one, else a folder or a name on a model hub.

    Raises BadInputError if it cannot be loaded.
    """
    # Each model brings its own libraries; only those of the one asked for are imported.
    from .static_model import BUNDLED, is_static  # noqa: PLC0415

    if not name:
        return _static(BUNDLED)
    if is_static(Path(name)):
        return _static(Path(name))
    if names_missing_folder(name):
        raise BadInputError(f"the model folder {name!r} does not exist; name one, or leave --model out")
    from .sentence_model import SentenceModel  # noqa: PLC0415

    return SentenceModel(name)


def _static(folder: Path) -> Embedder:
    """A static model, read once as long as its files stay as they are.

    A service that takes up a new build would otherwise hold up its requests while it reads the same model again.
    """
    files = [path.stat() for path in sorted(folder.iterdir()) if path.is_file()] if folder.is_dir() else []
    return _read_static(folder, tuple((file.st_ino, file.st_size, file.st_mtime_ns) for file in files))


@lru_cache(maxsize=2)
def _read_static(folder: Path, stamp: tuple[tuple[int, int, int], ...]) -> Embedder:
    del stamp  # only tells a changed model from the one that is kept
    from .static_model import StaticModel  # noqa: PLC0415

    return StaticModel(folder)
