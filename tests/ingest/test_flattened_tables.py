"""Tables broken into one cell a line are put together again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.article import Table
from ingest.layout.flattened_tables import find_tables
from ingest.layout.source_lines import source_lines

BEFORE, AFTER = "这一段在表格的前面，说明来历。", "这一段在表格的后面，补充说明。"

RATES = Table(
    "缴费比例表",
    ("险种", "单位", "个人"),
    (("养老保险", "16%", "8%"), ("医疗保险", "8%", "2%"), ("失业保险", "0.5%", "0.5%")),
)
TIERS = Table("各档月缴一览", ("档次", "月缴费"), (("一档", "300元"), ("二档", "500元"), ("三档", "800元")))
CONDITIONS = Table(
    "支取情形表",
    ("情形", "说明", "适用地区", "材料"),
    (
        ("亲人离世", "由家属领走余额", "全国", "火化证明等"),
        ("移居境外", "注销户口以后退还", "个别城市", "护照、签证等"),
        ("调往外地", "新地方不收余额,原地退还", "个别城市", "调令、参保证明等"),
    ),
)
PHONES = Table(
    "咨询电话表",
    ("区县", "地址", "电话"),
    (
        ("东山区", "东山路1号", "0100-12345"),
        ("西河区", "西河大街22号三楼", "0100-54321"),
        ("北岭区", "北岭村口", "0100-11111"),
    ),
)
WITH_DASHES = Table(
    "人员缴费表",
    ("人员类别", "单位", "个人"),
    (("在职职工", "8%", "2%"), ("灵活就业", "—", "8%"), ("退休人员", "—", "—")),
)
COMPARED = Table(
    "两种医保对照",
    ("项目", "城镇职工", "城乡居民"),
    (("缴费主体", "单位和个人", "个人和政府"), ("待遇水平", "较高", "一般"), ("个人账户", "有", "无")),
)
YEARS = Table(
    "历年基数表",
    ("年份", "下限", "上限"),
    (("2022年", "3800", "19000"), ("2023年", "4000", "20000"), ("2024年", "4200", "21000")),
)
SAME_FIGURES = Table(
    "年限对比",
    ("地区", "男性年限", "女性年限"),
    (("甲市", "30年", "25年"), ("乙市", "25年", "20年"), ("丙市", "20年", "15年")),
)
TABLES = (SAME_FIGURES, RATES, TIERS, CONDITIONS, PHONES, WITH_DASHES, COMPARED, YEARS)


def _cells(table: Table) -> list[str]:
    return [*table.header, *(cell for row in table.rows for cell in row)]


def _found(text: str) -> list[Table]:
    return [found.table for found in find_tables(source_lines(text))]


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.title)
def test_cells_without_gaps_between_paragraphs_with_gaps(table: Table):
    text = "\n\n".join([BEFORE, str(table.title), "\n".join(_cells(table)), AFTER])
    assert _found(text) == [table]


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.title)
def test_title_and_cells_in_one_block(table: Table):
    text = "\n\n".join([BEFORE, "\n".join([str(table.title), *_cells(table)]), AFTER])
    assert _found(text) == [table]


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.title)
def test_no_gaps_at_all(table: Table):
    text = "\n".join([BEFORE, str(table.title), *_cells(table), AFTER])
    assert _found(text) == [table]


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.title)
def test_gaps_everywhere(table: Table):
    text = "\n\n".join([BEFORE, str(table.title), *_cells(table), AFTER])
    assert _found(text) == [table]


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.title)
def test_rows_parted_by_gaps(table: Table):
    rows = ["\n".join(row) for row in (table.header, *table.rows)]
    assert _found("\n\n".join([BEFORE, str(table.title), *rows, AFTER])) == [table]


def test_two_tables_after_each_other():
    blocks = [BEFORE]
    for table in (CONDITIONS, RATES):
        blocks += [str(table.title), "\n".join(_cells(table))]
    assert _found("\n\n".join(blocks)) == [CONDITIONS, RATES]


def test_two_tables_in_one_block():
    lines = [line for table in (RATES, TIERS) for line in (str(table.title), *_cells(table))]
    assert _found("\n\n".join([BEFORE, "\n".join(lines), AFTER])) == [RATES, TIERS]


def test_note_behind_a_table_is_no_cell():
    text = "\n\n".join([BEFORE, "\n".join([str(RATES.title), *_cells(RATES), "注：按月缴纳。"])])
    assert _found(text) == [RATES]


def test_rows_still_on_their_lines_are_read():
    text = f"{BEFORE}\n\n药品分类表\n\n类别\t比例\t说明\n甲类\t0\t全报\n乙类\t10%\t先付一成\n\n{AFTER}"
    assert _found(text) == [
        Table("药品分类表", ("类别", "比例", "说明"), (("甲类", "0", "全报"), ("乙类", "10%", "先付一成")))
    ]


def test_rule_line_of_a_bar_table_is_left_out():
    text = "| 类别 | 比例 |\n|---|---|\n| 甲类 | 0 |\n| 乙类 | 10% |"
    assert _found(text) == [Table(None, ("类别", "比例"), (("甲类", "0"), ("乙类", "10%")))]


@pytest.mark.parametrize(
    "lines",
    [
        ["身份证原件", "户口本", "一寸照片两张", "银行卡", "申请表", "委托书"],
        ["到大厅取号", "填写申请表", "提交材料", "等待审核", "领取回执", "缴费", "办结"],
        ["微信", "支付宝", "银行网点", "手机银行", "自助终端", "村居代办"],
    ],
)
def test_list_of_short_lines_is_no_table(lines: list[str]):
    assert _found("\n\n".join([BEFORE, "\n".join(lines), AFTER])) == []
    assert _found("\n".join([BEFORE, *lines, AFTER])) == []


@given(
    st.lists(
        st.sampled_from(["甲", "1.5%", "300元", "缴费标准", "", "一段话。", "• 项", "—", "注：", "表"]),
        max_size=40,
    )
)
def test_tables_lie_in_order_inside_the_text(texts: list[str]):
    lines = source_lines("\n".join(texts))
    position = 0
    for found in find_tables(lines):
        assert position <= found.start < found.end <= len(lines)
        cells = _cells(found.table)
        assert cells == [line.text for line in lines[found.start : found.end]]
        position = found.end


def test_three_short_columns_of_shares_are_not_taken_for_four():
    cells = [
        "人群",
        "社区医院",
        "其他医院",
        "在职人员",
        "85%",
        "65%",
        "退休未满七十",
        "88%",
        "70%",
        "退休满七十",
        "92%",
        "75%",
    ]
    text = (
        "门诊比例一览\n\n各地不同，以本地公布的为准，下面只是一个例子。\n\n门诊比例表\n\n"
        + "\n".join(cells)
        + "\n\n以上为示例。\n"
    )
    [found] = find_tables(source_lines(text))
    assert found.table.header == ("人群", "社区医院", "其他医院")
    assert found.table.rows[0] == ("在职人员", "85%", "65%")
