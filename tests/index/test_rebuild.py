"""Rebuild: only what changed is read and embedded, and the live build stays until the new one is whole."""

import json
import os
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from builders import ARTICLES, HashingEmbedder, TokenEmbedder, write_corpus

from index import build, generations
from index.backend import Filters
from index.opening import open_index
from index.rebuild import rebuild
from ingest.errors import BadInputError, BusyError, IndexUnusableError, NotFoundError, YibaoError

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
    assert len(backend.keyword_search([("备案", 1.0)], 5, Filters()).rows)


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


def test_only_the_live_build_and_the_one_before_are_kept(places):
    corpus, index = places
    for _ in range(4):
        rebuild([corpus], index, embedder=None, full=True)
    assert len(generations.builds(index)) == 2
    assert generations.current(index) == generations.builds(index)[-1]


def test_a_changed_file_is_all_that_is_read_and_embedded_with_token_ids_too(places):
    corpus, index = places
    rebuild([corpus], index, embedder=TokenEmbedder())
    (corpus / "103_c.txt").write_text("生育津贴\n\n津贴打到本人银行卡。\n", encoding="utf-8")
    embedder = TokenEmbedder()
    assert rebuild([corpus], index, embedder=embedder).embedded == embedder.embedded == 1
    backend = open_index(index)
    rows = backend.manifest.counts["passages"]
    fresh = rebuild([corpus], index.with_name("fresh"), embedder=TokenEmbedder())
    assert fresh.embedded == rows
    assert open_index(index.with_name("fresh")).manifest.checksums == backend.manifest.checksums


def test_an_interrupted_rebuild_goes_on_where_it_stopped(places, monkeypatch):
    corpus, index = places
    monkeypatch.setattr(build, "_EMBED_BATCH", 1)

    class Failing(HashingEmbedder):
        def embed_passages(self, texts):
            if self.embedded == 2:
                raise KeyboardInterrupt
            return super().embed_passages(texts)

    with pytest.raises(KeyboardInterrupt):
        rebuild([corpus], index, embedder=Failing())
    assert generations.builds(index) == [], "what was begun is removed"
    summary = rebuild([corpus], index, embedder=HashingEmbedder())
    assert summary.parsed == 0
    assert summary.embedded == open_index(index).manifest.counts["passages"] - 2


def test_another_model_embeds_everything_anew_and_reads_nothing(places):
    corpus, index = places
    rebuild([corpus], index, embedder=HashingEmbedder())
    summary = rebuild([corpus], index, embedder=TokenEmbedder())
    assert summary.parsed == 0 and summary.embedded == open_index(index).manifest.counts["passages"]


@pytest.mark.parametrize("harm", ["overwritten", "emptied", "flipped"])
def test_a_damaged_cache_costs_time_and_nothing_else(places, harm):
    corpus, index = places
    rebuild([corpus], index, embedder=HashingEmbedder())
    expected = open_index(index).manifest.checksums
    path = index / "cache" / "vectors.sqlite"
    data = bytearray(path.read_bytes())
    if harm == "overwritten":
        data[:] = b"no database " * (len(data) // 12)
    elif harm == "emptied":
        data.clear()
    else:
        data[len(data) - 20] ^= 0x01
    path.write_bytes(data)
    (index / generations.current(index) / "vectors.faiss").unlink()
    rebuild([corpus], index, embedder=HashingEmbedder())
    assert open_index(index).manifest.checksums == expected


def test_a_cache_of_another_layout_is_thrown_away(places):
    corpus, index = places
    rebuild([corpus], index, embedder=HashingEmbedder())
    expected = open_index(index).manifest.checksums
    with closing(sqlite3.connect(index / "cache" / "vectors.sqlite")) as cache:
        cache.execute("ALTER TABLE vectors RENAME COLUMN checksum TO sum")
    (index / generations.current(index) / "vectors.faiss").unlink()
    rebuild([corpus], index, embedder=HashingEmbedder())
    assert open_index(index).manifest.checksums == expected


def test_a_damaged_live_build_is_replaced_although_nothing_changed(places):
    corpus, index = places
    rebuild([corpus], index, embedder=HashingEmbedder())
    path = index / generations.current(index) / "vectors.faiss"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(IndexUnusableError):
        open_index(index)
    assert not rebuild([corpus], index, embedder=HashingEmbedder()).unchanged
    assert open_index(index).manifest.counts["articles"] == len(ARTICLES)


def test_a_full_disk_is_told_and_leaves_the_live_build(places):
    """A limit on the size of files, which writing meets as it meets the end of a disk."""
    corpus, index = places
    rebuild([corpus], index, embedder=None)
    before = ids(index)
    many = {
        f"{n}.txt": f"第{n}号说明\n\n" + f"办理第{n}号备案需要身份证和申请表。\n\n" * 20
        for n in range(200, 240)
    }
    write_corpus(corpus, many)
    code = (
        "import sys; from pathlib import Path; from index.rebuild import rebuild\n"
        "from ingest.errors import YibaoError\n"
        "try: rebuild([Path(sys.argv[1])], Path(sys.argv[2]), embedder=None)\n"
        "except YibaoError as error: sys.exit(str(error))"
    )
    for limit in (1_000, 20_000, 60_000):
        done = subprocess.run(
            [sys.executable, "-c", code, str(corpus), str(index)],
            cwd=ROOT,
            preexec_fn=lambda size=limit: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1 and "cannot be written" in done.stderr and "Traceback" not in done.stderr
        assert ids(index) == before
    rebuild([corpus], index, embedder=None)
    assert open_index(index).manifest.counts["articles"] == len(ARTICLES) + len(many)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_named(places):
    corpus, index = places
    index.mkdir(mode=0o500)
    with pytest.raises(BadInputError, match="--index"):
        rebuild([corpus], index, embedder=None)


def test_an_index_that_is_a_file_is_named(places):
    corpus, index = places
    index.write_text("something else")
    with pytest.raises(YibaoError, match="index"):
        rebuild([corpus], index, embedder=None)
    assert index.read_text() == "something else"


def test_a_record_given_twice_is_indexed_once_and_reported(places):
    corpus, index = places
    records = [{"id": "7", "title": "补缴", "text": f"第{n}次写下：补缴以后恢复报销。"} for n in (1, 2)]
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    (corpus / "records.jsonl").write_text("\n".join(lines), encoding="utf-8")
    report = rebuild([corpus], index, embedder=None).report
    assert report["articles"] == len(ARTICLES) + 1 == open_index(index).manifest.counts["articles"]
    assert "before" in report["failed"]["records.jsonl"]


def test_a_record_that_is_no_text_is_reported_and_the_rest_is_indexed(places):
    corpus, index = places
    (corpus / "half.jsonl").write_text('{"id": "1", "title": "半个字", "text": "这里是半个\\ud800字符。"}')
    report = rebuild([corpus], index, embedder=None).report
    assert report["articles"] >= len(ARTICLES)
    assert open_index(index).manifest.counts["articles"] == report["articles"]


@pytest.mark.slow
def test_the_number_of_workers_changes_no_byte(tmp_path):
    corpus = write_corpus(
        tmp_path / "corpus", {f"{n}.txt": f"第{n}号说明\n\n办理第{n}号备案要申请表。\n" for n in range(220)}
    )
    for workers in (1, 2):
        rebuild([corpus], tmp_path / str(workers), embedder=TokenEmbedder(), workers=workers)
    one, two = (open_index(tmp_path / str(workers)).manifest for workers in (1, 2))
    assert one.checksums == two.checksums and one.source == two.source
