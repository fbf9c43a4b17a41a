"""A build is sent shard by shard, again and again if need be, and is live only when it is whole."""

import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from builders import HashingEmbedder, write_corpus

from index import generations as folders
from index.backend import Filters
from index.milvus import generations, schema, writer
from index.milvus.location import POINTER
from index.milvus.target import MilvusTarget
from index.opening import open_index
from index.progress import Quiet
from index.rebuild import rebuild
from ingest.errors import BadInputError, IndexUnusableError, NotFoundError

SENDING = "sending passages to Milvus"
HARNESS = Path(__file__).parent / "sending_harness.py"


class Stopping:
    """Stops the stage that sends after some steps."""

    def __init__(self, steps):
        self.stage_name, self.steps = "", steps

    def stage(self, name, total):
        self.stage_name = name

    def step(self, done):
        if self.stage_name == SENDING:
            self.steps -= 1
            if self.steps < 0:
                raise KeyboardInterrupt


@pytest.fixture(autouse=True)
def small_shards(monkeypatch):
    monkeypatch.setattr(writer, "SHARD", 4)
    monkeypatch.setattr(writer, "_BLOCK", 8)


@pytest.fixture
def sent(monkeypatch):
    """The rows that are sent, shard by shard."""
    rows, send = [], writer.Writer._send
    monkeypatch.setattr(
        writer.Writer,
        "_send",
        lambda self, records: rows.append([record.row for record in records]) or send(self, records),
    )
    return rows


@pytest.fixture
def corpus(tmp_path):
    many = {f"{n}.txt": f"第{n}号文件\n\n第{n}条规定甲。\n" for n in range(30)}
    return write_corpus(tmp_path / "corpus", many)


def build(corpus, index, location, progress=None, **options):
    embedder = HashingEmbedder()
    return rebuild(
        [corpus], index, embedder=embedder, milvus=location, workers=1, progress=progress, **options
    )


def test_an_interrupted_build_goes_on_where_it_stopped(corpus, tmp_path, location, connection, sent):
    with pytest.raises(KeyboardInterrupt):
        build(corpus, tmp_path / "index", location, Stopping(3))
    before = len(sent)
    with pytest.raises(NotFoundError):
        open_index(location)
    assert not (tmp_path / "index" / POINTER).exists() and not folders.builds(tmp_path / "index")
    build(corpus, tmp_path / "index", location)
    # Each shard was sent once, in the first run or in the second: three steps were taken, and more were under way.
    assert 3 <= before < len(sent)
    assert sorted(row for shard in sent for row in shard) == list(range(30))
    assert generations.builds(connection) == [f"{location.name}_000001"]
    found = open_index(location).passages(range(30))
    assert sorted(p.file for p in found) == sorted(f"{n}.txt" for n in range(30))


def test_an_interrupted_build_of_other_rows_is_dropped(corpus, tmp_path, location, connection, sent):
    with pytest.raises(KeyboardInterrupt):
        build(corpus, tmp_path / "index", location, Stopping(3))
    sent.clear()
    (corpus / "0.txt").write_text("另一份文件\n\n另一条规定。\n", encoding="utf-8")
    build(corpus, tmp_path / "index", location)
    assert sorted(row for shard in sent for row in shard) == list(range(30))
    assert len(generations.builds(connection)) == 1


def test_another_machine_finishes_what_one_has_begun(corpus, tmp_path, location, sent):
    with pytest.raises(KeyboardInterrupt):
        build(corpus, tmp_path / "one", location, Stopping(3))
    before = len(sent)
    build(corpus, tmp_path / "other", location)
    assert 3 <= before < len(sent)
    assert sorted(row for shard in sent for row in shard) == list(range(30))


@pytest.fixture
def slow(monkeypatch):
    """Shards take as long as those of the real size would, so that several senders meet."""
    send = writer.Writer._send
    monkeypatch.setattr(writer.Writer, "_send", lambda self, records: time.sleep(0.05) or send(self, records))


