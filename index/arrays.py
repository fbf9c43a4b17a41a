"""Arrays of an index: written to files, and mapped from them."""

import mmap
import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

# numpy parses a file's header as Python source, which Python 3.11 cannot do in several threads at once: it raises
# "AST constructor recursion depth mismatch" (python/cpython issue 106905).
_PARSING = threading.Lock()


def save(path: Path, array: NDArray[Any]) -> None:
    """Write a `.npy` file; nothing is pickled."""
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)


class ArrayWriter:
    """Writes a `.npy` file of rows as they come, so that they need not all be in memory."""

    def __init__(self, path: Path, dtype: DTypeLike, *columns: int) -> None:
        self._dtype, self._columns, self._rows = np.dtype(dtype), columns, 0
        self._file = path.open("wb")
        self._write_head()

    def add(self, rows: NDArray[Any]) -> None:
        """Write further rows, `[rows, *columns]`."""
        self._rows += len(rows)
        self._file.write(np.ascontiguousarray(rows, self._dtype).data)

    def finish(self) -> None:
        """Complete the file."""
        self._file.seek(0)
        # numpy leaves room in a head for any number of rows.
        self._write_head()
        self._file.close()

    def _write_head(self) -> None:
        shape = (self._rows, *self._columns)
        head = {"descr": self._dtype.str, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(self._file, head)


def mapped(path: Path) -> NDArray[Any]:
    """The array in a `.npy` file, read from the file as it is used; nothing is unpickled.

    A plain view of the map: numpy's own class for it makes every slice several times slower. Raises OSError or
    ValueError where the file is missing or damaged.
    """
    with _PARSING:
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def let_go(array: NDArray[Any]) -> None:
    """Let go of what was read of a mapped file, which counts as memory of this process; it can be read again."""
    holder: Any = array
    while holder is not None and not isinstance(holder, mmap.mmap):
        holder = getattr(holder, "base", None)
    if holder is not None and hasattr(mmap, "MADV_DONTNEED"):
        holder.madvise(mmap.MADV_DONTNEED)
