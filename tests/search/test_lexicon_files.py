"""The lexicon's files: enough of them, each term once, nothing that belongs elsewhere."""

import re
from collections import Counter

import pytest

from index.words import domain_words, segmenter
from ingest.data import LEXICON
from search.understanding.synonyms import Synonyms

GROUPS = [
    group
    for line in (LEXICON / "synonyms.txt").read_text(encoding="utf-8").splitlines()
    if (group := line.split("#", 1)[0].strip())
]
SYMMETRIC = [group.split() for group in GROUPS if "->" not in group]


def test_there_are_enough_domain_words_each_once():
    words = domain_words()
    assert len(words) >= 1200
    assert [word for word, times in Counter(words).items() if times > 1] == []


def test_domain_words_are_two_to_ten_chinese_characters():
    assert [word for word in domain_words() if not re.fullmatch("[\u4e00-\u9fff]{2,10}", word)] == []


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("个人账户余额", ["个人账户", "余额"]),
        ("居民医保待遇", ["居民医保", "待遇"]),
        ("职工医保断缴", ["职工医保", "断缴"]),
    ],
)
def test_domain_words_do_not_break_their_neighbours(text, cut):
    assert list(segmenter().plain(text)) == cut


def test_there_are_enough_groups_none_twice():
    assert len(GROUPS) >= 350
    assert [group for group, times in Counter(GROUPS).items() if times > 1] == []


def test_terms_have_two_to_ten_characters():
    terms = {term for group in GROUPS for term in group.replace("->", " ").split()}
    assert sorted(term for term in terms if not 2 <= len(term) <= 10) == []


def test_no_term_stands_in_two_symmetric_groups():
    times = Counter(term for group in SYMMETRIC for term in set(group))
    assert [term for term, n in times.items() if n > 1] == []


def test_a_group_names_no_term_twice():
    sides = [side.split() for group in GROUPS for side in group.split("->")]
    assert [side for side in sides if len(set(side)) < len(side)] == []


@pytest.mark.parametrize(
    ("question", "meaning"),
    [
        ("断交了怎么办", "断缴"),
        ("钱能取现吗", "提取"),
        ("奶奶过世了", "死亡"),
        ("交的是新农合", "居民医保"),
        ("门槛费多少", "起付线"),
        ("想去药房", "定点零售药店"),
    ],
)
def test_laymans_terms_lead_to_official_ones(question, meaning):
    assert meaning in dict(Synonyms.load().expand(question))


@pytest.mark.parametrize(("question", "meaning"), [("居民医保", "新农合"), ("工作调动", "调走")])
def test_one_sided_terms_do_not_lead_back(question, meaning):
    assert meaning not in dict(Synonyms.load().expand(question))
