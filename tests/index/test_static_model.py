"""The bundled model: the fast path and sentence-transformers give the same vectors."""

import numpy as np
import pytest

from index.embedder import load_embedder
from index.static_model import BUNDLED
from ingest.errors import BadInputError

TEXTS = [
    "断缴以后余额还能用吗",
    "职工医保个人账户里的钱可以给家里人交居民医保",
    "Ｈｅｌｌｏ 12333，灵活就业人员每月缴费 4542 元",
    "醫保斷繳",
    "x",
]


@pytest.fixture(scope="module")
def model():
    return load_embedder()


@pytest.mark.slow
def test_vectors_equal_those_of_sentence_transformers(model):
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(BUNDLED), local_files_only=True)
    assert model.dimension == reference.get_embedding_dimension()
    expected = reference.encode(TEXTS, normalize_embeddings=True)
    # The reference adds in another order; half precision on disk is the same for both.
    assert np.allclose(model.embed_passages(TEXTS), expected, atol=1e-3)
    assert np.allclose(model.embed_queries(TEXTS), expected, atol=1e-3)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("断缴以后余额还能用吗", [0.0043, -0.0947, -0.0377, 0.0187, -0.0420]),
        ("醫保斷繳", [-0.0222, -0.0374, -0.0150, 0.0329, 0.1300]),
    ],
)
def test_the_first_five_values_are_those_of_the_shipped_weights(model, text, first):
    assert model.embed_queries([text])[0][:5] == pytest.approx(first, abs=1e-4)


def test_vectors_have_length_one_or_zero(model):
    vectors = model.embed_passages([*TEXTS, "", "\n"])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1] * len(TEXTS) + [0, 0], abs=1e-5)
    assert vectors.dtype == np.float32 and vectors.shape == (len(TEXTS) + 2, model.dimension)


def test_a_text_has_the_same_vector_alone_and_in_a_batch(model):
    batch = model.embed_passages(TEXTS)
    for text, vector in zip(TEXTS, batch, strict=True):
        assert model.embed_passages([text])[0] == pytest.approx(vector, abs=1e-6)


def test_a_paraphrase_is_nearer_than_another_topic(model):
    asked, same, other = model.embed_queries(
        [
            "辞职以后医保卡里剩的还花得了不",
            "断缴后个人账户余额仍可正常使用",
            "申请居住证需要准备租房合同和照片",
        ]
    )
    assert asked @ same > asked @ other + 0.2


def test_the_model_is_small_enough_to_ship():
    assert sum(path.stat().st_size for path in BUNDLED.rglob("*") if path.is_file()) <= 16_000_000


def test_a_folder_without_a_model_is_named(tmp_path):
    with pytest.raises(BadInputError, match=tmp_path.name):
        load_embedder(str(tmp_path))
