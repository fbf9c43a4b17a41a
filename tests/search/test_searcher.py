"""The facade on a real index of the sample corpus."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from index.embedder import load_embedder
from index.rebuild import rebuild
from ingest.errors import BadInputError
from search import Searcher

ROOT = Path(__file__).resolve().parent.parent.parent
QUESTION = "医保断缴了，卡里的余额还能用吗"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    rebuild([ROOT / "corpus" / "articles"], folder, embedder=load_embedder())
    return folder


@pytest.fixture(scope="module")
def searcher(index):
    return Searcher.open(index)


def test_results_come_best_first_with_scores_between_0_and_1(searcher):
    scores = [result.score for result in searcher.search(QUESTION).results]
    assert len(scores) == 10
    assert scores == sorted(scores, reverse=True) and 0 <= scores[-1] <= scores[0] <= 1


@pytest.mark.parametrize("mode", ["hybrid", "dense", "keyword"])
def test_the_shares_and_effects_add_up_to_the_score(searcher, mode):
    response = searcher.search(QUESTION, mode=mode)
    assert response.mode == mode
    for result in response.results:
        why = result.why
        added = why.dense.share + why.keyword.share + why.late + sum(why.effects.values())
        assert result.score == pytest.approx(min(max(added, 0), 1), abs=1e-5)


def test_the_answer_is_a_highlight_of_the_first_result(searcher):
    response = searcher.search(QUESTION)
    first = response.results[0]
    assert response.answerable
    assert response.answer.text == first.passage.text[response.answer.start : response.answer.end]
    assert (response.answer.start, response.answer.end) in first.highlights


@pytest.mark.parametrize("strange", ["红烧排骨怎么做才入味", "今天股市收盘多少点"])
def test_what_the_corpus_does_not_answer_is_told(searcher, strange):
    response = searcher.search(strange)
    assert not response.answerable and response.answer is None


@pytest.mark.parametrize("mode", ["hybrid", "dense", "keyword"])
@pytest.mark.parametrize("asked", ["？？？", "。。。", "😀😀😀", "ಠಠಠ", "\ufffd\ufffd"])
def test_marks_and_unknown_letters_are_answered_by_nothing(searcher, asked, mode):
    response = searcher.search(asked, mode=mode)
    assert not response.answerable and response.answer is None


def test_figures_of_another_year_do_not_answer(searcher):
    asked = "黑龙江{}年社保缴费基数的下限是多少"
    assert searcher.search(asked.format(2025)).answerable
    assert not searcher.search(asked.format(2031)).answerable


def test_the_same_question_gives_the_same_order(searcher):
    first, second = (searcher.search(QUESTION) for _ in range(2))
    assert [r.passage.id for r in first.results] == [r.passage.id for r in second.results]


def test_pages_follow_each_other_without_gap_or_repetition(searcher):
    whole = [r.passage.id for r in searcher.search(QUESTION, k=10).results]
    parts = [r.passage.id for offset in (0, 5) for r in searcher.search(QUESTION, k=5, offset=offset).results]
    assert parts[:5] == whole[:5]
    assert len(set(parts)) == 10


def test_a_region_filter_is_strict(searcher):
    assert {r.passage.region for r in searcher.search("社保怎么交", region="黑龙江省").results} == {"黑龙江"}
    empty = searcher.search("社保怎么交", region="拉萨")
    assert empty.results == () and not empty.answerable


def test_places_are_offered_whose_rules_answer_and_no_others(tmp_path):
    for place, days in (("成都市", 10), ("绵阳市", 15)):
        text = f"# {place}探亲假天数\n\n{place}职工的探亲假每年{days}天，路上的时间另算。\n"
        (tmp_path / f"{place}.md").write_text(text, encoding="utf-8")
    (tmp_path / "上海市.md").write_text(
        "# 上海市食堂\n\n上海市食堂中午供饭，每年换一次菜单。\n", encoding="utf-8"
    )
    rebuild([tmp_path], tmp_path / "index", embedder=load_embedder())
    searcher = Searcher.open(str(tmp_path / "index"))
    response = searcher.search("职工探亲假每年几天")
    assert {r.passage.region for r in response.results} == {"成都", "绵阳", "上海"}
    assert set(response.regions) == {"成都", "绵阳"}
    assert searcher.search("成都职工探亲假每年几天").regions == ()
    searcher.close()


def test_a_typo_is_corrected_and_told(searcher):
    assert searcher.search("医宝断缴余额").corrected == "医保断缴余额"
    assert searcher.search(QUESTION).corrected is None


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"question": "  "}, "empty"),
        ({"question": "医" * 2001}, "2001"),
        ({"k": 0}, "k is 0"),
        ({"k": 10_000}, "10000"),
        ({"offset": -1}, "-1"),
        ({"mode": "fuzzy"}, "fuzzy"),
        ({"region": "火星"}, "火星"),
        ({"since": "去年"}, "去年"),
        ({"kind": "video"}, "video"),
    ],
)
def test_bad_input_is_named(searcher, options, named):
    with pytest.raises(BadInputError, match=named):
        searcher.search(**({"question": QUESTION} | options))


def test_without_vectors_the_keyword_leg_answers_and_says_so(tmp_path):
    rebuild([ROOT / "corpus" / "articles"], tmp_path, embedder=None)
    response = Searcher.open(tmp_path).search(QUESTION)
    assert response.mode == "keyword" and response.results and response.warnings


def test_a_model_that_cannot_be_loaded_leaves_the_keyword_leg(index, tmp_path):
    response = Searcher.open(index, str(tmp_path)).search(QUESTION)
    assert response.mode == "keyword" and response.results
    assert str(tmp_path) in response.warnings[0]


class Failing:
    """The bundled model until it is asked something."""

    def __init__(self):
        self._model = load_embedder()

    def __getattr__(self, name):
        return getattr(self._model, name)

    def embed_queries(self, texts):
        raise RuntimeError("out of memory")

    def embed_token_ids(self, ids):
        raise RuntimeError("out of memory")


def test_a_dense_leg_that_fails_leaves_the_keyword_leg(searcher):
    response = Searcher(searcher.backend, Failing()).search(QUESTION)
    assert response.mode == "keyword" and response.results and "RuntimeError" in response.warnings[0]


class Broken(Failing):
    """A model of which nothing works any more."""

    def token_ids(self, texts):
        raise RuntimeError("out of memory")


def test_a_model_of_which_nothing_works_leaves_the_keyword_leg(searcher):
    response = Searcher(searcher.backend, Broken()).search(QUESTION)
    assert response.mode == "keyword" and response.results


def test_the_document_of_a_response_is_the_documented_one(searcher):
    document = searcher.search(QUESTION, k=1).to_dict()
    assert {"query", "answerable", "confidence", "results", "took_ms"} <= document.keys()
    asked = {"id", "article_id", "file", "kind", "title", "heading_path", "text", "score", "region", "published",
             "source", "url", "highlights", "why"}  # fmt: skip
    assert asked <= document["results"][0].keys()


def test_a_response_is_a_table_in_a_notebook(searcher):
    response = searcher.search(QUESTION, k=3)
    assert response._repr_html_().count("<tr>") == 4
    frame = response.to_frame()
    assert len(frame) == 3 and frame["score"].is_monotonic_decreasing


def test_markup_in_a_passage_is_escaped_in_a_notebook(searcher):
    response = searcher.search(QUESTION, k=1)
    first = response.results[0]
    hostile = dataclasses.replace(first.passage, text="<script>alert(1)</script>余额")
    shown = dataclasses.replace(
        response, results=(dataclasses.replace(first, passage=hostile, highlights=()),)
    )
    assert "<script>" not in shown._repr_html_()


def test_articles_that_contradict_each_other_are_shown_side_by_side(tmp_path):
    rules = {
        "甲地": "甲地职工个人账户里的余额，本人任何时候都可以提取现金。",
        "乙地": "乙地规定，职工个人账户里的余额不得提取现金。",
    }
    for place, rule in rules.items():
        (tmp_path / f"{place}.md").write_text(f"# {place}个人账户提取规定\n\n{rule}\n", encoding="utf-8")
    rebuild([tmp_path], tmp_path / "index", embedder=load_embedder())
    response = Searcher.open(tmp_path / "index").search("职工个人账户里的余额可以提取现金吗")
    (conflict,) = response.to_dict()["differs"]
    assert conflict["about"] == "permission"
    assert {answer["text"] for answer in conflict["answers"]} == set(rules.values())
    shown = {result.passage.id for result in response.results}
    assert {answer["passage_id"] for answer in conflict["answers"]} <= shown


class _Prefers:
    """Gives some texts the highest probability, and every other one the lowest."""

    def __init__(self, preferred):
        self._preferred = preferred

    def probabilities(self, question, texts):
        return np.asarray([float(text in self._preferred) for text in texts], np.float32)


def test_a_reranker_moves_what_it_reads_and_why_says_so(index):
    plain = Searcher.open(index)
    last = plain.search(QUESTION, k=10).results[-1].passage
    reranked = Searcher(plain.backend, plain.embedder, reranker=_Prefers({last.searchable}))
    first = reranked.search(QUESTION).results[0]
    assert first.passage.id == last.id
    why = first.why
    assert why.effects["reranker"] == pytest.approx(0.25)
    added = why.dense.share + why.keyword.share + why.late + sum(why.effects.values())
    assert first.score == pytest.approx(min(added, 1), abs=1e-5)
