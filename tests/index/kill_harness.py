"""Kills rebuilds and looks at what they leave. Run in a process of its own: it forks.

    python kill_harness.py FOLDER moments COUNT SEED     SIGKILL after COUNT random times
    python kill_harness.py FOLDER operations COUNT SEED  SIGKILL before COUNT of the file operations, spread evenly

After each kill the index must open, whole, as it was before or as it was to become, and the next rebuild must finish.
Prints {"killed", "finished", "old", "new"}: rebuilds killed and finished before the kill, and what was found after.
"""

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).resolve().parents[2])]

from builders import ARTICLES, HashingEmbedder, write_corpus  # noqa: E402

from index.backend import Filters  # noqa: E402
from index.opening import open_index  # noqa: E402
from index.rebuild import rebuild  # noqa: E402

_FILE_OPERATIONS = ("open", "os.", "shutil.", "sqlite3.connect")


def versions(round_number: int) -> dict[str, str]:
    """A corpus that differs from round to round in one file, and has one more file every second round."""
    changed = {"103_c.txt": f"生育津贴发给谁\n\n第{round_number}版：生育津贴由单位申报，发给本人。\n"}
    more = {"104_d.txt": "门诊统筹\n\n门诊费用按比例报销。\n"} if round_number % 2 else {}
    return ARTICLES | changed | more


def write_round(corpus: Path, round_number: int) -> None:
    for path in corpus.glob("*.txt"):
        path.unlink()
    write_corpus(corpus, versions(round_number))


def ids(index: Path) -> list[str]:
    backend = open_index(index)
    try:
        backend.manifest.verify(index / backend.manifest.build_id, whole=True)
        assert len(backend.keyword_search([("津", 1.0)], 5, Filters()).rows) == 1
        passages = backend.passages(range(backend.manifest.counts["passages"]))
        for row, passage in enumerate(passages):
            found = backend.dense_search(
                HashingEmbedder().embed_queries([passage.searchable])[0], 1, Filters()
            )
            assert found.rows[0] == row
        return [passage.id for passage in passages]
    finally:
        backend.close()


def run(corpus: Path, index: Path) -> None:
    rebuild([corpus], index, embedder=HashingEmbedder())


def in_child(
    corpus: Path, index: Path, *, stop_before: int | None = None, after: float | None = None
) -> bool:
    """Rebuild in a fork, killed before its nth file operation or after some seconds. Whether it was killed."""
    pid = os.fork()
    if not pid:
        if stop_before is not None:
            done = 0

            def hook(event: str, args: tuple[object, ...]) -> None:
                nonlocal done
                if event.startswith(_FILE_OPERATIONS):
                    done += 1
                    if done == stop_before + 1:  # os.kill is such an operation itself
                        os.kill(os.getpid(), signal.SIGKILL)

            sys.addaudithook(hook)
        run(corpus, index)
        os._exit(0)
    if after is not None:
        time.sleep(after)
        os.kill(pid, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def count_operations(corpus: Path, index: Path) -> int:
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        events = []
        sys.addaudithook(
            lambda event, args: events.append(event) if event.startswith(_FILE_OPERATIONS) else None
        )
        run(corpus, index)
        os.write(writing, str(len(events)).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    return int(os.read(reading, 20))


def main(folder: Path, kind: str, count: int, seed: int) -> None:
    chance, tally = random.Random(seed), Counter({"killed": 0, "finished": 0, "old": 0, "new": 0})
    corpus, index = folder / "corpus", folder / "index"
    corpus.mkdir()
    for earlier in (0, 1):
        write_round(corpus, earlier)
        run(corpus, index)
    # Only now there is a build to remove, as there is in every round that follows.
    write_round(corpus, 2)
    started = time.monotonic()
    operations = count_operations(corpus, index)
    usual = time.monotonic() - started
    before = ids(index)
    for n in range(count):
        write_round(corpus, n + 3)
        if kind == "moments":
            killed = in_child(corpus, index, after=chance.uniform(0, usual))
        else:
            killed = in_child(corpus, index, stop_before=(operations * n + seed) // count)
        tally["killed" if killed else "finished"] += 1
        found = ids(index)
        run(corpus, index)
        after = ids(index)
        assert before != after
        assert found in (before, after), f"round {n}: {found} is neither {before} nor {after}"
        tally["old" if found == before else "new"] += 1
        left = sorted(path.name for path in index.iterdir() if path.is_dir())
        assert len(left) <= 3, f"round {n} left {left}"
        before = after
    sys.stdout.write(json.dumps(tally | {"operations": operations}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
