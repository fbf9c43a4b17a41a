"""Terms of the keyword leg."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import words

SAMPLES = [
    "断缴以后个人账户里的余额还能用吗",
    "灵活就业人员参加职工医保的待遇等待期是几个月",
    "参保人跨省异地就医备案后，住院费用可以直接结算。",
    "缴费基数按上年度全口径城镇单位就业人员平均工资核定",
    "我在成都上班，社保由公司代扣代缴，辞职以后怎么办？",
    "小明硕士毕业于中国科学院计算所，后在日本京都大学深造",
    *words.domain_words(),
]


def test_both_segmenters_cut_alike():
    fast, reference = words.rjieba_segmenter(), words.jieba_segmenter()
    for text in SAMPLES:
        assert fast.search(text) == reference.search(text)
        assert fast.plain(text) == reference.plain(text)


@pytest.mark.parametrize("word", ["断缴", "个人账户", "灵活就业", "待遇等待期", "门诊统筹"])
def test_domain_words_stay_whole(word):
    assert word in words.terms(f"请问{word}是什么意思")


def test_words_characters_and_pairs_are_told_apart():
    assert words.terms("断缴") == ["断缴", "断", "缴", "断+缴"]


def test_an_amount_is_a_term_of_its_own_and_matches_by_its_figure():
    found = words.terms("每月4542.5元")
    assert "4542.5元" in found and "4542.5" in found


@pytest.mark.parametrize(
    "written",
    ["川医保规〔2023〕12号", "川医保规[2023]12号", "川医保规（2023）12号", "川医保规〔2023〕第12号"],
)
@pytest.mark.parametrize("before", ["", "现将修订后的实施细则随文印发，按照", "请见"])
def test_a_document_number_is_one_term_whatever_its_brackets_and_surroundings(written, before):
    found = words.terms(before + written)
    assert "川医保规〔2023〕12号" in found
    assert "〔2023〕12号" in found


def test_thousands_separators_and_full_width_figures_are_read_away():
    assert words.terms("１，２００元") == words.terms("1200元")
    assert "3月" in words.terms("2025年3月15日") and "15日" in words.terms("2025年3月15日")


def test_letters_and_digits_in_one_run_stay_together():
    assert [
        t for t in words.terms("b超和12a栋、café") if t.isalnum() and not "\u4e00" <= t[0] <= "\u9fff"
    ] == ["b", "12a", "café"]


def test_traditional_full_width_and_capitals_match_their_plain_forms():
    assert words.terms("醫保ＡＰＰ") == words.terms("医保app")


def test_punctuation_gives_no_terms():
    assert words.terms("，。！？ —— “”") == []


@given(st.text())
def test_any_text_gives_terms_without_white_space(text):
    assert all(term and not any(c.isspace() for c in term) for term in words.terms(text))
