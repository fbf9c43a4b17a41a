import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.effects.quantities import Quantity, quantities, without_quantities


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("起付线为1,200元", [("money", 1200.0)]),
        ("最高补贴1.5万元", [("money", 15000.0)]),
        ("两千元以内", [("money", 2000.0)]),
        ("按百分之七十报销", [("share", 70.0)]),
        ("费率为8%和2‰", [("share", 8.0), ("share", 0.2)]),
        ("等待期为三个月", [("time", 90.0)]),
        ("5个工作日办结", [("working time", 5.0)]),
        ("断缴满15日", [("time", 15.0)]),
        ("年满60周岁", [("age", 60.0)]),
        ("工资的3倍", [("multiple", 3.0)]),
    ],
)
def test_quantities_are_read_in_their_smallest_unit(text, expected):
    assert [(q.dimension, pytest.approx(q.value)) for q in quantities(text)] == expected


@pytest.mark.parametrize(
    "text", ["2025年6月1日起施行", "次月15日起", "第十二条", "9:30开门", "每年7月", "沪府〔2024〕12号"]
)
def test_days_of_the_calendar_and_numbers_of_articles_are_no_amounts(text):
    assert quantities(text) == []


def test_amount_carries_what_was_written():
    assert quantities("封顶十万元") == [Quantity("money", 100000.0, "十万元")]


def test_without_quantities_leaves_what_is_said_of_them():
    assert without_quantities("第三条 一次性补贴3000元") == " 一次性补贴"


@given(st.integers(1, 9_999_999))
def test_money_in_digits_keeps_its_value(amount):
    assert [q.value for q in quantities(f"共{amount:,}元整")] == [float(amount)]
