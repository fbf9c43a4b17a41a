"""What only a real server can show: bytes, aliases, releases and crashes. `make test-milvus` installs and starts one.

It is the one of the package `milvus` 2.3.5, the newest that pip installs. It knows no sparse vectors, so that passages
are stored without their words here; the keyword leg is tested on milvus-lite, or on any newer server with
`make test-milvus MILVUS=http://host:19530`.
"""

import dataclasses
import itertools
import os
import socket
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import pytest

from index.backend import Filters
from index.manifest import Manifest, ModelStamp
from index.milvus import generations, schema
from index.milvus.backend import MilvusBackend
from index.milvus.connection import Connection
from index.milvus.documents import Documents
from index.milvus.location import MilvusLocation
from index.milvus.records import Record, to_entity
from index.milvus.writer import load
from index.vocabulary import Vocabulary
from ingest.errors import BadInputError, IndexUnusableError, NotFoundError, UnavailableError, YibaoError
from ingest.passage import Passage

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("YIBAO_TEST_SERVER" not in os.environ, reason="run by `make test-milvus`"),
]
DIMENSION, ROWS = 32, 2_000
RANDOM = np.random.default_rng(7).normal(size=(ROWS, DIMENSION)).astype(np.float32)
VECTORS = RANDOM / np.linalg.norm(RANDOM, axis=1, keepdims=True)
REGIONS, KINDS = (None, "成都", "绵阳"), ("body", "table")


def passage(row):
    return Passage(
        f"{row:016x}",
        f"{row // 4:016x}",
        f"{row}.txt",
        row % 4,
        KINDS[row % 2],
        "医保" * 20,
        ("一", "二"),
        "保" * 300,
        0,
        300,
        region=REGIONS[row % 3],
        published=None if row % 5 == 0 else f"2025-01-{row % 28 + 1:02d}",
    )


def entity(row, **changes):
    record = Record(
        row,
        dataclasses.replace(passage(row), **changes),
        VECTORS[row],
        (np.empty(0, np.int64), np.empty(0, np.float32)),
        np.arange(row % 7, dtype=np.uint32),
    )
    fields = to_entity(record)
    del fields[schema.TERMS]
    return fields


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return b"OK" in response.read()
    except OSError:
        return False


def bound(port):
    """A socket on a port of all addresses, as the server takes it; even on one that a server has just left."""
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind(("", port))
        taken.listen()
    except OSError:
        taken.close()
        return None
    return taken


def free_ports():
    """Ports that are free, below those that outgoing connections get."""
    for port in range(20_000, 30_000):
        if taken := bound(port):
            taken.close()
            yield port


class Server:
    """The server of the package, in a folder of its own."""

    def __init__(self, folder):
        from milvus import MilvusServer

        self._server = MilvusServer(wait_for_started=False)
        self._server.set_base_dir(str(folder))
        # One that was killed cannot say that it is gone: its successor waits until the lease has run out.
        self._server.config.set("common.session.ttl", 15)
        # Its own ports lie among those of outgoing connections, and one that is taken ends it while it starts.
        config = self._server.config
        config.try_bind_port = bound
        names = [name for name in config.configurable_items if name.endswith("_port")]
        config.configs.update(zip(names, free_ports(), strict=False))

    def start(self):
        """Start it, and wait until it answers. The package itself would not notice a server that ended at once."""
        self._server.start()
        healthy = f"http://127.0.0.1:{self._server.webservice_port}/healthz"
        deadline = time.monotonic() + 120
        while not answers(healthy):
            assert self._server.server_proc.poll() is None, "the server ended by itself"
            assert time.monotonic() < deadline, "the server did not start within two minutes"
            time.sleep(0.2)
        return MilvusLocation(f"http://127.0.0.1:{self._server.listen_port}", name="portal", timeout=60)

    def kill(self):
        self._server.server_proc.kill()
        self._server.server_proc.wait()

    def stop(self):
        self._server.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    started = Server(tmp_path_factory.mktemp("server"))
    yield started
    started.stop()


