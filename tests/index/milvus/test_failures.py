"""What can go wrong with a Milvus gets a name and a cure; nothing is answered from anywhere else."""

import json
import socket
import subprocess
import sys

import numpy as np
import pytest
from builders import HashingEmbedder, write_corpus
from lite_server import LiteServer, free_port

from index.backend import Filters
from index.milvus import generations, schema
from index.milvus.backend import MilvusBackend
from index.milvus.connection import Connection
from index.milvus.documents import Documents
from index.milvus.location import MilvusLocation
from index.opening import live_stamp, open_index
from index.rebuild import rebuild
from ingest.errors import BadInputError, IndexUnusableError, NotFoundError, UnavailableError
from search import Searcher

EVERYTHING = Filters()
VECTOR = np.full(64, 0.125, np.float32)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return write_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture
def index(corpus, location, tmp_path):
    rebuild([corpus], tmp_path / "index", embedder=HashingEmbedder(), milvus=location, workers=1)
    return location


def asked_in_every_way(backend):
    yield lambda: backend.dense_search(VECTOR, 3, EVERYTHING)
    yield lambda: backend.keyword_search([("备案", 1.0)], 3, EVERYTHING)
    yield lambda: backend.evidence(np.asarray([0]), VECTOR, [("备案", 1.0)])
    yield lambda: backend.passages([1])
    yield lambda: backend.passage_row("0" * 16)
    yield lambda: backend.article("0" * 16)
    yield backend.check


def test_no_server_is_said_when_opening_and_when_building(corpus, tmp_path):
    nobody = MilvusLocation(f"http://127.0.0.1:{free_port()}", timeout=0.5)
    with pytest.raises(UnavailableError, match=r"does not answer.*YIBAO_MILVUS_URI"):
        open_index(nobody)
    with pytest.raises(UnavailableError, match="does not answer"):
        rebuild([corpus], tmp_path, embedder=HashingEmbedder(), milvus=nobody)
    assert live_stamp(nobody) is None


def test_a_port_where_nothing_is_said_ends_in_time(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        location = MilvusLocation(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.5)
        with pytest.raises(UnavailableError, match=r"does not answer.*0\.5 s"):
            open_index(location)


def test_a_server_that_goes_hangs_or_comes_back(corpus, tmp_path):
    """Gone: each question says so. Hanging: it says so in time. Back, with nothing in memory: it answers again."""
    server = LiteServer(tmp_path / "data").start()
    location = MilvusLocation(server.uri, timeout=1.0)
    try:
        rebuild([corpus], tmp_path / "index", embedder=HashingEmbedder(), milvus=location, workers=1)
        backend = open_index(location)
        expected = backend.keyword_search([("备案", 1.0)], 3, EVERYTHING).rows.tolist()
        searcher = Searcher(backend, HashingEmbedder())
        server.halt()
        with pytest.raises(UnavailableError, match="does not answer"):
            searcher.search("怎么备案")
        server.go_on()
        backend.check()
        server.kill()
        for ask in asked_in_every_way(backend):
            with pytest.raises(UnavailableError, match="does not answer"):
                ask()
        with pytest.raises(UnavailableError):
            searcher.search("怎么备案", mode="keyword")
        server.start()
        assert backend.keyword_search([("备案", 1.0)], 3, EVERYTHING).rows.tolist() == expected
        assert searcher.search("怎么备案").results
        rebuilt = rebuild(
            [corpus], tmp_path / "index", embedder=HashingEmbedder(), milvus=location, workers=1
        )
        assert rebuilt.unchanged
    finally:
        server.kill()


def test_a_collection_that_is_gone_is_said(index, connection):
    backend = open_index(index)
    connection.ask(lambda client: client.drop_alias(index.name))
    generations.drop(connection, generations.builds(connection)[0])
    for ask in asked_in_every_way(backend):
        with pytest.raises(IndexUnusableError, match="rebuild-index"):
            ask()
    with pytest.raises(NotFoundError, match="rebuild-index"):
        open_index(index)


def test_a_question_of_another_dimension_is_refused(index):
    backend = open_index(index)
    with pytest.raises(IndexUnusableError, match=r"8 dimensions.*64.*rebuild-index --full"):
        backend.dense_search(VECTOR[:8], 3, EVERYTHING)


def test_a_question_that_is_no_number_is_refused(index):
    with pytest.raises(BadInputError, match="finite"):
        open_index(index).dense_search(VECTOR * np.nan, 3, EVERYTHING)


@pytest.mark.parametrize("k", [0, -1, 16_385])
def test_more_rows_than_milvus_returns_are_refused(index, k):
    with pytest.raises(BadInputError, match="16384"):
        open_index(index).keyword_search([("备案", 1.0)], k, EVERYTHING)


def test_as_many_rows_as_milvus_returns_can_be_asked_for(index):
    assert len(open_index(index).dense_search(VECTOR, schema.MOST_RESULTS, EVERYTHING).rows) >= 3


def test_a_live_build_without_manifest_is_refused(connection, location):
    schema.create(connection, f"{location.name}_000001", 8)
    generations.publish(connection, f"{location.name}_000001")
    with pytest.raises(IndexUnusableError, match=r"never finished.*rebuild-index --full"):
        open_index(location)


def damage(connection, **changes):
    """Put the manifest of the live build anew, with other values."""
    documents = Documents(connection, generations.live(connection))
    manifest = json.loads(documents.get("manifest")["manifest"])
    documents.put([("manifest", json.dumps(manifest | changes).encode())])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format_version": 99}, "format 99"),
        ({"words": "changed"}, "dictionary"),
        ({"model": {"name": "x", "dimension": 65, "fingerprint": "x"}}, "64 dimensions.*65"),
    ],
)
def test_a_build_that_would_be_misread_is_refused(index, connection, changes, said):
    damage(connection, **changes)
    with pytest.raises(IndexUnusableError, match=rf"{said}.*rebuild-index --full"):
        open_index(index)


def test_a_server_too_old_for_sparse_vectors_is_refused(index, monkeypatch):
    opened = Connection.open(index)
    monkeypatch.setattr(opened, "ask", lambda request: "v2.3.5-lite")
    with pytest.raises(IndexUnusableError, match=r"2\.3\.5.*2\.4"):
        opened.check_version()
    opened.close()


def test_two_processes_cannot_open_one_file_of_milvus_lite(corpus, tmp_path):
    location = MilvusLocation(str(tmp_path / "small.db"))
    rebuild([corpus], tmp_path / "index", embedder=HashingEmbedder(), milvus=location, workers=1)
    backend = MilvusBackend.open(location)
    assert len(backend.keyword_search([("备案", 1.0)], 3, EVERYTHING).rows)
    other = subprocess.run(
        [
            sys.executable,
            "-c",
            "from api.cli.commands import main; main()",
            "search",
            "--index",
            tmp_path / "index",
            "备案",
        ],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    backend.close()
    assert other.returncode == 5, other.stderr
    assert "one process at a time" in other.stderr and len(other.stderr.strip().splitlines()) == 1