def test_what_a_killed_process_has_sent_is_kept_and_another_that_was_sending_too_makes_up_for_it(
    corpus, tmp_path, location, connection, slow, sent
):
    write_corpus(corpus, {f"{n}.txt": f"第{n}号文件\n\n第{n}条规定乙。\n" for n in range(30, 200)})
    killed = subprocess.Popen(
        [sys.executable, HARNESS, corpus, tmp_path / "killed", location.uri, location.name, "8"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        rows = [int(row) for row in killed.stdout.readline().split()]
        build(corpus, tmp_path / "other", location)
        rows += [int(row) for row in killed.stdout.read().split()]
    finally:
        killed.kill()
        killed.wait(60)
    assert killed.returncode == -signal.SIGKILL and len(rows) == 8 * 4
    # What one has sent the other does not send again, but for the few shards that both had under way.
    again = {row for shard in sent for row in shard}
    assert len(again) < 200 and set(range(200)) - {*rows} <= again
    assert generations.builds(connection) == [f"{location.name}_000001"]
    rebuild([corpus], tmp_path / "local", embedder=HashingEmbedder(), workers=1)
    assert open_index(location).passages(range(200)) == open_index(tmp_path / "local").passages(range(200))
    assert writer.Writer(connection, f"{location.name}_000001", Quiet()).count() == 200


def test_those_that_rebuild_at_the_same_time_make_one_build(
    corpus, tmp_path, location, connection, slow, sent, monkeypatch
):
    monkeypatch.setattr(writer, "_LOOK", 0.01)
    together, publish = threading.Barrier(3), MilvusTarget.publish

    def publish_together(target, *known, **how):
        together.wait(30)
        return publish(target, *known, **how)

    monkeypatch.setattr(MilvusTarget, "publish", publish_together)
    with ThreadPoolExecutor(3) as machines:
        for built in [machines.submit(build, corpus, tmp_path / str(n), location) for n in range(3)]:
            assert built.result().build_id == "000001"
    assert generations.live(connection) == f"{location.name}_000001" == generations.builds(connection)[-1]
    assert {row for shard in sent for row in shard} == set(range(30))
    assert writer.Writer(connection, generations.live(connection), Quiet()).count() == 30
    assert len(open_index(location).passages(range(30))) == 30


def test_sending_twice_changes_nothing(corpus, tmp_path, location, connection):
    build(corpus, tmp_path / "index", location)
    name = generations.live(connection)
    before = open_index(location).passages(range(30))
    local = tmp_path / "local"
    rebuild([corpus], local, embedder=HashingEmbedder(), workers=1)
    backend = open_index(local)
    folder = writer.BuildFolder(local / folders.current(local), backend.manifest)
    again = writer.Writer(connection, name, Quiet())
    for rows in (range(0, 4), range(28, 30)):
        assert again._send(folder.records(rows)) == len(rows)
    assert again.fill(folder) == 0 and again.count() == 30
    assert open_index(location).passages(range(30)) == before


def test_a_build_that_lacks_rows_is_not_made_live(corpus, tmp_path, location, connection, monkeypatch):
    monkeypatch.setattr(writer.Writer, "_send", lambda self, records: len(records))
    with pytest.raises(IndexUnusableError, match="holds 0 of 30"):
        build(corpus, tmp_path / "index", location)
    assert generations.find_live(connection) is None


def test_a_live_build_that_has_lost_rows_is_built_anew(corpus, tmp_path, location, connection):
    build(corpus, tmp_path / "index", location)
    name = generations.live(connection)
    connection.ask(lambda client: client.delete(name, filter="row in [3]"))
    with pytest.raises(IndexUnusableError, match=r"lost 1 passages.*rebuild-index --full"):
        open_index(location).passages([3])
    assert not build(corpus, tmp_path / "index", location).unchanged
    assert generations.live(connection) > name


def test_only_the_build_before_the_live_one_is_kept(corpus, tmp_path, location, connection):
    for _ in range(3):
        build(corpus, tmp_path / "index", location, full=True)
    assert [generations.number_of(name) for name in generations.builds(connection)] == [2, 3]
    assert build(corpus, tmp_path / "index", location).unchanged
    assert [generations.number_of(name) for name in generations.builds(connection)] == [3]
    names = connection.ask(lambda client: client.list_collections())
    kept = {f"{location.name}_000003", f"{location.name}_000003_documents"}
    assert {name for name in names if name.startswith(f"{location.name}_")} == kept


def test_the_folder_leads_to_where_the_last_rebuild_went(corpus, tmp_path, location):
    index = tmp_path / "index"
    for milvus in (None, location, None, location):
        summary = build(corpus, index, milvus)
        assert (index / POINTER).exists() == (milvus is not None)
        backend = open_index(index)
        assert backend.manifest.build_id == summary.build_id
        assert type(backend).__name__ == ("LocalBackend" if milvus is None else "MilvusBackend")
        backend.close()


def test_somebody_elses_collection_is_not_touched(corpus, tmp_path, location, connection):
    fields, indexes = connection.ask(schema.document_schema)
    connection.ask(
        lambda client: client.create_collection(location.name, schema=fields, index_params=indexes)
    )
    with pytest.raises(BadInputError, match="YIBAO_MILVUS_COLLECTION"):
        build(corpus, tmp_path / "index", location)
    assert location.name in connection.ask(lambda client: client.list_collections())


def test_readers_see_one_whole_build_or_the_next_while_builds_are_switched(corpus, tmp_path, location):
    index = tmp_path / "index"

    def write(version):
        (corpus / "0.txt").write_text(f"生育津贴\n\n第{version}版津贴发给本人。\n", encoding="utf-8")

    write(0)
    build(corpus, index, location)
    stop, opened, seen = threading.Event(), {}, set()

    def read(reader):
        while not stop.is_set():
            backend = open_index(location)
            opened[reader] = backend.manifest.build_id
            hits = backend.keyword_search([("津贴", 1.0)], 5, Filters())
            evidence = backend.evidence(hits.rows, np.full(64, 0.125, np.float32), [("津贴", 1.0)])
            texts = [p.text for p in backend.passages(hits.rows.tolist()) if "版" in p.text]
            seen.add((tuple(texts), backend.manifest.build_id, len(evidence.facts) == len(hits.rows)))
            backend.close()

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read, number) for number in range(2)]
        try:
            for version in range(1, 4):
                write(version)
                build(corpus, index, location)
                # A build goes with the second rebuild after it: by then both readers have the next one.
                deadline = time.monotonic() + 30
                while set(opened.values()) != {f"{version + 1:06d}"}:
                    assert time.monotonic() < deadline and not any(reader.done() for reader in readers)
                    time.sleep(0.01)
        finally:
            stop.set()
        for reader in readers:
            reader.result()
    expected = {((f"第{n}版津贴发给本人。",), f"{n + 1:06d}", True) for n in range(4)}
    assert seen <= expected and len(seen) >= 3
