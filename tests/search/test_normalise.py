"""One spelling for what people write in many ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.understanding.normalise import normalise


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("醫療保險斷繳", "医疗保险断缴"),
        ("ＡＰＰ怎么登陆", "app怎么登录"),
        ("医保帐户和银行帐号", "医保账户和银行账号"),
        ("身分证", "身份证"),
        ("  医保\n\u3000断缴  ", "医保 断缴"),
        ("２０２５年", "2025年"),
        ("医保断缴", "医保断缴"),
    ],
)
def test_ways_of_writing_become_one(written, normal):
    assert normalise(written) == normal


@given(st.text())
def test_normalising_twice_changes_nothing_more(text):
    once = normalise(text)
    assert normalise(once) == once
