"""Searches over HTTP while files are added, changed and removed and the index is rebuilt, killed and switched.

    python tests/reliability/soak.py [--seconds 60] [--share 0.7] [--seed 1]

One service on 127.0.0.1 is first asked as fast as it answers, which is its capacity; then at `share` of that, while
rebuilds follow each other, some of which are killed midway and begun again; at last at several times its capacity for
some seconds. Times count from when a request was due, so that a pause of the service is not left out. Every article of the
guide carries the number of its version: an answer that shows two versions, or one that is not the version of its ETag,
was made from two builds. Prints a JSON document; the exit code is 1 where a promise was broken.
"""

import argparse
import asyncio
import json
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
YIBAO = [sys.executable, "-c", "from api.cli.commands import main; main(prog_name='yibao')"]

#: Builds in a run: one every half minute in ten minutes.
SWITCHES = 20
#: Articles that change with each version, and how many of the added ones exist at a time.
GUIDES, ADDED = 30, 2
GUIDE = "办理指南"
_VERSION = re.compile(r"第(\d+)版")
_ADDED = re.compile(r"增(\d+)\.txt")
TOPICS = (
    "门诊",
    "住院",
    "生育",
    "退休",
    "转移",
    "备案",
    "缴费",
    "停保",
    "补缴",
    "提取",
    "异地",
    "账户",
    "津贴",
    "档案",
    "工伤",
)
QUESTIONS = (
    "断缴后余额能用吗", "异地就医怎么备案", "门诊报销多少", "生育津贴谁领", "退休后还要缴费吗", "换工作医保怎么转",
    "灵活就业人员怎么参保", "住院押金能报吗", "公积金可以提取吗", "社保卡丢了怎么补",
)  # fmt: skip
PLACES = ("", "成都", "绵阳", "上海", "济南", "广州", "武汉", "西安", "杭州", "南京", "北京", "重庆")


class Answer(NamedTuple):
    """status, headers with names in lower case, body as JSON (None for one without), seconds."""

    status: int
    headers: dict[str, str]
    body: Any
    seconds: float


class Client:
    """Connections that are kept open; as many as requests are under way.

    The service closes one that was idle for five seconds, so that none is used again after two, as other clients do.
    """

    _MOST_IDLE = 2.0

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._idle:
            since, reader, writer = self._idle.pop()
            if time.perf_counter() - since < self._MOST_IDLE and not reader.at_eof():
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", self._port)

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        started = time.perf_counter()
        reader, writer = await self._connection()
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(content)}\r\n"
        head += "Content-Type: application/json\r\n" if content else ""
        head += "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        writer.write(head.encode() + b"\r\n" + content)
        status, answered = _head(await reader.readuntil(b"\r\n\r\n"))
        data = await reader.readexactly(int(answered.get("content-length", 0)))
        if answered.get("connection") == "close":
            writer.close()
        else:
            self._idle.append((time.perf_counter(), reader, writer))
        return Answer(status, answered, json.loads(data) if data else None, time.perf_counter() - started)

    def close(self) -> None:
        for _, _, writer in self._idle:
            writer.close()


