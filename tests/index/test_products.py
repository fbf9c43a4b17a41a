"""Products in blocks are those of numpy, whatever the shapes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import products
from index.products import product


@given(st.integers(0, 9), st.integers(1, 5), st.one_of(st.none(), st.integers(1, 4)), st.integers(1, 40))
def test_blocks_give_what_numpy_gives_at_once(rows, inner, columns, alone):
    numbers = np.random.default_rng(rows + 10 * inner)
    matrix = numbers.random((rows, inner), np.float32)
    other = numbers.random(inner if columns is None else (inner, columns), np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(products, "_ALONE", alone)
        found = product(matrix, other)
    assert found.dtype == np.float32 and found.shape == (matrix @ other).shape
    assert found == pytest.approx(matrix @ other)
