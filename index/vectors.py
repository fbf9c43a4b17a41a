"""The dense leg: FAISS over passage vectors.

A small index is searched exactly. A larger one is first searched by coarse codes of four bits for two dimensions
(Jégou et al., "Product quantization for nearest neighbor search", 2011, scanned as in André et al., "Quicker ADC",
2019), which are read some twenty times faster than the vectors; the best rows by code are then scored exactly. How
many of the true ten best are found is measured when the index is built; too few, and it is searched exactly as well.

Python opens and maps the files, since FAISS's own functions cannot open paths with Chinese characters on Windows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from .arrays import let_go
from .backend import Hits
from .products import product
from .top_rows import top_rows

# FAISS's type stubs do not know it.
_reader: Any = faiss.ZeroCopyIOReader  # type: ignore[attr-defined]

VECTORS, CODES = "vectors.faiss", "codes.faiss"
#: So many vectors are scored exactly within a few tenths of a millisecond.
_EXACT = 5_000
#: Rows scored exactly for each one wanted, and at the least.
_RESCORED, _RESCORED_LEAST = 4, 200
#: More samples or rounds than these do not make the codes better.
_SAMPLES, _ROUNDS = 8192, 10
_RECALL_AT, _RECALL_QUERIES, _RECALL_LEAST = 10, 100, 0.98
#: Vectors multiplied at a time, and how far two ways to add up a cosine may differ.
_BLOCK, _ROUNDING = 50_000, 1e-6


class VectorIndex:
    """Unit vectors by row.

    recall  share of the ten best passages that a search finds, 0..1; 1 where every search is exact
    """

    def __init__(self, vectors: NDArray[np.float32], codes: Any, mapped: tuple[object, ...] = ()) -> None:
        self._vectors = vectors
        self._codes = codes
        # FAISS reads from the maps for as long as it lives, and does not hold them itself.
        self._mapped = mapped

    @classmethod
    def build(cls, vectors: NDArray[np.float32]) -> "VectorIndex":
        """Index float32 `[passages, dimension]`. Raises ValueError for a value that is not a number."""
        if not all(np.isfinite(block).all() for block in _blocks(vectors)):
            raise ValueError("a passage's vector holds a value that is not a finite number")
        exact = cls(vectors, None)
        if len(vectors) <= _EXACT:
            return exact
        coded = cls(vectors, _encode(vectors))
        return coded if coded.recall() >= _RECALL_LEAST else exact

    def recall(self) -> float:
        """Share of the ten best passages that a search finds, 0..1, measured with passages as questions."""
        if self._codes is None:
            return 1.0
        # Copies, since the vectors of a file do not begin where numbers may, which a product takes twice as long for.
        asked = np.array(self._vectors[:: -(-self.size // _RECALL_QUERIES)])
        best = np.empty((len(asked), 0), np.float32)
        for block in _blocks(self._vectors):
            best = np.hstack([best, asked @ np.array(block).T])
            best = np.partition(best, best.shape[1] - _RECALL_AT, axis=1)[:, -_RECALL_AT:]
        # Ties are as good as each other, so that scores are compared, not rows.
        least = best.min(axis=1) - _ROUNDING
        found = [
            np.count_nonzero(self.search(vector, _RECALL_AT, None).scores >= low)
            for vector, low in zip(asked, least, strict=True)
        ]
        return sum(found) / best.size

    def save(self, folder: Path) -> None:
        """Write the vectors, and the codes if there are any."""
        writer = VectorWriter(folder, self.dimension)
        writer.add(self._vectors)
        writer.finish()
        self.save_codes(folder)

    def save_codes(self, folder: Path) -> None:
        """Write the codes, if there are any, beside vectors that are written already."""
        if self._codes is not None:
            faiss.serialize_index(self._codes).tofile(folder / CODES)

    @classmethod
    def open(cls, folder: Path, *, coded: bool) -> "VectorIndex":
        """Map a saved index. Raises OSError, RuntimeError or ValueError where a file is missing or damaged."""
        flat, content = _map(folder / VECTORS)
        codes, coded_content = _map(folder / CODES) if coded else (None, None)
        if not isinstance(flat, faiss.IndexFlatIP) or not isinstance(codes, faiss.IndexPQFastScan | None):
            raise ValueError(f"{folder} holds another kind of FAISS index")
        vectors = faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * flat.d).reshape(flat.ntotal, flat.d)
        if codes is not None and (codes.ntotal, codes.d) != vectors.shape:
            raise ValueError(f"{folder} holds vectors and codes that do not fit each other")
        if len(vectors) <= _EXACT:
            # In the file they do not begin where numbers may; products would copy them anew with every question.
            vectors = np.array(vectors)
        return cls(vectors, codes, (flat, content, coded_content))

    @property
    def vectors(self) -> NDArray[np.float32]:
        """The vectors themselves, float32 `[passages, dimension]`, not to be written to."""
        return self._vectors

    def let_go(self) -> None:
        """Hold nothing in memory of the mapped vectors that were read."""
        for content in self._mapped:
            if isinstance(content, np.ndarray):
                let_go(content)

    @property
    def size(self) -> int:
        return len(self._vectors)

    @property
    def dimension(self) -> int:
        return int(self._vectors.shape[1])

    @property
    def coded(self) -> bool:
        """Whether searches begin with codes."""
        return self._codes is not None

    def search(self, vector: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None) -> Hits:
        """The k allowed rows with the highest cosine above 0; ties go to the lower row."""
        rows = None if allowed is None else np.flatnonzero(allowed)
        passing = self.size if rows is None else len(rows)
        wanted = max(_RESCORED * k, _RESCORED_LEAST)
        if self._codes is not None and passing > max(_EXACT, wanted):
            # Filters know nothing of codes: enough rows are taken for the allowed share of them to suffice.
            depth = min(self.size, 2 * wanted * self.size // passing if rows is not None else wanted)
            with _one_thread():
                near = self._codes.search(vector[None, :], depth)[1][0]
            near = near[near >= 0]
            rows = near if allowed is None else near[allowed[near]]
        if rows is None:
            return top_rows(product(self._vectors, vector), k)
        return top_rows(self.scores(vector, rows), k, rows)

    def scores(self, vector: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Cosines of the given rows, float32 `[rows]`."""
        # Not `take`, which would copy all of a file's vectors first, for they do not begin where numbers may.
        return np.asarray(self._vectors[rows] @ vector, np.float32)


