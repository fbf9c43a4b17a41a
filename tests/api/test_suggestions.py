"""Completions for the search box."""

import httpx
import pytest

from api.suggestions import Suggestions

PHRASES = ["断缴后余额还能用吗", "余额怎么查", "医保余额能转给家人吗", "余额怎么查", "異地就醫怎麼備案"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("余额", ["余额怎么查", "断缴后余额还能用吗", "医保余额能转给家人吗"]),
        ("断余用", ["断缴后余额还能用吗"]),
        ("用断", []),
        ("异地", ["異地就醫怎麼備案"]),
        (" 余 额 怎 ", ["余额怎么查"]),
        ("", []),
        ("火星", []),
        ("余" * 500, []),
    ],
)
def test_typed_characters_find_phrases_in_order(typed: str, found: list[str]) -> None:
    assert Suggestions(PHRASES).complete(typed, 8) == found


def test_frequent_phrases_come_first_among_equals() -> None:
    assert Suggestions(["余额清零", "余额查询", "余额查询"]).complete("余额", 8) == ["余额查询", "余额清零"]


def test_no_more_than_asked_for() -> None:
    assert len(Suggestions(PHRASES).complete("余额", 2)) == 2


def test_service_completes_from_titles_and_questions(client: httpx.Client) -> None:
    body = client.get("/suggest", params={"q": "断缴"}).json()
    assert body == {"q": "断缴", "suggestions": ["断缴以后还能报销吗", "断缴以后余额能不能用"]}
    assert client.get("/suggest", params={"q": ""}).json()["suggestions"] == []
    assert client.get("/suggest").status_code == 400
