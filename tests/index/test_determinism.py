"""The same corpus gives the same index to the byte, and the same question the same answer in the same order."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from builders import ARTICLES, TokenEmbedder, write_corpus
from builders import contents as files

from index import generations, vectors
from index.backend import Filters
from index.opening import open_index
from index.rebuild import rebuild
from index.vectors import VectorIndex
from ingest import corpus as reading
from search import Searcher

#: Of the manifest, what may differ between two builds of the same corpus.
TIMES = {"created", "own_checksum"}

#: Twenty articles that say the same, so that their scores are equal, and some that do not.
TWINS = {
    f"{n:03}_同.txt": f"第{n}所办事大厅\n\n办理转移手续时带上身份证原件。\n" for n in range(20)
} | ARTICLES


def contents(index):
    """The files of the live build; and its manifest, without its times."""
    manifest = json.loads((index / generations.current(index) / "manifest.json").read_text(encoding="utf-8"))
    return files(index), {key: value for key, value in manifest.items() if key not in TIMES}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return write_corpus(tmp_path_factory.mktemp("corpus") / "文章", TWINS)


@pytest.fixture(scope="module")
def index(corpus, tmp_path_factory):
    index = tmp_path_factory.mktemp("index")
    rebuild([corpus], index, embedder=TokenEmbedder(), workers=1)
    return index


def test_two_processes_with_other_hash_seeds_build_the_same_bytes(corpus, index, tmp_path):
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[3])\n"
        "from builders import TokenEmbedder; from index.rebuild import rebuild\n"
        "rebuild([Path(sys.argv[1])], Path(sys.argv[2]), embedder=TokenEmbedder(), workers=1)"
    )
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", code, str(corpus), str(tmp_path / seed), str(Path(__file__).parent)],
            env=os.environ | {"PYTHONHASHSEED": seed},
            check=True,
            timeout=120,
        )
        assert contents(tmp_path / seed) == contents(index)


def test_one_worker_and_two_build_the_same_bytes(corpus, index, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_POOL_FROM_FILES", 1)
    monkeypatch.setattr(reading, "_FILES_PER_TASK", 3)
    rebuild([corpus], tmp_path, embedder=TokenEmbedder(), workers=2)
    assert contents(tmp_path) == contents(index)


def test_neither_the_order_of_writing_nor_the_place_of_the_corpus_matters(corpus, index, tmp_path):
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for path in sorted(corpus.iterdir(), reverse=True):
        shutil.copy(path, moved)
        os.utime(moved / path.name, (0, 0))
    rebuild([moved], tmp_path / "index", embedder=TokenEmbedder(), workers=1)
    assert contents(tmp_path / "index") == contents(index)


def test_a_build_from_caches_is_the_build_from_nothing(corpus, index, tmp_path):
    grown = Path(shutil.copytree(corpus, tmp_path / "corpus"))
    (grown / "900_more.txt").write_text("门诊统筹\n\n门诊费用按比例报销。\n", encoding="utf-8")
    rebuild([grown], tmp_path / "index", embedder=TokenEmbedder())
    (grown / "900_more.txt").unlink()
    (grown / "101_a.txt").write_text("改写过\n\n改写过的一篇文章。\n", encoding="utf-8")
    rebuild([grown], tmp_path / "index", embedder=TokenEmbedder())
    shutil.copy(corpus / "101_a.txt", grown)
    done = rebuild([grown], tmp_path / "index", embedder=TokenEmbedder())
    assert done.parsed == 1
    files, manifest = contents(tmp_path / "index")
    expected, same = contents(index)
    assert files == expected
    assert manifest | {"build_id": ""} == same | {"build_id": ""}


def test_equal_scores_come_in_the_order_of_the_build(index):
    backend = open_index(index)
    vector = TokenEmbedder().embed_queries(["办理转移手续时带上身份证原件"])[0]
    for hits in (
        backend.keyword_search([("转移", 1.0), ("身份证", 1.0)], 15, Filters()),
        backend.dense_search(vector, 15, Filters()),
    ):
        order = np.lexsort((hits.rows, -hits.scores))
        assert order.tolist() == list(range(len(hits.rows)))
    tied = backend.keyword_search([("转移", 1.0)], 20, Filters())
    assert len(set(tied.scores.tolist())) < len(tied.rows), "nothing was tied"
    backend.close()


@pytest.mark.parametrize("mode", ["hybrid", "keyword"])
def test_the_same_question_gets_the_same_answer_from_every_opening(corpus, tmp_path, mode):
    from index.embedder import load_embedder

    answers = []
    for n in range(2):
        rebuild([corpus], tmp_path / str(n), embedder=load_embedder(), workers=1)
        searcher = Searcher.open(tmp_path / str(n))
        for question in ("转移手续带什么", "停保后余额", "第7所办事大厅") * 2:
            found = searcher.search(question, k=30, mode=mode).to_dict()
            answers.append((question, [(r["id"], r["score"]) for r in found["results"]]))
        searcher.close()
    assert all(results for _, results in answers)
    assert len({str(answer) for answer in answers}) == 3


def test_the_first_results_are_the_same_however_many_are_asked_for(index):
    backend = open_index(index)
    rows = [backend.keyword_search([("转移", 1.0)], k, Filters()).rows.tolist() for k in (5, 10, 20)]
    assert rows[0] == rows[2][:5] and rows[1] == rows[2][:10]
    backend.close()


def test_coded_vectors_are_the_same_bytes_every_time(tmp_path):
    drawn = np.random.default_rng(3).normal(size=(5_200, 16)).astype(np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        made = VectorIndex(drawn, vectors._encode(drawn))
        made.save(tmp_path / name)
    for name in (vectors.VECTORS, vectors.CODES):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
