"""Items, their depth, and the lines that lead into them."""

from ingest.layout.lists import ListLine, read_lists
from ingest.layout.source_lines import source_lines


def _places(text: str, apart: frozenset[int] = frozenset()) -> list[ListLine]:
    return read_lists(source_lines(text), apart)


def test_indentation_makes_inner_items():
    places = _places("• 甲\n  • 乙\n  • 丙\n• 丁")
    assert [place.depth for place in places] == [1, 2, 2, 1]


def test_another_bullet_makes_inner_items():
    places = _places("• 甲：\n◦ 乙\n◦ 丙\n• 丁")
    assert [place.depth for place in places] == [1, 2, 2, 1]


def test_bullets_below_numbers_are_inner_items():
    places = _places("1. 甲。\n• 乙\n• 丙\n2. 丁。")
    assert [place.depth for place in places] == [1, 2, 2, 1]


def test_colon_leads_into_what_follows():
    places = _places("材料如下：\n• 身份证\n• 照片")
    assert [place.leads for place in places] == [True, False, False]


def test_item_leads_into_its_inner_items():
    assert _places("• 甲\n  • 乙")[0] == ListLine(1, True)


def test_colon_before_a_heading_leads_nowhere():
    assert _places("步骤如下：\n一、登录\n打开。", frozenset({1}))[0] == ListLine(0, False)


def test_short_lines_behind_a_colon_are_items():
    assert [place.depth for place in _places("材料如下：\n身份证\n照片\n交到窗口，当场办结。")] == [
        0,
        1,
        1,
        0,
    ]


def test_heading_ends_a_list():
    places = _places("• 甲\n标题\n  • 乙", frozenset({1}))
    assert [place.depth for place in places] == [1, 0, 1]
