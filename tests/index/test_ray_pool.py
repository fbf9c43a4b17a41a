"""On a Ray cluster a rebuild makes the same build as on this machine, and says what is wrong with the cluster.

The cluster is one of this machine, with two workers, started and ended here; all of its traffic stays on 127.0.0.2.
"""

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from builders import WithoutTokens, write_corpus
from lite_server import free_port

from index.embedder import load_embedder
from index.rebuild import rebuild
from ingest.corpus import DIED
from ingest.errors import BadInputError, YibaoError
from ingest.field_mapping import FieldMapping

HERE = Path(__file__).parent
#: Ray takes 127.0.0.1 for "this machine" and then listens on its public address; this is the same interface.
LOOPBACK = "127.0.0.2"


def needs_ray():
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'yibao-search[ray]'")


class Cluster:
    """A head with two workers."""

    def __init__(self, folder):
        self._folder = folder
        #: Workers run whatever they are sent, so that nobody else may send them anything.
        token = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
        self.environment = os.environ | token | {"RAY_USAGE_STATS_ENABLED": "0"}
        self._process = None

    def start(self):
        where = ["--node-ip-address", LOOPBACK, "--port", "0", "--temp-dir", self._folder]
        less = ["--include-dashboard", "false", "--include-log-monitor", "false", "--disable-usage-stats"]
        size = ["--num-cpus", "2", "--num-gpus", "0", "--object-store-memory", "80000000"]
        command = [Path(sys.executable).with_name("ray"), "start", "--head", "--block", *where, *less, *size]
        self._process = subprocess.Popen(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        file = self._folder / "ray_current_cluster"
        deadline = time.monotonic() + 120
        while not (file.exists() and file.read_text()):
            assert self._process.poll() is None, "Ray ended by itself"
            assert time.monotonic() < deadline, "Ray did not start within two minutes"
            time.sleep(0.1)
        self.address = file.read_text().strip()

    def stop(self):
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(15)
        # Whatever of it is left: the session is its own.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def run(self, *arguments):
        return subprocess.run(
            [sys.executable, *map(str, arguments)],
            check=False,
            capture_output=True,
            text=True,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            timeout=240,
        )


@pytest.fixture(scope="module")
def cluster():
    needs_ray()
    # Not in pytest's folder: the path of a socket may have 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="ray"))
    started = Cluster(folder)
    try:
        started.start()
        yield started
    finally:
        started.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    many = {f"{n}.txt": f"第{n}号通知\n\n第{n}条说明参保登记的办理时间。\n" for n in range(40)}
    write_corpus(folder, many)
    (folder / "empty.txt").write_bytes(b"")
    (folder / "broken.jsonl").write_bytes(b"{")
    return folder


def contents(index):
    """The files of the live build, without what differs from one run to the next."""
    [build] = (path for path in index.glob("0*") if path.is_dir())
    files = {
        path.relative_to(build).as_posix(): path.read_bytes() for path in build.rglob("*") if path.is_file()
    }
    manifest = json.loads(files.pop("manifest.json"))
    return files, {name: manifest[name] for name in manifest if name not in ("created", "own_checksum")}


@pytest.mark.slow
def test_the_build_is_the_same_as_on_this_machine(cluster, corpus, tmp_path):
    command = (
        "-c",
        "from api.cli.commands import main; main()",
        "rebuild-index",
        "--corpus",
        corpus,
        "--json",
    )
    done = cluster.run(*command, "--index", tmp_path / "ray", "--ray", cluster.address)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    rebuild([corpus], tmp_path / "here", embedder=load_embedder(), mapping=FieldMapping())
    assert contents(tmp_path / "ray") == contents(tmp_path / "here")
    assert (summary["parsed"], summary["embedded"]) == (42, 40) and len(summary["failed"]) == 2


@pytest.mark.slow
@pytest.mark.skipif("YIBAO_TEST_RAY" not in os.environ, reason="run by `make test-ray`")
def test_workers_that_die_cost_the_file_they_die_of_and_nothing_else(cluster, corpus, tmp_path):
    with_deadly = shutil.copytree(corpus, tmp_path / "corpus")
    (with_deadly / "deadly.txt").write_text("通知\n\n一条规定。\n", encoding="utf-8")
    index, mark = tmp_path / "ray", tmp_path / "mark"
    done = cluster.run(HERE / "ray_harness.py", cluster.address, with_deadly, index, mark)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout.splitlines()[-1])
    assert summary["failed"].pop("deadly.txt") == DIED and len(summary["failed"]) == 2
    # Vectors were made by workers, of which one died the first time: they are those of this machine.
    assert mark.exists() and summary["embedded"] == 40
    rebuild([corpus], tmp_path / "here", embedder=WithoutTokens())
    assert contents(index)[0] == contents(tmp_path / "here")[0]


def test_no_cluster_at_the_address_is_said_at_once(corpus, tmp_path):
    needs_ray()
    address = f"127.0.0.1:{free_port()}"
    with pytest.raises(YibaoError, match=rf"no Ray cluster answers at {address}.*leave --ray out"):
        rebuild([corpus], tmp_path, embedder=load_embedder(), ray=address)


@pytest.mark.parametrize("address", ["", "host", "host:port", "http://127.0.0.1:6379", "127.0.0.1:99999"])
def test_what_is_no_address_is_refused(corpus, tmp_path, address):
    needs_ray()
    with pytest.raises(BadInputError, match="no address of a Ray cluster"):
        rebuild([corpus], tmp_path, embedder=load_embedder(), ray=address)


def test_without_ray_the_cure_is_said(corpus, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(BadInputError, match=r"pip install 'yibao-search\[ray\]'"):
        rebuild([corpus], tmp_path, embedder=load_embedder(), ray="auto")
