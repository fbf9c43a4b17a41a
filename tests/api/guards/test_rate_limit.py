"""Token buckets, by a clock that the test turns."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.guards.rate_limit import RateLimit


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_holds_a_minutes_worth_and_fills_evenly() -> None:
    clock = Clock()
    limit = RateLimit(60, clock=clock)
    assert [limit.take("a") for _ in range(60)] == [0.0] * 60
    assert limit.take("a") == pytest.approx(1.0), "one token a second"
    clock.now += 0.25
    assert limit.take("a") == pytest.approx(0.75)
    clock.now += 0.75
    assert limit.take("a") == 0.0
    clock.now += 3600
    assert [limit.take("a") for _ in range(61)].count(0.0) == 60, "never more than a minute's worth"


def test_each_caller_has_a_bucket() -> None:
    limit = RateLimit(1, clock=Clock())
    assert (limit.take("a"), limit.take("b")) == (0.0, 0.0)
    assert limit.take("a") == pytest.approx(60.0)


def test_a_batch_puts_its_caller_into_debt() -> None:
    limit = RateLimit(60, clock=Clock())
    assert limit.take("a") == 0.0
    limit.charge("a", 199)
    assert limit.take("a") == pytest.approx(141.0), "60 - 200 = -140, so 141 seconds until there is one"


def test_a_clock_that_goes_backwards_gives_nothing_and_takes_nothing() -> None:
    clock = Clock()
    limit = RateLimit(2, clock=clock)
    limit.take("a")
    clock.now -= 500
    assert limit.take("a") == 0.0
    assert limit.take("a") == pytest.approx(30.0)


def test_full_buckets_are_forgotten(tmp_path: Path) -> None:
    clock = Clock()
    limit = RateLimit(60, clock=clock)
    for caller in range(998):
        limit.take(f"caller {caller}")
    clock.now += 60
    limit.take("last")
    limit.take("last")
    assert limit._database.execute("SELECT who FROM bucket").fetchall() == [("last",)]


def test_workers_may_start_at_the_same_moment(tmp_path: Path) -> None:
    """None finds the file locked while another one sets it up."""
    for attempt in range(40):
        together = threading.Barrier(4)

        def start(file: Path, together: threading.Barrier = together) -> float:
            together.wait(10)
            return RateLimit(30, file).take("a")

        with ThreadPoolExecutor(4) as workers:
            files = [tmp_path / f"{attempt}.sqlite"] * 4
            assert list(workers.map(start, files)) == [0.0] * 4


def test_workers_share_a_bucket(tmp_path: Path) -> None:
    """Of 30 tokens, three processes that ask 20 times each get 30 together."""
    file = tmp_path / "rate.sqlite"
    code = (
        "from api.guards.rate_limit import RateLimit; from pathlib import Path\n"
        f"limit = RateLimit(30, Path({str(file)!r}), clock=lambda: 5.0)\n"
        "print([limit.take('a') for _ in range(20)].count(0.0))"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert sum(int(process.communicate(timeout=30)[0]) for process in processes) == 30