class VectorWriter:
    """Writes the file of vectors as they come, so that they need not all be in memory."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self._path, self._dimension, self._size = folder / VECTORS, dimension, 0
        self._file = self._path.open("wb")
        self._file.write(_head(0, dimension))

    def add(self, vectors: NDArray[np.float32]) -> None:
        """Write further vectors, float32 `[passages, dimension]`, of the next rows."""
        self._size += len(vectors)
        self._file.write(np.ascontiguousarray(vectors, np.float32).data)

    def finish(self) -> None:
        """Complete the file."""
        head = _head(self._size, self._dimension)
        self._file.seek(0)
        self._file.write(head)
        self.close()

    def close(self) -> None:
        self._file.close()


def _head(size: int, dimension: int) -> bytes:
    """What FAISS writes before the vectors of an exact index: its fields, and how many numbers follow."""
    flat = faiss.IndexFlatIP(dimension)
    flat.ntotal = size
    return faiss.serialize_index(flat).tobytes()[:-8] + np.uint64(size * dimension).tobytes()


def _encode(vectors: NDArray[np.float32]) -> Any:
    dimension = vectors.shape[1]
    together = 2 if dimension % 2 == 0 else 1
    codes = faiss.IndexPQFastScan(dimension, dimension // together, 4, faiss.METRIC_INNER_PRODUCT)
    codes.pq.cp.niter = _ROUNDS
    with _one_thread():
        codes.train(np.ascontiguousarray(vectors[:: -(-len(vectors) // _SAMPLES)]))
    for block in _blocks(vectors):
        codes.add(np.ascontiguousarray(block))
    return codes


def _blocks(vectors: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """Some rows at a time, so that not much is held beside the vectors."""
    return (vectors[start : start + _BLOCK] for start in range(0, len(vectors), _BLOCK))


@contextmanager
def _one_thread() -> Iterator[None]:
    """FAISS trains many small clusterings, which takes ten times as long on several threads; and one question's search
    is too short for them."""
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def _map(path: Path) -> tuple[Any, NDArray[np.uint8]]:
    """The index of a file, and the map of it from which the index reads."""
    content = np.memmap(path, np.uint8, mode="r")
    return faiss.read_index(_reader(faiss.swig_ptr(content), len(content))), content
