"""Two settings are compared question by question."""

import numpy as np
import pytest

from ingest.errors import BadInputError
from search.evaluation.comparison import compare, paired_difference
from search.evaluation.scoring import Evaluation, Judged


def judged(id, ndcg):
    success = None if ndcg is None else float(ndcg == 1)
    return Judged(id, f"问题{id}", "all", True, ndcg, ndcg, ndcg, success, ())


def evaluation(mode, **scores):
    return Evaluation("set", mode, tuple(judged(id, ndcg) for id, ndcg in scores.items()))


def test_p_is_the_share_of_sign_swaps_as_extreme_as_what_was_seen():
    # Three gains of one sign: of the 8 ways to swap, only all and none are as extreme, so p = 2/8.
    found = paired_difference(np.asarray([0.1, 0.2, 0.3]), np.asarray([0.5, 0.4, 0.9]))
    assert found.p == pytest.approx(0.25)
    assert found.difference == pytest.approx(0.4)


def test_a_gain_on_every_one_of_many_questions_is_significant_and_its_interval_above_zero():
    rng = np.random.default_rng(1)
    base = rng.uniform(0, 0.5, 60)
    found = paired_difference(base, base + rng.uniform(0.1, 0.3, 60))
    assert found.p < 0.001
    assert 0 < found.low < found.difference < found.high


def test_gains_and_losses_of_equal_size_are_luck():
    base = np.full(40, 0.5)
    assert paired_difference(base, base + np.tile([0.1, -0.1], 20)).p > 0.9


def test_the_same_scores_differ_by_nothing():
    base = np.asarray([0.2, 0.4])
    found = paired_difference(base, base.copy())
    assert (found.difference, found.low, found.high, found.p) == (0, 0, 0, 1)


def test_unanswerable_questions_do_not_count_and_changes_are_listed_losses_first():
    comparison = compare(
        evaluation("keyword", a=0.5, b=1.0, c=0.3, d=None), evaluation("hybrid", a=0.9, b=0.4, c=0.3, d=None)
    ).to_dict()
    assert (comparison["base"], comparison["other"], comparison["questions"]) == ("keyword", "hybrid", 3)
    assert [row["id"] for row in comparison["changed"]] == ["b", "a"]
    assert (comparison["better"], comparison["worse"]) == (1, 1)
    assert comparison["differences"]["ndcg@10"]["difference"] == pytest.approx(-0.0667, abs=1e-4)


def test_other_questions_cannot_be_compared():
    with pytest.raises(BadInputError, match="different questions"):
        compare(evaluation("keyword", a=0.5), evaluation("hybrid", b=0.5))
