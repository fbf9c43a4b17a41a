"""What frames a question weighs little."""

import pytest

from search.understanding.term_weights import FRAME, term_weight


@pytest.mark.parametrize("term", ["吗", "能", "能+用", "怎么", "多少"])
def test_framing_terms_weigh_little(term):
    assert term_weight(term) == FRAME


@pytest.mark.parametrize("term", ["余额", "断+缴", "医", "能+刷", "2025年"])
def test_terms_of_the_topic_weigh_one(term):
    assert term_weight(term) == 1.0


def test_a_plus_sign_alone_is_no_topic_of_its_own():
    assert term_weight("用+能") == FRAME
