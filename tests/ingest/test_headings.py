"""Which lines are headings and how deep they stand."""

import pytest

from ingest.layout.headings import find_headings, is_short_line, split_glued_heading
from ingest.layout.source_lines import source_lines


def _headings(text: str) -> list[tuple[int, str]]:
    outline = find_headings(source_lines(text), [])
    return [(heading.level, heading.label) for _, heading in sorted(outline.headings.items())]


def test_customary_numbering_nests():
    text = "一、甲\n（一）乙\n1. 丙\n（1）丁\n① 戊\n内容。\n二、己\n内容。"
    assert _headings(text) == [(1, "甲"), (2, "乙"), (3, "丙"), (4, "丁"), (5, "戊"), (1, "己")]


def test_numbers_that_restart_at_one_are_siblings():
    assert _headings("1. 甲\n内容。\n1. 乙\n内容。\n1. 丙\n内容。") == [(1, "甲"), (1, "乙"), (1, "丙")]


def test_numbered_lines_with_nothing_under_them_are_items():
    assert _headings("材料如下：\n1. 身份证\n2. 户口本\n3. 照片\n交到窗口。") == []


def test_numbered_sentences_are_items():
    assert _headings("1、先到窗口取号。\n2、再填写登记表。\n说明。") == []


def test_heading_between_two_numbers_belongs_to_the_first():
    text = "补缴办法\n1、准备:\n查记录\n到网站查。\n看政策\n各地不同。\n2、办理:\n到窗口办。"
    assert _headings(text) == [(1, "补缴办法"), (2, "准备"), (3, "查记录"), (3, "看政策"), (2, "办理")]


def test_heading_before_a_restart_closes_the_list():
    text = "可以取的情形\n1、定居:\n可以取。\n2、去世:\n可以继承。\n不能取的情形\n1、欠费:\n先补缴。"
    assert _headings(text) == [
        (1, "可以取的情形"),
        (2, "定居"),
        (2, "去世"),
        (1, "不能取的情形"),
        (2, "欠费"),
    ]


def test_short_label_stands_inside_its_section():
    text = "1、办理:\n单位办\n适用情况:漏缴。\n流程:\n交材料。\n个人办\n流程:\n去窗口。\n2、查询:\n登录。"
    assert _headings(text) == [
        (1, "办理"),
        (2, "单位办"),
        (3, "流程"),
        (2, "个人办"),
        (3, "流程"),
        (1, "查询"),
    ]


def test_labels_after_the_last_number_continue_the_list():
    text = "1、划多少:\n按比例划。\n2、何时到:\n月初到。\n年限不够怎么办:\n先补齐。\n返聘要不要缴:\n不用缴。"
    assert _headings(text) == [(1, "划多少"), (1, "何时到"), (1, "年限不够怎么办"), (1, "返聘要不要缴")]


def test_short_answer_below_the_title_parents_nothing():
    assert _headings("不会清零\n具体说明如下:\n一、原因\n归个人。\n二、例外\n没有。") == [
        (1, "不会清零"),
        (1, "原因"),
        (1, "例外"),
    ]


@pytest.mark.parametrize("answer", ["能", "22710元", "90%", "次月15日起", "男性25年,女性20年", "5月至6月"])
def test_any_short_answer_below_the_title_is_its_own_section(answer: str):
    text = f"{answer}\n职工医保按以下规则处理:\n一、原因\n归个人。\n二、例外\n没有。"
    assert _headings(text) == [(1, answer), (1, "原因"), (1, "例外")]


def test_bare_heading_after_the_list_does_not_make_the_answer_a_parent():
    text = (
        "能\n规则如下:\n一、原因\n归个人。\n二、例外\n没有。\n各地对比\n各地有不同的规定,以下列出三个城市。"
    )
    assert [level for level, _ in _headings(text)] == [1, 1, 1, 1]


def test_first_of_several_bare_headings_is_a_parent():
    text = "怎么绑\n先看说明。\n1、登录\n打开应用。\n2、添加\n填姓名。\n怎么解\n1、进入\n打开页面。"
    assert _headings(text)[0] == (1, "怎么绑")
    assert (1, "怎么解") in _headings(text)
    assert (2, "登录") in _headings(text)


def test_short_bullet_over_deeper_bullets_is_a_heading():
    text = "• 一般：不能取。\n• 例外\n  • 定居：可以取。\n  • 去世：可以继承。\n• 其他：看当地。"
    outline = find_headings(source_lines(text), [])
    assert [(h.level, h.label) for h in outline.headings.values()] == [(1, "例外")]
    assert outline.ends == {4: 1}


def test_sentence_that_leads_into_a_list_is_no_heading():
    assert _headings("用途主要包括以下几个方面：\n1. 看病\n付自费部分。\n2. 买药\n到定点店。") == [
        (1, "看病"),
        (1, "买药"),
    ]


def test_numbered_sentence_that_leads_into_a_list_is_an_item():
    text = "条件：\n（一）缴费满一年。\n（二）被辞退的，包括以下情形：\n1.合同到期。\n2.单位破产。\n（三）已经登记。"
    assert _headings(text) == [(1, "条件")]


def test_run_of_short_lines_is_a_list():
    assert _headings("办理条件。\n身份证\n户口本\n照片\n登记表\n窗口当场办结。") == []


def test_question_with_its_answer_is_a_heading():
    assert _headings("问：能补缴吗？\n答：能。\n问：补多久？\n答：三个月。") == [
        (1, "能补缴吗？"),
        (1, "补多久？"),
    ]


def test_table_title_stands_under_the_heading_it_repeats():
    lines = source_lines("开头一段话。\n抚恤金\n家属可以领。\n抚恤金月数表\n年限\n月数\n五年\n三个月")
    outline = find_headings(lines, [(4, 8)])
    assert [(h.level, h.label) for h in outline.headings.values()] == [(1, "抚恤金"), (2, "抚恤金月数表")]


def test_glued_heading_is_parted_only_where_something_follows():
    assert split_glued_heading("医保卡可以用,具体如下:能用的地方", "1、药店:") == (
        "医保卡可以用,具体如下:",
        "能用的地方",
    )
    assert split_glued_heading("医保卡可以用,具体如下:能用的地方", None) is None
    assert split_glued_heading("具体如下:到窗口办理,带上身份证。", "1、药店:") is None


def test_short_lines_do_not_end_like_sentences():
    assert is_short_line("所需材料")
    assert is_short_line("能补缴吗？")
    assert not is_short_line("带上身份证。")
    assert not is_short_line("时间：九点")
    assert not is_short_line("12333")
