"""What the model learns from."""

import random

from training.pairs import domain_pairs, kept_out_rows

ROW = {
    "id": "x",
    "title": "门诊能报多少",
    "answer": "按所在机构的等级确定比例。",
    "queries": ["看个感冒给报吗", "挂号拿药返多少", "门诊比例"],
    "hard_negative": "住院先付起付线。",
}


def test_rows_kept_out_are_the_same_for_the_same_seed_and_of_the_asked_share():
    assert kept_out_rows(50, 0.1, 7) == kept_out_rows(50, 0.1, 7) != kept_out_rows(50, 0.1, 8)
    assert len(kept_out_rows(50, 0.1, 7)) == 5
    assert kept_out_rows(50, 0.0, 7) == set()


def test_every_question_meets_the_answer_and_groups_tell_rows_apart():
    pairs = list(domain_pairs([ROW, ROW], set(), random.Random(1)))
    assert {pair.group for pair in pairs} == {1, 2}
    answered = {pair.query for pair in pairs if pair.passage.endswith(ROW["answer"])}
    assert answered == {*ROW["queries"], ROW["title"]}
    assert {pair.negative for pair in pairs} == {ROW["hard_negative"]}


def test_a_row_kept_out_gives_no_pair():
    assert {pair.group for pair in domain_pairs([ROW, ROW], {0}, random.Random(1))} == {2}
