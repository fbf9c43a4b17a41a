"""Late interaction, against numbers worked out by hand."""

import numpy as np
import pytest

from search.late_interaction import LateInteraction

# Three tokens: two at right angles (lengths 1 and 2), one halfway between them (length 3·√2).
VECTORS = np.asarray([[1, 0], [0, 2], [3, 3]], np.float32)


def score(question, *passages):
    tokens = np.concatenate([np.asarray(p, np.int64) for p in passages])
    offsets = np.cumsum([0, *(len(p) for p in passages)])
    return LateInteraction(VECTORS).scores(np.asarray(question, np.int64), tokens, offsets)


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
