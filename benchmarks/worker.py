"""A peer in a process of its own, which does one thing after another as it is told.

    python -m benchmarks.worker PEER FOLDER PASSAGES

A line of JSON comes in, one goes out: {"do": "build"}, {"do": "open"}, or {"do": "ask", "questions": [..],
"seconds": most, "least": this many anyway}.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from . import passages, peers


def _ask(peer: peers.Peer, questions: list[str], seconds: float, least: int) -> dict[str, Any]:
    wall: list[float] = []
    processor: list[float] = []
    found = []
    until = time.perf_counter() + seconds
    for question in questions:
        before = time.process_time()
        started = time.perf_counter()
        answer = peer.ask(question)
        ended = time.perf_counter()
        processor.append((time.process_time() - before) * 1e3)
        wall.append((ended - started) * 1e3)
        found.append(answer)
        if ended > until and len(wall) >= least:
            break
    return {"wall_ms": wall, "processor_ms": processor, "found": found}


def main() -> None:
    # Libraries that print must not disturb the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    name, folder, texts = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    started = time.perf_counter()
    peer = peers.load(name)
    libraries = time.perf_counter() - started
    for line in sys.stdin:
        match json.loads(line):
            case {"do": "build"}:
                rows = [row.text for row in passages.read(texts)]
                started = time.perf_counter()
                peer.build(rows, folder)
                answer = {"libraries_s": libraries, "indexing_s": time.perf_counter() - started}
                answer["processor_s"] = sum(os.times()[:4])
                del rows
            case {"do": "open"}:
                started = time.perf_counter()
                peer.open(folder)  # type: ignore[attr-defined] # only those that keep something are told to
                answer = {"libraries_s": libraries, "open_s": time.perf_counter() - started}
            case {"do": "ask", "questions": questions, "seconds": seconds, "least": least}:
                answer = _ask(peer, questions, seconds, least)
            case other:
                raise ValueError(f"the worker cannot do {other}")
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