@pytest.fixture(scope="module")
def connection(server):
    opened = Connection.open(server.start())
    yield opened
    opened.close()


def create(connection, build):
    """What `schema.create` makes, without words and the scalar indexes, which this version names otherwise."""

    def both(client):
        passages, _ = schema.passage_schema(client, DIMENSION, keyword=False)
        documents, document_indexes = schema.document_schema(client)
        indexes = client.prepare_index_params()
        indexes.add_index(schema.VECTOR, index_type="AUTOINDEX", metric_type="IP")
        for name, fields, params in (
            (schema.passages_of(build), passages, indexes),
            (schema.documents_of(build), documents, document_indexes),
        ):
            client.create_collection(name, schema=fields, timeout=60)
            client.create_index(name, params, timeout=60, sync=False)

    connection.ask(both)
    load(connection, build)


def send(connection, build, rows):
    for start in range(0, len(rows), 500):
        entities = [entity(row) for row in rows[start : start + 500]]
        connection.ask(lambda client, batch=entities: client.upsert(build, batch, timeout=60))


def count(connection, build):
    [found] = connection.ask(
        lambda client: client.query(
            build, filter="", output_fields=["count(*)"], consistency_level="Strong", timeout=60
        )
    )
    return found["count(*)"]


@contextmanager
def asking(backend, callers):
    """Callers that ask without a pause: "right" for each answer that is, the error's class for each that failed."""
    outcomes, stop = [], threading.Event()

    def ask(caller):
        for row in itertools.cycle(range(caller, ROWS, callers)):
            if stop.is_set():
                return
            try:
                found = backend.dense_search(VECTORS[row], 1, Filters()).rows.tolist()
                outcomes.append("right" if found == [row] else found)
            except YibaoError as error:
                outcomes.append(type(error))

    with ThreadPoolExecutor(callers) as pool:
        asked = [pool.submit(ask, caller) for caller in range(callers)]
        try:
            yield outcomes
        finally:
            stop.set()
        for each in asked:
            each.result()


def wait_for(condition, seconds=120):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def build(connection):
    name = "portal_000001"
    create(connection, name)
    send(connection, name, range(ROWS))
    connection.ask(lambda client: client.flush(name, timeout=120))
    return name


@pytest.fixture(scope="module")
def backend(connection, build):
    stamp = ModelStamp("", DIMENSION, "test")
    manifest = Manifest("000001", "", "", "", stamp, 1.0, {"passages": ROWS}, {"tokens.npy": ""}, {}, {})
    nothing = Vocabulary(np.empty(0, np.int64), [], np.zeros(1, np.int64), ROWS)
    return MilvusBackend(connection, build, manifest, Documents(connection, build), nothing)


def test_the_product_refuses_a_server_that_knows_no_sparse_vectors(connection):
    with pytest.raises(IndexUnusableError, match=r"2\.3\.5.*run 2\.4 or newer"):
        MilvusBackend.open(connection.location)


def test_upserting_twice_leaves_one_of_each(connection, build):
    send(connection, build, range(500))
    assert count(connection, build) == ROWS


@pytest.mark.parametrize(
    ("filters", "passes"),
    [
        (Filters(), lambda p: True),
        (Filters(regions=frozenset({"成都"})), lambda p: p.region == "成都"),
        (Filters(kinds=frozenset({"table"})), lambda p: p.kind == "table"),
        (Filters(since="2025-01-20"), lambda p: (p.published or "") >= "2025-01-20"),
        (
            Filters(frozenset({"成都", "绵阳"}), frozenset({"body"}), "2025-01-10"),
            lambda p: p.region and p.kind == "body" and (p.published or "") >= "2025-01-10",
        ),
        (Filters(regions=frozenset({"拉萨"})), lambda p: False),
    ],
)
def test_dense_hits_are_the_nearest_of_those_that_pass(backend, filters, passes):
    passing = np.asarray([row for row in range(ROWS) if passes(passage(row))], np.int64)
    for asked in VECTORS[:10]:
        scores = VECTORS[passing] @ asked
        best = np.lexsort((passing, -scores))
        best = best[scores[best] > 0][:20]
        found = backend.dense_search(asked, 20, filters)
        assert found.rows.tolist() == passing[best].tolist()
        assert found.scores == pytest.approx(scores[best], abs=1e-5)


