"""Levels of headings that the source marks."""

from ingest.assemble import Line
from ingest.layout.marked_headings import settle_levels


def heading(text: str, level: int) -> Line:
    return Line("heading", text, label=text.lstrip("# "), level=level)


def test_marked_levels_outweigh_the_wording():
    lines = settle_levels([heading("## 参保", 1), heading("### 新生儿", 1), heading("一、材料", 2)])
    assert [(line.text, line.level) for line in lines] == [("参保", 2), ("新生儿", 3), ("一、材料", 8)]


def test_marked_line_that_reads_like_text_is_a_heading():
    (line,) = settle_levels([Line("paragraph", "### 卡丢了，怎么办：")])
    assert (line.kind, line.text, line.label, line.level) == (
        "heading",
        "卡丢了，怎么办：",
        "卡丢了，怎么办",
        3,
    )


def test_marked_sentence_stays_a_paragraph_without_its_mark():
    (line,) = settle_levels([Line("paragraph", "## 请在年底前缴费。")])
    assert (line.kind, line.text) == ("paragraph", "请在年底前缴费。")


def test_one_kind_of_number_keeps_one_level():
    lines = settle_levels(
        [heading("## 一、参保", 1), heading("二、缴费", 1), Line("paragraph", "总之，早点办。", level=1)]
    )
    assert [(line.text, line.level) for line in lines] == [
        ("一、参保", 1),
        ("二、缴费", 1),
        ("总之，早点办。", 1),
    ]


def test_text_without_marks_is_left_alone():
    lines = [heading("参保", 1), Line("paragraph", "#话题 不是标题", level=1), Line("item", "## 项", depth=1)]
    assert settle_levels(lines) == lines
