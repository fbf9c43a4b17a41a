"""The reference of the field gives the same numbers (MacAvaney et al., "ir-measures", ECIR 2022, over trec_eval)."""

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import RR, Success, nDCG

from search.evaluation import metrics

GRADES = st.lists(st.integers(0, 2), min_size=1, max_size=15)


@settings(max_examples=60, deadline=None)
@given(GRADES, st.lists(st.integers(1, 2), max_size=3))
def test_metrics_equal_those_of_ir_measures(ranked, missed):
    documents = {f"d{n:02}": grade for n, grade in enumerate([*ranked, *missed])}
    run = {"q": {f"d{n:02}": float(100 - n) for n in range(len(ranked))}}
    # trec_eval takes gains as they are; ours grow exponentially with the grade.
    gains = {"q": {name: 2**grade - 1 for name, grade in documents.items()}}
    found = ir_measures.calc_aggregate([nDCG @ 10, RR @ 10, Success @ 1], gains, run)
    assert metrics.ndcg(ranked, list(documents.values()), 10) == pytest.approx(found[nDCG @ 10])
    assert metrics.reciprocal_rank(ranked, 10) == pytest.approx(found[RR @ 10])
    assert metrics.success(ranked) == pytest.approx(found[Success @ 1])