def test_rows_come_back_as_they_were_sent(backend):
    rows = np.asarray([1_999, 0, 77])
    evidence = backend.evidence(rows, VECTORS[5], None)
    assert evidence.cosine == pytest.approx(VECTORS[rows] @ VECTORS[5], abs=1e-6)
    assert evidence.tokens.tolist() == [n for row in rows for n in range(row % 7)]
    assert backend.passages(rows.tolist()) == [passage(row) for row in rows]
    assert backend.passage_row(passage(77).id) == 77
    assert backend.article_rows(passage(77).article_id) == [76, 77, 78, 79]


def test_the_limit_of_a_text_is_in_bytes_for_us_as_for_the_server(connection):
    create(connection, "bytes_000001")
    names = {"file": "x.txt"}
    spare = schema.MOST_BYTES - len(entity(0, title="", **names)[schema.PASSAGE].encode())
    longest = "保" * (spare // 3) + "a" * (spare % 3)
    full = entity(0, title=longest, **names)
    assert len(full[schema.PASSAGE].encode()) == schema.MOST_BYTES
    connection.ask(lambda client: client.upsert("bytes_000001", [full], timeout=60))
    with pytest.raises(BadInputError, match="too long"):
        entity(0, title=longest + "a", **names)
    longer = full | {schema.PASSAGE: full[schema.PASSAGE] + " "}
    with pytest.raises(IndexUnusableError, match="65535"):
        connection.ask(lambda client: client.upsert("bytes_000001", [longer], timeout=60))
    generations.drop(connection, "bytes_000001")


def test_documents_come_back_whole(connection, build):
    documents = Documents(connection, build)
    long = np.random.default_rng(1).bytes(1_000_000)
    documents.put([("long", long), ("short", b"x")])
    assert documents.get("long", "short", "none", fresh=True) == {"long": long, "short": b"x"}


def test_the_alias_names_the_live_build_and_is_switched(connection, build):
    with pytest.raises(NotFoundError):
        generations.live(connection)
    generations.publish(connection, build)
    assert generations.live(connection) == build
    assert generations.build_after(connection, [build]) == "portal_000002"
    create(connection, "portal_000002")
    generations.publish(connection, "portal_000002")
    assert generations.live(connection) == "portal_000002"
    generations.publish(connection, build)
    generations.drop(connection, "portal_000002")
    assert generations.builds(connection) == [build] and generations.live(connection) == build


def test_a_build_that_somebody_released_is_loaded_again(connection, backend, build):
    connection.ask(lambda client: client.release_collection(build, timeout=60))
    assert backend.dense_search(VECTORS[3], 1, Filters()).rows.tolist() == [3]


def test_what_was_acknowledged_survives_a_crash(connection, server, backend, build):
    name = "crash_000001"
    create(connection, name)
    send(connection, name, range(1_000))  # acknowledged, not flushed
    with asking(backend, callers=3) as outcomes:
        wait_for(lambda: outcomes.count("right") >= 30)
        server.kill()
        with pytest.raises(UnavailableError, match="does not answer"):
            Connection.open(dataclasses.replace(connection.location, timeout=2))
        wait_for(lambda: UnavailableError in outcomes)
        with pytest.raises(UnavailableError, match="does not answer"):
            backend.check()
        again = server.start()
        assert again == connection.location
        seen = len(outcomes)
        # The same backend, opened before the crash, answers by itself.
        wait_for(lambda: outcomes[seen:].count("right") >= 30)
        assert outcomes[-1] == "right"
    assert set(outcomes) - {IndexUnusableError} == {"right", UnavailableError}
    restarted = Connection.open(again)
    load(restarted, name)
    load(restarted, build)
    assert count(restarted, name) == 1_000 and count(restarted, build) == ROWS
    assert generations.live(restarted) == build
    restarted.close()
