"""Marks at the beginning of a line."""

import pytest

from ingest.layout.numbering import RANKS, hanzi_number, marker


@pytest.mark.parametrize(
    ("text", "style", "number", "rest"),
    [
        ("一、办理条件", "hanzi", 1, "办理条件"),
        ("十二．其他", "hanzi", 12, "其他"),
        ("（三）城镇职工", "hanzi-bracket", 3, "城镇职工"),
        ("1. 网上办理", "point", 1, "网上办理"),
        ("２．网上办理", "point", 2, "网上办理"),
        ("3、窗口办理", "comma", 3, "窗口办理"),
        ("1.2 所需材料", "decimal", 2, "所需材料"),
        ("(4)身份证", "bracket", 4, "身份证"),
        ("5)身份证", "half-bracket", 5, "身份证"),
        ("③提交", "circle", 3, "提交"),
        ("第二章　缴费", "chapter", 2, "缴费"),
        ("第一节 职工", "section", 1, "职工"),
        ("第三部分 附表", "part", 3, "附表"),
        ("第一步：登录", "step", 1, "登录"),
        ("方法二:电话", "step", 2, "电话"),
        ("A.身份证", "letter", None, "身份证"),
        ("问：能用吗？", "question", None, "能用吗？"),
        ("Q2: 能用吗？", "question", None, "能用吗？"),
        ("• 身份证", "bullet", None, "身份证"),
        ("·身份证", "bullet", None, "身份证"),
        ("- 身份证", "bullet", None, "身份证"),
    ],
)
def test_mark_is_read(text: str, style: str, number: int | None, rest: str):
    mark = marker(text)
    assert mark is not None
    assert (mark.style, mark.number, text[mark.end :]) == (style, number, rest)
    assert style in RANKS


@pytest.mark.parametrize(
    "text",
    [
        "2025年1月起执行",
        "1.5倍工资",
        "-20℃的冬天",
        "第十四条规定",
        "第一节的内容",
        "情况说明",
        "3个月以内",
        "",
        "答：能",
    ],
)
def test_ordinary_beginnings_are_no_marks(text: str):
    assert marker(text) is None


@pytest.mark.parametrize(
    ("text", "value"), [("十", 10), ("二十三", 23), ("一百零二", 102), ("102", 102), ("某", None)]
)
def test_chinese_numbers_have_their_value(text: str, value: int | None):
    assert hanzi_number(text) == value
