"""Tokenising many texts in step gives the token ids of the `tokenizers` library."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.static_model import BUNDLED
from index.unigram import Unigram

TEXTS = [
    "停保以后医保卡里的余额还能用吗？",
    "2025年度城乡居民医保缴费标准：每人每年400元（个人），补助670元。",
    "",
    " \t　 ",
    "。！？",
    "ＡＰＰ里点“待遇申领”…再选①生育津贴，㎡、℃、½都要看得懂",
    "Straße ΑΣ ΟΔΟΣ İstanbul e\u0301te\u0301 ガーデン ｶﾞ 한국 각",
    "[UNK] 与 a[UNK]b",
    "𠮷野家🏥🏥🏥看病",
    "一行\n又一行\r\n第三行",
    "𪚥𪚥医保𪚥",
    "a\u200bb\ufeffc\x00d",
]
CHARACTERS = st.sampled_from(
    "医保卡余额缴费标准，。：（）%1234 abAB…①㎡½\n\u0301ﾞガ𠮷🏥[]UNK"
) | st.characters(exclude_categories=["Cs"])


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer.from_file(str(BUNDLED / "tokenizer.json"))


@pytest.fixture(scope="module")
def unigram(tokenizer):
    return Unigram.of(tokenizer)


def of_library(tokenizer, texts):
    return [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]


def test_ids_are_those_of_the_library(tokenizer, unigram):
    assert [ids.tolist() for ids in unigram.token_ids(TEXTS)] == of_library(tokenizer, TEXTS)


@given(st.lists(st.text(CHARACTERS, max_size=60), max_size=12))
def test_ids_of_any_texts_are_those_of_the_library(tokenizer, unigram, texts):
    assert [ids.tolist() for ids in unigram.token_ids(texts)] == of_library(tokenizer, texts)


def test_of_two_cuts_that_are_as_good_the_one_of_the_library_is_taken(tmp_path, tokenizer):
    content = json.loads(tokenizer.to_str())
    pieces = {"甲": -1, "乙": -1, "丙": -1, "甲乙": -2, "乙丙": -2, "甲乙丙": -3, "丙甲乙丙": -4}
    content["model"]["vocab"] = [["[UNK]", 0.0], *([piece, float(score)] for piece, score in pieces.items())]
    tied = Tokenizer.from_str(json.dumps(content))
    texts = ["甲乙丙", "乙丙甲乙丙", "丙甲乙丙甲", "甲丁丁乙", "丁", "甲甲乙 丁乙丙，丁"]
    assert [ids.tolist() for ids in Unigram.of(tied).token_ids(texts)] == of_library(tied, texts)


def test_an_unknown_character_is_the_token_of_the_unknown_and_several_in_a_row_are_one(unigram):
    first, second = unigram.token_ids(["医\U00020000\U00020001保", "\U00020000 \U00020001"])
    assert np.count_nonzero(first == 0) == 1 and second.tolist() == [0, 0]


@pytest.mark.parametrize(
    "change",
    [
        {"normalizer": None},
        {"pre_tokenizer": {"type": "Whitespace"}},
        {"model": {"type": "WordLevel", "vocab": {"[UNK]": 0}, "unk_token": "[UNK]"}},
        {"model": {"type": "Unigram", "unk_id": 0, "vocab": [["[UNK]", 0.0], ["五个字一起", -1.0]]}},
    ],
)
def test_a_tokenizer_of_another_kind_is_left_to_the_library(tokenizer, change):
    assert Unigram.of(Tokenizer.from_str(json.dumps(json.loads(tokenizer.to_str()) | change))) is None
