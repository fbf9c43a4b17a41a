"""The year that content applies to."""

import pytest

from ingest.year import content_year


@pytest.mark.parametrize(
    ("title", "headings", "text", "expected"),
    [
        ("2025年绵阳缴费基数", (), "如下。", 2025),
        ("2025绵阳医保新规", (), "如下。", 2025),
        ("参保问答（2025年11月版）", (), "答：可以。", 2025),
        ("2026年度居民医保通告", (), "2025年10月1日至12月31日集中缴费。", 2026),
        ("2026年医保", ("2025年标准",), "如下。", 2025),
        ("标准", ("2024-2025年度标准",), "如下。", 2025),
        ("标准", (), "2025年个人缴费400元，比2024年缴费标准高20元。", 2025),
        ("标准", (), "个人缴费400元，以2024年最低基数计算。", 2024),
        ("2026年标准", (), "2025年缴费标准为400元。", 2025),
        # days, borders, numbers, births, revisions are no years of content
        ("医保政策(2026年1月8日)", (), "如下。", None),
        ("标准", (), "2014年1月1日前参保的，按10年执行。", None),
        ("标准", (), "绵阳2023年前可以支取。", None),
        ("标准", (), "自2024年起缴费标准提高。", None),
        ("标准", (), "1962年出生的参保人。2003年参加工作。", None),
        ("《某某法》（2018年修订）", (), "第一条", None),
        ("标准", (), "起付线2000元，缴费标准不变。", None),
        ("标准", (), "依据川某发〔2024〕3号缴费标准。", None),
        ("标准", (), "2024年缴费标准380元；2025年缴费标准400元。", 2024),
        ("", (), "", None),
    ],
)
def test_content_year_is_what_the_rule_is_for(title, headings, text, expected):
    assert content_year(title, headings, text) == expected
