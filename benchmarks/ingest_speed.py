"""How many megabytes of scraped text a minute become passages, on one core.

    python -m benchmarks.ingest_speed [FOLDER] [--megabytes 5]

Reads the folder's files (the sample corpus by default) again and again until so much is read, and prints one
JSON line. The first pass, which loads dictionaries, is not counted.
"""

import argparse
import json
import time
from pathlib import Path

from ingest.corpus import ingest_file, scan

_SAMPLE = Path(__file__).resolve().parent.parent / "corpus" / "articles"


def measure(folder: Path, megabytes: float) -> dict[str, float]:
    """Megabytes (of 1,000,000 bytes) read, passages made, seconds of processor time, megabytes a minute."""
    files = scan([folder]).files
    for source in files:
        ingest_file(source)
    sizes = [source.path.stat().st_size for source in files]
    read = passages = 0
    started = time.process_time()
    while read < megabytes * 1e6:
        for source, size in zip(files, sizes, strict=True):
            passages += sum(len(its) for _, its in ingest_file(source).articles)
            read += size
    seconds = time.process_time() - started
    return {
        "megabytes": round(read / 1e6, 2),
        "passages": passages,
        "seconds": round(seconds, 2),
        "megabytes_a_minute": round(read / 1e6 / seconds * 60, 1),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=_SAMPLE)
    parser.add_argument("--megabytes", type=float, default=5)
    options = parser.parse_args()
    print(json.dumps(measure(options.folder, options.megabytes)))
