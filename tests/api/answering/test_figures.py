"""Figures that a model made up are named."""

import pytest

from api.answering.figures import unfounded_figures

PASSAGES = [
    "第一档每月缴纳三百八十六元，2025年3月起执行。",
    "报销比例为百分之七十，封顶线1.2万元，另有 2,500 元。",
]


@pytest.mark.parametrize(
    "answer",
    [
        "每月386元[1]。",
        "报销70%[2]，最高12000元。",
        "最高1.2万元，另有2500元。",
        "２０２５年３月起。",
        "分3步办理，见第9条。",  # no unit: neither money nor time
        "",
    ],
)
def test_figures_of_the_passages_are_founded(answer: str) -> None:
    assert unfounded_figures(answer, PASSAGES) == []


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        ("每月368元。", ["368"]),
        ("报销80%，每月386元，再报80%。", ["80"]),
        ("最高2万元，六个月内办。", ["2万", "六"]),
        ("0.5倍", ["0.5"]),
    ],
)
def test_other_figures_are_named_once(answer: str, named: list[str]) -> None:
    assert unfounded_figures(answer, PASSAGES) == named
