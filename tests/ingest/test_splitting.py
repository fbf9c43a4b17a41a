"""Passages: by structure, then sentence, then length; nothing lost, nothing twice."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.article import Article, Table, Teaser
from ingest.assemble import Line, assemble, table_lines
from ingest.passage import MAX_CHARACTERS
from ingest.scraped import read_scraped
from ingest.splitting import split

FIXTURES = sorted((Path(__file__).parent / "fixtures" / "scraped").glob("*.txt"))


def _article(*lines: Line, teasers: tuple[Teaser, ...] = ()) -> Article:
    text, sections = assemble(lines)
    return Article(id="a", file="a.txt", title="标题", text=text, sections=sections, teasers=teasers)


def _sentence(characters: int) -> str:
    return "字" * (characters - 1) + "。"


def _assert_nothing_lost(article: Article) -> None:
    """Spans in order and without overlap; together they hold all of the blocks, and besides only headings."""
    covered: set[int] = set()
    position = 0
    for passage in split(article):
        if passage.kind == "teaser":
            continue
        assert position <= passage.start < passage.end
        assert len(passage.text) <= MAX_CHARACTERS
        position = passage.end
        covered.update(range(passage.start, passage.end))
    blocks = [block for section in article.sections for block in section.blocks]
    body = {i for block in blocks for i in range(block.start, block.end)}
    assert all(article.text[i].isspace() for i in body - covered)
    headings = "".join(article.text[i] for i in sorted(covered - body)).split("\n")
    lines = {line.strip() for line in article.text.split("\n")}
    assert {heading.strip() for heading in headings} <= lines | {""}


def test_section_that_fits_is_one_passage():
    article = _article(
        Line("heading", "一、办法", label="办法", level=1),
        Line("paragraph", "办法如下：", leads=True),
        Line("item", "• 网上", depth=1),
        Line("item", "• 窗口", depth=1),
    )
    (passage,) = split(article)
    assert (passage.heading_path, passage.text) == (("办法",), "办法如下：\n• 网上\n• 窗口")
    assert (passage.title, passage.kind, passage.ordinal) == ("标题", "body", 0)


def test_headings_part_passages():
    article = _article(
        Line("heading", "甲", level=1),
        Line("paragraph", "短。"),
        Line("heading", "乙", level=1),
        Line("paragraph", "也短。"),
    )
    assert [(p.heading_path, p.text) for p in split(article)] == [(("甲",), "短。"), (("乙",), "也短。")]


def test_short_subsections_are_read_in_one_passage():
    article = _article(
        Line("heading", "办法", level=1),
        Line("heading", "网上", level=2),
        Line("paragraph", "登录。"),
        Line("heading", "窗口", level=2),
        Line("paragraph", "取号。"),
    )
    (passage,) = split(article)
    assert (passage.heading_path, passage.text) == (("办法",), "网上\n登录。\n窗口\n取号。")


def test_long_section_is_cut_between_paragraphs():
    article = _article(*(Line("paragraph", _sentence(150)) for _ in range(4)))
    assert [len(p.text) for p in split(article)] == [301, 301]


def test_cut_inside_a_list_is_avoided():
    article = _article(
        Line("paragraph", _sentence(200)),
        Line("paragraph", "分三种：", leads=True),
        *(Line("item", "• " + _sentence(78), depth=1) for _ in range(3)),
    )
    first, second = split(article)
    assert first.text == _sentence(200)
    assert second.text.startswith("分三种：")
    assert second.text.count("•") == 3


def test_list_that_does_not_fit_keeps_its_lead_with_the_first_item():
    article = _article(
        Line("paragraph", "分五种：", leads=True),
        *(Line("item", "• " + _sentence(98), depth=1) for _ in range(5)),
    )
    first, *rest = split(article)
    assert first.text.startswith("分五种：\n•")
    assert all(p.text.startswith("•") for p in rest)


def test_long_paragraph_is_cut_at_sentence_ends():
    article = _article(Line("paragraph", _sentence(90) * 7))
    passages = split(article)
    assert [len(p.text) for p in passages] == [360, 270] or [len(p.text) for p in passages] == [270, 360]
    assert all(p.text.endswith("。") for p in passages)


def test_only_a_sentence_that_is_too_long_is_cut_inside():
    article = _article(Line("paragraph", "短句。" + "字" * 380 + "，" + "字" * 200 + "。"))
    assert [p.text[-1] for p in split(article)][-1] == "。"
    assert max(len(p.text) for p in split(article)) <= MAX_CHARACTERS


def test_questions_share_no_passage():
    article = _article(
        Line("paragraph", "问：能用吗？", leads=True),
        Line("paragraph", "答：能。"),
        Line("paragraph", "问：能退吗？", leads=True),
        Line("paragraph", "答：不能。"),
    )
    assert [p.text for p in split(article)] == ["问：能用吗？\n答：能。", "问：能退吗？\n答：不能。"]


def test_table_is_one_passage_a_row():
    table = Table("费用表", ("项目", "金额"), (("挂号", "十元"), ("检查", "百元")))
    article = _article(
        Line("heading", "费用表", level=1), *table_lines(table), Line("paragraph", "以上为门诊。")
    )
    assert [(p.kind, p.heading_path, p.text) for p in split(article)] == [
        ("table", ("费用表",), "项目: 挂号；金额: 十元"),
        ("table", ("费用表",), "项目: 检查；金额: 百元"),
        ("body", ("费用表",), "以上为门诊。"),
    ]
    _assert_nothing_lost(article)


def test_long_row_is_cut_with_its_name_on_every_piece():
    table = Table(None, ("项目", "说明", "备注"), (("挂号", _sentence(90) * 5, "另行通知"),))
    article = _article(*table_lines(table))
    passages = split(article)
    assert len(passages) == 2
    assert all(p.text.startswith("项目: 挂号；") and len(p.text) <= MAX_CHARACTERS for p in passages)
    assert "说明: 字" in passages[0].text
    assert passages[-1].text.endswith("备注: 另行通知")
    _assert_nothing_lost(article)


def test_teaser_is_a_passage_of_its_own():
    teaser = Teaser("2025年青川缴费标准", "每月三百元", "河湾网", "2025-05-06")
    (body, passage) = split(_article(Line("paragraph", "正文。"), teasers=(teaser,)))
    assert (body.kind, passage.kind) == ("body", "teaser")
    assert (passage.title, passage.source, passage.published) == (teaser.title, "河湾网", "2025-05-06")
    assert (passage.text, passage.start, passage.end) == ("每月三百元", 0, 0)
    assert passage.year == 2025


def test_long_teaser_is_cut_at_sentences():
    teaser = Teaser("标题", _sentence(90) * 6, None, None)
    passages = split(_article(teasers=(teaser,)))
    assert len(passages) == 2
    assert "".join(p.text for p in passages) == teaser.text


def test_changed_paragraph_changes_only_its_own_id():
    def ids(middle: str) -> list[str]:
        lines = []
        for name, text in (("甲", "第一段。"), ("乙", middle), ("丙", "第三段。")):
            lines += [Line("heading", name, level=1), Line("paragraph", text)]
        return [p.id for p in split(_article(*lines))]

    before, after = ids("第二段。"), ids("改过的第二段。")
    assert (before[0], before[2]) == (after[0], after[2])
    assert before[1] != after[1]


def test_equal_paragraphs_have_different_ids():
    article = _article(Line("paragraph", _sentence(300)), Line("paragraph", _sentence(300)))
    first, second = split(article)
    assert first.text == second.text
    assert first.id != second.id


def test_ordinals_count_the_passages():
    article = _article(*(Line("paragraph", _sentence(300)) for _ in range(4)))
    assert [p.ordinal for p in split(article)] == [0, 1, 2, 3]


def test_passage_names_its_own_region():
    article = _article(
        Line("heading", "甲", level=1),
        Line("paragraph", "成都参保人到窗口办理。"),
        Line("heading", "乙", level=1),
        Line("paragraph", "按规定办理。"),
    )
    assert [p.region for p in split(article)] == ["成都", None]


def test_items_about_different_places_are_different_passages():
    article = _article(
        Line("paragraph", "各地年限如下：", leads=True),
        Line("item", "• 成都：二十年。", depth=1),
        Line("item", "• 绵阳：二十五年。", depth=1),
        Line("item", "• 其他城市：看当地。", depth=1),
    )
    assert [(p.region, p.text.count("•")) for p in split(article)] == [("成都", 1), ("绵阳", 1), (None, 1)]


def test_items_about_one_place_stay_together():
    article = _article(
        Line("item", "• 成都职工：二十年。", depth=1),
        Line("item", "• 成都居民：按年缴。", depth=1),
        Line("item", "• 军人：另有规定。", depth=1),
    )
    assert [p.region for p in split(article)] == ["成都"]


@pytest.mark.parametrize("file", FIXTURES, ids=lambda f: f.stem)
def test_fixture_is_split_without_loss(file: Path):
    _assert_nothing_lost(read_scraped(file.name, file.read_text("utf-8")))


_PIECES = st.sampled_from(
    ["参保人可以继续使用余额。", "材料如下：", "• 身份证", "  ◦ 原件", "1. 登录", "一、办法", "问：能用吗？",
     "答：能。", "流程:",
     "断缴三个月内:次月恢复。", "险种", "单位", "8%", "16%", "", "字" * 90, "字" * 399 + "。", "甲，" * 250,
     "第一条 总则。", "——", "!"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=40))
@settings(max_examples=150)
def test_any_scraped_lines_are_split_without_loss(pieces: list[str]):
    article = read_scraped("a.txt", "标题\n" + "\n".join(pieces))
    _assert_nothing_lost(article)
    passages = split(article)
    assert len({p.id for p in passages}) == len(passages)
    assert split(article) == passages


@given(st.text(max_size=300))
@settings(max_examples=150)
def test_any_text_is_read_and_split(text: str):
    article = read_scraped("a.txt", text)
    _assert_nothing_lost(article)
    for section in article.sections:
        for block in section.blocks:
            if block.kind != "row":
                assert article.text[block.start : block.end] == block.text
