"""Any sentence-transformers model in place of the bundled one, here one that the test makes itself."""

import numpy as np
import pytest

from index.embedder import load_embedder
from ingest.errors import BadInputError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    base = tmp_path_factory.mktemp("tiny")
    characters = ["[UNK]", "[PAD]", *"断缴后余额能用吗医保卡里的钱异地就医备案问答："]
    vocabulary = {character: number for number, character in enumerate(dict.fromkeys(characters))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        initializer_range=1.0,
    )
    BertModel(config).save_pretrained(base / "bert")
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]")
    fast.save_pretrained(base / "bert")
    transformer = Transformer(str(base / "bert"))
    model = SentenceTransformer(
        modules=[transformer, Pooling(32)], prompts={"query": "问：", "document": "答："}, device="cpu"
    )
    model.save(str(base / "model"))
    return str(base / "model")


def test_it_embeds_with_the_prompts_that_the_model_defines(folder):
    from sentence_transformers import SentenceTransformer

    ours, reference = load_embedder(folder), SentenceTransformer(folder, local_files_only=True)
    asked = ours.embed_queries(["断缴后余额能用吗"])
    assert np.allclose(
        asked, reference.encode(["问：断缴后余额能用吗"], normalize_embeddings=True), atol=1e-5
    )
    stored = ours.embed_passages(["断缴后余额能用吗"])
    assert np.allclose(
        stored, reference.encode(["答：断缴后余额能用吗"], normalize_embeddings=True), atol=1e-5
    )
    assert not np.allclose(asked, stored, atol=1e-3)


def test_vectors_are_float32_of_length_one(folder):
    model = load_embedder(folder)
    vectors = model.embed_passages(["医保卡", "异地就医备案"])
    assert vectors.dtype == np.float32 and vectors.shape == (2, model.dimension)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert model.embed_passages([]).shape == (0, model.dimension)


def test_the_fingerprint_is_that_of_the_weights(folder):
    assert (
        load_embedder(folder).fingerprint == load_embedder(folder).fingerprint != load_embedder().fingerprint
    )


def test_a_model_that_cannot_be_loaded_is_named_with_the_cure():
    with pytest.raises(BadInputError, match="no-such-model"):
        load_embedder("./no-such-model")
