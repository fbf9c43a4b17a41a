"""Which sections are read together."""

from ingest.assemble import Line, assemble
from ingest.coherence import JOINED_CHARACTERS, joined_sections


def _joined(*lines: Line) -> list[tuple[tuple[str, ...], str]]:
    text, sections = assemble(lines)
    return [
        (s.heading_path, text[s.blocks[0].start : s.blocks[-1].end] if s.blocks else "")
        for s in joined_sections(text, sections)
    ]


def _section(name: str, level: int, text: str) -> tuple[Line, Line]:
    return Line("heading", name, level=level), Line("paragraph", text)


def test_short_subsections_are_joined_with_their_headings():
    lines = (Line("heading", "办法", level=1), *_section("网上", 2, "登录。"), *_section("窗口", 2, "取号。"))
    assert _joined(*lines) == [(("办法",), "网上\n登录。\n窗口\n取号。")]


def test_headings_without_text_of_their_own_are_kept():
    lines = (
        Line("heading", "办法", level=1),
        Line("heading", "线上", level=2),
        *_section("网上", 3, "登录。"),
    )
    assert _joined(*lines) == [(("办法",), "线上\n网上\n登录。")]


def test_siblings_are_not_joined():
    lines = (*_section("网上", 1, "登录。"), *_section("窗口", 1, "取号。"))
    assert _joined(*lines) == [(("网上",), "登录。"), (("窗口",), "取号。")]


def test_long_subsections_stay_apart_and_short_ones_below_them_are_joined():
    lines = (
        Line("heading", "办法", level=1),
        *_section("网上", 2, "字" * JOINED_CHARACTERS),
        Line("heading", "窗口", level=2),
        *_section("取号", 3, "排队。"),
        *_section("缴费", 3, "付款。"),
    )
    assert [path for path, _ in _joined(*lines)] == [("办法",), ("办法", "网上"), ("办法", "窗口")]


def test_questions_are_not_joined():
    lines = (
        Line("heading", "问答", level=1),
        *_section("怎么缴费", 2, "网上缴。"),
        *_section("能退吗？", 2, "能。"),
    )
    assert [path for path, _ in _joined(*lines)] == [("问答",), ("问答", "怎么缴费"), ("问答", "能退吗？")]


def test_lead_is_read_with_the_section_it_introduces():
    lines = (
        Line("paragraph", "办法有两种："),
        *_section("网上", 1, "登录。"),
        *_section("窗口", 1, "取号。"),
    )
    assert _joined(*lines) == [((), "办法有两种：\n网上\n登录。"), (("窗口",), "取号。")]


def test_lead_below_its_own_heading_stays_there():
    lines = (*_section("不会清零", 1, "说明如下："), *_section("原因", 1, "归个人。"))
    assert [path for path, _ in _joined(*lines)] == [("不会清零",), ("原因",)]


def test_lead_does_not_make_a_passage_too_long():
    lines = (Line("paragraph", "办法如下："), *_section("网上", 1, "字" * 399))
    assert [path for path, _ in _joined(*lines)] == [(), ("网上",)]


def test_places_are_not_joined_with_each_other_or_with_what_holds_everywhere():
    lines = (
        Line("heading", "年限", level=1),
        *_section("成都", 2, "二十年。"),
        *_section("其他城市", 2, "看当地。"),
    )
    assert [path for path, _ in _joined(*lines)] == [("年限",), ("年限", "成都"), ("年限", "其他城市")]


def test_table_rows_are_not_joined():
    lines = (Line("heading", "费用", level=1), Line("heading", "费用表", level=2), Line("row", "挂号 | 十元"))
    assert [path for path, _ in _joined(*lines)] == [("费用",), ("费用", "费用表")]
