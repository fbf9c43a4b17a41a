"""The vectors of a model's tokens, in the form in which its file has them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


class TokenVectors:
    """One vector a token. Those of bytes stay bytes, which is a quarter of the memory to keep and to read.

    rows     float32 or int8 `[vocabulary, dimension]`
    weights  float32 `[vocabulary]`, by which rows of bytes are multiplied; None for rows of float32
    """

    def __init__(self, rows: NDArray[Any], weights: NDArray[np.float32] | None = None) -> None:
        self._rows, self._weights = rows, weights

    @classmethod
    def of(cls, arrays: dict[str, NDArray[Any]]) -> "TokenVectors":
        """Of a file as sentence-transformers writes it, or model2vec, with a weight a token. Raises KeyError where an
        array is missing, ValueError for tokens that share a vector."""
        if "embedding.weight" in arrays:
            return cls(arrays["embedding.weight"].astype(np.float32))
        if "mapping" in arrays:
            raise ValueError("tokens that share a vector are not supported")
        rows, weights = arrays["embeddings"], arrays["weights"].astype(np.float32)
        return (
            cls(rows, weights) if rows.dtype == np.int8 else cls(rows.astype(np.float32) * weights[:, None])
        )

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def dimension(self) -> int:
        return int(self._rows.shape[1])

    def take(self, tokens: NDArray[np.integer[Any]]) -> NDArray[np.float32]:
        """The vectors of these tokens, float32 `[tokens, dimension]`; the length of each is the weight that training
        gave its token."""
        rows = self._rows.take(tokens, axis=0)
        if self._weights is None:
            return rows
        vectors = rows.astype(np.float32)
        vectors *= self._weights.take(tokens)[:, None]
        return vectors
