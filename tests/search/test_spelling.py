"""Homophones and pinyin are read as what was meant; what is right stays as it is."""

import pytest

from search.understanding.spelling import Corrector

VOCABULARY = {"断缴": 9, "余额": 12, "一般": 30, "以+后": 5}


@pytest.fixture(scope="module")
def corrector():
    return Corrector(VOCABULARY)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("医宝卡丢了怎么办", "医保卡丢了怎么办"),
        ("抱销比例是多少", "报销比例是多少"),
        ("断教以后于额还在吗", "断缴以后余额还在吗"),
        ("门珍费用", "门诊费用"),
        ("德羊的医保", "德阳的医保"),
        ("灵活旧业怎么交", "灵活就业怎么交"),
        ("shebao怎么转", "社保怎么转"),
        ("yibao余额tixian", "医保余额提现"),
    ],
)
def test_what_sounds_like_a_domain_word_is_read_as_it(corrector, written, meant):
    assert corrector.correct(written).text == meant


@pytest.mark.parametrize(
    "right",
    [
        "公积金怎么提取",
        "我离家太远了怎么办",
        "只报一半是为什么",
        "用人单位有什么义务",
        "工资金额怎么算",
        "不交社保违法吗",
        "java程序怎么连接数据库",
        "红烧肉怎么做",
        "啥时能报销",
        "自主参保要什么材料",
    ],
)
def test_what_is_right_stays_as_it_is(corrector, right):
    assert corrector.correct(right) == (right, ())


def test_changes_are_reported(corrector):
    assert corrector.correct("医宝断教").changes == (("医宝", "医保"), ("断教", "断缴"))


@pytest.mark.shared
def test_few_questions_of_the_field_are_changed(corrector, shared):
    import json

    rows = (shared / "data" / "domain_paraphrases.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [question for row in rows for question in json.loads(row)["queries"]]
    changed = sum(bool(corrector.correct(question).changes) for question in questions)
    # About 300 of these 20,923 questions were written with typos on purpose.
    assert 200 < changed < 0.02 * len(questions)
