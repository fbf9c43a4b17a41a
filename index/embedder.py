"""The seam between text and vectors, and the choice of the model behind it."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


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
