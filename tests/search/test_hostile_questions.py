"""No question, and no sentence of a passage, is slow or breaks anything, whatever it is made of."""

import json
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index.embedder import load_embedder
from index.folding import fold
from index.rebuild import rebuild
from index.words import terms
from ingest.errors import BadInputError
from search import Searcher, conflicts
from search.effects.amount_effect import asked_amounts
from search.effects.intervals import intervals
from search.effects.quantities import quantities, without_quantities
from search.sentences import sentences
from search.understanding.normalise import normalise
from search.understanding.question import MAX_CHARACTERS
from search.understanding.spelling import Corrector
from search.understanding.synonyms import Synonyms

CORRECTOR = Corrector({"医+保": 3, "断+缴": 2, "医": 4})

RULES = {
    "folding": fold,
    "terms": terms,
    "normalise": normalise,
    "synonyms": Synonyms.load().expand,
    "sentences": lambda text: list(sentences(text)),
    "intervals": intervals,
    "asked amounts": asked_amounts,
    "quantities": quantities,
    "without quantities": without_quantities,
    "asked if": lambda text: list(conflicts._ASKED_IF.finditer(text)),
    "asked how much": conflicts._ASKED_HOW_MUCH.search,
}

REPEATED = (
    *("1", "1,", "1,,", "1.", "一", "百", "百分之", "百分之一", "〔2024〕", "2024年", "2024年1月", "每次", "第一条", "1:"),
    *("。", "！", "”", "；", "\n", "yibao", "a", "医", "医保", "断教", "的", "不得", "可以", "能不能", "能", "是否可以", "吗"),
    *(" ", "\u3000", "1万", "1个", "两百", "(2024)", "（", "9月", "1个月", "ﬃ", "é", "①", "㊀", "Ⅷ", "\u0301", "😀"),
    *("-", "%", ",", "，", "多少", "醫療", "门诊", "a1", "1a", "\u202e", "\0"),
)  # fmt: skip


def seconds(rule, text):
    started = time.thread_time()  # threads that other tests have left do not count
    rule(text)
    return time.thread_time() - started


@pytest.mark.parametrize("name", RULES)
def test_four_times_the_text_takes_about_four_times_as_long(name):
    rule = RULES[name]

    def is_square(piece):
        # Sixteen times as long would be the square; a tenth of a second covers what other work takes away.
        short, long = (seconds(rule, piece * (length // len(piece))) for length in (3_000, 12_000))
        return long > 8 * short + 0.1

    rule("断缴后余额")  # what is loaded with the first text
    # Once may be a collection of garbage; three times is not.
    assert [piece for piece in REPEATED if all(is_square(piece) for _ in range(3))] == []


def test_the_longest_question_is_corrected_at_once():
    for piece in REPEATED:
        assert seconds(CORRECTOR.correct, piece * (MAX_CHARACTERS // len(piece))) < 1, piece


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    folder = tmp_path_factory.mktemp("searched")
    (folder / "corpus").mkdir()
    for n, text in enumerate(
        ("停保以后余额不会清零，仍可买药。", "到手机上备案，每次1000元，可以提取。", "不得提取。")
    ):
        (folder / "corpus" / f"{n}.txt").write_text(f"第{n}篇\n\n{text}\n", encoding="utf-8")
    rebuild([folder / "corpus"], folder / "index", embedder=load_embedder(), workers=1)
    opened = Searcher.open(folder / "index")
    yield opened
    opened.close()


words = st.lists(st.one_of(st.sampled_from(REPEATED), st.text(max_size=5)), max_size=30).map("".join)


@given(question=words, mode=st.sampled_from(("hybrid", "dense", "keyword")), k=st.integers(1, 100))
@example("\ud800", "hybrid", 1)
@example("\0", "keyword", 1)
@example("医" * MAX_CHARACTERS, "hybrid", 100)
@example("' OR 1=1 --", "keyword", 5)
@example("+" * 50, "keyword", 5)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_question_is_answered_or_refused(searcher, question, mode, k):
    try:
        response = searcher.search(question, mode=mode, k=k)
    except BadInputError as refusal:
        assert str(refusal)
        return
    json.dumps(response.to_dict(), allow_nan=False)
    assert len(response.results) <= k
    for result in response.results:
        assert 0 <= result.score <= 1
        assert all(0 <= start < end <= len(result.passage.text) for start, end in result.highlights)


@pytest.mark.parametrize("region", ["../../etc", "'; DROP TABLE passages; --", "\0", "北京" * 5000, "%", "*"])
def test_a_filter_that_is_no_place_is_refused(searcher, region):
    with pytest.raises(BadInputError, match="region"):
        searcher.search("余额", region=region)


@pytest.mark.parametrize("since", ["2025-01-31' OR '1'='1", "0000-00-00", "9" * 5000, "\0", "２０２５-01-01"])
def test_a_date_that_is_none_is_refused(searcher, since):
    with pytest.raises(BadInputError, match="since"):
        searcher.search("余额", since=since)


@pytest.mark.parametrize("identity", ["../../etc/passwd", "' OR ''='", "\0", "x" * 100_000, "", "%"])
def test_an_id_that_is_none_finds_nothing(searcher, identity):
    assert searcher.backend.passage_row(identity) is None
    assert searcher.backend.article(identity) is None
    assert searcher.backend.article_rows(identity) == []
