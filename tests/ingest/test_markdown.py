"""Markdown files: front matter, headings, lists, tables, links and emphasis."""

import pytest

from ingest.markdown import read_markdown

GUIDE = """---
title: "海棠市异地就医指南"
date: 2025-02-03
source: 海棠热线
url: https://example.test/guide
region: 海口
---

# 海棠市异地就医指南

先**备案**，再看病。*急诊* 视同已备案，见[说明](https://example.test/x)。

## 备案方式

- 小程序
  - 上传照片
- 窗口

## 报销比例

| 医院 | 比例 |
|:-----|-----:|
| 一级 | 90%  |
| 二级 | `80%` |

> 比例按**结算日**计算。
"""


def test_front_matter_fills_the_fields():
    article = read_markdown("a.md", GUIDE)
    assert article.title == "海棠市异地就医指南"
    assert (article.published, article.source, article.region) == ("2025-02-03", "海棠热线", "海口")
    assert article.url == "https://example.test/guide"
    assert "title:" not in article.text


def test_heading_that_repeats_the_title_is_no_section():
    article = read_markdown("a.md", GUIDE)
    assert article.sections[0].heading_path == ()
    assert {s.heading_path[0] for s in article.sections[1:]} == {"备案方式", "报销比例"}
    assert "#" not in article.text


def test_links_emphasis_and_quotations_become_text():
    article = read_markdown("a.md", GUIDE)
    assert article.text.startswith("先备案，再看病。急诊 视同已备案，见说明。")
    assert article.text.endswith("\n比例按结算日计算。")


def test_table_is_read_with_its_header():
    (table,) = read_markdown("a.md", GUIDE).tables
    assert table.header == ("医院", "比例")
    assert table.rows == (("一级", "90%"), ("二级", "80%"))


def test_item_stands_over_the_items_inside_it():
    sections = [s for s in read_markdown("a.md", GUIDE).sections if s.heading_path[:1] == ("备案方式",)]
    assert [(s.heading_path[1:], [b.text for b in s.blocks]) for s in sections if s.blocks] == [
        (("小程序",), ["- 上传照片"]),
        ((), ["- 窗口"]),
    ]


@pytest.mark.parametrize(
    "text,title,body",
    [
        ("# 标题甲\n\n正文一句。", "标题甲", "正文一句。"),
        ("引言一句。\n\n# 标题甲\n\n正文一句。", "标题甲", "引言一句。\n正文一句。"),
        ("标题甲\n\n正文一句。", "标题甲", "正文一句。"),
        ("标题甲\n=====\n\n正文一句。", "标题甲", "正文一句。"),
        ("---\ntitle: 标题甲\n---\n正文一句。\n正文两句。", "标题甲", "正文两句。"),
    ],
)
def test_title_is_the_front_matters_or_the_first_heading(text: str, title: str, body: str):
    article = read_markdown("a.md", text)
    assert article.title == title
    assert article.text.endswith(body)


def test_text_under_a_front_matter_title_is_kept_whole():
    article = read_markdown("a.md", "---\ntitle: 标题甲\n---\n正文一句。\n正文两句。")
    assert article.text == "正文一句。\n正文两句。"


def test_table_above_the_heading_keeps_its_place():
    text = "| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n\n# 标题\n\n| 丙 | 丁 |\n|---|---|\n| 3 | 4\\|5 |\n"
    article = read_markdown("a.md", text)
    assert article.title == "标题"
    assert [t.rows for t in article.tables] == [(("1", "2"),), (("3", "4|5"),)]
    assert article.text == "甲 | 乙\n1 | 2\n丙 | 丁\n3 | 4|5"


@pytest.mark.parametrize(
    "raw,shown",
    [
        ("按3*4*5计算", "按3*4*5计算"),
        ("请*务必*带证件", "请务必带证件"),
        ("__全部__材料", "全部材料"),
        ("~~旧办法~~新办法", "旧办法新办法"),
        ("![图片](a.png)见上", "图片见上"),
        ("甲<!-- 批注 -->乙", "甲乙"),
        ("路径a_b_c不变", "路径a_b_c不变"),
    ],
)
def test_marks_go_and_text_stays(raw: str, shown: str):
    assert read_markdown("a.md", f"# 标题\n\n{raw}。").text == f"{shown}。"


def test_rules_and_fences_are_left_out():
    assert (
        read_markdown("a.md", "# 标题\n\n```\n一行。\n```\n\n---\n\n* * *\n二行。").text == "一行。\n二行。"
    )


def test_bars_in_prose_make_no_table():
    article = read_markdown("a.md", "# 标题\n\n甲 | 乙\n\n丙 | 丁\n\n戊 | 己")
    assert article.tables == ()
