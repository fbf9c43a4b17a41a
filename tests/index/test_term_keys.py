"""Terms as integers are the terms of `words.terms`."""

from collections import Counter

from hypothesis import example, given
from hypothesis import strategies as st

from index.term_keys import FIRST_WORD, WordNumbers, key_of, spell, term_keys
from index.words import terms

PIECES = [
    "断缴后",
    "余额",
    "4542.5元",
    "1,200元",
    "90％",
    "穗医保规字〔2024〕1号",
    "APP",
    " ",
    "\n",
    "\0",
    "㐀",
    "𠮷",
    "é",
    "b超",
]
TEXTS = st.lists(st.one_of(st.text(max_size=12), st.lists(st.sampled_from(PIECES)).map("".join)), max_size=5)


@given(TEXTS)
@example(["", "断缴", "", "\0断\0缴"])
@example(["\ud800断"])
def test_keys_stand_for_the_same_terms_as_words_gives(texts):
    numbers = WordNumbers()
    keys, positions = term_keys(texts, numbers)
    spelled = [spell(k) if k < FIRST_WORD else numbers.words[k - FIRST_WORD] for k in keys.tolist()]
    for position, text in enumerate(texts):
        found = [term for term, at in zip(spelled, positions.tolist(), strict=True) if at == position]
        assert Counter(found) == Counter(terms(text.replace("\0", " ")))


def test_characters_and_pairs_have_keys_and_other_terms_have_none():
    assert spell(key_of("断")) == "断" and spell(key_of("断+缴")) == "断+缴"
    assert key_of("断缴") is None and key_of("a") is None and key_of("4") is None


@given(st.text())
def test_any_term_that_has_a_key_is_spelled_from_it(text):
    for term in terms(text):
        key = key_of(term)
        assert key is None or spell(key) == term
