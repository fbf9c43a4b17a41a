"""Ranking metrics, against numbers worked out by hand."""

import math

import pytest

from search.evaluation import metrics


def test_dcg_discounts_by_the_logarithm_of_the_rank():
    # grades 2, 0, 1: (2²-1)/log2(2) + 0 + (2¹-1)/log2(4) = 3 + 0.5
    assert metrics.dcg([2, 0, 1]) == pytest.approx(3.5)


def test_ndcg_divides_by_the_best_order():
    # best order 2, 1: 3 + 1/log2(3)
    assert metrics.ndcg([2, 0, 1], [1, 2]) == pytest.approx(3.5 / (3 + 1 / math.log2(3)))


def test_ndcg_of_a_perfect_ranking_is_one():
    assert metrics.ndcg([2, 1, 0], [1, 2]) == 1.0


def test_ndcg_without_anything_relevant_is_zero():
    assert metrics.ndcg([0, 0], []) == 0.0


def test_ndcg_ignores_what_lies_below_k():
    assert metrics.ndcg([0] * 10 + [2], [2]) == 0.0


def test_reciprocal_rank_counts_the_first_relevant_result():
    assert metrics.reciprocal_rank([0, 0, 1, 2]) == pytest.approx(1 / 3)
    assert metrics.reciprocal_rank([0, 0]) == 0.0


def test_success_asks_only_for_the_first_k():
    assert metrics.success([0, 2]) == 0.0
    assert metrics.success([0, 2], k=2) == 1.0
