"""Citations: one form, only of passages that exist, whatever pieces the text comes in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.answering.citations import Citations, check


@pytest.mark.parametrize(
    ("written", "shown", "cited", "unknown"),
    [
        ("可以[1]。", "可以[1]。", [1], []),
        ("可以[2][1]，也行[2]。", "可以[2][1]，也行[2]。", [2, 1], []),
        ("可以[1, 3]。", "可以[1][3]。", [1, 3], []),
        ("可以【1】［2］。", "可以[1][2]。", [1, 2], []),
        ("可以[1-3]。", "可以[1][2][3]。", [1, 2, 3], []),
        ("可以[材料2、3]。", "可以[2][3]。", [2, 3], []),
        ("可以[^1]。", "可以[1]。", [1], []),
        ("可以 [1]。", "可以 [1]。", [1], []),
        ("可以 [9]。", "可以。", [], [9]),
        ("可以[1,9]，[0]。", "可以[1]，。", [1], [9, 0]),
        ("可以[3-1]。", "可以[3][1]。", [3, 1], []),
        ("见[附件]和[2025年通知]", "见[附件]和[2025年通知]", [], []),
        ("按国发[2019]5号办理", "按国发[2019]5号办理", [], []),
        ("可以[[9]9]。", "可以。", [], [9]),
        ("没写完[1", "没写完[1", [], []),
        ("", "", [], []),
    ],
)
def test_citations_are_checked(written: str, shown: str, cited: list[int], unknown: list[int]) -> None:
    assert check(written, 3) == (shown, cited, unknown)


def test_a_range_beyond_the_passages_names_its_ends_only() -> None:
    assert check("可以[1-999]。", 2) == ("可以[1]。", [1], [999])


pieces = st.lists(st.text(alphabet="可以 [【]】1290,-、材料x\n", max_size=8), max_size=12)


@given(pieces, st.integers(1, 5))
def test_pieces_do_not_matter(parts: list[str], count: int) -> None:
    whole = Citations(count)
    piecemeal = Citations(count)
    expected = whole.feed("".join(parts)) + whole.finish()
    shown = "".join(piecemeal.feed(part) for part in parts) + piecemeal.finish()
    assert shown == expected
    assert (piecemeal.cited, piecemeal.unknown) == (whole.cited, whole.unknown)


@given(pieces, st.integers(1, 5))
def test_what_is_left_cites_only_what_exists(parts: list[str], count: int) -> None:
    once = check("".join(parts), count)
    assert check(once.text, count) == (once.text, once.cited, [])
    assert set(once.cited) <= set(range(1, count + 1))
