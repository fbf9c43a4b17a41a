"""Tables of pages: merged cells, headers of several rows, titles, and tables that only place things."""

import lxml.html
import pytest
from lxml.html import HtmlElement

from ingest.html.tables import grid, is_layout, read_table


def table(html: str) -> HtmlElement:
    found = lxml.html.fromstring(f"<div><table>{html}</table></div>").find("table")
    assert found is not None
    return found


def row(*cells: str) -> str:
    return "<tr>" + "".join(c if c.startswith("<t") else f"<td>{c}</td>" for c in cells) + "</tr>"


def test_first_row_is_the_header():
    read = read_table(table(row("档次", "每月") + row("一档", "40元") + row("二档", "70元")))
    assert (read.title, read.header) == (None, ("档次", "每月"))
    assert read.rows == (("一档", "40元"), ("二档", "70元"))


def test_rowspan_is_repeated_downwards():
    html = row("区域", "窗口") + row("<td rowspan=2>东区</td>", "甲") + row("乙") + row("西区", "丙")
    assert read_table(table(html)).rows == (("东区", "甲"), ("东区", "乙"), ("西区", "丙"))


def test_colspan_is_repeated_sideways():
    html = row("病种", "职工", "居民") + row("透析", '<td colspan="2">每月三千</td>')
    assert read_table(table(html)).rows == (("透析", "每月三千", "每月三千"),)


def test_cell_merged_both_ways_covers_its_square():
    html = row("<td rowspan=2 colspan=2>甲</td>", "乙") + row("丙") + row("丁", "戊", "己")
    assert grid(table(html)) == [["甲", "甲", "乙"], ["甲", "甲", "丙"], ["丁", "戊", "己"]]


def test_header_of_two_rows_is_joined():
    html = (
        row("<td rowspan=2>医院</td>", "<td colspan=2>报销</td>")
        + row("在职", "退休")
        + row("一级", "90%", "95%")
        + row("二级", "85%", "90%")
    )
    read = read_table(table(html))
    assert read.header == ("医院", "报销 在职", "报销 退休")
    assert read.rows[0] == ("一级", "90%", "95%")


def test_header_of_two_rows_without_rowspan_is_joined():
    html = (
        row("<td colspan=2>职工</td>", "<td colspan=2>居民</td>")
        + row("门诊", "住院", "门诊", "住院")
        + row(*"1234")
    )
    read = read_table(table(html))
    assert read.header == ("职工 门诊", "职工 住院", "居民 门诊", "居民 住院")
    assert read.rows == (("1", "2", "3", "4"),)


def test_figures_under_a_merged_header_are_a_row():
    html = row("项目", "<td colspan=2>标准</td>") + row("伙食", "30元", "50元") + row("住宿", "80元", "90元")
    read = read_table(table(html))
    assert read.header == ("项目", "标准", "标准")
    assert len(read.rows) == 2


@pytest.mark.parametrize("first", ["<td colspan=2>缴费标准表</td>", "缴费标准表"])
def test_first_row_of_one_cell_is_the_title(first: str):
    read = read_table(table(row(first) + row("档次", "每月") + row("一档", "40")))
    assert (read.title, read.header, read.rows) == ("缴费标准表", ("档次", "每月"), (("一档", "40"),))


def test_title_unit_and_caption_stand_in_the_title():
    html = (
        "<caption>附表<b>一</b></caption>"
        + row("<td colspan=2>单位：元</td>")
        + row("档", "额")
        + row("一", "40")
    )
    assert read_table(table(html)).title == "附表一 单位：元"


def test_empty_rows_are_left_out():
    assert read_table(table(row("甲", "乙") + row("", " ") + row("丙", "丁"))).rows == (("丙", "丁"),)


def test_short_row_is_filled():
    assert read_table(table(row("甲", "乙", "丙") + row("丁"))).rows == (("丁", "", ""),)


def test_paragraphs_inside_a_cell_are_parted():
    assert grid(table(row("<td><p>甲</p><p>乙</p>丙<br>丁 <b>戊</b></td>"))) == [["甲 乙 丙 丁 戊"]]


@pytest.mark.parametrize("span", ["1000000", "0", "-3", "abc", "", "２"])
def test_odd_spans_do_no_harm(span: str):
    rows = grid(table(row(f'<td colspan="{span}" rowspan="{span}">甲</td>', "乙") + row("丙", "丁")))
    assert len(rows) == 2
    assert len(rows[0]) <= 61


@pytest.mark.parametrize(
    "html,layout",
    [
        (row("甲", "乙") + row("丙", "丁"), False),
        (row("一段长文字"), True),
        (row("左", "右"), True),
        (row("甲") + row("乙") + row("丙"), True),
        (row("甲", "<td><table><tr><td>内</td></tr></table></td>") + row("丙", "丁"), True),
        ("", True),
    ],
)
def test_layout_tables_are_told_from_data(html: str, layout: bool):
    assert is_layout(table(html)) is layout


def test_rows_of_an_inner_table_are_not_the_outer_ones():
    html = row("甲", "<td><table><tr><td>内</td></tr><tr><td>内</td></tr></table></td>")
    assert len(grid(table(html))) == 1


def test_header_alone_is_a_row():
    assert read_table(table(row("甲", "乙"))).rows == (("甲", "乙"),)


def test_table_without_text_has_no_rows():
    assert read_table(table(row("", "") + row("", ""))).rows == ()


def test_facts_one_a_row_have_no_header():
    html = row("事项", "补办社保卡") + row(
        "材料", "本人身份证，代办的还要带上代办人的身份证和由本人签了名的委托书原件"
    )
    read = read_table(table(html))
    assert read.header == ()
    assert read.rows[0] == ("事项", "补办社保卡")


def test_second_column_with_a_name_has_a_header():
    html = row("事项", "办理条件") + row(
        "补卡", "卡片丢了或者坏了，并且已经挂失，身份证件也还在有效期以内的本市参保人员"
    )
    assert read_table(table(html)).header == ("事项", "办理条件")


def test_row_of_one_merged_cell_names_the_rows_below():
    html = (
        row("档次", "每月")
        + row("<td colspan=2>职工</td>")
        + row("一档", "40元")
        + row("<td colspan=2>居民</td>")
        + row("二档", "70元")
        + row("<td colspan=2>注：七月起算。</td>")
    )
    read = read_table(table(html))
    assert read.header == ("", "档次", "每月")
    assert read.rows == (("职工", "一档", "40元"), ("居民", "二档", "70元"), ("注：七月起算。", "", ""))


def test_note_below_a_table_adds_no_column():
    html = row("档", "元") + row("一", "40") + row("<td colspan=2>备注：按月缴。</td>")
    read = read_table(table(html))
    assert (read.header, read.rows) == (("档", "元"), (("一", "40"), ("备注：按月缴。", "")))
