"""An opened build answers; a damaged one is refused with its cure."""

import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from builders import ARTICLES, FILES, HashingEmbedder, TokenEmbedder, write_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from index import generations, words
from index.backend import Filters
from index.opening import open_index
from index.rebuild import rebuild
from index.tokens import TokenStore, TokenWriter, distinct_tokens
from ingest.errors import IndexUnusableError, NotFoundError

ALL = Filters()


@pytest.fixture
def index(tmp_path):
    corpus = write_corpus(tmp_path / "文章")
    (corpus / "104_d.txt").write_text(
        "成都医保新规(2025年3月1日)\n\n成都市自三月起调整门诊比例。\n", encoding="utf-8"
    )
    rebuild([corpus], tmp_path / "索引", embedder=TokenEmbedder())
    return tmp_path / "索引"


def everything(backend):
    return backend.passages(range(backend.manifest.counts["passages"]))


def test_dense_search_finds_the_passage_itself_first(index):
    backend, embedder = open_index(index), HashingEmbedder()
    for row, passage in enumerate(everything(backend)):
        hits = backend.dense_search(embedder.embed_queries([passage.searchable])[0], 3, ALL)
        assert hits.rows[0] == row
        assert hits.scores[0] == pytest.approx(1.0, abs=1e-5)


def test_scores_of_given_rows_are_those_of_the_search(index):
    backend = open_index(index)
    vector = HashingEmbedder().embed_queries(["停保后余额"])[0]
    hits = backend.dense_search(vector, 3, ALL)
    assert backend.evidence(hits.rows, vector, None).cosine == pytest.approx(hits.scores, abs=1e-6)
    terms = [("停", 1.0), ("余+额", 0.5)]
    hits = backend.keyword_search(terms, 3, ALL)
    assert backend.evidence(hits.rows, None, terms).keyword == pytest.approx(hits.scores, abs=1e-6)


def test_evidence_holds_only_what_was_asked_for_and_facts_of_each_row(index):
    backend = open_index(index)
    rows = np.asarray([2, 0])
    evidence = backend.evidence(rows, None, None)
    assert evidence.cosine is None and evidence.keyword is None
    for fact, passage in zip(evidence.facts, backend.passages([2, 0]), strict=True):
        assert all(getattr(passage, name) == value for name, value in fact._asdict().items())
    first = evidence.tokens[evidence.offsets[1] : evidence.offsets[2]]
    assert first.tolist() == sorted({ord(character) for character in backend.passages([0])[0].searchable})


def found(backend, filters):
    """Titles of what both legs find with the filters."""
    vector = HashingEmbedder().embed_queries(["成都医保"])[0]
    dense = backend.dense_search(vector, 50, filters)
    keyword = backend.keyword_search([("成", 1.0), ("医", 1.0), ("保", 1.0)], 50, filters)
    return {p.title for hits in (dense, keyword) for p in backend.passages(hits.rows.tolist())}


def test_filters_are_strict(index):
    backend = open_index(index)
    assert len(found(backend, ALL)) > 1
    assert found(backend, Filters(regions=frozenset({"成都"}))) == {"成都医保新规"}
    assert not found(backend, Filters(regions=frozenset({"拉萨"})))
    assert not found(backend, Filters(regions=frozenset()))
    assert not found(backend, Filters(since="2030-01-01"))


def test_passages_without_a_date_do_not_pass_since(index):
    assert found(open_index(index), Filters(since="2025-01-01")) == {"成都医保新规"}


def test_articles_and_ids_lead_back(index):
    backend = open_index(index)
    passage = everything(backend)[0]
    article = backend.article(passage.article_id)
    assert article.text[passage.start : passage.end] == passage.text
    assert backend.passage_row(passage.id) == 0
    assert backend.passage_row("none") is None and backend.article("none") is None


def test_no_index_says_how_to_make_one(tmp_path):
    with pytest.raises(NotFoundError, match="rebuild-index"):
        open_index(tmp_path)


