"""Rebuild: only what changed is read and embedded, and the live build stays until the new one is whole."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from builders import ARTICLES, HashingEmbedder, write_corpus

from index import generations
from index.local import LocalBackend
from index.opening import open_index
from index.rebuild import rebuild
from ingest.errors import BadInputError, BusyError, NotFoundError

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def places(tmp_path):
    return write_corpus(tmp_path / "corpus"), tmp_path / "index"


def ids(index_dir):
    backend = open_index(index_dir)
    return [p.id for p in backend.passages(range(backend.manifest.counts["passages"]))]


def test_first_rebuild_embeds_every_passage(places):
    corpus, index = places
    embedder = HashingEmbedder()
    summary = rebuild([corpus], index, embedder=embedder)
    assert summary.parsed == len(ARTICLES)
    assert summary.embedded == embedder.embedded == open_index(index).manifest.counts["passages"]


def test_rebuild_without_changes_keeps_the_live_build(places):
    corpus, index = places
    first = rebuild([corpus], index, embedder=HashingEmbedder())
    before = ids(index)
    second = rebuild([corpus], index, embedder=HashingEmbedder())
    assert second.unchanged and second.embedded == 0 and second.build_id == first.build_id
    assert ids(index) == before


def test_a_changed_file_is_all_that_is_read_and_embedded(places):
    corpus, index = places
    rebuild([corpus], index, embedder=HashingEmbedder())
    before = set(ids(index))
    changed = corpus / "103_c.txt"
    changed.write_text(
        changed.read_text(encoding="utf-8").replace("发给本人", "打到本人银行卡"), encoding="utf-8"
    )
    summary = rebuild([corpus], index, embedder=HashingEmbedder())
    fresh = set(ids(index)) - before
    assert summary.parsed == 1
    assert summary.embedded == len(fresh) == 1


def test_a_removed_file_leaves_nothing_behind(places):
    corpus, index = places
    rebuild([corpus], index, embedder=HashingEmbedder())
    (corpus / "102_b.txt").unlink()
    rebuild([corpus], index, embedder=HashingEmbedder())
    backend = open_index(index)
    files = {p.file for p in backend.passages(range(backend.manifest.counts["passages"]))}
    assert files == {"101_a.txt", "103_c.txt"}


def test_full_reads_and_embeds_everything_anew(places):
    corpus, index = places
    rebuild([corpus], index, embedder=HashingEmbedder())
    summary = rebuild([corpus], index, embedder=HashingEmbedder(), full=True)
    assert summary.parsed == len(ARTICLES) and summary.embedded > 0


def test_two_builds_of_one_corpus_are_the_same_to_the_byte(places, tmp_path):
    corpus, index = places
    rebuild([corpus], index, embedder=HashingEmbedder())
    other = tmp_path / "other"
    rebuild([corpus], other, embedder=HashingEmbedder())
    assert open_index(index).manifest.checksums == open_index(other).manifest.checksums


def test_without_a_model_only_the_keyword_leg_is_built(places):
    corpus, index = places
    rebuild([corpus], index, embedder=None)
    backend = open_index(index)
    assert backend.manifest.model is None
    assert len(backend.keyword_search([("备案", 1.0)], 5, None).rows)


def test_a_missing_folder_is_named_and_nothing_is_made(tmp_path):
    with pytest.raises(NotFoundError, match="nowhere"):
        rebuild([tmp_path / "nowhere"], tmp_path / "index", embedder=None)
    assert not (tmp_path / "index").exists()


def test_an_empty_folder_is_refused_and_keeps_the_live_build(places, tmp_path):
    corpus, index = places
    live = rebuild([corpus], index, embedder=None).build_id
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInputError, match="empty"):
        rebuild([tmp_path / "empty"], index, embedder=None)
    assert generations.current(index) == live


def test_a_second_rebuild_at_the_same_time_is_told_who_holds_the_lock(places):
    corpus, index = places
    with generations.rebuilding(index), pytest.raises(BusyError, match=str(os.getpid())):
        rebuild([corpus], index, embedder=None)


def test_unreadable_files_are_reported_and_the_rest_is_indexed(places):
    corpus, index = places
    (corpus / "zip.txt").write_bytes(b"PK\x03\x04" + bytes(100))
    (corpus / "empty.txt").write_text("")
    (corpus / "gbk.txt").write_bytes("旧编码文章\n\n这是用国标编码保存的一篇说明。\n".encode("gb18030"))
    report = rebuild([corpus], index, embedder=None).report
    assert set(report["failed"]) == {"zip.txt", "empty.txt"}
    assert report["articles"] == len(ARTICLES) + 1


@pytest.mark.parametrize("delay", [0.2, 0.6, 0.9, 1.2, 1.5])
def test_a_killed_rebuild_leaves_the_old_index_and_the_next_one_finishes(places, delay):
    corpus, index = places
    rebuild([corpus], index, embedder=None)
    before = ids(index)
    many = {f"{n}.txt": f"第{n}号说明\n\n" + "办理备案需要身份证和申请表。\n\n" * 20 for n in range(200, 320)}
    write_corpus(corpus, many)
    code = (
        "import sys; from pathlib import Path; from index.rebuild import rebuild;"
        "rebuild([Path(sys.argv[1])], Path(sys.argv[2]), embedder=None)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(corpus), str(index)], cwd=ROOT)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert ids(index)[: len(before)] == before or len(ids(index)) > len(before)
    rebuild([corpus], index, embedder=None)
    backend = open_index(index)
    assert backend.manifest.counts["articles"] == len(ARTICLES) + len(many)
    assert isinstance(backend, LocalBackend)


def test_only_the_live_build_and_the_one_before_are_kept(places):
    corpus, index = places
    for _ in range(4):
        rebuild([corpus], index, embedder=None, full=True)
    assert len(generations.builds(index)) <= 3
    assert generations.current(index) == generations.builds(index)[-1]
