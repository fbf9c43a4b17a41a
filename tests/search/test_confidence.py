"""Confidence: a logistic model, numbers worked out by hand."""

import math

import pytest

from search.confidence import ConfidenceModel, Signals, confidence_model


def test_confidence_is_the_logistic_of_the_weighted_signals():
    model = ConfidenceModel(-1.0, {"score": 2.0, "elsewhere": -3.0}, 0.5)
    assert model.confidence(Signals(score=0.5)) == pytest.approx(0.5)
    assert model.confidence(Signals(score=0.5, elsewhere=1.0)) == pytest.approx(1 / (1 + math.exp(3)))


def test_the_shipped_model_trusts_strong_signals_and_no_weak_ones():
    model = confidence_model()
    assert model.confidence(Signals()) < model.threshold
    strong = Signals(score=0.8, dense=0.7, late=0.9, coverage=0.8, least=0.9)
    assert model.confidence(strong) > 0.9
    assert 0 < model.threshold < 1
