"""Answers that differ stand side by side; answers that agree, or speak of different things, do not."""

from ingest.passage import Passage
from search.conflicts import conflicts
from search.effects.region_effect import OTHER_REGION
from search.highlight import read
from search.response import Leg, Result, Why
from search.understanding.question import understand

WHY = Why(Leg(1, 0.5, 0.1), Leg(1, 0.5, 0.3), 0.1, (), {})


def result(question, text, article, score=0.5, labels=(), **fields):
    passage = Passage(
        id=f"p-{article}", article_id=article, file=f"{article}.txt", ordinal=0, kind="body", title=f"文章{article}",
        heading_path=(), text=text, start=0, end=len(text), **fields,
    )  # fmt: skip
    return Result(passage, score, read(question, [passage])[0].answers, WHY, labels)


def found(asked, *texts, **second):
    question = understand(asked)
    results = [
        result(question, text, chr(ord("a") + n), **(second if n else {})) for n, text in enumerate(texts)
    ]
    return conflicts(question, results)


def test_permission_against_prohibition_is_told_with_both_sentences():
    (conflict,) = found(
        "个人账户的钱可以提取吗",
        "个人账户余额不得提取现金。",
        "退休人员的个人账户余额可以提取一次。",
        region="成都",
    )
    assert conflict.about == "permission"
    assert [(a.says, a.result.passage.id) for a in conflict.answers] == [
        ("不得提取", "p-a"),
        ("可以提取", "p-b"),
    ]
    assert conflict.to_dict()["answers"][1]["region"] == "成都"


def test_both_permissions_are_no_conflict():
    assert not found("个人账户的钱可以提取吗", "个人账户余额可以提取。", "符合条件的，可提取个人账户余额。")


def test_a_sentence_that_sets_out_cases_is_no_simple_answer():
    assert not found(
        "个人账户的钱可以提取吗", "个人账户余额可以提取，但在职人员不得提取。", "个人账户余额不得提取现金。"
    )


def test_different_amounts_in_alike_sentences_are_told():
    (conflict,) = found(
        "生育一次性补贴是多少钱", "生育一孩的家庭，一次性补贴2000元。", "生育一孩的家庭，一次性补贴三千元。"
    )
    assert (conflict.about, [a.says for a in conflict.answers]) == ("money", ["2000元", "三千元"])


def test_equal_amounts_written_differently_are_no_conflict():
    assert not found(
        "生育一次性补贴是多少钱", "生育一孩的家庭，一次性补贴2000元。", "生育一孩的家庭，一次性补贴两千元。"
    )


def test_amounts_of_different_things_are_no_conflict():
    assert not found(
        "住院起付线是多少钱", "三级医院的住院起付线为1000元。", "灵活就业人员每人每年缴纳4800元保费补贴。"
    )


def test_no_conflict_within_one_article():
    question = understand("生育一次性补贴是多少钱")
    texts = ("生育一孩的家庭，一次性补贴2000元。", "生育二孩的家庭，一次性补贴5000元。")
    assert not conflicts(question, [result(question, text, "a") for text in texts])


def test_another_place_than_the_one_asked_about_does_not_count():
    texts = ("成都市生育一孩的家庭，一次性补贴2000元。", "德阳市生育一孩的家庭，一次性补贴3000元。")
    assert found("成都生育一次性补贴是多少钱", *texts)
    assert not found("成都生育一次性补贴是多少钱", *texts, labels=(OTHER_REGION,))


def test_a_much_weaker_result_is_no_answer():
    texts = ("个人账户余额不得提取现金。", "退休人员的个人账户余额可以提取一次。")
    assert not found("个人账户的钱可以提取吗", *texts, score=0.2)


def test_a_question_of_another_kind_has_no_differing_answers():
    assert not found("在哪里办理提取", "个人账户余额不得提取现金。", "退休人员的个人账户余额可以提取一次。")