def test_the_files_that_are_harmed_are_all_there_are(index):
    build = index / generations.current(index)
    assert sorted(
        path.relative_to(build).as_posix() for path in build.rglob("*") if path.is_file()
    ) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "harm", ["removed", "emptied", "truncated", "first", "middle", "last", "another build's"]
)
def test_a_damaged_file_is_named_with_the_cure(index, tmp_path, name, harm):
    path = index / generations.current(index) / name
    data = bytearray(path.read_bytes())
    if harm == "removed":
        path.unlink()
    elif harm == "another build's":
        path.write_bytes((other_build(tmp_path) / name).read_bytes())
    elif harm in ("emptied", "truncated"):
        path.write_bytes(data[: len(data) // 2] if harm == "truncated" else b"")
    else:
        data[{"first": 0, "middle": len(data) // 2, "last": len(data) - 1}[harm]] ^= 0x10
        path.write_bytes(data)
    with pytest.raises(IndexUnusableError, match=rf"{path.name}.*rebuild-index"):
        open_index(index).manifest.verify(path.parent)


def other_build(tmp_path):
    """A build of another corpus, with more passages."""
    corpus = write_corpus(
        tmp_path / "other",
        ARTICLES
        | {
            "105_e.txt": "退休\n\n退休以后享受退休人员待遇，不再缴纳费用，门诊和住院的报销比例都比在职时高。\n"
        },
    )
    rebuild([corpus], tmp_path / "other-index", embedder=TokenEmbedder(), full=True)
    rebuild([corpus], tmp_path / "other-index", embedder=TokenEmbedder(), full=True)
    return tmp_path / "other-index" / generations.current(tmp_path / "other-index")


def test_a_dictionary_that_has_changed_since_is_refused(index, monkeypatch):
    monkeypatch.setattr(words, "fingerprint", lambda: "changed")
    with pytest.raises(IndexUnusableError, match=r"dictionary.*rebuild-index"):
        open_index(index)


def test_an_opened_build_goes_on_answering_after_its_folder_is_gone(index):
    backend = open_index(index)
    expected = everything(backend)
    shutil.rmtree(index)
    with ThreadPoolExecutor(20) as pool:
        assert all(found == expected for found in pool.map(lambda _: everything(backend), range(100)))
    hits = backend.dense_search(HashingEmbedder().embed_queries(["停保后余额"])[0], 3, ALL)
    assert len(hits.rows) and len(backend.keyword_search([("备案", 1.0)], 5, ALL).rows)
    assert backend.article(expected[0].article_id).title == expected[0].title


def test_readers_see_one_whole_build_or_the_next_while_builds_are_switched(tmp_path):
    corpus = write_corpus(tmp_path / "corpus")
    index = tmp_path / "index"
    rebuild([corpus], index, embedder=HashingEmbedder())
    seen, stop = set(), threading.Event()

    def read():
        while not stop.is_set():
            backend = open_index(index)
            kept = everything(backend)
            hits = backend.keyword_search([("版", 1.0)], 5, ALL)
            # Text, words and the number in both belong to the same build.
            seen.add((kept[-1].text, len(hits.rows), backend.manifest.counts["passages"] == len(kept)))
            backend.close()

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        for version in range(8):
            (corpus / "103_c.txt").write_text(
                f"生育津贴\n\n第{version}版：津贴发给本人。\n", encoding="utf-8"
            )
            rebuild([corpus], index, embedder=HashingEmbedder())
        stop.set()
        for reader in readers:
            reader.result()
    assert {(text.startswith("第"), found, whole) for text, found, whole in seen} <= {
        (True, 1, True),
        (False, 0, True),
    }
    assert len(seen) > 1


def test_another_format_version_is_refused(index):
    path = index / generations.current(index) / "manifest.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(content | {"format_version": 99}), encoding="utf-8")
    with pytest.raises(IndexUnusableError, match="format 99"):
        open_index(index)


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 70_000), max_size=6), min_size=1, max_size=8), st.data())
def test_token_ids_of_rows_are_the_distinct_ones_put_in(tmp_path_factory, passages, data):
    folder = tmp_path_factory.mktemp("tokens")
    writer = TokenWriter(folder, TokenEmbedder())
    cut = data.draw(st.integers(0, len(passages)))
    for some in (passages[:cut], passages[cut:]):
        writer.add(*distinct_tokens([np.asarray(ids, np.int64) for ids in some]))
    writer.finish()
    store = TokenStore.open(folder)
    rows = data.draw(st.lists(st.integers(0, len(passages) - 1), min_size=1, max_size=5))
    flat, offsets = store.of(np.asarray(rows, np.int64))
    for i, row in enumerate(rows):
        assert flat[offsets[i] : offsets[i + 1]].tolist() == sorted(set(passages[row]))
    flat, counts = store.span(cut, len(passages))
    assert counts.tolist() == [len(set(ids)) for ids in passages[cut:]]
    assert flat.tolist() == [each for ids in passages[cut:] for each in sorted(set(ids))]


@pytest.mark.parametrize(("size", "bytes_each"), [(65_536, 2), (65_537, 4)])
def test_token_ids_take_as_many_bytes_as_the_models_vocabulary_asks_for(
    tmp_path, monkeypatch, size, bytes_each
):
    monkeypatch.setattr(TokenEmbedder, "vocabulary_size", size)
    writer = TokenWriter(tmp_path, TokenEmbedder())
    writer.add(np.asarray([1, size - 1]), np.asarray([2]))
    writer.finish()
    written = np.load(tmp_path / "tokens.npy", allow_pickle=False)
    assert written.tolist() == [1, size - 1] and written.dtype.itemsize == bytes_each
