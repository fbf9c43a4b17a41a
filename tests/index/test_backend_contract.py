"""What every backend promises, asked of each: the same questions of the local one and of Milvus."""

import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from builders import HashingEmbedder, TokenEmbedder, write_corpus
from lite_server import LiteServer

from index.backend import Filters
from index.embedder import load_embedder
from index.milvus import generations
from index.milvus.connection import Connection
from index.milvus.location import MilvusLocation
from index.opening import live_stamp, open_index
from index.rebuild import rebuild
from ingest.errors import IndexUnusableError, NotFoundError
from search import Searcher
from search.evaluation.evidence import read_questions

EVERYTHING = Filters()
CORPUS = Path(__file__).parents[2] / "corpus"
ARTICLES = {
    "101_a.txt": "职工停保后账户怎么办\n\n停保后账户余额不会清零，仍可到药店买药。\n\n补缴以后，次月恢复报销。\n",
    "102_b.txt": "异地就医如何备案\n\n在手机上提交备案申请，选择就医地即可。\n\n备案以后住院费用直接结算。\n",
    "103_c.txt": "成都医保新规(2025年3月1日)\n\n成都市自三月起调整门诊比例。\n\n费用表\n\n项目\n比例\n门诊\n70%\n住院\n85%\n",
    "104_d.txt": "绵阳医保新规(2024-12-31)\n\n绵阳市自一月起调整住院比例。\n",
}


class Place:
    """Where a backend under test puts an index."""

    def __init__(self, kind: str, folder, milvus: MilvusLocation | None) -> None:
        self.kind, self.folder, self.milvus = kind, folder, milvus

    def build(self, corpus, embedder, **options):
        return rebuild([corpus], self.folder, embedder=embedder, workers=1, milvus=self.milvus, **options)

    @property
    def locations(self):
        """Every way to name the index."""
        return [self.folder, *([self.milvus] if self.milvus else [])]

    def open(self):
        return open_index(self.folder)


@pytest.fixture(scope="module")
def uri(tmp_path_factory):
    """A Milvus: milvus-lite, or the server that `make test-milvus MILVUS=…` names."""
    if "YIBAO_TEST_MILVUS" in os.environ:
        yield os.environ["YIBAO_TEST_MILVUS"]
        return
    lite = LiteServer(tmp_path_factory.mktemp("milvus")).start()
    yield lite.uri
    lite.kill()


@pytest.fixture(scope="module")
def new_location(uri):
    """Makes names for indexes in Milvus; nothing is left behind under them, on a server that may not be ours."""
    made = []

    def make():
        made.append(MilvusLocation(uri, name=f"yibao_test_{uuid.uuid4().hex}", timeout=60))
        return made[-1]

    yield make
    for location in made:
        connection = Connection.open(location)
        if generations.find_live(connection):
            connection.ask(lambda client, name=location.name: client.drop_alias(name))
        for build in generations.builds(connection):
            generations.drop(connection, build)
        connection.close()


@pytest.fixture(scope="module", params=["local", "milvus"])
def new_place(request, tmp_path_factory):
    """Makes places for indexes that know nothing of each other."""

    def make() -> Place:
        folder = tmp_path_factory.mktemp("place")
        if request.param == "local":
            return Place("local", folder / "index", None)
        return Place("milvus", folder / "index", request.getfixturevalue("new_location")())

    return make


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return write_corpus(tmp_path_factory.mktemp("corpus"), ARTICLES)


@pytest.fixture(scope="module")
def place(new_place, corpus):
    built = new_place()
    built.build(corpus, TokenEmbedder())
    return built


@pytest.fixture(scope="module")
def backend(place):
    opened = place.open()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def reference(corpus, tmp_path_factory):
    """The same index, kept locally: what parity is measured by."""
    folder = tmp_path_factory.mktemp("reference")
    rebuild([corpus], folder, embedder=TokenEmbedder(), workers=1)
    return open_index(folder)


def everything(backend):
    return backend.passages(range(backend.manifest.counts["passages"]))


def vector_of(text):
    return HashingEmbedder().embed_queries([text])[0]


def test_passages_are_those_of_the_corpus_in_the_order_asked_for(backend, reference):
    passages = everything(backend)
    assert passages == everything(reference)
    rows = [3, 0, 3, len(passages) - 1]
    assert backend.passages(rows) == [passages[row] for row in rows]
    assert backend.passages([]) == []


def test_dense_search_finds_a_passage_by_its_own_text(backend):
    for row, passage in enumerate(everything(backend)):
        hits = backend.dense_search(vector_of(passage.searchable), 3, EVERYTHING)
        assert hits.rows[0] == row and hits.rows.dtype == np.int64 and hits.scores.dtype == np.float32
        assert hits.scores[0] == pytest.approx(1.0, abs=1e-5)
        assert (np.diff(hits.scores) <= 0).all() and len(hits.rows) <= 3


