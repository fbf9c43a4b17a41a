"""`yibao serve --workers 2`: two processes that are one service."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from api_corpus import free_port, serving, wait_for
from prometheus_client.parser import text_string_to_metric_families

from api.guards import connections
from api.settings import Settings
from api.workers import VARIABLE, shared_folder, sharing

pytestmark = pytest.mark.skipif(os.name == "nt", reason="stops the service with a signal")


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def process(
    port: int, index_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {
        "YIBAO_RATE_LIMIT": "30",
        "YIBAO_FEEDBACK": str(tmp_path_factory.mktemp("said") / "feedback.sqlite"),
        "TMPDIR": str(tmp_path_factory.mktemp("shared")),
    }
    command = [sys.executable, "-c", "from api.cli.commands import main; main(prog_name='yibao')", "serve"]
    process = subprocess.Popen(
        [*command, "--workers", "2", "--reload-index", "--index", str(index_dir), "--port", str(port)],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert "Traceback" not in told
    assert list(Path(environment["TMPDIR"]).iterdir()) == [], "what the workers shared is removed"


@pytest.fixture(scope="module")
def served(port: int, process: subprocess.Popen[str]) -> str:
    address = f"http://127.0.0.1:{port}"

    def ready() -> bool:
        try:
            return httpx.get(f"{address}/readyz").status_code == 200
        except httpx.TransportError:
            return False

    assert process.poll() is None
    wait_for(ready, 60)
    return address


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """The two processes that serve; a third one watches over what they share."""
    found = []
    for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="utf-8").split():
        with suppress(OSError):  # one that has gone meanwhile
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(int(child))
    return found


def counted(address: str, route: str) -> float:
    """How many requests of a route one worker knows of, asked over a new connection."""
    return sum(
        sample.value
        for family in text_string_to_metric_families(httpx.get(f"{address}/metrics").text)
        for sample in family.samples
        if sample.name == "yibao_http_requests_total" and sample.labels["route"] == route
    )


def test_any_worker_tells_of_all_requests(served: str) -> None:
    before = counted(served, "/healthz")
    for _ in range(20):
        httpx.get(f"{served}/healthz")
    assert {counted(served, "/healthz") for _ in range(5)} == {before + 20}


def test_a_rate_holds_for_all_workers_together(served: str) -> None:
    """Each request over a connection of its own, so that both workers get some."""
    statuses = [httpx.get(f"{served}/suggest", params={"q": "x"}).status_code for _ in range(40)]
    # One more token comes every two seconds.
    assert 30 <= statuses.count(200) <= 36
    assert set(statuses) == {200, 429}


@pytest.mark.skipif(sys.platform != "linux", reason="looks for the workers in /proc")
def test_a_worker_that_is_killed_is_replaced_while_the_other_answers(
    served: str, process: subprocess.Popen[str]
) -> None:
    first, second = workers_of(process)
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: second in workers_of(process) and len(set(workers_of(process)) - {first}) == 2, 60)
    for _ in range(10):
        assert httpx.get(f"{served}/readyz", timeout=20).status_code == 200


def test_numbers_are_told_although_what_the_workers_share_has_been_cleared_away(
    index_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "gone"))
    with serving(Settings(index=index_dir)) as address:
        told = httpx.get(f"{address}/metrics")
    assert told.status_code == 200
    assert "yibao_index_ready 1.0" in told.text


def test_products_of_small_matrices_take_no_second_core() -> None:
    script = (
        "import api.server, uvicorn\n"
        "def run(*_, **__):\n"
        "    import numpy, threadpoolctl\n"
        "    print([pool['num_threads'] for pool in threadpoolctl.threadpool_info()])\n"
        "uvicorn.run = run\n"
        "from api.settings import Settings\n"
        "api.server.run(Settings(port=0))\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", script], check=False, env=environment, capture_output=True, text=True
    )
    assert done.stdout in ("[1]\n", "[]\n"), done.stderr  # the second where numpy has no OpenBLAS


@pytest.mark.parametrize(("workers", "waits"), [(1, 0), (2, 12)])
def test_a_worker_leaves_connections_to_the_others_the_longer_the_more_it_has(
    index_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int, waits: int
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(connections, "time", SimpleNamespace(sleep=waited.append))
    monkeypatch.delenv(VARIABLE, raising=False)
    with sharing(workers), serving(Settings(index=index_dir)) as address, ExitStack() as held:
        waited.clear()  # `serving` asks whether the service is there
        port = int(address.rsplit(":", 1)[1])
        for _ in range(12):
            connection = held.enter_context(socket.create_connection(("127.0.0.1", port)))
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.recv(15) == b"HTTP/1.1 200 OK"
    assert len(waited) == waits
    assert waited == sorted(waited)
    assert waited[-1:] == [connections.MOST_GIVE_WAY] * (waits > 0)


def test_a_named_folder_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with sharing(4):
        assert shared_folder() == tmp_path
    assert tmp_path.exists()


def test_one_process_shares_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with sharing(1):
        assert shared_folder() is None
