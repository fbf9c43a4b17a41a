"""What HTTP costs: this service against a bare FastAPI route, and against the search inside this process.

    python -m benchmarks.http_throughput [--index DIR] [--questions FILE] [--requests 400] [--clients 16] [--workers 2]
                                         [--rate 200] [--seconds 10]

Measured one after another in one run: the search alone; the service; and a route of plain FastAPI that sends a
document of the same size and does nothing else. The table shows, for one client at a time, the median; for many
clients that each ask as soon as they have an answer, requests a second and the 95th percentile; and processor time a
request, which other work on the machine changes least. No question is asked twice of a server. The last line says what
HTTP costs over the search alone, also as a ratio of the bare route's cost.

Clients that wait for answers ask less of a slow service, which hides how slow it is. With `--rate`, requests are due
at fixed times, and each counts from when it was due, whether or not a client was free to send it: as in wrk2 (Tene,
"How NOT to Measure Latency", which calls the mistake coordinated omission). The clients share the machine's cores.
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

import uvloop
from fastapi import FastAPI

from search import Searcher

_PLACES = (
    "",
    "成都",
    "绵阳",
    "上海",
    "济南",
    "广州",
    "武汉",
    "西安",
    "杭州",
    "南京",
    "北京",
    "重庆",
    "天津",
    "长沙",
    "郑州",
)
_SAMPLE = Path(__file__).resolve().parent.parent / "corpus" / "questions.jsonl"


def bare() -> FastAPI:
    """A service of one route, which sends the document of the environment's choice."""
    app = FastAPI()
    document = json.loads(Path(os.environ["BARE_DOCUMENT"]).read_text(encoding="utf-8"))

    @app.get("/search")
    def search(q: str) -> dict[str, Any]:  # noqa: ARG001 - asked as the service is
        return document  # type: ignore[no-any-return]

    return app


class AtRate(NamedTuple):
    """Milliseconds from when a request was due; requests answered a second."""

    median: float
    p95: float
    p99: float
    rate: float


class Measured(NamedTuple):
    """Milliseconds, requests a second, milliseconds of processor time a request; at the offered rate, if one was."""

    median: float
    rate: float
    p95: float
    processor: float
    at_rate: AtRate | None = None


class Load(NamedTuple):
    """Questions for one client at a time, for many, and for a fixed rate; all different."""

    alone: list[str]
    together: list[str]
    offered: list[str]
    clients: int
    rate: float


def in_process(index: Path, questions: list[str]) -> Measured:
    """The search alone, one after another."""
    searcher = Searcher.open(index)
    for question in questions[:20]:
        searcher.search(question)
    times, used = [], time.process_time()
    for question in questions[20:]:
        started = time.perf_counter()
        searcher.search(question)
        times.append(time.perf_counter() - started)
    used = time.process_time() - used
    return Measured(
        statistics.median(times) * 1e3, 1 / statistics.fmean(times), _at(0.95, times), used / len(times) * 1e3
    )


def over_http(command: list[str], port: int, load: Load, **environment: str) -> Measured:
    """A server in a process group of its own: one client at a time, then many, then a fixed rate."""
    with _server(command, port, environment) as pids:
        uvloop.run(_ask(port, load.alone[:20], 1))
        alone = uvloop.run(_ask(port, load.alone[20:], 1))
        before = _processor_time(pids)
        started = time.perf_counter()
        together = uvloop.run(_ask(port, load.together, load.clients))
        wall = time.perf_counter() - started
        used = _processor_time(pids) - before
        at_rate = None
        if load.offered:
            started = time.perf_counter()
            offered = uvloop.run(_ask(port, load.offered, load.clients, load.rate))
            rate = len(offered) / (time.perf_counter() - started)
            median, p95, p99 = (_at(share, offered) for share in (0.5, 0.95, 0.99))
            at_rate = AtRate(median, p95, p99, rate)
    return Measured(
        statistics.median(alone) * 1e3,
        len(together) / wall,
        _at(0.95, together),
        used / len(together) * 1e3,
        at_rate,
    )


