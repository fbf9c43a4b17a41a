"""A build is sent shard by shard, again and again if need be, and is live only when it is whole."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from builders import HashingEmbedder, write_corpus

from index import generations as folders
from index.backend import Filters
from index.milvus import generations, schema, writer
from index.milvus.location import POINTER
from index.opening import open_index
from index.rebuild import rebuild
from ingest.errors import BadInputError, IndexUnusableError, NotFoundError

SENDING = "sending passages to Milvus"


class Watching:
    """Notes the steps of the stage that sends, and can stop at one."""

    def __init__(self, stop_after=None):
        self.stage_name, self.sent, self.stop_after = "", [], stop_after

    def stage(self, name, total):
        self.stage_name = name

    def step(self, done):
        if self.stage_name == SENDING and done:
            self.sent.append(done)
            if self.stop_after is not None and len(self.sent) > self.stop_after:
                raise KeyboardInterrupt


@pytest.fixture(autouse=True)
def small_shards(monkeypatch):
    monkeypatch.setattr(writer, "SHARD", 4)
    monkeypatch.setattr(writer, "_BLOCK", 8)


@pytest.fixture
def corpus(tmp_path):
    many = {f"{n}.txt": f"第{n}号文件\n\n第{n}条规定甲。\n" for n in range(30)}
    return write_corpus(tmp_path / "corpus", many)


def build(corpus, index, location, watching=None, **options):
    embedder = HashingEmbedder()
    return rebuild(
        [corpus], index, embedder=embedder, milvus=location, workers=1, progress=watching, **options
    )


def test_an_interrupted_build_goes_on_where_it_stopped(corpus, tmp_path, location, connection):
    with pytest.raises(KeyboardInterrupt):
        build(corpus, tmp_path / "index", location, Watching(stop_after=3))
    with pytest.raises(NotFoundError):
        open_index(location)
    assert not (tmp_path / "index" / POINTER).exists() and not folders.builds(tmp_path / "index")
    watching = Watching()
    build(corpus, tmp_path / "index", location, watching)
    # Two blocks of two shards were there; the others came in four more.
    assert watching.sent == [8, 8, 4, 4, 4, 2]
    assert generations.builds(connection) == [f"{location.name}_000001"]
    found = open_index(location).passages(range(30))
    assert sorted(p.file for p in found) == sorted(f"{n}.txt" for n in range(30))


def test_an_interrupted_build_of_other_rows_is_dropped(corpus, tmp_path, location, connection):
    with pytest.raises(KeyboardInterrupt):
        build(corpus, tmp_path / "index", location, Watching(stop_after=3))
    (corpus / "0.txt").write_text("另一份文件\n\n另一条规定。\n", encoding="utf-8")
    watching = Watching()
    build(corpus, tmp_path / "index", location, watching)
    assert watching.sent == [4] * 7 + [2]
    assert len(generations.builds(connection)) == 1


def test_another_machine_finishes_what_one_has_begun(corpus, tmp_path, location):
    with pytest.raises(KeyboardInterrupt):
        build(corpus, tmp_path / "one", location, Watching(stop_after=3))
    watching = Watching()
    build(corpus, tmp_path / "other", location, watching)
    assert watching.sent == [8, 8, 4, 4, 4, 2]


def test_sending_twice_changes_nothing(corpus, tmp_path, location, connection):
    build(corpus, tmp_path / "index", location)
    name = generations.live(connection)
    before = open_index(location).passages(range(30))
    local = tmp_path / "local"
    rebuild([corpus], local, embedder=HashingEmbedder(), workers=1)
    backend = open_index(local)
    folder = writer.BuildFolder(local / folders.current(local), backend.manifest)
    again = writer.Writer(connection, name, Watching())
    assert again.fill(folder, resume=False) == 30 and again.fill(folder, resume=True) == 0
    assert again.count() == 30
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
