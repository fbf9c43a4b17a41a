"""Spellings that match each other."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.folding import _fold_together, fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("醫療保險", "医疗保险"),
        ("ＡＰＰ１２３％", "app123%"),
        ("个人帐户", "个人账户"),
        ("〔2024〕１号", "〔2024〕1号"),
        ("㈠①", "(一)1"),
        ("cafe\u0301", "café"),
    ],
)
def test_spellings_are_folded(written, folded):
    assert fold(written) == folded


@given(st.text())
@example("\u1112\u1161\u11ab")
@example("a\u0345\u0301")
@example("\u212b\u0323")
def test_folding_by_character_is_folding_together(text):
    assert fold(text) == _fold_together(text)
