"""Arrays of an index: written to files, and mapped from them."""

import threading
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

# numpy parses a file's header as Python source, which Python 3.11 cannot do in several threads at once: it raises
# "AST constructor recursion depth mismatch" (python/cpython issue 106905).
_PARSING = threading.Lock()


def save(path: Path, array: NDArray[Any]) -> None:
    """Write a `.npy` file; nothing is pickled."""
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)


def mapped(path: Path, mode: Literal["r", "r+"] = "r") -> NDArray[Any]:
    """The array in a `.npy` file, read from the file as it is used, and with "r+" written to it; nothing is unpickled.

    A plain view of the map: numpy's own class for it makes every slice several times slower. Raises OSError or
    ValueError where the file is missing or damaged.
    """
    with _PARSING:
        return np.asarray(np.load(path, mmap_mode=mode, allow_pickle=False))
