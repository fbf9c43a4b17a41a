"""Dates as fields and in running text."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.facts import dates


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-10-17", "2025-10-17"),
        ("2025-10-17 17:30", "2025-10-17 17:30"),
        ("2025-10-17T17:30:05+08:00", "2025-10-17 17:30:05"),
        ("2026-01-0815:03:16", "2026-01-08 15:03:16"),
        ("2026年1月8日 9:05", "2026-01-08 09:05"),
        ("26/01/08", "2026-01-08"),
        ("26年1月8日", "2026-01-08"),
        ("2025.6.1", "2025-06-01"),
        ("20250101", "2025-01-01"),
        ("20250101123456", "2025-01-01 12:34:56"),
        ("２０２５年６月１日", "2025-06-01"),
        ("二〇二五年十二月三十一日", "2025-12-31"),
        ("2025-02-29", None),
        ("2025-10-17 25:30", "2025-10-17"),
        ("13800138000", None),
        ("2025/13/1", None),
        ("昨天", None),
        ("", None),
    ],
)
def test_parse_reads_a_field(value: str, expected: str | None):
    assert dates.parse(value) == expected
    assert dates.parse_day(value) == (expected and expected[:10])


def test_find_reads_full_days_only():
    text = "自2025年6月1日起，至二〇二六年五月三十一日止；版本1.2.3，2025年7月，电话2025-6-1234。"
    assert [(day.iso, text[day.start : day.end]) for day in dates.find(text)] == [
        ("2025-06-01", "2025年6月1日"),
        ("2026-05-31", "二〇二六年五月三十一日"),
    ]


@pytest.mark.parametrize(
    ("text", "number"), [("十", 10), ("二十一", 21), ("两", 2), ("十五", 15), ("百", 0), ("", 0)]
)
def test_han_number_reads_numerals_below_a_hundred(text: str, number: int):
    assert dates.han_number(text) == number


@given(st.dates(datetime.date(1950, 1, 1), datetime.date(2099, 12, 31)))
def test_every_day_is_read_back(day: datetime.date):
    written = f"{day.year}年{day.month}月{day.day}日"
    assert dates.parse(written) == dates.parse(day.isoformat()) == day.isoformat()
    assert [found.iso for found in dates.find(f"从{written}起")] == [day.isoformat()]


@given(st.text(max_size=40))
def test_no_text_is_too_odd_to_parse(text: str):
    found = dates.parse(text)
    assert found is None or datetime.date.fromisoformat(found[:10])
