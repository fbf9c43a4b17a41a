"""How often terms occur in texts, by text and by file."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from index.term_counts import count_terms
from index.term_keys import FIRST_WORD, spell
from index.words import terms

TEXTS = st.text(st.sampled_from("医保医保余额报销比例，。 \n90%元abＡ㈱\0"), max_size=30)


def by_text(counts):
    """The terms of each text, spelled, with how often each occurs."""
    found, position = [], 0
    for distinct in counts.distinct.tolist():
        span = slice(position, position + distinct)
        keys, times = counts.keys[span].tolist(), counts.counts[span].tolist()
        spelled = [counts.words[key - FIRST_WORD] if key >= FIRST_WORD else spell(key) for key in keys]
        found.append(dict(zip(spelled, times, strict=True)))
        position += distinct
    return found


def test_a_term_is_counted_once_a_text_with_how_often_it_occurs():
    counts = count_terms(["医保医保", "", "报销90%"])
    assert counts.distinct.tolist() == [5, 0, 6] and counts.lengths.tolist() == [9, 0, 6]
    first, second, third = by_text(counts)
    assert first == {"医": 2, "保": 2, "医+保": 2, "保+医": 1, "医保": 2}
    assert second == {}
    assert third == {"报": 1, "销": 1, "报+销": 1, "报销": 1, "90": 1, "90%": 1}


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=6))
def test_counts_are_those_of_the_terms_of_each_text(texts):
    assert by_text(count_terms(texts)) == [Counter(terms(text)) for text in texts]


@settings(deadline=None)
@given(st.lists(st.lists(TEXTS, max_size=3), max_size=4))
def test_a_part_of_the_counts_is_the_counts_of_a_part(files):
    together = count_terms([text for file in files for text in file])
    parts = list(together.split([len(file) for file in files]))
    assert [by_text(part) for part in parts] == [by_text(count_terms(file)) for file in files]
    for part in parts:
        assert len(part.words) == len({key for key in part.keys.tolist() if key >= FIRST_WORD})
