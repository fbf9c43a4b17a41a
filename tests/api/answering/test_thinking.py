"""Thinking aloud is not part of the answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.answering.thinking import WithoutThinking


def read(*pieces: str) -> str:
    without = WithoutThinking()
    return "".join(without.feed(piece) for piece in pieces) + without.finish()


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("可以用。", "可以用。"),
        ("<think>想想</think>可以用。", "可以用。"),
        ("\n<think>\n想想\n</think>\n\n可以用。", "可以用。"),
        ("<think>没有想完", ""),
        ("<thi", "<thi"),
        ("小于 <think> 号", "小于 <think> 号"),
        ("", ""),
    ],
)
def test_thinking_at_the_start_is_left_out(written: str, shown: str) -> None:
    assert read(written) == shown


@given(st.text(max_size=20), st.text(max_size=20), st.integers(1, 5))
def test_pieces_do_not_matter(thought: str, answer: str, size: int) -> None:
    written = f"<think>{thought.replace('</think>', '')}</think>x{answer}"
    pieces = [written[start : start + size] for start in range(0, len(written), size)]
    assert read(*pieces) == read(written) == f"x{answer}"
