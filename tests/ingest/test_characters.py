"""Characters that carry no text."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.characters import clean_characters


def test_line_ends_become_one_kind():
    assert clean_characters("甲\r\n乙\r丙\u2028丁\x0b戊") == "甲\n乙\n丙\n丁\n戊"


def test_invisible_characters_go_and_odd_spaces_become_plain():
    assert clean_characters("\ufeff医\x00保\u200b卡\u00a0余\u00ad额\ud800") == "医保卡 余额"


def test_ideographic_space_and_typos_stay():
    assert clean_characters("\u3000\u3000封村 ,帐户") == "\u3000\u3000封村 ,帐户"


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str):
    once = clean_characters(text)
    assert clean_characters(once) == once
    once.encode("utf-8")
