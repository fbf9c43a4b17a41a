"""What HTTP costs: this service against a bare FastAPI route, and against the search inside this process.

    python -m benchmarks.http_throughput [--index DIR] [--questions FILE] [--requests 400] [--clients 16] [--workers 2]

Measured one after another in one run: the search alone; the service; and a route of plain FastAPI that sends a
document of the same size and does nothing else. The table shows, for one client at a time, the median; for many
clients, requests a second and the 95th percentile; and processor time a request, which other work on the machine
changes least. Its last lines say what HTTP costs over the search alone, also as a ratio of the bare route's cost.
"""

import argparse
import asyncio
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from fastapi import FastAPI

from search import Searcher

_SAMPLE = Path(__file__).resolve().parent.parent / "corpus" / "questions.jsonl"


def bare() -> FastAPI:
    """A service of one route, which sends the document of the environment's choice."""
    app = FastAPI()
    document = json.loads(Path(os.environ["BARE_DOCUMENT"]).read_text(encoding="utf-8"))

    @app.get("/search")
    def search(q: str) -> dict[str, Any]:  # noqa: ARG001 - asked as the service is
        return document  # type: ignore[no-any-return]

    return app


class Measured(NamedTuple):
    """Milliseconds, requests a second, milliseconds of processor time a request."""

    median: float
    rate: float
    p95: float
    processor: float


def in_process(index: Path, questions: list[str]) -> Measured:
    """The search alone, one after another."""
    searcher = Searcher.open(index)
    for question in questions[:20]:
        searcher.search(question)
    times, used = [], time.process_time()
    for question in questions:
        started = time.perf_counter()
        searcher.search(question)
        times.append(time.perf_counter() - started)
    used = time.process_time() - used
    return Measured(
        statistics.median(times) * 1e3, 1 / statistics.fmean(times), _p95(times), used / len(questions) * 1e3
    )


def over_http(
    command: list[str], port: int, questions: list[str], clients: int, **environment: str
) -> Measured:
    """A server in a process group of its own: one client at a time, then many."""
    paths = [f"/search?q={quote(question)}" for question in questions]
    with _server(command, port, environment) as pids:
        asyncio.run(_ask(port, paths[:20], 1))
        alone = asyncio.run(_ask(port, paths, 1))
        before = _processor_time(pids)
        started = time.perf_counter()
        together = asyncio.run(_ask(port, paths * 2, clients))
        wall = time.perf_counter() - started
        used = _processor_time(pids) - before
    return Measured(
        statistics.median(alone) * 1e3, len(together) / wall, _p95(together), used / len(together) * 1e3
    )


async def _ask(port: int, paths: list[str], clients: int) -> list[float]:
    """Seconds of each request; each client keeps its connection and asks the next question when it has an answer."""
    waiting, times = iter(paths), []

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for path in waiting:
            started = time.perf_counter()
            writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            status, size = int(head[9:12]), 0
            for line in head.split(b"\r\n"):
                if line.lower().startswith(b"content-length:"):
                    size = int(line[15:])
            await reader.readexactly(size)
            if status != 200:
                raise RuntimeError(f"{path} was answered with {status}")
            times.append(time.perf_counter() - started)
        writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return times


@contextmanager
def _server(command: list[str], port: int, environment: dict[str, str]) -> Iterator[list[int]]:
    process = subprocess.Popen(
        command, env=os.environ | environment, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        until = time.monotonic() + 120
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{' '.join(command)} did not start")
            time.sleep(0.1)
        time.sleep(1)  # the other workers
        yield _group(process.pid)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            connection.sendall(b"GET /search?q=x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return connection.recv(64)[9:12] in (b"200", b"400")
    except OSError:
        return False


def _group(leader: int) -> list[int]:
    """The processes of a process group (Linux)."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                fields = (folder / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[2]) == leader:
                found.append(int(folder.name))
    return found


def _processor_time(pids: list[int]) -> float:
    """Seconds of processor time that the processes have used."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)] * 1e3


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _questions(file: Path, wanted: int) -> list[str]:
    found = [
        json.loads(line)["question"] for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    # Asked again, a question differs by the place it names, so that nothing is answered from memory.
    places = ("", "成都", "绵阳", "上海", "济南", "广州", "武汉", "西安", "杭州", "南京")
    return [f"{place}{question}" for place in places for question in found][:wanted]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--index", type=Path, default=Path("build/index"))
    parser.add_argument("--questions", type=Path, default=_SAMPLE)
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    questions = _questions(options.questions, options.requests)
    document = Path(tempfile.mkstemp(suffix=".json")[1])
    document.write_text(
        json.dumps(Searcher.open(options.index).search(questions[0]).to_dict()), encoding="utf-8"
    )

    def service() -> Measured:
        port = _free_port()
        command = [sys.executable, "-c", "from api.cli import main; main(prog_name='yibao')", "serve"]
        command += ["--index", str(options.index), "--port", str(port), "--workers", str(options.workers)]
        return over_http(command, port, questions, options.clients)

    def plain() -> Measured:
        port = _free_port()
        command = [sys.executable, "-m", "uvicorn", "benchmarks.http_throughput:bare", "--factory"]
        command += ["--port", str(port), "--workers", str(options.workers), "--no-access-log"]
        return over_http(command, port, questions, options.clients, BARE_DOCUMENT=str(document))

    ways: dict[str, Callable[[], Measured]] = {
        "search alone": lambda: in_process(options.index, questions),
        "this service": service,
        "bare FastAPI": plain,
    }
    try:
        measured = {name: measure() for name, measure in ways.items()}
    finally:
        document.unlink()
    print(f"{'':14}{'median ms':>10}{'per second':>12}{'p95 ms':>9}{'processor ms':>14}")
    for name, (median, rate, p95, processor) in measured.items():
        print(f"{name:14}{median:10.2f}{rate:12.0f}{p95:9.1f}{processor:14.2f}")
    alone, ours, theirs = measured.values()
    print(
        f"\nHTTP adds {ours.median - alone.median:.2f} ms at the median, {ours.processor - alone.processor:.2f} ms of "
        f"processor time; the bare route takes {theirs.median:.2f} and {theirs.processor:.2f}: "
        f"{(ours.median - alone.median) / theirs.median:.2f} and "
        f"{(ours.processor - alone.processor) / theirs.processor:.2f} of it"
    )


if __name__ == "__main__":
    main()
