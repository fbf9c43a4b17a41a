"""The harness on a small corpus, with real processes; and how rounds are summed up, by hand."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.measure import Turn, summary
from benchmarks.processes import ROOT, FailedError, Worker, python, run


def test_summary_joins_the_rounds_and_takes_the_median_of_their_ratios() -> None:
    turns = [Turn([2.0, 4.0, 6.0], [1.0, 1.0, 1.0], [True]), Turn([9.0], [3.0], [False, True])]
    bare = [Turn([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], []), Turn([3.0, 500.0], [1.0, 500.0], [])]
    found = summary(turns, bare)
    assert found["questions"] == 4
    assert found["p50_ms"] == 4  # second of 2, 4, 6, 9
    assert found["p95_ms"] == 9
    # 4 / 2 in the first round; 9 / 3 in the second, where only the first question was answered by both.
    assert found["ratio"] == pytest.approx((2 + 3) / 2)
    assert found["processor_ratio"] == pytest.approx((1 + 3) / 2)
    assert found["found"] == pytest.approx(2 / 3)


def test_summary_without_the_bare_libraries_has_no_ratio() -> None:
    assert "ratio" not in summary([Turn([1.0], [1.0], [])], None)


def test_run_measures_time_and_memory_of_a_command() -> None:
    hungry = run(python("-c", "import time; held = b'x' * 80_000_000; time.sleep(0.6)"))
    assert hungry.seconds >= 0.6
    assert hungry.peak >= 80_000_000


def test_memory_of_children_counts() -> None:
    child = "import time; held = b'x' * 80_000_000; time.sleep(0.6)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    assert run(python("-c", code)).peak >= 80_000_000


def test_command_that_fails_says_its_last_line() -> None:
    with pytest.raises(FailedError, match="ended with 3: it is broken"):
        run(python("-c", "import sys; print('it is broken', file=sys.stderr); sys.exit(3)"))


def test_worker_that_dies_says_why(tmp_path: Path) -> None:
    with (
        Worker("no_such_peer", tmp_path, tmp_path) as worker,
        pytest.raises(FailedError, match="no_such_peer"),
    ):
        worker.do("build")


def _bench(work: Path, *options: str) -> None:
    command = [
        sys.executable,
        "-m",
        "benchmarks",
        "--work",
        str(work),
        "--report",
        str(work / "page.md"),
        *options,
    ]
    done = subprocess.run(command, cwd=ROOT, check=False, timeout=300, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_small_run_measures_both_and_a_second_goes_on_from_it(tmp_path: Path) -> None:
    options = (
        "--sizes",
        "200",
        "--compare",
        "--rounds",
        "2",
        "--questions",
        "20",
        "--commands",
        "1",
        "--made",
    )
    _bench(tmp_path, *options)
    results = json.loads((tmp_path / "results.json").read_text())
    size = results["sizes"]["200"]
    assert 150 <= size["passages"] <= 260
    for name in ("bare", "yibao"):
        peer = size["peers"][name]
        assert "failed" not in peer
        assert peer["asked"]["questions"] == 40
        # Made sentences are much alike, so another article often answers as well.
        assert peer["asked"]["found"] >= 0.5
        assert 0 < peer["asked"]["p50_ms"] <= peer["asked"]["p95_ms"]
        assert peer["asked"]["peak"] > peer["asked"]["own"] > 10_000_000
        assert peer["build"]["disk"] > 10_000
        assert peer["open"]["open_s"] < peer["first_answer_s"]
    assert size["peers"]["bare"]["asked"]["ratio"] == 1
    assert size["peers"]["yibao"]["rebuild"]["files"] >= 1
    assert "yibao-search" in (tmp_path / "page.md").read_text()
    # Nothing is left to measure: the results stay as they are, byte for byte.
    before = (tmp_path / "results.json").read_bytes()
    _bench(tmp_path, *options)
    assert (tmp_path / "results.json").read_bytes() == before
