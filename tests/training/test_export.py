"""The table as it is written: one byte a number and one weight a token."""

import numpy as np
import pytest

from index.static_model import StaticModel
from training.export import quantised


def test_bytes_times_weights_give_the_table_back_to_half_a_step():
    table = np.array([[1.27, -0.5, 0.004], [0, 0, 0], [-254, 2, 127]], np.float32)
    arrays = quantised(table)
    assert arrays["embeddings"].tolist() == [[127, -50, 0], [0, 0, 0], [-127, 1, 64]]
    assert arrays["weights"] == pytest.approx([0.01, 0, 2])


@pytest.mark.slow
def test_a_folder_of_bytes_gives_the_vectors_of_sentence_transformers(tmp_path):
    from safetensors.numpy import save_file
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(
        models.WordLevel({"[UNK]": 0, "门": 1, "诊": 2, "报": 3, "销": 4}, unk_token="[UNK]")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    table = np.random.default_rng(3).standard_normal((5, 8)).astype(np.float32)
    folder = tmp_path / "model"
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, table), Normalize()]).save(str(folder))
    texts = ["门诊报销", "报", "门门门诊"]
    exact = StaticModel(folder).embed_passages(texts)

    save_file(quantised(table), folder / "model.safetensors")
    ours = StaticModel(folder).embed_passages(texts)
    reference = SentenceTransformer(str(folder), local_files_only=True).encode(texts)
    assert np.allclose(ours, reference, atol=1e-6)
    assert np.allclose(ours, exact, atol=0.02) and not np.array_equal(ours, exact)