async def _ask(port: int, questions: list[str], clients: int, rate: float | None = None) -> list[float]:
    """Seconds of each request; each client keeps its connection and asks the next question when it has an answer.

    With a rate, request n is due after n / rate seconds, is not sent before, and counts from then.
    """
    begun = time.perf_counter() + 0.1
    due = (begun + n / rate if rate else 0.0 for n in range(len(questions)))
    waiting, times = iter(list(zip(due, map(quote, questions), strict=True))), []

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for at, question in waiting:
            while (early := at - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            started = at or time.perf_counter()
            writer.write(
                f"GET /search?q={question} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n".encode()
            )
            head = await reader.readuntil(b"\r\n\r\n")
            status, size = int(head[9:12]), 0
            for line in head.split(b"\r\n"):
                if line.lower().startswith(b"content-length:"):
                    size = int(line[15:])
            await reader.readexactly(size)
            if status != 200:
                raise RuntimeError(f"{question} was answered with {status}")
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


def _at(share: float, times: list[float]) -> float:
    """Milliseconds that so large a share of the requests kept within."""
    return sorted(times)[int(len(times) * share)] * 1e3


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _questions(file: Path, wanted: int) -> list[str]:
    """Different questions, so that nothing is answered from memory: asked again, one names another place."""
    found = [
        json.loads(line)["question"] for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    some = [f"{place}{question}" for place in _PLACES for question in found][:wanted]
    if len(some) < wanted:
        raise SystemExit(f"{file} gives {len(some)} different questions, {wanted} are asked; ask fewer")
    return some


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--index", type=Path, default=Path("build/index"))
    parser.add_argument("--questions", type=Path, default=_SAMPLE)
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rate", type=float, default=0, help="requests a second offered; 0 for none")
    parser.add_argument("--seconds", type=float, default=10, help="how long the rate is kept up")
    options = parser.parse_args()
    each, offered = options.requests, int(options.rate * options.seconds)
    questions = _questions(options.questions, 20 + 2 * each + offered)
    alone, rest = questions[: 20 + each], questions[20 + each :]
    load = Load(alone, rest[:each], rest[each:], options.clients, options.rate)
    document = Path(tempfile.mkstemp(suffix=".json")[1])
    document.write_text(
        json.dumps(Searcher.open(options.index).search(questions[0]).to_dict()), encoding="utf-8"
    )

    def service() -> Measured:
        port = _free_port()
        command = [
            sys.executable,
            "-c",
            "from api.cli.commands import main; main(prog_name='yibao')",
            "serve",
        ]
        command += ["--index", str(options.index), "--port", str(port), "--workers", str(options.workers)]
        return over_http(command, port, load)

    def plain() -> Measured:
        port = _free_port()
        command = [sys.executable, "-m", "uvicorn", "benchmarks.http_throughput:bare", "--factory"]
        command += ["--port", str(port), "--workers", str(options.workers), "--no-access-log"]
        return over_http(command, port, load, BARE_DOCUMENT=str(document))

    ways: dict[str, Callable[[], Measured]] = {
        "search alone": lambda: in_process(options.index, alone),
        "this service": service,
        "bare FastAPI": plain,
    }
    try:
        measured = {name: measure() for name, measure in ways.items()}
    finally:
        document.unlink()
    print(f"{'':14}{'median ms':>10}{'per second':>12}{'p95 ms':>9}{'processor ms':>14}")
    for name, (median, rate, p95, processor, _) in measured.items():
        print(f"{name:14}{median:10.2f}{rate:12.0f}{p95:9.1f}{processor:14.2f}")
    if offered:
        print(
            f"\n{f'at {options.rate:g} a second':26}{'median ms':>10}{'p95 ms':>9}{'p99 ms':>9}{'answered':>10}"
        )
        for name, way in measured.items():
            if way.at_rate:
                print(
                    f"{name:26}{way.at_rate.median:10.2f}{way.at_rate.p95:9.1f}{way.at_rate.p99:9.1f}"
                    f"{way.at_rate.rate:10.0f}"
                )
    base, ours, theirs = measured.values()
    print(
        f"\nHTTP adds {ours.median - base.median:.2f} ms at the median, {ours.processor - base.processor:.2f} ms of "
        f"processor time; the bare route takes {theirs.median:.2f} and {theirs.processor:.2f}: "
        f"{(ours.median - base.median) / theirs.median:.2f} and "
        f"{(ours.processor - base.processor) / theirs.processor:.2f} of it"
    )


if __name__ == "__main__":
    main()