QUESTIONS = ["停保后余额", "备案 住院", "医保新规 门诊比例", "adjust", "85%"]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("k", [1, 4, 100])
def test_dense_hits_are_those_of_the_reference(backend, reference, question, k):
    found, expected = (b.dense_search(vector_of(question), k, EVERYTHING) for b in (backend, reference))
    assert found.rows.tolist() == expected.rows.tolist()
    assert found.scores == pytest.approx(expected.scores, abs=1e-5)


TERMS = [
    [("备案", 1.0), ("备", 0.5), ("备+案", 0.5)],
    [("比例", 0.3), ("门诊", 1.0), ("门诊", 0.5), ("月球", 2.0)],
    [("余额", 1.0), ("停+保", 0.25), ("比例", 0.05)],
    [("85%", 1.0), ("85", 1.0)],
]


@pytest.mark.parametrize("terms", TERMS)
@pytest.mark.parametrize("k", [1, 100])
def test_keyword_hits_are_those_of_the_reference(backend, reference, terms, k):
    found, expected = (b.keyword_search(terms, k, EVERYTHING) for b in (backend, reference))
    assert found.rows.tolist() == expected.rows.tolist() and len(found.rows)
    assert found.scores == pytest.approx(expected.scores, rel=1e-5)


def test_a_synonym_weighs_less_than_the_word_asked(backend):
    whole = backend.keyword_search([("备案", 1.0)], 5, EVERYTHING)
    half = backend.keyword_search([("备案", 0.5)], 5, EVERYTHING)
    assert half.rows.tolist() == whole.rows.tolist()
    assert half.scores == pytest.approx(whole.scores / 2, rel=1e-5)


@pytest.mark.parametrize("terms", [[], [("月球", 1.0)], [("月+球", 1.0)]])
def test_terms_that_occur_nowhere_find_nothing(backend, terms):
    assert not len(backend.keyword_search(terms, 5, EVERYTHING).rows)
    assert not backend.evidence(np.asarray([0, 1]), None, terms).keyword.any()


def test_a_vector_of_length_zero_finds_nothing(backend):
    assert not len(backend.dense_search(np.zeros(64, np.float32), 5, EVERYTHING).rows)


def found_by(backend, filters):
    """Passages that pass, by each leg; both must agree with the filters whatever the question."""
    ones = np.full(64, 0.125, np.float32)
    dense = backend.dense_search(ones, 100, filters).rows.tolist()
    keyword = backend.keyword_search([("医+保", 1.0), ("案", 1.0), ("保", 1.0), ("例", 1.0)], 100, filters)
    return backend.passages(sorted({*dense, *keyword.rows.tolist()}))


def test_filters_are_strict(backend):
    total = everything(backend)
    for filters, passes in (
        (Filters(regions=frozenset({"成都"})), lambda p: p.region == "成都"),
        (Filters(regions=frozenset({"成都", "绵阳"})), lambda p: p.region in ("成都", "绵阳")),
        (Filters(kinds=frozenset({"table"})), lambda p: p.kind == "table"),
        (Filters(since="2025-01-01"), lambda p: (p.published or "") >= "2025-01-01"),
        (Filters(since="2024-12-31"), lambda p: (p.published or "") >= "2024-12-31"),
        (
            Filters(frozenset({"成都"}), frozenset({"body"}), "2025-01-01"),
            lambda p: p.region == "成都" and p.kind == "body",
        ),
    ):
        expected = [p for p in total if passes(p)]
        assert found_by(backend, filters) == expected and expected


def test_filters_that_nothing_passes_find_nothing(backend):
    for filters in (
        Filters(regions=frozenset({"拉萨"})),
        Filters(regions=frozenset()),
        Filters(kinds=frozenset()),
        Filters(since="2030-01-01"),
        Filters(kinds=frozenset({"teaser"}), since="2025-01-01"),
    ):
        assert found_by(backend, filters) == []


def test_evidence_stands_in_the_order_of_the_rows(backend, reference):
    rows = np.asarray([5, 0, 3, 1])
    vector, terms = vector_of("停保后余额"), TERMS[2]
    found, expected = (b.evidence(rows, vector, terms) for b in (backend, reference))
    assert found.cosine == pytest.approx(expected.cosine, abs=1e-6)
    assert found.keyword == pytest.approx(expected.keyword, rel=1e-5)
    assert found.keyword.dtype == found.cosine.dtype == np.float32
    assert found.tokens.tolist() == expected.tokens.tolist()
    assert found.offsets.tolist() == expected.offsets.tolist()
    assert list(found.facts) == list(expected.facts)


def test_evidence_of_a_leg_that_did_not_run_is_none(backend):
    evidence = backend.evidence(np.asarray([1, 2]), None, None)
    assert evidence.cosine is None and evidence.keyword is None and len(evidence.facts) == 2


def test_evidence_of_no_rows_is_empty(backend):
    evidence = backend.evidence(np.empty(0, np.int64), vector_of("余额"), TERMS[0])
    assert len(evidence.cosine) == len(evidence.keyword) == len(evidence.facts) == 0


