"""Products by numpy that stay on the thread that asks for them.

The BLAS behind numpy hands products above a certain size to other threads, which then wait for more in a loop: one
question's took ten times the processor time and no less time, to the harm of whoever else searches on the machine.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: OpenBLAS works alone on so many multiplications.
_ALONE = 64 * 64 * 64


def product(matrix: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """`matrix @ other`, of a vector or a matrix, row by row in blocks: float32 `[rows]` or `[rows, columns]`."""
    found = np.empty((len(matrix), *other.shape[1:]), np.float32)
    for block in blocks(len(matrix), other):
        np.matmul(matrix[block], other, out=found[block])
    return found


def blocks(rows: int, other: NDArray[Any]) -> Iterator[slice]:
    """Which rows to multiply with `other` at a time."""
    size = max(1, _ALONE // max(1, other.size))
    return (slice(start, start + size) for start in range(0, rows, size))
