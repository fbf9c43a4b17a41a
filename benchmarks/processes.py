"""Other processes, measured: seconds, processor time, and the most memory that they and their children held (Linux)."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple, Self

ROOT = Path(__file__).resolve().parent.parent
#: Reading the memory of a large process takes a while: at most this part of the time is spent on it.
_SHARE = 1 / 20


class FailedError(Exception):
    """A process ended before it had done its work; the message is the end of what it wrote."""


class Finished(NamedTuple):
    """Wall seconds from start to end, seconds of processor time, peak memory in bytes."""

    seconds: float
    processor_s: float
    peak: int


def run(command: list[str]) -> Finished:
    """Run a command to its end. Raises FailedError if it fails."""
    before = _waited_for()
    with tempfile.TemporaryFile() as log:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=_environment(), stdout=log, stderr=log)
        with PeakMemory(process.pid) as memory:
            code = process.wait()
        seconds = time.perf_counter() - started
        if code:
            raise FailedError(_end(log, code))
    return Finished(seconds, _waited_for() - before, memory.peak)


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def yibao(*arguments: str) -> list[str]:
    """The command line of this project, in this environment."""
    return python("-c", "from api.cli.commands import main; main(prog_name='yibao')", *arguments)


class Worker:
    """A peer in its own process (`worker.py`). `seconds` since its start are asked for with `age`."""

    def __init__(self, peer: str, folder: Path, passages: Path) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process
        self._started = time.perf_counter()
        self._process = subprocess.Popen(
            python("-m", "benchmarks.worker", peer, str(folder), str(passages)),
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._log.close()

    def age(self) -> float:
        return time.perf_counter() - self._started

    def do(self, what: str, **how: Any) -> dict[str, Any]:
        """Have it done and wait for the answer. Raises FailedError if the process ends instead."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps({"do": what, **how}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise FailedError(_end(self._log, self._process.wait())) from None
        line = self._process.stdout.readline()
        if not line:
            raise FailedError(_end(self._log, self._process.wait()))
        answer: dict[str, Any] = json.loads(line)
        return answer

    def watched(self) -> "PeakMemory":
        return PeakMemory(self._process.pid)

    def memory(self) -> tuple[int, int]:
        """Bytes: the most that was resident, and what is its own now, not mapped from files others can share."""
        return _status(self._process.pid, "VmHWM"), _status(self._process.pid, "RssAnon")


class PeakMemory:
    """The most bytes that a process and its children hold while this is entered.

    Pages that several of them share count once (PSS). What is missed between two looks at the process itself the
    kernel remembers (VmHWM).
    """

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._look()
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        wait = 0.05
        while not self._over.wait(wait):
            # Processor time: on a busy machine a look may take long without disturbing anything.
            before = time.thread_time()
            self._look()
            wait = max(0.05, (time.thread_time() - before) / _SHARE)

    def _look(self) -> None:
        held = sum(_proportional(pid) for pid in _family(self._pid))
        self.peak = max(self.peak, held, _status(self._pid, "VmHWM"))


def _family(pid: int) -> Iterable[int]:
    """The process and all that it and its children have started."""
    yield pid
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = listed.read_text().split()
        except OSError:  # it has ended
            continue
        for child in children:
            yield from _family(int(child))


def _proportional(pid: int) -> int:
    return _kilobytes(Path(f"/proc/{pid}/smaps_rollup"), "Pss")


def _status(pid: int, name: str) -> int:
    return _kilobytes(Path(f"/proc/{pid}/status"), name)


def _kilobytes(path: Path, name: str) -> int:
    """Bytes of a line such as "VmHWM:   1024 kB"; 0 for a process that has ended."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:")), 0)


def _waited_for() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _environment() -> dict[str, str]:
    """Nobody's settings, and no library that looks for a hub."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YIBAO_")}
    return kept | {"HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False", "PYTHONUNBUFFERED": "1"}


def _end(log: Any, code: int) -> str:
    log.seek(0)
    lines = log.read().decode("utf-8", "replace").strip().splitlines()
    return f"ended with {code}: {lines[-1] if lines else 'no word'}"
