"""Confidence: a logistic model, numbers worked out by hand."""

import math

import pytest

from search.confidence import ConfidenceModel, Signals, confidence_model

#: Of an answer by both legs, by meaning only, by words only.
STRONG = [
    Signals(coverage=0.8, late=0.95, least=0.95, length=0.5),
    Signals(coverage=None, late=0.95, least=0.95, length=0.5),
    Signals(coverage=0.8, length=0.5),
]
WEAK = [Signals(coverage=0.1, late=0.3), Signals(coverage=None, late=0.3), Signals(coverage=0.05)]


def test_confidence_is_the_logistic_of_the_weighted_signals():
    model = ConfidenceModel(-1.0, {"coverage": 2.0, "elsewhere": -3.0}, 0.5)
    assert model.confidence(Signals(coverage=0.5)) == pytest.approx(0.5)
    assert model.confidence(Signals(coverage=0.5, elsewhere=1.0)) == pytest.approx(1 / (1 + math.exp(3)))


@pytest.mark.parametrize("strong", STRONG)
def test_strong_signals_are_trusted(strong):
    model = confidence_model(strong)
    assert model.confidence(strong) > max(0.6, model.threshold)
    assert 0 < model.threshold < 1


@pytest.mark.parametrize("weak", WEAK)
def test_weak_signals_are_not(weak):
    model = confidence_model(weak)
    assert model.confidence(weak) < model.threshold


def test_another_place_than_the_one_asked_about_lowers_confidence():
    here, elsewhere = (Signals(coverage=0.8, late=0.9, least=0.9, elsewhere=e) for e in (0.0, 1.0))
    model = confidence_model(here)
    assert model.confidence(elsewhere) < model.confidence(here)


@pytest.mark.parametrize(
    "doubt",
    [{"year": 1.0}, {"amount": 1.0}, {"answer": 0.2}, {"least": 0.3}],
    ids=lambda doubt: next(iter(doubt)),
)
def test_each_doubt_lowers_confidence(doubt):
    told = {"coverage": 0.8, "late": 0.9, "least": 0.9, "answer": 0.8}
    model = confidence_model(Signals(**told))
    assert model.confidence(Signals(**(told | doubt))) < model.confidence(Signals(**told))
