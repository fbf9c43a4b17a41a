"""All benchmarks in one run: `make bench`, or

    python -m benchmarks [--sizes 1000 10000 ..] [--compare 20000 ..] [--again] [--report-only]

At the sizes to compare, all peers are built and asked; at the others, this project and the bare libraries. What a
run that was cut off has measured is kept; `--again` measures the sizes named anew.
"""

import argparse
import sys
import time
from pathlib import Path

from . import peers
from .measure import Measurement, Plan
from .processes import ROOT, FailedError
from .report import write
from .results import Results

WORK = ROOT / "build" / "benchmarks"
REPORT = ROOT / "docs" / "benchmarks.md"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--compare", type=int, nargs="*", default=[20_000])
    parser.add_argument(
        "--peers", nargs="*", default=peers.NAMES, choices=peers.NAMES, help="of those compared"
    )
    parser.add_argument("--rounds", type=int, default=Plan().rounds)
    parser.add_argument("--questions", type=int, default=Plan().questions, help="a round, no two alike")
    parser.add_argument("--seconds", type=float, default=Plan().seconds, help="most of one peer's turn")
    parser.add_argument("--commands", type=int, default=Plan().commands, help="runs of the command line")
    parser.add_argument("--made", action="store_true", help="articles by the generator, not of ../shared")
    parser.add_argument("--work", type=Path, default=WORK, help="corpora, indexes, results.json")
    parser.add_argument("--report", type=Path, default=REPORT, help="the page whose tables are written")
    parser.add_argument("--again", action="store_true", help="forget what was measured of these sizes")
    parser.add_argument(
        "--report-only", action="store_true", help="write docs/benchmarks.md from the results"
    )
    options = parser.parse_args()
    kept, published = options.work / "results.json", options.report.with_suffix(".json")
    results = Results(published if options.report_only and not kept.is_file() else kept)
    plan = Plan(options.rounds, options.questions, options.seconds, options.commands, options.made)
    sizes = [] if options.report_only else sorted({*options.sizes, *options.compare})
    failed: list[str] = []
    for size in sizes:
        if options.again:
            results.forget(size)
        started = time.perf_counter()
        names = options.peers if size in options.compare else ()
        try:
            anew = Measurement(options.work.resolve(), size, results, plan).run(names)
        except FailedError as failure:
            failed.append(f"{size:,} passages could not be measured: {failure}")
            continue
        took = f"{time.perf_counter() - started:.0f} s" if anew else "measured before"
        print(f"{size:>9,} passages: {took}", flush=True)
        if anew:
            write(results.content, options.report)
    if options.report_only:
        write(results.content, options.report)
    if failed:
        sys.exit("\n".join(failed))


if __name__ == "__main__":
    main()
