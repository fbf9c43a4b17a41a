"""Sentence ends, and cuts where there are none."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.sentences import bounded_spans, sentence_spans, sentences


def test_sentences_keep_their_ends_and_closing_quotes():
    assert sentences("能用吗？“能用。”他说。好") == ["能用吗？", "“能用。”", "他说。", "好"]


def test_line_ends_part_sentences():
    assert sentences("甲\n乙。") == ["甲", "乙。"]


def test_long_sentence_is_cut_after_a_clause():
    text = "先到窗口取号，再填写登记表，最后缴费"
    assert [text[a:b] for a, b in bounded_spans(text, 0, len(text), 10)] == [
        "先到窗口取号，",
        "再填写登记表，",
        "最后缴费",
    ]


def test_text_without_any_mark_is_cut_at_length():
    text = "医" * 25
    assert [b - a for a, b in bounded_spans(text, 0, 25, 10)] == [10, 10, 5]


@given(st.text("医保。，？”\n "), st.integers(1, 12))
def test_spans_cover_the_text_without_gaps(text: str, longest: int):
    for spans in (list(sentence_spans(text)), list(bounded_spans(text, 0, len(text), longest))):
        assert "".join(text[a:b] for a, b in spans) == text
        assert all(a < b for a, b in spans)
    assert all(b - a <= longest for a, b in bounded_spans(text, 0, len(text), longest))
