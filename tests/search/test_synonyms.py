"""Synonyms: symmetric groups, one-sided ones, longest match."""

import pytest

from ingest.errors import BadInputError
from search.understanding.synonyms import WEIGHT, Synonyms

GROUPS = """
# verbs
提取 支取 取出来
新农合 -> 居民医保
卡里的钱 -> 个人账户 余额
卡 社保卡
"""


def meanings(question):
    return [meaning for meaning, _ in Synonyms.parse(GROUPS).expand(question)]


def test_terms_of_a_group_stand_for_each_other():
    assert meanings("能支取吗") == ["提取", "取出来"]


def test_an_arrow_leads_one_way_only():
    assert meanings("新农合在外地怎么用") == ["居民医保"]
    assert meanings("居民医保在外地怎么用") == []


def test_the_longest_term_wins():
    assert meanings("卡里的钱") == ["个人账户", "余额"]


def test_a_meaning_that_the_question_already_holds_is_not_repeated():
    assert meanings("提取还是支取") == ["取出来"]


def test_expansions_weigh_less_than_the_users_own_words():
    assert all(weight == WEIGHT < 1 for _, weight in Synonyms.parse(GROUPS).expand("支取"))


@pytest.mark.parametrize("line", ["提取", "提取 ->", "-> 提取"])
def test_a_line_that_relates_nothing_is_refused_with_its_number(line):
    with pytest.raises(BadInputError, match="line 2"):
        Synonyms.parse(f"a b\n{line}")


def test_the_projects_own_groups_are_readable_and_many():
    assert Synonyms.load().found_in("断缴后个账余额") == ["断缴", "个账", "余额"]
