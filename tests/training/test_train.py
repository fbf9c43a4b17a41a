"""The losses and the drawing of pairs, on numbers worked out by hand."""

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from index.token_vectors import TokenVectors  # noqa: E402
from search.late_interaction import LateInteraction  # noqa: E402
from training.batches import Stream, bag, padded  # noqa: E402
from training.losses import contrastive, late_similarity, pooled_loss  # noqa: E402

TEXTS = (np.array([0, 1, 2, 2], np.int32), np.array([0, 2, 3, 4]))
RNG = np.random.default_rng(1)
TEMPERATURE = 0.05


def test_a_bag_holds_the_tokens_of_the_chosen_texts():
    ids, starts, weights = bag(TEXTS, np.array([2, 0]), 0.0, RNG)
    assert (ids.tolist(), starts.tolist(), weights.tolist()) == ([2, 0, 1], [0, 1], [1, 1, 1])


def test_dropped_tokens_weigh_nothing_and_are_a_share():
    many = (np.zeros(10_000, np.int32), np.array([0, 10_000]))
    weights = bag(many, np.array([0]), 0.3, np.random.default_rng(2))[2]
    assert set(weights.tolist()) == {0.0, 1.0}
    assert weights.mean().item() == pytest.approx(0.7, abs=0.02)


def test_padded_ids_are_distinct_and_cut_to_the_width():
    texts = (np.array([5, 5, 7, 1, 2, 3], np.int32), np.array([0, 3, 6]))
    ids, real = padded(texts, np.array([0, 1]), 2, np.random.default_rng(1))
    assert ids[0].tolist() == [5, 7] and real.all()
    assert set(ids[1].tolist()) < {1, 2, 3}


def test_a_stream_gives_every_pair_before_any_a_second_time():
    stream = Stream(np.arange(5), np.random.default_rng(3))
    assert sorted(np.concatenate([stream.take(2), stream.take(3)]).tolist()) == [0, 1, 2, 3, 4]
    assert len(stream.take(12)) == 12


def _units(*axes):
    return torch.eye(8)[list(axes)]


def test_two_pairs_at_right_angles_cost_what_the_temperature_leaves():
    # Cosine 1 with its own, 0 with the other: -log(e^(1/T) / (e^(1/T) + e^0)).
    expected = math.log1p(math.exp(-1 / TEMPERATURE))
    loss = pooled_loss(_units(0, 1), _units(0, 1), torch.tensor([0, 0]), (8, 4), TEMPERATURE)
    assert loss.item() == pytest.approx(expected, abs=1e-6)


def test_texts_of_one_need_are_no_negatives_of_each_other():
    same = torch.ones(2, 2)
    assert contrastive(same, torch.tensor([5, 5]), TEMPERATURE).item() == pytest.approx(0, abs=1e-6)
    assert contrastive(same, torch.tensor([5, 6]), TEMPERATURE).item() == pytest.approx(math.log(2), abs=1e-5)


def test_public_pairs_are_always_negatives_of_each_other():
    loss = contrastive(torch.ones(2, 2), torch.tensor([0, 0]), TEMPERATURE)
    assert loss.item() == pytest.approx(math.log(2), abs=1e-5)


def test_late_similarity_is_the_score_that_search_computes():
    table = torch.randn(30, 8, generator=torch.Generator().manual_seed(4))
    questions, passages = [[1, 2, 3], [4]], [[3, 9], [1, 4, 20, 21], [7]]

    def pad(texts, width):
        ids = torch.tensor([text + [0] * (width - len(text)) for text in texts])
        return ids, torch.tensor([[n < len(text) for n in range(width)] for text in texts])

    found = late_similarity(table, pad(questions, 3), pad(passages, 4)).numpy()
    late = LateInteraction(TokenVectors(table.numpy()))
    flat = np.concatenate([np.asarray(p) for p in passages])
    offsets = np.cumsum([0, *map(len, passages)])
    for row, question in zip(found, questions, strict=True):
        assert row == pytest.approx(late.meet(np.asarray(question), flat, offsets).scores, abs=1e-5)
