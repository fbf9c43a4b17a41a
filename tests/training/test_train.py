"""The loss and the pooling of training, on numbers worked out by hand."""

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from training.settings import CONFIG  # noqa: E402
from training.train import loss_of, pooled  # noqa: E402

TEXTS = (np.array([0, 1, 2, 2], np.int32), np.array([0, 2, 3, 4]))


def test_pooling_averages_the_tokens_of_the_chosen_texts():
    table = torch.tensor([[2.0, 0.0], [4.0, 6.0], [1.0, 1.0]])
    assert pooled(table, TEXTS, np.array([2, 0])).tolist() == [[1, 1], [3, 3]]


def test_no_chosen_text_gives_no_vector():
    assert pooled(torch.ones(3, 2), TEXTS, np.array([], np.int64)).shape == (0, 2)


def _units(*axes):
    """Unit vectors along the given axes, which lie within the smallest trained size."""
    return torch.eye(CONFIG["model"]["dimension"])[list(axes)]


def test_two_pairs_at_right_angles_cost_what_the_temperature_leaves():
    none = _units()
    # Cosine 1 with its own, 0 with the other: -log(e^(1/T) / (e^(1/T) + e^0)).
    expected = math.log1p(math.exp(-1 / CONFIG["train"]["temperature"]))
    loss = loss_of(_units(0, 1), _units(0, 1), none, torch.tensor([0, 0]))
    assert loss.item() == pytest.approx(expected, abs=1e-6)


def test_texts_of_one_need_are_no_negatives_of_each_other():
    same = _units(0, 0)
    assert loss_of(same, same, _units(), torch.tensor([5, 5])).item() == pytest.approx(0, abs=1e-6)
    assert loss_of(same, same, _units(), torch.tensor([5, 6])).item() == pytest.approx(math.log(2), abs=1e-5)


def test_a_hard_negative_costs_the_question_and_not_the_passage():
    loss = loss_of(_units(0), _units(0), _units(0), torch.tensor([0]))
    # Half of the loss is the question's, which finds two equal passages; the passage has but one question.
    assert loss.item() == pytest.approx(math.log(2) / 2, abs=1e-5)
