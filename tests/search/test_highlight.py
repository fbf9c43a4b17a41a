"""What a reader is pointed at in a passage."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.passage import Passage
from search.highlight import read
from search.understanding.question import understand


def passage(text, kind="body", title="年休假规定", headings=()):
    return Passage(
        id="p", article_id="a", file="a.txt", ordinal=1, kind=kind, title=title, heading_path=headings, text=text,
        start=0, end=len(text),
    )  # fmt: skip


def marked(question, text, **fields):
    (reading,) = read(understand(question), [passage(text, **fields)])
    return [text[start:end] for start, end in reading.answers]


def test_the_sentence_that_answers_is_marked_and_not_its_words():
    text = "食堂中午供饭。新员工试用期满以后可以休假。停车要登记。"
    assert marked("试用期能休假吗", text) == ["新员工试用期满以后可以休假。"]


def test_a_sentence_is_whole_though_it_has_semicolons():
    text = "请假三天以内由组长批；超过三天的，由经理批。假条交前台。"
    assert marked("请假找谁批", text) == ["请假三天以内由组长批；超过三天的，由经理批。"]


def test_a_long_sentence_is_cut_at_its_semicolons_without_keeping_them():
    clauses = [f"第{n}类人员的安排由所在的部门按照全年计划统筹确定并且提前公布给大家" for n in "一二三四"]
    text = "；".join([*clauses, "夜班司机的补休由车队长安排"]) + "；其余照旧。"
    assert marked("夜班司机补休谁安排", text) == ["夜班司机的补休由车队长安排"]


def test_a_row_of_a_table_is_marked_whole():
    text = "岗位: 仓库；休假: 8天；批准: 主管"
    assert marked("仓库休假几天", text, kind="table") == [text]


def test_the_question_of_a_faq_is_never_its_answer():
    text = "问：休假能不能折成钱？\n答：不能，当年没休完的转到下一年。\n遇到离职另算。"
    assert marked("休假能不能折成钱", text) == ["不能，当年没休完的转到下一年。"]


def test_a_heading_is_not_marked_but_tells_which_sentence_is_meant():
    text = "1. 夜班补休\n由车队长统一安排。\n2. 停车登记\n到门卫处办理。"
    assert marked("停车登记怎么弄", text) == ["到门卫处办理。"]


def test_the_sentence_with_the_amount_asked_for_comes_first():
    text = "夜班补休按班次计算并登记。夜班补休最多攒12天。"
    assert marked("夜班补休登记以后最多攒多少天", text) == ["夜班补休最多攒12天。"]


@pytest.mark.parametrize(
    ("years", "row"), [(2, "不满4年的：5天。"), (6, "满4年不满9年的：8天。"), (9, "满9年的：12天。")]
)
def test_the_range_that_a_figure_falls_in_is_marked(years, row):
    text = "不满4年的：5天。\n满4年不满9年的：8天。\n满9年的：12天。"
    assert marked(f"工作{years}年休几天", text)[0] == row


def test_who_asks_for_documents_is_shown_the_list():
    text = "补办门禁卡要带的材料：\n• 工牌；\n• 本人照片两张；\n• 部门开的证明。"
    assert marked("补办门禁卡带什么材料", text) == ["工牌；\n• 本人照片两张；\n• 部门开的证明。"]


def test_where_only_the_heading_matches_the_answer_begins_the_text():
    assert (
        marked("休假取消", "能，点撤回就行。三天后生效。", headings=("休假还能取消吗？",))[0]
        == "能，点撤回就行。"
    )


def test_where_nothing_matches_nothing_is_marked():
    (reading,) = read(understand("龙虾怎么蒸"), [passage("食堂中午供饭。")])
    assert reading.answers == () and reading.matched == ()


def test_matched_are_words_of_text_title_or_headings():
    (reading,) = read(understand("年休假在食堂登记"), [passage("食堂中午供饭。")])
    assert {"食堂", "年休假"} <= set(reading.matched) and "登记" not in reading.matched


def test_a_figure_inside_a_longer_one_is_no_match():
    (reading,) = read(understand("10天"), [passage("2010年起有110天。")])
    assert "10" not in reading.matched and "10天" not in reading.matched


@settings(max_examples=60)
@given(
    st.text(alphabet="休假 。；\n：？1.•答（）天", min_size=1, max_size=60),
    st.sampled_from(["body", "table"]),
)
def test_spans_lie_inside_the_text_and_do_not_overlap(text, kind):
    if not text.strip():
        return
    (reading,) = read(understand("休假几天"), [passage(text, kind)])
    ends = [0]
    for start, end in reading.answers:
        assert ends[-1] <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip() and text[end - 1] not in "；;"
        ends.append(end)
