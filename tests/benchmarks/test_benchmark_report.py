"""The page of the results, from a fixed JSON."""

import json
from pathlib import Path
from typing import Any

from benchmarks.report import BEGIN, END, tables, write

_BARE: dict[str, Any] = {
    "build": {"seconds": 2.0, "libraries_s": 0.4, "processor_s": 1.5, "peak": 200_000_000, "disk": 3_000_000},
    "open": {"open_s": 0.01},
    "first_answer_s": 0.8,
    "asked": {
        "p50_ms": 0.5,
        "p95_ms": 0.9,
        "processor_p50_ms": 0.4,
        "processor_p95_ms": 0.8,
        "found": 0.98,
        "ratio": 1.0,
        "processor_ratio": 1.0,
        "peak": 150_000_000,
        "own": 100_000_000,
    },
}
_YIBAO = {
    "build": {"seconds": 5.0, "processor_s": 4.0, "peak": 1_234_000_000, "disk": 12_000_000},
    "open": {"open_s": 0.25},
    "first_answer_s": 0.9,
    "asked": _BARE["asked"] | {"p50_ms": 0.613, "ratio": 1.2345, "processor_ratio": 1.5},
    "command": {"seconds": 0.71, "processor_s": 0.6},
    "rebuild": {"files": 2, "seconds": 1.0, "processor_s": 0.9, "peak": 1},
}
_MACHINE = {
    "date": "2026-01-02",
    "commit": "abc1234",
    "processor": "Some Processor",
    "cores": 2,
    "memory": 8 * 2**30,
    "python": "3.11.0",
    "libraries": {"bm25s": "0.2"},
}
_SIZE = {
    "passages": 20_013,
    "files": 1500,
    "source": "generator",
    "machine": _MACHINE,
    "asked": ["bare", "yibao"],
}
_RESULTS: dict[str, Any] = {
    "sizes": {
        "20000": _SIZE
        | {"peers": {"yibao": _YIBAO, "bare": _BARE, "txtai": {"failed": "ended with 1: no word"}}},
        "1000": _SIZE | {"passages": 1002, "peers": {"yibao": _YIBAO, "bare": _BARE}},
        "100000": {"peers": {"yibao": {"build": _YIBAO["build"]}}},  # cut off
    }
}


def _cells(text: str, heading: str, row: str) -> list[str]:
    """The cells of a row that begins so, below a heading."""
    for line in text.split(heading, 1)[1].splitlines():
        if line.startswith(f"| {row} |"):
            return [cell.strip() for cell in line.strip("| ").split(" | ")]
    raise AssertionError(f"no row {row!r} below {heading!r}")


def test_comparison_shows_times_and_their_ratio_to_the_bare_libraries() -> None:
    row = _cells(tables(_RESULTS), "### All of them, 20,013 passages", "yibao-search")
    # 5 s of build are 2.5 times the bare libraries' 2 s.
    assert row[1:9] == ["5", "2.50", "–", "0.613", "0.9", "1.23", "0.4", "1.50"]
    assert row[9:] == ["1.23 GB", "150 MB", "98%"]


def test_tables_have_a_heading_for_every_cell() -> None:
    rows = [line for line in tables(_RESULTS).splitlines() if line.startswith("|")]
    assert [row.count("|") for row in rows] == [13] * 7 + [12] * 6 + [9] * 4 + [6] * 12


def test_peer_that_failed_says_why_in_its_row() -> None:
    row = _cells(tables(_RESULTS), "### All of them, 20,013 passages", "txtai")
    assert row[1] == "ended with 1: no word"


def test_growth_has_a_row_a_size_and_system_in_order_of_size() -> None:
    growth = tables(_RESULTS).split("### Growth", 1)[1].split("###", 1)[0]
    rows = [line for line in growth.splitlines() if line.startswith(("| 1,002", "| 20,013"))]
    assert [row.split(" | ")[:2] for row in rows] == [
        ["| 1,002", "yibao-search"],
        ["| 1,002", "bare libraries"],
        ["| 20,013", "yibao-search"],
        ["| 20,013", "bare libraries"],
    ]


def test_second_rebuild_is_shown_as_a_part_of_the_first() -> None:
    row = _cells(tables(_RESULTS), "### Start and second rebuild", "20,013")
    assert row == ["20,013", "0.71", "0.6", "0.25", "0.9", "0.8", "1", "20%"]


def test_goals_say_whether_they_were_met_and_nothing_of_what_was_not_measured() -> None:
    text = tables(_RESULTS)
    assert _cells(text, "### Asked for", "question, p50") == [
        "question, p50",
        "20,000",
        "≤ 1 ms",
        "0.613 ms",
        "yes",
    ]
    assert _cells(text, "### Asked for", "build, from process start")[2:] == ["≤ 3 s", "5 s", "no"]
    assert _cells(text, "### Asked for", "index opened")[3:] == ["–", "–"]


def test_size_that_was_cut_off_is_left_out() -> None:
    assert "| 100," not in tables(_RESULTS).split("### Asked for", 1)[0]


def test_machine_and_state_of_the_project_are_named_once() -> None:
    text = tables(_RESULTS)
    assert text.count("Some Processor, 2 cores, 8 GiB") == 1
    assert "2026-01-02, commit abc1234" in text


def test_page_keeps_what_is_written_by_hand_and_replaces_what_was_measured(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(f"# Before\n\n{BEGIN}\nold numbers\n{END}\n\nAfter.\n")
    write(_RESULTS, page)
    once = page.read_text()
    assert once.startswith(f"# Before\n\n{BEGIN}\n")
    assert once.endswith(f"{END}\n\nAfter.\n")
    assert "old numbers" not in once
    assert json.loads((tmp_path / "benchmarks.json").read_text()) == _RESULTS
    figure = (tmp_path / "benchmarks.svg").read_text()
    assert "yibao-search" in figure
    assert len(figure) < 100_000
    write(_RESULTS, page)
    assert page.read_text() == once
    assert (tmp_path / "benchmarks.svg").read_text() == figure
