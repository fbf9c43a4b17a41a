"""The dense leg: exact where it is small, as good as exact where it is not."""

import faiss
import numpy as np
import pytest

from index.vectors import CODES, VECTORS, VectorIndex, VectorWriter

DIMENSION = 32


def unit_vectors(count, seed=1):
    """Vectors in some hundred clusters, as texts have."""
    generator = np.random.default_rng(seed)
    centres = generator.standard_normal((100, DIMENSION))
    vectors = centres[generator.integers(0, 100, count)] + 0.5 * generator.standard_normal((count, DIMENSION))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    folder = tmp_path_factory.mktemp("向量")
    vectors = unit_vectors(8000)
    VectorIndex.build(vectors).save(folder)
    return vectors, VectorIndex.open(folder, coded=True)


def exact(vectors, vector, k, allowed=None):
    scores = vectors @ vector
    if allowed is not None:
        scores = np.where(allowed, scores, -1)
    return np.argsort(-scores, kind="stable")[:k].tolist()


def test_a_small_index_is_searched_exactly(tmp_path):
    vectors = unit_vectors(50)
    VectorIndex.build(vectors).save(tmp_path)
    assert not (tmp_path / CODES).exists()
    index = VectorIndex.open(tmp_path, coded=False)
    assert index.search(vectors[7], 5, None).rows.tolist() == exact(vectors, vectors[7], 5)
    assert index.search(vectors[7], 10_000, None).rows[0] == 7


def test_a_large_index_finds_what_an_exact_search_finds(large):
    vectors, index = large
    asked = unit_vectors(50, seed=2)
    found = [len({*index.search(q, 10, None).rows.tolist()} & {*exact(vectors, q, 10)}) for q in asked]
    assert index.coded and sum(found) / 500 >= 0.98


@pytest.mark.parametrize("share", [2, 20, 4000])
def test_only_allowed_rows_are_found_and_the_best_of_them(large, share):
    vectors, index = large
    allowed = np.arange(len(vectors)) % share == 0
    hits = index.search(vectors[5], 10, allowed)
    assert allowed[hits.rows].all()
    positive = [
        row
        for row in exact(vectors, vectors[5], 10, allowed)
        if allowed[row] and vectors[row] @ vectors[5] > 0
    ]
    assert len({*hits.rows.tolist()} & {*positive}) >= len(positive) - 1


def test_scores_are_exact_cosines_and_fall(large):
    vectors, index = large
    hits = index.search(vectors[3], 20, None)
    assert hits.scores == pytest.approx(vectors[hits.rows] @ vectors[3], abs=1e-6)
    assert (np.diff(hits.scores) <= 0).all()


def test_recall_is_measured(large):
    _, index = large
    assert 0.98 <= index.recall() <= 1.0


def test_codes_that_find_too_little_are_not_kept():
    """One direction stands out so far that four bits for two dimensions see nothing of the others."""
    generator = np.random.default_rng(3)
    vectors = generator.standard_normal((8000, 2)) * [1, 0.01]
    vectors = np.hstack([vectors, np.full((8000, 1), 20.0), np.zeros((8000, 1))])
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    index = VectorIndex.build(vectors)
    assert not index.coded and index.recall() == 1.0


def test_two_builds_are_the_same_to_the_byte(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        VectorIndex.build(unit_vectors(6000)).save(tmp_path / name)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_a_vector_of_zeros_is_never_found(tmp_path):
    vectors = np.vstack([unit_vectors(3), np.zeros((1, DIMENSION), np.float32)])
    index = VectorIndex.build(vectors)
    assert 3 not in index.search(vectors[0], 10, None).rows
    assert not len(index.search(vectors[3], 10, None).rows)


def test_values_that_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match="finite"):
        VectorIndex.build(np.asarray([[np.nan, 1.0]], np.float32))


@pytest.mark.parametrize("content", [b"", b"IxFI", b"not an index at all" * 10])
def test_a_file_that_is_no_index_is_an_error(tmp_path, content):
    (tmp_path / "vectors.faiss").write_bytes(content)
    with pytest.raises((OSError, RuntimeError, ValueError)):
        VectorIndex.open(tmp_path, coded=False)


def test_the_file_of_vectors_is_what_faiss_writes(tmp_path):
    vectors = unit_vectors(50)
    writer = VectorWriter(tmp_path, vectors.shape[1])
    for start in range(0, 50, 20):
        writer.add(vectors[start : start + 20])
    writer.finish()
    assert np.array_equal(VectorIndex.open(tmp_path, coded=False).vectors, vectors)
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    assert (tmp_path / VECTORS).read_bytes() == faiss.serialize_index(flat).tobytes()
