"""The passages that this project made of a corpus, in a file, so that the peers index the very same."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_BATCH = 1000


class Row(NamedTuple):
    """text: title, headings and text, as they are indexed; file: name of the article's file in the corpus."""

    text: str
    file: str


def export(index: Path, target: Path) -> None:
    """Write the passages of an index's live build, by row."""
    from index.opening import open_index

    backend = open_index(index)
    unfinished = target.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8") as file:
        count = backend.manifest.counts["passages"]
        for start in range(0, count, _BATCH):
            for passage in backend.passages(list(range(start, min(start + _BATCH, count)))):
                file.write(json.dumps(Row(passage.searchable, passage.file), ensure_ascii=False) + "\n")
    unfinished.replace(target)


def read(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield Row(*json.loads(line))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the passages of INDEX to FILE.")
    parser.add_argument("index", type=Path)
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    export(options.index, options.file)
