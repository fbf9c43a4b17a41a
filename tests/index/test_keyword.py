"""BM25, against numbers worked out by hand and against bm25s."""

import math

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import keyword_builder
from index.held_postings import HeldPostings
from index.keyword import K1, B, KeywordIndex
from index.keyword_builder import KeywordBuilder
from index.postings import find_postings
from index.words import terms

#: Latin words are one term each, so that lengths and counts are plain to see.
TEXTS = ["card lapsed", "card card record form", "record"]


def build(folder, *parts):
    builder, row = KeywordBuilder(folder), 0
    for texts in parts:
        for postings in find_postings(texts):
            builder.add(postings, np.arange(row, row + len(postings.lengths), dtype=np.int32))
            row += len(postings.lengths)
    builder.write()
    return KeywordIndex.open(folder)


def scores(index, weighted):
    return index.scores(weighted, np.arange(index.size))


@pytest.fixture
def index(tmp_path):
    return build(tmp_path / "keyword", TEXTS)


def bm25(frequency, length, containing):
    idf = math.log(1 + (3 - containing + 0.5) / (containing + 0.5))
    average = 7 / 3
    return idf * frequency / (frequency + K1 * (1 - B + B * length / average))


def test_scores_follow_the_formula(index):
    assert scores(index, [("card", 1.0)]) == pytest.approx([bm25(1, 2, 2), bm25(2, 4, 2), 0], rel=1e-5)


def test_weights_scale_a_terms_score(index):
    both = scores(index, [("lapsed", 1.0), ("card", 0.5)])
    assert both[0] == pytest.approx(bm25(1, 2, 1) + 0.5 * bm25(1, 2, 2), rel=1e-5)


def test_an_unseen_term_scores_nothing_and_weighs_most(index):
    assert not scores(index, [("公积金", 1.0), ("公", 1.0), ("公+积", 1.0)]).any()
    unseen, rare, common = index.vocabulary.inverse_document_frequencies(["公+积", "lapsed", "card"])
    assert unseen == pytest.approx(math.log(1 + 3.5 / 0.5)) and unseen > rare > common


def test_a_terms_score_stays_below_its_inverse_document_frequency(tmp_path):
    index = build(tmp_path / "keyword", ["card " * 70_000, "record"])
    assert scores(index, [("card", 1.0)])[0] < index.vocabulary.inverse_document_frequencies(["card"])[0]


@pytest.mark.parametrize("texts", [[], ["，。"], ["", ""]])
def test_texts_without_terms_find_nothing(tmp_path, texts):
    index = build(tmp_path / "keyword", texts)
    assert index.size == len(texts) and not scores(index, [("card", 1.0)]).any()


def test_by_row_gives_the_same_scores_the_other_way_round(index):
    terms = list(index.vocabulary)
    for start, stop in ((0, 3), (1, 2), (0, 0)):
        rows = index.by_row(start, stop)
        assert len(rows) == stop - start
        for row, (numbers, held) in enumerate(rows, start):
            assert {terms[n]: s for n, s in zip(numbers, held, strict=True)} == {
                term: scores(index, [(term, 1.0)])[row] for term in set(TEXTS[row].split())
            }


CHINESE = [
    "断缴后余额还能用",
    "医保断缴三个月以后要重新等待",
    "异地就医备案",
    "APP里查余额，4542.5元",
    "𠮷野家",
]


def test_scores_equal_those_of_bm25s(tmp_path):
    """The whole score of each passage for a question, in the variant that bm25s calls "lucene"."""
    index = build(tmp_path / "keyword", CHINESE)
    reference = bm25s.BM25(method="lucene", k1=K1, b=B)
    reference.index([terms(text) for text in CHINESE], show_progress=False)
    asked = list(dict.fromkeys(terms("医保断缴后余额")))
    assert scores(index, [(term, 1.0) for term in asked]) == pytest.approx(
        reference.get_scores(asked), rel=1e-5
    )


def test_scores_are_the_same_however_few_postings_are_added_up_at_a_time(tmp_path, monkeypatch):
    asked = [(term, 0.5 if len(term) > 1 else 1.0) for term in dict.fromkeys(terms("医保断缴后余额还能用"))]
    expected = scores(build(tmp_path / "keyword", CHINESE), asked)
    monkeypatch.setattr("index.keyword._ADDED", 3)
    assert scores(KeywordIndex.open(tmp_path / "keyword"), asked).tolist() == expected.tolist()


def brute_force(index, weighted, k, rows):
    """The same by adding up one term at a time."""
    total = sum(np.float32(weight) * scores(index, [(term, 1.0)]) for term, weight in weighted)
    best = sorted((row for row in rows if total[row] > 0), key=lambda row: (-total[row], row))[:k]
    return best, total


