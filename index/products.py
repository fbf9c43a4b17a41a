"""Products by numpy that stay on the thread that asks for them.

The BLAS behind numpy hands products above a certain size to other threads, which then wait for more in a loop: one
question's took ten times the processor time and no less time, to the harm of whoever else searches on the machine.
"""

import numpy as np
from numpy.typing import NDArray

#: OpenBLAS works alone on so many multiplications.
_ALONE = 64 * 64 * 64


def product(matrix: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """`matrix @ other`, of a vector or a matrix, row by row in blocks: float32 `[rows]` or `[rows, columns]`."""
    rows = len(matrix)
    found = np.empty((rows, *other.shape[1:]), np.float32)
    block = max(1, _ALONE // max(1, other.size))
    for start in range(0, rows, block):
        np.matmul(matrix[start : start + block], other, out=found[start : start + block])
    return found
