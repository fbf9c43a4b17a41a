"""Typed lines become a text and sections whose offsets fit it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.article import Table
from ingest.assemble import Line, assemble, row_label, table_lines

BODY = [
    Line("paragraph", "概述。"),
    Line("heading", "一、办法", label="办法", level=1),
    Line("heading", "1. 网上", label="网上", level=2),
    Line("item", "• 登录", depth=1, leads=True),
    Line("item", "◦ 扫码", depth=2),
    Line("heading", "二、费用", label="费用", level=1),
    Line("paragraph", "免费。"),
]


def test_headings_nest_by_level():
    paths = [section.heading_path for section in assemble(BODY).sections]
    assert paths == [(), ("办法",), ("办法", "网上"), ("费用",)]


def test_heading_without_text_is_a_section_without_blocks():
    assert assemble(BODY).sections[1].blocks == ()


def test_text_shows_lines_with_inner_items_indented():
    assert assemble(BODY).text == "概述。\n一、办法\n1. 网上\n• 登录\n  ◦ 扫码\n二、费用\n免费。"


def test_spans_read_the_blocks():
    text, sections = assemble(BODY)
    for section in sections:
        for block in section.blocks:
            assert text[block.start : block.end] == block.text


def test_skipped_levels_nest_like_neighbours():
    lines = [Line("heading", "甲", level=2), Line("heading", "乙", level=5), Line("heading", "丙", level=2)]
    assert [s.heading_path for s in assemble(lines).sections] == [("甲",), ("甲", "乙"), ("丙",)]


def test_line_with_a_level_ends_sections_without_opening_one():
    lines = [
        Line("heading", "甲", level=1),
        Line("heading", "乙", level=2),
        Line("paragraph", "在乙里。"),
        Line("paragraph", "回到甲。", level=2),
        Line("paragraph", "回到全文。", level=1),
    ]
    assert [s.heading_path for s in assemble(lines).sections] == [("甲",), ("甲", "乙"), ("甲",), ()]


def test_row_reads_with_its_headers_and_shows_its_cells():
    table = Table("费用表", ("项目", "金额"), (("挂号", "十元"), ("检查", "")))
    text, sections = assemble(table_lines(table))
    first, second = sections[0].blocks
    assert first.text == "项目: 挂号；金额: 十元"
    assert text[first.start : first.end] == "挂号 | 十元"
    assert second.text == "项目: 检查"
    assert text.startswith("项目 | 金额\n")


def test_cells_beyond_the_header_stand_alone():
    assert row_label(("项目",), ("挂号", "十元")) == "项目: 挂号；十元"


def test_heading_needs_a_level():
    with pytest.raises(ValueError, match="level 0"):
        Line("heading", "甲")


@given(
    st.lists(
        st.builds(
            Line,
            kind=st.sampled_from(["paragraph", "item"]),
            text=st.text("文字。 ", min_size=1),
            level=st.integers(0, 3),
            depth=st.integers(0, 3),
        )
    )
)
def test_any_lines_give_spans_that_read_them(lines: list[Line]):
    text, sections = assemble(lines)
    blocks = [block for section in sections for block in section.blocks]
    assert [text[b.start : b.end] for b in blocks] == [line.text for line in lines if line.text.strip()]
    assert [(b.start, b.end) for b in blocks] == sorted((b.start, b.end) for b in blocks)
