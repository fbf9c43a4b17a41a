"""The dense leg: FAISS over passage vectors.

Exact search by inner product, which is the cosine of unit vectors. Files are written by Python, since FAISS's own
writer cannot open paths with Chinese characters on Windows.
"""

from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from .backend import Hits

# Its type stubs leave out the keywords that it takes.
_search_parameters: Any = faiss.SearchParameters


class VectorIndex:
    """Unit vectors by row."""

    def __init__(self, index: Any) -> None:
        self._index = index
        self._vectors = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d).reshape(
            index.ntotal, index.d
        )

    @classmethod
    def build(cls, vectors: NDArray[np.float32]) -> "VectorIndex":
        """Index float32 `[passages, dimension]`. Raises ValueError for a value that is not a number."""
        if not np.isfinite(vectors).all():
            raise ValueError("a passage's vector holds a value that is not a finite number")
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, np.float32))
        return cls(index)

    def save(self, path: Path) -> None:
        path.write_bytes(faiss.serialize_index(self._index).tobytes())

    @classmethod
    def open(cls, path: Path) -> "VectorIndex":
        """Read a saved index. Raises OSError or RuntimeError where the file is missing or damaged."""
        return cls(faiss.deserialize_index(np.fromfile(path, np.uint8)))

    @property
    def size(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def search(self, vector: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None) -> Hits:
        """The k allowed rows with the highest cosine above 0; ties go to the lower row."""
        parameters = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            # faiss takes an array here; its type stubs know only the C++ signature.
            selector: Any = faiss.IDSelectorBitmap
            parameters = _search_parameters(sel=selector(bits))
        scores, rows = self._index.search(vector[None, :], min(k, max(self.size, 1)), params=parameters)
        found = (rows[0] >= 0) & (scores[0] > 0)
        kept_rows, kept_scores = rows[0][found], scores[0][found]
        order = np.lexsort((kept_rows, -kept_scores))
        return Hits(kept_rows[order].astype(np.int64), kept_scores[order])

    def scores(self, vector: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Cosines of the given rows, float32 `[rows]`."""
        return np.asarray(self._vectors[rows] @ vector, np.float32)
