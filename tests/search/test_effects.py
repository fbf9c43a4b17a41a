"""What place and date add to a score."""

import datetime

import pytest

from ingest.passage import Passage
from search.effects.date_effect import (
    HAS_EXPIRED,
    NEWEST,
    YEAR_DIFFERS,
    YEAR_MATCHES,
    date_effect,
    is_of_another_year,
)
from search.effects.region_effect import NATIONWIDE, OTHER, PROVINCE, SAME, region_effect

TODAY = datetime.date(2026, 6, 1)


def passage(text="x", **fields):
    return Passage(
        id="p", article_id="a", file="a.txt", ordinal=0, kind="body", title="t", heading_path=(), text=text,
        start=0, end=len(text), **fields,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "held", "effect"),
    [
        (("成都",), "成都", SAME),
        (("四川",), "成都", SAME),
        (("成都",), "四川", PROVINCE),
        (("成都",), None, NATIONWIDE),
        (("成都",), "德阳", OTHER),
        (("山东",), "山西", OTHER),
        ((), "德阳", NATIONWIDE),
    ],
)
def test_the_asked_place_comes_before_its_province_the_nation_and_others(asked, held, effect):
    assert region_effect(asked, held) == effect
    assert SAME > PROVINCE > NATIONWIDE > OTHER


def test_the_year_asked_about_is_that_of_the_content():
    assert date_effect(passage(year=2025), 2025, TODAY) == YEAR_MATCHES
    assert date_effect(passage(year=2024), 2025, TODAY) == YEAR_DIFFERS
    assert date_effect(passage(), 2025, TODAY) == 0


def test_what_has_expired_sinks_from_the_day_after():
    assert date_effect(passage(expires="2026-05-31"), None, TODAY) == HAS_EXPIRED
    assert date_effect(passage(expires="2026-06-01"), None, TODAY) == 0


def test_the_newer_of_two_equals_wins_by_little():
    new, old = (date_effect(passage(published=day), None, TODAY) for day in ("2026-01-08", "2021-01-08"))
    assert new == NEWEST and old == pytest.approx(NEWEST / 2)
    assert date_effect(passage(published="2001-01-01"), None, TODAY) == 0


@pytest.mark.parametrize(
    ("asked", "fields", "other"),
    [
        (None, {}, False),
        (2025, {"year": 2025}, False),
        (2025, {"text": "2025年起每月多领20元。", "year": 2024}, False),
        (2025, {"published": "2025-03-01"}, False),
        (2026, {"published": "2025-03-01"}, True),
        (2026, {"year": 2025, "published": "2026-01-02"}, True),
        (2026, {"year": 2025}, True),
        (2026, {}, True),
    ],
)
def test_a_passage_that_says_nothing_of_the_year_asked_about_is_of_another(asked, fields, other):
    assert is_of_another_year(passage(**fields), asked) is other
