"""BM25, against numbers worked out by hand."""

import math

import numpy as np
import pytest

from index.keyword import K1, B, KeywordIndex, best

DOCUMENTS = [["医保", "断缴"], ["医保", "医保", "备案", "手续"], ["备案"]]


@pytest.fixture
def index(tmp_path):
    KeywordIndex.build(DOCUMENTS).save(tmp_path / "keyword")
    return KeywordIndex.open(tmp_path / "keyword")


def bm25(frequency, length, containing):
    idf = math.log(1 + (3 - containing + 0.5) / (containing + 0.5))
    average = 7 / 3
    return idf * frequency / (frequency + K1 * (1 - B + B * length / average))


def test_scores_follow_the_formula(index):
    assert index.scores([("医保", 1.0)]) == pytest.approx([bm25(1, 2, 2), bm25(2, 4, 2), 0], rel=1e-5)


def test_weights_scale_a_terms_score(index):
    both = index.scores([("断缴", 1.0), ("医保", 0.5)])
    assert both[0] == pytest.approx(bm25(1, 2, 1) + 0.5 * bm25(1, 2, 2), rel=1e-5)


def test_an_unseen_term_scores_nothing_and_weighs_most(index):
    assert not index.scores([("公积金", 1.0)]).any()
    unseen, rare, common = index.inverse_document_frequencies(["公积金", "断缴", "医保"])
    assert unseen == pytest.approx(math.log(1 + 3.5 / 0.5)) and unseen > rare > common


def test_a_terms_score_stays_below_its_inverse_document_frequency():
    index = KeywordIndex.build([["医保"] * 500, ["备案"]])
    assert index.scores([("医保", 1.0)])[0] < index.inverse_document_frequencies(["医保"])[0]


def test_an_empty_corpus_finds_nothing():
    assert len(KeywordIndex.build([[], []]).scores([("医保", 1.0)]).nonzero()[0]) == 0


def test_best_orders_by_score_then_row_and_leaves_out_zeros():
    hits = best(np.asarray([0.5, 0.9, 0.5, 0.0], np.float32), 10, None)
    assert hits.rows.tolist() == [1, 0, 2]


def test_best_keeps_the_lower_row_of_a_tie_at_the_cut():
    assert best(np.asarray([0.5, 0.5, 0.5], np.float32), 2, None).rows.tolist() == [0, 1]


def test_best_asks_only_allowed_rows():
    allowed = np.asarray([False, True, True])
    assert best(np.asarray([0.9, 0.1, 0.2], np.float32), 5, allowed).rows.tolist() == [2, 1]
