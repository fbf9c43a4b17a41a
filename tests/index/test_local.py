"""An opened build answers; a damaged one is refused with its cure."""

import json

import numpy as np
import pytest
from builders import HashingEmbedder, write_corpus
from hypothesis import given
from hypothesis import strategies as st

from index import generations
from index.backend import Filters
from index.opening import open_index
from index.rebuild import rebuild
from index.tokens import TokenStore
from index.vectors import VectorIndex
from ingest.errors import IndexUnusableError, NotFoundError


@pytest.fixture
def index(tmp_path):
    corpus = write_corpus(tmp_path / "文章")
    (corpus / "104_d.txt").write_text(
        "成都医保新规(2025年3月1日)\n\n成都市自三月起调整门诊比例。\n", encoding="utf-8"
    )
    rebuild([corpus], tmp_path / "索引", embedder=HashingEmbedder())
    return tmp_path / "索引"


def everything(backend):
    return backend.passages(range(backend.manifest.counts["passages"]))


def test_dense_search_finds_the_passage_itself_first(index):
    backend, embedder = open_index(index), HashingEmbedder()
    for row, passage in enumerate(everything(backend)):
        hits = backend.dense_search(embedder.embed_queries([passage.searchable])[0], 3, None)
        assert hits.rows[0] == row
        assert hits.scores[0] == pytest.approx(1.0, abs=1e-5)


def test_scores_of_given_rows_are_those_of_the_search(index):
    backend = open_index(index)
    vector = HashingEmbedder().embed_queries(["停保后余额"])[0]
    hits = backend.dense_search(vector, 3, None)
    assert backend.dense_scores(vector, hits.rows) == pytest.approx(hits.scores, abs=1e-6)


def test_filters_are_strict(index):
    backend = open_index(index)
    allowed = backend.select(Filters(regions=frozenset({"成都"})))
    regions = {p.region for p, ok in zip(everything(backend), allowed, strict=True) if ok}
    assert regions == {"成都"}
    assert not backend.select(Filters(regions=frozenset({"拉萨"}))).any()
    assert not backend.select(Filters(regions=frozenset())).any()
    assert not backend.select(Filters(since="2030-01-01")).any()
    assert backend.select(Filters()) is None


def test_passages_without_a_date_do_not_pass_since(index):
    backend = open_index(index)
    allowed = backend.select(Filters(since="2025-01-01"))
    assert {p.title for p, ok in zip(everything(backend), allowed, strict=True) if ok} == {"成都医保新规"}


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


FILES = ["manifest.json", "passages.sqlite", "vectors.faiss", "keyword/data.npy", "keyword/words.json"]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("harm", ["removed", "truncated", "flipped"])
def test_a_damaged_file_is_named_with_the_cure(index, name, harm):
    path = index / generations.current(index) / name
    data = bytearray(path.read_bytes())
    if harm == "removed":
        path.unlink()
    elif harm == "truncated":
        path.write_bytes(data[: len(data) // 2])
    else:
        data[0] ^= 0xFF
        path.write_bytes(data)
    with pytest.raises(IndexUnusableError, match=rf"{path.name}.*rebuild-index"):
        open_index(index)


def test_another_format_version_is_refused(index):
    path = index / generations.current(index) / "manifest.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(content | {"format_version": 99}), encoding="utf-8")
    with pytest.raises(IndexUnusableError, match="format 99"):
        open_index(index)


def test_vectors_that_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match="finite"):
        VectorIndex.build(np.asarray([[np.nan, 1.0]], np.float32))


@given(st.lists(st.lists(st.integers(0, 70_000), max_size=6), min_size=1, max_size=8), st.data())
def test_token_ids_of_rows_are_the_distinct_ones_put_in(passages, data):
    store = TokenStore.build(np.asarray(ids, np.int64) for ids in passages)
    rows = data.draw(st.lists(st.integers(0, len(passages) - 1), min_size=1, max_size=5))
    flat, offsets = store.of(np.asarray(rows, np.int64))
    for i, row in enumerate(rows):
        assert flat[offsets[i] : offsets[i + 1]].tolist() == sorted(set(passages[row]))
