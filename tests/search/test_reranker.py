"""A cross-encoder's second look moves the passages it read, and no others; here a small one that the test makes."""

import numpy as np
import pytest

from ingest.errors import BadInputError
from search.reranker import DEPTH, WEIGHT, CrossEncoderReranker, rerank_effects


def make_cross_encoder(folder, labels=1):
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    characters = ["[UNK]", "[PAD]", "[SEP]", *"断缴后余额能用吗停保医疗费用照常支付"]
    vocabulary = {character: number for number, character in enumerate(dict.fromkeys(characters))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A", pair="$A [SEP] $B:1", special_tokens=[("[SEP]", 2)]
    )
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        initializer_range=1.0, num_labels=labels, pad_token_id=1,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]", sep_token="[SEP]"
    )
    fast.save_pretrained(folder)
    return str(folder)


@pytest.mark.slow
def test_a_cross_encoder_gives_the_probabilities_of_its_own_library(tmp_path):
    import torch
    from sentence_transformers import CrossEncoder

    folder = make_cross_encoder(tmp_path / "tiny")
    question, texts = "断缴后余额能用吗", ["停保后余额照常支付", "医疗费用", "余额"]
    found = CrossEncoderReranker(folder).probabilities(question, texts)
    raw = CrossEncoder(folder, local_files_only=True).predict(
        [(question, text) for text in texts], activation_fn=torch.nn.Identity()
    )
    assert found == pytest.approx(1 / (1 + np.exp(-raw)), abs=1e-5)
    assert len(set(found.round(4))) == 3


@pytest.mark.slow
def test_a_model_with_several_scores_is_refused(tmp_path):
    with pytest.raises(BadInputError, match="3 scores"):
        CrossEncoderReranker(make_cross_encoder(tmp_path / "three", labels=3))


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(BadInputError, match="does not exist"):
        CrossEncoderReranker(str(tmp_path / "none"))


class _LikesLong:
    def probabilities(self, question, texts):
        return np.asarray([min(1.0, len(text) / 10) for text in texts], np.float32)


def test_effects_move_what_was_read_by_half_the_weight_at_most():
    texts = ["十" * 10, "", "五" * 5]
    scores = np.asarray([0.1, 0.3, 0.2], np.float32)
    effects = rerank_effects(_LikesLong(), "问", scores, lambda rows: [texts[row] for row in rows])
    assert effects.tolist() == pytest.approx([WEIGHT / 2, -WEIGHT / 2, 0.0])


def test_only_the_best_are_read():
    scores = np.linspace(1, 0, DEPTH + 5, dtype=np.float32)
    effects = rerank_effects(_LikesLong(), "问", scores, lambda rows: ["长" * 10] * len(rows))
    assert np.flatnonzero(effects).tolist() == list(range(DEPTH))
