"""The logistic regression behind confidence."""

import numpy as np
import pytest

from training.confidence import fit


def test_without_signals_the_intercept_is_the_logit_of_the_share():
    # Three of four are answerable: ln(3 / 1)
    beta = fit(np.zeros((4, 1)), np.asarray([1.0, 1, 1, 0]), np.ones(4))
    assert beta == pytest.approx([np.log(3), 0], abs=1e-6)


def test_a_weight_counts_like_as_many_rows():
    x, y = np.asarray([[0.1], [0.4], [0.35], [0.9]]), np.asarray([0.0, 1, 0, 1])
    weighted = fit(x, y, np.asarray([1.0, 1, 3, 1]))
    repeated = fit(x[[0, 1, 2, 2, 2, 3]], y[[0, 1, 2, 2, 2, 3]], np.ones(6))
    assert weighted == pytest.approx(repeated)


def test_a_higher_signal_makes_an_answer_likelier():
    x = np.linspace(0, 1, 20)[:, None]
    assert fit(x, (x[:, 0] > 0.5).astype(float), np.ones(20))[1] > 0
