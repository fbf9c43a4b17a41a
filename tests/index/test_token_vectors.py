"""Token vectors, in each form in which models keep them."""

import numpy as np
import pytest

from index.token_vectors import TokenVectors

BYTES = np.asarray([[1, -2], [127, 0], [-128, 64]], np.int8)
WEIGHTS = np.asarray([0.5, 0.25, 2], np.float32)


def test_bytes_are_multiplied_by_their_tokens_weight():
    vectors = TokenVectors.of({"embeddings": BYTES, "weights": WEIGHTS})
    assert (len(vectors), vectors.dimension) == (3, 2)
    found = vectors.take(np.asarray([2, 0, 2], np.uint16))
    assert found.dtype == np.float32
    assert found.tolist() == [[-256, 128], [0.5, -1], [-256, 128]]


@pytest.mark.parametrize("kind", [np.float16, np.float32])
def test_numbers_with_weights_and_without_are_the_same_vectors(kind):
    plain = (BYTES * WEIGHTS[:, None]).astype(kind)
    asked = np.asarray([1, 2])
    for arrays in ({"embedding.weight": plain}, {"embeddings": BYTES.astype(kind), "weights": WEIGHTS}):
        found = TokenVectors.of(arrays).take(asked)
        assert found.dtype == np.float32 and found.tolist() == [[31.75, 0], [-256, 128]]


def test_tokens_that_share_a_vector_are_refused():
    with pytest.raises(ValueError, match="share a vector"):
        TokenVectors.of({"embeddings": BYTES, "weights": WEIGHTS, "mapping": np.asarray([0, 0, 1])})