def _head(data: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = data.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    return int(first.split()[1]), {name.lower(): value.strip() for name, _, value in pairs}


class Corpus:
    """The sample corpus, and a guide of which every article is of the same version."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.version = folder, 0
        shutil.copytree(ROOT / "corpus" / "articles", folder)
        self.next()

    def next(self) -> None:
        """Change every article of the guide, add one, and remove the oldest of those added."""
        self.version += 1
        for n in range(GUIDES):
            topic = TOPICS[n % len(TOPICS)]
            self._write(
                f"指南{n:02}.txt", f"{topic}{GUIDE}之{n}", f"{topic}{GUIDE}之{n}到窗口领取，全年有效。"
            )
        text = f"窗口新增了讲{TOPICS[self.version % len(TOPICS)]}的手册，可以免费取阅。"
        (self.folder / f"增{self.version}.txt").write_text(f"新增{GUIDE}手册\n\n{text}\n", encoding="utf-8")
        (self.folder / f"增{self.version - ADDED}.txt").unlink(missing_ok=True)

    def _write(self, name: str, title: str, text: str) -> None:
        content = f"{title}第{self.version}版\n\n{text}本文是第{self.version}版。\n"
        # As most editors do: a reader finds the old file or the new one.
        pending = self.folder / f".{name}.new"
        pending.write_text(content, encoding="utf-8")
        pending.replace(self.folder / name)


class Checks:
    """What was promised and did not hold, and what was seen."""

    def __init__(self) -> None:
        self.statuses: Counter[str] = Counter()
        self.broken: list[str] = []
        self.version_of: dict[str, int] = {}
        self.build_of: dict[str, str] = {}
        self.ids: list[str] = []
        self.tag = ""

    def fail(self, problem: str) -> None:
        self.broken.append(problem)

    def status(self, kind: str, answer: Answer) -> bool:
        self.statuses[f"{kind} {answer.status}"] += 1
        # A passage that the next build no longer has is truly not there.
        expected = {200, 304, 404} if kind == "passage" else {200, 304}
        if answer.status not in expected:
            self.fail(f"{kind} was answered with {answer.status}: {str(answer.body)[:200]}")
        return answer.status == 200

    def search(self, answer: Answer) -> None:
        results = answer.body["results"]
        shown = [r["title"] for r in results] + [c["title"] for r in results for c in r["also_in"]]
        shown += [r["text"] for r in results if GUIDE in r["title"]]
        versions = {int(number) for text in shown if GUIDE in text for number in _VERSION.findall(text)}
        files = [r["file"] for r in results] + [c["file"] for r in results for c in r["also_in"]]
        added = {int(match[1]) for name in files if (match := _ADDED.fullmatch(name))}
        if len(versions) > 1:
            self.fail(f"an answer shows the versions {sorted(versions)}")
        for version in versions:
            self._tagged(answer, version)
            if not added <= set(range(version - ADDED + 1, version + 1)):
                self.fail(f"an answer of version {version} shows the files added in {sorted(added)}")
        self.ids = [r["id"] for r in results] or self.ids

    def _tagged(self, answer: Answer, version: int) -> None:
        tag = answer.headers.get("etag")
        if tag is None:
            return
        self.tag = tag
        if self.version_of.setdefault(tag, version) != version:
            self.fail(f"answers of one ETag are of the versions {self.version_of[tag]} and {version}")

    def stats(self, answer: Answer) -> None:
        tag, build = answer.headers["etag"], answer.body["build"]
        if self.build_of.setdefault(tag, build) != build:
            self.fail(f"one ETag stands for the builds {self.build_of[tag]} and {build}")

    def builds(self, version_of_build: dict[str, int]) -> None:
        """Compare what the answers said with what the rebuilds built."""
        for tag, build in self.build_of.items():
            told = self.version_of.get(tag)
            if told is not None and build in version_of_build and told != version_of_build[build]:
                self.fail(f"build {build} is of version {version_of_build[build]}, and its answers of {told}")


class Load:
    """Requests of every kind, drawn by chance."""

    def __init__(self, client: Client, checks: Checks, seed: int) -> None:
        self._client, self._checks, self._chance = client, checks, random.Random(seed)

    async def one(self) -> float:
        """Ask one thing, check the answer; returns when it came, on the clock of `time.perf_counter`."""
        kinds: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            (45, self._guide), (25, self._question), (10, self._post), (5, self._again), (5, self._passage),
            (5, self._suggest), (5, self._stats),
        ]  # fmt: skip
        weights, asks = zip(*kinds, strict=True)
        try:
            await self._chance.choices(asks, weights)[0]()
        except (OSError, EOFError, ValueError, KeyError) as error:
            self._checks.fail(f"a request failed: {error!r}")
        return time.perf_counter()

    def _words(self) -> str:
        return f"{self._chance.choice(PLACES)}{self._chance.choice(QUESTIONS)}"

    async def _guide(self) -> None:
        asked = f"{self._chance.choice(TOPICS)}{GUIDE}第几版"
        answer = await self._client.ask(
            "GET", f"/search?q={quote(asked)}&k={self._chance.choice((5, 10, 20))}"
        )
        if self._checks.status("guide", answer):
            self._checks.search(answer)

    async def _question(self) -> None:
        answer = await self._client.ask("GET", f"/search?q={quote(self._words())}")
        if self._checks.status("question", answer):
            self._checks.search(answer)

    async def _post(self) -> None:
        body = {
            "q": f"{self._chance.choice(TOPICS)}{GUIDE}",
            "k": 10,
            "mode": self._chance.choice(("hybrid", "keyword")),
        }
        answer = await self._client.ask("POST", "/search", body)
        if self._checks.status("post", answer):
            self._checks.search(answer)

    async def _again(self) -> None:
        answer = await self._client.ask(
            "GET", f"/search?q={quote(QUESTIONS[0])}", If_None_Match=self._checks.tag or '"x"'
        )
        if self._checks.status("again", answer):
            self._checks.search(answer)

    async def _passage(self) -> None:
        if self._checks.ids:
            answer = await self._client.ask(
                "GET", f"/passages/{self._chance.choice(self._checks.ids)}?around=1"
            )
            self._checks.status("passage", answer)

    async def _suggest(self) -> None:
        self._checks.status(
            "suggest", await self._client.ask("GET", f"/suggest?q={quote(self._words()[:2])}")
        )

    async def _stats(self) -> None:
        answer = await self._client.ask("GET", "/stats")
        if self._checks.status("stats", answer):
            self._checks.stats(answer)


async def capacity(load: Load, seconds: float, clients: int = 8) -> float:
    """Requests a second when as many clients ask as fast as they are answered."""
    until, done = time.perf_counter() + seconds, 0

    async def client() -> None:
        nonlocal done
        while time.perf_counter() < until:
            await load.one()
            done += 1

    await asyncio.gather(*(client() for _ in range(clients)))
    return done / seconds


async def steady(load: Load, rate: float, stop: asyncio.Event) -> list[tuple[float, float]]:
    """Ask at a rate until told to stop, whether answers come or not; returns (due, seconds until the answer)."""
    times: list[tuple[float, float]] = []
    running: set[asyncio.Task[None]] = set()

    async def due_at(due: float) -> None:
        times.append((due, await load.one() - due))

    due = time.perf_counter()
    while not stop.is_set():
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        task = asyncio.create_task(due_at(due))
        running.add(task)
        task.add_done_callback(running.discard)
        due += 1 / rate
    await asyncio.gather(*running)
    return times


class Rebuilds:
    """Rebuilds one after another; before every third, one is killed at some moment."""

    def __init__(self, corpus: Corpus, index: Path, seed: int) -> None:
        self._corpus, self._index, self._chance = corpus, index, random.Random(seed)
        self.finished = self.killed = 0
        self.version_of_build: dict[str, int] = {}
        self._usual = 3.0

    async def run(self, until: float, checks: Checks, every: float) -> None:
        """Begin a rebuild every so many seconds, or as soon as the last has ended."""
        due = time.perf_counter()
        while time.perf_counter() < until:
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            due += every
            self._corpus.next()
            if self.finished % 3 == 2:
                await self._killed()
            started = time.perf_counter()
            process = await self._start()
            output, errors = await process.communicate()
            self._usual = time.perf_counter() - started
            if process.returncode:
                checks.fail(f"a rebuild ended with {process.returncode}: {errors.decode()[-300:]}")
                continue
            self.finished += 1
            self.version_of_build[json.loads(output)["build"]] = self._corpus.version

    async def _killed(self) -> None:
        process = await self._start()
        try:
            await asyncio.wait_for(process.wait(), self._chance.uniform(0.3, 1) * self._usual)
        except TimeoutError:
            process.kill()
            self.killed += 1
        await process.communicate()

    def first(self) -> None:
        done = subprocess.run(self._command(), capture_output=True, text=True, check=True)
        self.version_of_build[json.loads(done.stdout)["build"]] = self._corpus.version

    async def _start(self) -> asyncio.subprocess.Process:
        command = ["nice", "-n", "10", *self._command()] if shutil.which("nice") else self._command()
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe, cwd=ROOT)

    def _command(self) -> list[str]:
        folders = ["--corpus", str(self._corpus.folder), "--index", str(self._index)]
        return [*YIBAO, "rebuild-index", *folders, "--json"]


async def memory(pid: int, stop: asyncio.Event) -> list[tuple[float, float, float]]:
    """(time, MB of its own, MB of files that are mapped) of a process, twice a second (Linux; else nothing)."""
    status = Path(f"/proc/{pid}/status")
    found = []
    while not stop.is_set():
        if status.exists():
            text = status.read_text(encoding="utf-8")
            own, mapped = (
                int(re.search(rf"{name}:\s+(\d+)", text)[1]) / 1024  # type: ignore[index]
                for name in ("RssAnon", "RssFile")
            )
            found.append((time.perf_counter(), own, mapped))
        await asyncio.sleep(0.5)
    return found


async def overload(port: int, seconds: float, clients: int) -> dict[str, Any]:
    """Many more clients than can be answered: each gets an answer or is told when to come back; then all is well."""
    client, statuses, slowest, without = Client(port), Counter[int](), 0.0, 0
    until = time.perf_counter() + seconds

    async def insist(n: int) -> None:
        nonlocal slowest, without
        while time.perf_counter() < until:
            answer = await client.ask("GET", f"/search?q={quote(QUESTIONS[n % len(QUESTIONS)])}&k=50")
            statuses[answer.status] += 1
            slowest = max(slowest, answer.seconds)
            without += answer.status == 503 and "retry-after" not in answer.headers
            if answer.status == 503:
                await asyncio.sleep(0.05)

    await asyncio.gather(*(insist(n) for n in range(clients)))
    after = [await client.ask("GET", f"/search?q={quote(question)}") for question in QUESTIONS]
    client.close()
    return {
        "clients": clients,
        "answered": statuses[200],
        "turned_away": statuses[503],
        "other": sum(count for status, count in statuses.items() if status not in (200, 503)),
        "without_retry_after": without,
        "slowest_s": round(slowest, 3),
        "answered_after": sum(answer.status == 200 for answer in after),
        "slowest_after_s": round(max(answer.seconds for answer in after), 3),
    }


@contextmanager
def service(index: Path) -> Iterator[tuple[int, int]]:
    """`yibao serve` in a process of its own: (port, process id)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [*YIBAO, "serve", "--index", str(index), "--port", str(port)]
    feedback = os.environ | {"YIBAO_FEEDBACK": str(index.with_name("feedback.sqlite"))}
    process = subprocess.Popen(command, cwd=ROOT, env=feedback, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the service did not start")
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


async def soak(folder: Path, seconds: float, share: float, seed: int) -> dict[str, Any]:
    """All phases; see the top of this file."""
    corpus, index, checks = Corpus(folder / "corpus"), folder / "index", Checks()
    rebuilds = Rebuilds(corpus, index, seed)
    rebuilds.first()
    with service(index) as (port, pid):
        client = Client(port)
        load = Load(client, checks, seed)
        await capacity(load, 1)  # the dictionary, the model, the caches
        most = await capacity(load, min(5.0, seconds / 4))
        stop = asyncio.Event()
        started = time.perf_counter()
        asking = asyncio.create_task(steady(load, most * share, stop))
        watching = asyncio.create_task(memory(pid, stop))
        await rebuilds.run(started + seconds, checks, seconds / SWITCHES)
        await asyncio.sleep(1)  # the last build is taken up
        stop.set()
        times, used = await asking, await watching
        checks.builds(rebuilds.version_of_build)
        client.close()
        beyond = await overload(port, min(3.0, seconds / 4), 500)
    windows = _windows(times, started)
    third = max(len(used) // 3, 1)
    own = [statistics.median(each[1] for each in part) for part in (used[:third], used[-third:]) if part]
    return {
        "seconds": round(time.perf_counter() - started, 1),
        "capacity_per_s": round(most, 1),
        "asked_per_s": round(most * share, 1),
        "requests": len(times),
        "statuses": dict(checks.statuses),
        "builds_switched": rebuilds.finished,
        "rebuilds_killed": rebuilds.killed,
        "builds_seen": len(set(checks.version_of.values())),
        "broken": checks.broken[:20],
        "broken_count": len(checks.broken),
        "ms": {
            name: round(percentile([took for _, took in times], at) * 1e3, 1)
            for name, at in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("most", 1.0))
        },
        "p99_ms_by_window": [round(percentile(window, 0.99) * 1e3, 1) for window in windows],
        "own_mb": {"first_third": round(own[0]), "last_third": round(own[-1])} if own else None,
        "own_mb_over_time": [round(each[1]) for each in used[:: max(len(used) // 12, 1)]],
        "mapped_mb_most": round(max((each[2] for each in used), default=0)),
        "beyond_capacity": beyond,
    }


def _windows(times: list[tuple[float, float]], started: float) -> list[list[float]]:
    """Seconds of the requests due in each tenth of the run."""
    length = (times[-1][0] - started) / 10 or 1.0
    found: list[list[float]] = [[] for _ in range(10)]
    for due, took in times:
        found[min(int((due - started) / length), 9)].append(took)
    return [window for window in found if window]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--share", type=float, default=0.7)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(soak(Path(folder), options.seconds, options.share, options.seed))
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    sys.exit(1 if found["broken_count"] else 0)


if __name__ == "__main__":
    main()