@pytest.fixture
def large(tmp_path, monkeypatch):
    """60 texts; "card" stands in every second one, the others in a few; hardly any postings may be read for all rows."""
    monkeypatch.setattr("index.keyword._READ_LEAST", 20)
    monkeypatch.setattr("index.keyword._RESCORED_LEAST", 1)
    return build(tmp_path / "keyword", [f"{'card ' * (n % 2)}form{n % 9} only{n}" for n in range(60)])


def test_common_terms_count_for_the_rows_that_telling_terms_find(large):
    asked = [("card", 0.5), ("form3", 2.0), ("only3", 1.0), ("only4", 1.0)]
    expected, total = brute_force(large, asked, 4, range(60))
    found = large.search(asked, 4)
    assert found.rows.tolist() == expected
    assert found.scores == pytest.approx(total[expected], rel=1e-6)
    assert scores(large, asked) == pytest.approx(total, rel=1e-6)


def test_common_terms_alone_find_what_holds_them(large):
    asked = [("card", 1.0), ("only3", 1.0)]
    assert large.search(asked, 5).rows.tolist() == brute_force(large, asked, 5, range(60))[0]


def test_rows_that_hold_only_common_terms_are_found_where_a_filter_leaves_no_others(large):
    allowed = np.zeros(60, np.bool_)
    allowed[[1, 2, 5, 6]] = True
    asked = [("card", 0.5), ("form7", 2.0), ("form8", 1.0)]
    assert large.search(asked, 3, allowed).rows.tolist() == [1, 5]


def test_nothing_above_zero_is_nothing_found(large):
    assert not len(large.search([("公积金", 1.0)], 5).rows)
    assert not len(large.search([], 5).rows)


def test_frequencies_are_those_of_each_term(tmp_path):
    index = build(tmp_path / "keyword", CHINESE)
    counted = {term: sum(term in terms(text) for text in CHINESE) for text in CHINESE for term in terms(text)}
    assert dict(index.vocabulary) == counted
    assert len(index.vocabulary) == len(counted)
    assert "月球" not in index.vocabulary


@settings(max_examples=25, deadline=None)  # each example writes two indexes
@given(
    st.lists(
        st.lists(st.sampled_from(["医保", "断缴后", "备案 a1", "余额", "12元"]), max_size=4), max_size=6
    ),
    st.data(),
)
def test_an_index_does_not_depend_on_how_its_texts_were_handed_over(tmp_path_factory, passages, data):
    texts = ["".join(parts) for parts in passages]
    cut = data.draw(st.integers(0, len(texts)))
    folder = tmp_path_factory.mktemp("keyword")
    whole, parts = build(folder / "whole", texts), build(folder / "parts", texts[:cut], texts[cut:])
    assert list(whole.vocabulary) == list(parts.vocabulary)
    for file in (folder / "whole").iterdir():
        assert file.read_bytes() == (folder / "parts" / file.name).read_bytes()


@pytest.mark.parametrize("block", [1, 40, 1 << 24])
@settings(max_examples=15, deadline=None)  # each example writes three indexes
@given(
    st.lists(
        st.sampled_from(["医保 医保", "断缴后 a1", "a1 " * 300, "备案 12元", "余额", "𠮷野", ""]), max_size=8
    ),
    st.data(),
)
def test_an_index_taken_over_in_part_is_the_index_from_nothing(tmp_path_factory, block, texts, data):
    """Rows are removed, changed and added anywhere; what stays comes from the index before."""
    folder = tmp_path_factory.mktemp("keyword")
    build(folder / "before", texts)
    fresh = data.draw(
        st.lists(st.tuples(st.integers(0, len(texts)), st.sampled_from(["医疗 备案", "b2 a1", "余额"])))
    )
    gone = data.draw(st.sets(st.integers(0, max(0, len(texts) - 1))))
    rows, now, added = np.full(len(texts), -1, np.int32), [], []
    for place in range(len(texts) + 1):
        for _, text in (each for each in fresh if each[0] == place):
            added.append(len(now))
            now.append(text)
        if place < len(texts) and place not in gone:
            rows[place] = len(now)
            now.append(texts[place])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyword_builder, "_BLOCK", block)
        patch.setattr(keyword_builder, "_JOINED", 7)
        builder = KeywordBuilder(folder / "now")
        for start in range(0, len(added), 2):
            some = added[start : start + 2]
            (postings,) = find_postings([now[row] for row in some])
            builder.add(postings, np.asarray(some, np.int32))
        builder.take_over(HeldPostings.open(folder / "before"), rows)
        builder.write()
    build(folder / "anew", now)
    for file in (folder / "anew").iterdir():
        assert file.read_bytes() == (folder / "now" / file.name).read_bytes(), file.name
