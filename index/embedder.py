"""The seam between text and vectors, and the choice of the model behind it."""

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import BadInputError


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
    from .static_model import BUNDLED, StaticModel, is_static  # noqa: PLC0415

    if not name:
        return StaticModel(BUNDLED)
    if is_static(Path(name)):
        return StaticModel(Path(name))
    if name.startswith((".", "/", "~")) and not Path(name).is_dir():
        raise BadInputError(f"the model folder {name!r} does not exist; name one, or leave --model out")
    from .sentence_model import SentenceModel  # noqa: PLC0415

    return SentenceModel(name)
