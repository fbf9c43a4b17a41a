"""What figures add to a score."""

import pytest

from ingest.passage import Passage
from search.effects.amount_effect import (
    IN_RANGE,
    MISSING,
    OUT_OF_RANGE,
    amount_effects,
    asked_amounts,
    lacks_amount,
)
from search.understanding.question import understand


def passage(text, kind="body"):
    return Passage(
        id="p", article_id="a", file="a.txt", ordinal=0, kind=kind, title="t", heading_path=(), text=text,
        start=0, end=len(text),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("question", "dimensions"),
    [
        ("丧葬费能领多少钱", {"money"}),
        ("门诊报几成", {"share"}),
        ("补缴以后多久生效", {"time", "working time"}),
        ("女工人几岁退休", {"age"}),
        ("一年能体检几次", {"count"}),
        ("养老金怎么算", set()),
        ("断缴了还能看病吗", set()),
    ],
)
def test_a_question_asks_for_amounts_of_a_dimension(question, dimensions):
    assert asked_amounts(question) == dimensions


def test_a_passage_without_the_amount_asked_for_stands_back():
    texts = ["次月起第3天生效", "生效以后可以报销", "每月补贴500元"]
    effects = amount_effects(understand("补缴以后多久生效"), [passage(text) for text in texts])
    assert effects == [0.0, MISSING, MISSING]


def test_the_row_in_whose_range_a_figure_falls_comes_before_its_neighbours():
    rows = [
        "工龄: 不满4年；假期: 5天",
        "工龄: 满4年不满9年；假期: 8天",
        "工龄: 9年以上；假期: 12天",
        "假期: 8天",
    ]
    effects = amount_effects(understand("工作了6年休假怎么算"), [passage(row, "table") for row in rows])
    assert effects == [OUT_OF_RANGE, IN_RANGE, OUT_OF_RANGE, 0.0]


def test_full_width_figures_of_a_row_are_read_too():
    (effect,) = amount_effects(understand("工作了6年"), [passage("工龄：满４年不满９年", "table")])
    assert effect == IN_RANGE


def test_a_paragraph_is_no_row():
    assert amount_effects(understand("工作了6年休假怎么算"), [passage("不满4年的休5天")]) == [0.0]


def test_a_question_without_figures_moves_nothing():
    assert amount_effects(understand("怎么请假"), [passage("工龄: 不满4年", "table"), passage("写假条")]) == [
        0.0,
        0.0,
    ]


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("补贴能领多少钱", "补贴每月500元", False),
        ("补贴能领多少钱", "补贴领3个月", True),
        ("补贴怎么领", "到窗口领", False),
    ],
)
def test_an_amount_is_lacking_only_where_one_is_asked_for(question, text, lacks):
    assert lacks_amount(understand(question), passage(text)) is lacks
