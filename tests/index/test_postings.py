"""In which texts terms occur, and how often."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from index import postings
from index.postings import MOST, find_postings
from index.term_keys import FIRST_WORD, spell
from index.words import terms

TEXTS = st.text(st.sampled_from("医保医保余额报销比例，。 \n90%元abＡ㈱\0"), max_size=30)


def by_text(found):
    """The terms of each text, spelled, with how often each occurs."""
    counted = []
    for its in found:
        texts = [{} for _ in its.lengths]
        place = 0
        for key, size in zip(its.keys.tolist(), its.sizes.tolist(), strict=True):
            term = its.words[key - FIRST_WORD] if key >= FIRST_WORD else spell(key)
            for text, count in zip(
                its.texts[place : place + size], its.counts[place : place + size], strict=True
            ):
                texts[text][term] = count
            place += size
        assert place == len(its.texts) == len(its.counts)
        counted += texts
    return counted


def test_a_term_names_its_texts_in_order_and_how_often_it_occurs_in_each():
    (found,) = find_postings(["医保医保", "", "医疗90%"])
    assert found.lengths.tolist() == [9, 0, 6]
    assert found.keys.tolist() == sorted(found.keys.tolist()) and found.words == sorted(found.words)
    medical = found.keys.tolist().index(ord("医"))
    start = int(found.sizes[:medical].sum())
    assert found.sizes[medical] == 2
    assert found.texts[start : start + 2].tolist() == [0, 2] and found.counts[start : start + 2].tolist() == [
        2,
        1,
    ]
    first, second, third = by_text([found])
    assert first == {"医": 2, "保": 2, "医+保": 2, "保+医": 1, "医保": 2}
    assert second == {}
    assert third == {"医": 1, "疗": 1, "医+疗": 1, "医疗": 1, "90": 1, "90%": 1}


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=6))
def test_counts_are_those_of_the_terms_of_each_text(texts):
    assert by_text(find_postings(texts)) == [Counter(terms(text)) for text in texts]


def test_many_texts_come_in_parts(monkeypatch):
    monkeypatch.setattr(postings, "_TOGETHER", 2)
    texts = ["医保", "余额", "医保余额", "", "报销"]
    found = find_postings(texts)
    assert [len(each.lengths) for each in found] == [2, 2, 1]
    assert by_text(found) == [Counter(terms(text)) for text in texts]


def test_a_term_is_counted_at_most_so_often():
    (found,) = find_postings(["card " * 1000])
    assert found.counts.tolist() == [MOST] and found.lengths.tolist() == [1000]
