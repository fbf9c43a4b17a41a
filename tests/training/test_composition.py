"""A token's vector is its own plus the mean of what the pieces inside it lend."""

import pytest

torch = pytest.importorskip("torch")

from training.composition import Composition, inner_pieces  # noqa: E402

VOCABULARY = {"[UNK]": 0, "断": 1, "缴": 2, "断缴": 3, "断缴后": 4}


def test_inner_pieces_are_the_shorter_tokens_that_a_token_holds():
    assert inner_pieces(VOCABULARY) == [[], [], [], [1, 2], [1, 2, 3]]


def test_the_table_adds_the_mean_of_inner_pieces():
    own = torch.zeros(5, 2)
    own[3] = torch.tensor([10.0, 0.0])
    lent = torch.tensor([[9.0, 9.0], [1.0, 2.0], [3.0, 4.0], [5.0, 9.0], [7.0, 7.0]])
    table = Composition(VOCABULARY).table(own, lent)
    # 断缴: (10, 0) + ((1, 2) + (3, 4)) / 2; 断缴后: ((1, 2) + (3, 4) + (5, 9)) / 3; nothing is inside the others.
    assert table.tolist() == [[0, 0], [0, 0], [0, 0], [12, 3], [3, 5]]


def test_gradients_reach_the_pieces_that_lent():
    own, lent = torch.zeros(5, 1, requires_grad=True), torch.zeros(5, 1, requires_grad=True)
    table = Composition(VOCABULARY).table(own, lent)
    (table[3] + 3 * table[4]).sum().backward()
    assert own.grad.flatten().tolist() == [0, 0, 0, 1, 3]
    # 断 lends a half to 断缴 and a third, three times, to 断缴后.
    assert lent.grad.flatten().tolist() == pytest.approx([0, 1.5, 1.5, 1, 0])