def test_frequencies_are_those_of_the_reference(backend, reference):
    assert dict(backend.document_frequencies) == dict(reference.document_frequencies)
    terms = ["备案", "备", "备+案", "月球", "85%"]
    assert backend.inverse_document_frequencies(terms) == pytest.approx(
        reference.inverse_document_frequencies(terms)
    )


def test_ids_lead_to_rows_and_articles(backend, reference):
    for row, passage in enumerate(everything(backend)):
        assert backend.passage_row(passage.id) == row
        article = backend.article(passage.article_id)
        assert article == reference.article(passage.article_id)
        if passage.kind == "body":
            assert article.text[passage.start : passage.end] == passage.text
        rows = backend.article_rows(passage.article_id)
        assert row in rows and rows == reference.article_rows(passage.article_id)


@pytest.mark.parametrize("unknown", ["", "0" * 16, '" or row >= 0 or id == "', "断缴", "a" * 10_000, "\\"])
def test_ids_that_name_nothing_lead_nowhere(backend, unknown):
    assert backend.passage_row(unknown) is None and backend.article(unknown) is None
    assert backend.article_rows(unknown) == []


def test_the_manifest_says_what_there_is(backend, reference):
    assert backend.manifest.counts == reference.manifest.counts
    assert backend.manifest.model == reference.manifest.model
    assert backend.manifest.report == reference.manifest.report
    assert backend.has_token_ids
    backend.check()


def test_threads_may_ask_at_the_same_time(backend):
    expected = backend.keyword_search(TERMS[0], 5, EVERYTHING).rows.tolist()
    with ThreadPoolExecutor(8) as pool:
        asked = pool.map(lambda _: backend.keyword_search(TERMS[0], 5, EVERYTHING).rows.tolist(), range(40))
        assert all(found == expected for found in asked)


def test_without_a_model_the_keyword_leg_answers_alone(new_place, corpus):
    place = new_place()
    place.build(corpus, None)
    backend = place.open()
    assert backend.manifest.model is None and not backend.has_token_ids
    with pytest.raises(IndexUnusableError, match=r"no vectors.*rebuild-index"):
        backend.dense_search(vector_of("余额"), 3, EVERYTHING)
    hits = backend.keyword_search([("备案", 1.0)], 3, EVERYTHING)
    assert len(hits.rows) and backend.evidence(hits.rows, None, TERMS[0]).tokens is None


def test_no_index_says_how_to_make_one(new_place):
    for location in new_place().locations:
        with pytest.raises(NotFoundError, match="rebuild-index"):
            open_index(location)


def test_a_rebuild_switches_new_readers_and_lets_old_ones_finish(new_place, tmp_path):
    place, corpus = new_place(), write_corpus(tmp_path / "corpus", ARTICLES)
    place.build(corpus, HashingEmbedder())
    old, before = place.open(), live_stamp(place.folder)
    seen = everything(old)
    assert place.build(corpus, HashingEmbedder()).unchanged
    (corpus / "105_e.txt").write_text("退休\n\n退休以后享受退休人员待遇。\n", encoding="utf-8")
    assert not place.build(corpus, HashingEmbedder()).unchanged
    for location in place.locations:
        new = open_index(location)
        assert new.manifest.build_id > old.manifest.build_id
        assert len(everything(new)) == len(seen) + 1
        assert len(new.keyword_search([("退休", 1.0)], 5, EVERYTHING).rows) == 1
        new.close()
    assert everything(old) == seen and not len(old.keyword_search([("退休", 1.0)], 5, EVERYTHING).rows)
    old.close()
    wait_until(lambda: live_stamp(place.folder) not in (None, before))


def wait_until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_full_makes_a_new_build_of_the_same(new_place, corpus):
    place = new_place()
    first = place.build(corpus, HashingEmbedder())
    again = place.build(corpus, HashingEmbedder(), full=True)
    assert again.build_id > first.build_id and not again.unchanged
    assert place.open().manifest.build_id == again.build_id


def test_first_results_of_the_sample_corpus_are_those_of_the_local_backend(new_location, tmp_path):
    """At least 95 % of the questions have the same ten results, with the bundled model and the shipped settings."""
    embedder = load_embedder()
    rebuild([CORPUS / "articles"], tmp_path / "local", embedder=embedder)
    rebuild([CORPUS / "articles"], tmp_path / "milvus", embedder=embedder, milvus=new_location())
    local, remote = Searcher.open(tmp_path / "local"), Searcher.open(tmp_path / "milvus")
    asked = [question.question for question in read_questions(CORPUS / "questions.jsonl")][::5]
    same = 0
    for question in asked:
        mine, its = local.search(question), remote.search(question)
        assert its.mode == mine.mode == "hybrid" and not its.warnings
        same += [r.passage.id for r in mine.results] == [r.passage.id for r in its.results]
    assert len(asked) >= 30 and same >= 0.95 * len(asked)
