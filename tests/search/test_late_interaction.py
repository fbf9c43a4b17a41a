"""Late interaction, against numbers worked out by hand."""

import numpy as np
import pytest

from index.token_vectors import TokenVectors
from search.late_interaction import LateInteraction

# Three tokens: two at right angles (lengths 1 and 2), one halfway between them (length 3·√2).
VECTORS = np.asarray([[1, 0], [0, 2], [3, 3]], np.float32)


def meet(question, *passages):
    tokens = np.concatenate([np.asarray(p, np.int64) for p in passages])
    offsets = np.cumsum([0, *(len(p) for p in passages)])
    return LateInteraction(TokenVectors(VECTORS)).meet(np.asarray(question, np.int64), tokens, offsets)


def score(question, *passages):
    return meet(question, *passages).scores


def test_a_passage_that_holds_every_token_scores_one():
    assert score([0, 1], [1, 0]) == pytest.approx([1.0])


def test_longer_vectors_weigh_more():
    # token 0 (weight 1) is met exactly, token 1 (weight 2) not at all: 1 / 3
    assert score([0, 1], [0]) == pytest.approx([1 / 3])


def test_a_similar_token_counts_by_its_cosine():
    # cos(token 0, token 2) = 1/√2
    assert score([0], [2, 1]) == pytest.approx([0.5**0.5])


def test_passages_are_scored_each_by_its_own_tokens():
    assert score([0], [1], [0], [2]) == pytest.approx([0.0, 1.0, 0.5**0.5])


def test_a_passage_or_question_without_tokens_scores_zero():
    assert score([0], [], [0]) == pytest.approx([0.0, 1.0])
    assert score([], [0]) == pytest.approx([0.0])


def test_the_telling_token_that_is_met_worst_is_told():
    # token 1 lies at a right angle to token 0; token 2 is 1/√2 from either
    met = meet([0, 1], [0], [2], [0, 1], [])
    assert [met.least(n) for n in range(4)] == pytest.approx([0.0, 0.5**0.5, 1.0, 0.0])


def test_light_tokens_do_not_tell():
    # tokens by weight: 2, then 1; a fourth and lighter one, 0, is not among the three that tell when 3 is there too
    vectors = np.asarray([[0.1, 0], [0, 2], [3, 3], [0, 1]], np.float32)
    met = LateInteraction(TokenVectors(vectors)).meet(
        np.asarray([0, 1, 2, 3]), np.asarray([1]), np.asarray([0, 1])
    )
    assert met.scores == pytest.approx([(0 + 2 + 18**0.5 * 0.5**0.5 + 1) / (0.1 + 2 + 18**0.5 + 1)])
    assert met.least(0) == pytest.approx(0.5**0.5)


def test_a_question_without_tokens_is_met_by_nothing():
    assert meet([], [0]).least(0) == 0.0


def test_unknown_words_are_not_taken_for_each_other():
    late = LateInteraction(TokenVectors(VECTORS), unknown=1)
    tokens, offsets = np.asarray([1, 1, 0]), np.asarray([0, 1, 3])
    assert late.meet(np.asarray([1]), tokens, offsets).scores.tolist() == [0, 0]
    assert late.meet(np.asarray([1, 0]), tokens, offsets).scores == pytest.approx([0, 1])
