"""One size, measured: every peer is built alone, then all are asked the same questions, round by round in turn."""

import json
import shutil
import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from . import passages, peers
from .percentiles import percentile
from .processes import FailedError, Worker, python, run, yibao
from .questions import Asked, questions
from .results import Results, machine

#: Asked before the first round, so that every peer has touched what it needs.
_WARM_UP = 20
#: A peer that is too slow for a round's questions answers at least so many.
_LEAST = 5
#: Part of the articles that changes before the second rebuild.
_CHANGED = 100
#: bm25s and its builder need so many bytes a passage; where there are fewer, it is left out.
_BARE_BYTES = 9_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is asked.

    rounds     turns; each has questions of its own
    questions  a round
    seconds    most of a turn of one peer
    commands   runs of the command line
    made       articles by the generator, even where the team's texts are there
    """

    # Short turns, so that other work on the machine meets all peers alike.
    rounds: int = 10
    questions: int = 60
    seconds: float = 5
    commands: int = 5
    made: bool = False


class Turn(NamedTuple):
    """What one peer did in one round: milliseconds of each question, whether each made question found its article."""

    wall: list[float]
    processor: list[float]
    found: list[bool]


class Measurement:
    """The folder and the results of one size."""

    def __init__(self, work: Path, wanted: int, results: Results, plan: Plan) -> None:
        self._folder = work / str(wanted)
        self._wanted = wanted
        self._results = results
        self._plan = plan
        self._entry = results.size(wanted)
        self._corpus = self._folder / "corpus"
        self._passages = self._folder / "passages.jsonl"

    def run(self, names: Sequence[str]) -> bool:
        """Measure these peers and the two that every size has; returns False if all of that is known already."""
        wanted = [name for name in peers.NAMES if name in {"bare", "yibao", *names}]
        if set(wanted) <= set(self._entry.get("asked", ())):
            return False
        started = time.perf_counter()
        self._prepare()
        self._ask_all(wanted)
        self._command()
        self._rebuild()
        self._entry["asked"] = sorted({*self._entry.get("asked", ()), *wanted})
        self._entry["machine"] = machine()
        self._entry["seconds"] = round(self._entry.get("seconds", 0) + time.perf_counter() - started)
        self._results.save()
        return True

    def _peer(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self._entry["peers"].setdefault(name, {})
        return found

    def _home(self, name: str) -> Path:
        return self._folder / name

    def _prepare(self) -> None:
        """Compose the corpus and build this project's index, whose passages are everybody's."""
        made = ["--made"] if self._plan.made else []
        run(python("-m", "benchmarks.corpus", str(self._corpus), str(self._wanted), *made))
        note = json.loads(self._corpus.with_suffix(".json").read_text(encoding="utf-8"))
        if self._entry.get("source", note["source"]) != note["source"]:
            self._entry["peers"].clear()  # built from other articles
        self._entry |= {"files": note["files"], "source": note["source"]}
        if "build" not in self._peer("yibao") or not (self._home("yibao") / "CURRENT").is_file():
            shutil.rmtree(self._home("yibao"), ignore_errors=True)
            self._passages.unlink(missing_ok=True)
            built = run(self._rebuilding())
            live = self._home("yibao") / (self._home("yibao") / "CURRENT").read_text(encoding="utf-8").strip()
            self._peer("yibao")["build"] = {
                "seconds": built.seconds,
                "processor_s": built.processor_s,
                "peak": built.peak,
                "disk": _size(live),
                "cache": _size(self._home("yibao") / "cache"),
            }
            self._results.save()
        if not self._passages.is_file():
            run(python("-m", "benchmarks.passages", str(self._home("yibao")), str(self._passages)))
        self._files = [row.file for row in passages.read(self._passages)]
        self._entry["passages"] = len(self._files)

    def _rebuilding(self) -> list[str]:
        return yibao("rebuild-index", "--corpus", str(self._corpus), "--index", str(self._home("yibao")))

    def _ask_all(self, names: Sequence[str]) -> None:
        ends = _WARM_UP + self._plan.rounds * self._plan.questions
        asked = questions(self._corpus, ends + self._plan.commands)
        self._for_commands = [each.question for each in asked[ends:]]
        with ExitStack() as stack:
            workers = {}
            for name in names:
                if name == "bare" and _available_memory() < _BARE_BYTES * self._entry["passages"]:
                    self._peer(name)["failed"] = "left out: too little memory"
                    continue
                try:
                    workers[name] = self._ready(name, stack, asked[:_WARM_UP])
                    self._peer(name).pop("failed", None)
                except FailedError as failure:
                    self._without(name, failure)
                self._results.save()
            rounds = self._rounds(workers, asked[_WARM_UP:ends])
            for name, turns in rounds.items():
                self._peer(name)["asked"] = summary(turns, rounds.get("bare"))
                peak, own = workers[name].memory()
                self._peer(name)["asked"] |= {"peak": peak, "own": own}
        self._results.save()

    def _ready(self, name: str, stack: ExitStack, warm_up: Sequence[Asked]) -> Worker:
        """Build the peer unless it is there, open it, and warm it up."""
        self._peer(name).pop("asked", None)
        first, *others = (each.question for each in warm_up)
        home = self._home(name)
        if name not in peers.LASTING:
            worker = self._start(name, stack)
            self._build(name, worker)
        else:
            if "build" not in self._peer(name) or not home.is_dir():
                # What building has left in memory ends with the process.
                with ExitStack() as builder:
                    self._build(name, self._start(name, builder))
            worker = self._start(name, stack)
            self._peer(name)["open"] = worker.do("open")
        worker.do("ask", questions=[first], seconds=0, least=1)
        self._peer(name)["first_answer_s"] = worker.age()
        worker.do("ask", questions=others, seconds=self._plan.seconds, least=1)
        return worker

    def _without(self, name: str, failure: FailedError) -> None:
        """Go on without a peer; without this project there is nothing to measure."""
        if name == "yibao":
            raise failure
        self._peer(name)["failed"] = str(failure)

    def _start(self, name: str, stack: ExitStack) -> Worker:
        return stack.enter_context(Worker(name, self._home(name), self._passages))

    def _build(self, name: str, worker: Worker) -> None:
        shutil.rmtree(self._home(name), ignore_errors=True)
        self._home(name).mkdir(parents=True)
        with worker.watched() as memory:
            built = worker.do("build")
        built |= {"seconds": worker.age(), "peak": memory.peak, "disk": _size(self._home(name))}
        self._peer(name)["build"] = built
        self._results.save()

    def _rounds(self, workers: dict[str, Worker], asked: Sequence[Asked]) -> dict[str, list[Turn]]:
        turns: dict[str, list[Turn]] = {name: [] for name in workers}
        for number in range(self._plan.rounds):
            part = asked[number * self._plan.questions : (number + 1) * self._plan.questions]
            # Another one begins each time, so that no peer always follows the same one.
            first = number % len(turns)
            for name in [*turns][first:] + [*turns][:first]:
                try:
                    answer = workers[name].do(
                        "ask",
                        questions=[each.question for each in part],
                        seconds=self._plan.seconds,
                        least=_LEAST,
                    )
                except FailedError as failure:
                    self._without(name, failure)
                    del turns[name]
                    continue
                found = self._found(part, answer["found"])
                turns[name].append(Turn(answer["wall_ms"], answer["processor_ms"], found))
        return turns

    def _found(self, asked: Sequence[Asked], answers: Sequence[Sequence[int | str]]) -> list[bool]:
        """For each question that was made from an article and answered: whether the article is among the answers."""
        return [
            any(each.file == Path(a if isinstance(a, str) else self._files[a]).name for a in answer)
            for each, answer in zip(asked, answers, strict=False)
            if each.file
        ]

    def _command(self) -> None:
        """From the start of the command line to its answer."""
        runs = [
            run(yibao("search", each, "--index", str(self._home("yibao")))) for each in self._for_commands
        ]
        self._peer("yibao")["command"] = {
            "seconds": statistics.median(each.seconds for each in runs),
            "processor_s": statistics.median(each.processor_s for each in runs),
        }
        self._results.save()

    def _rebuild(self) -> None:
        """Rebuild after one article in a hundred has got another paragraph."""
        changed = sorted(self._corpus.glob("composed/*/*.txt"))[::_CHANGED]
        before = {path: path.read_bytes() for path in changed}
        try:
            for path, content in before.items():
                path.write_bytes(content + "\n本页内容由编辑部补充说明，以经办机构答复为准。\n".encode())
            done = run(self._rebuilding())
        finally:
            for path, content in before.items():
                path.write_bytes(content)
        self._peer("yibao")["rebuild"] = {"files": len(changed)} | done._asdict()
        self._results.save()


def summary(turns: Sequence[Turn], measure: Sequence[Turn] | None) -> dict[str, Any]:
    """Percentiles over all rounds, and the ratio of the medians to the measure's: the median of the rounds' ratios.

    A turn that was cut short is compared with the same questions of the measure's.
    """
    wall = [ms for turn in turns for ms in turn.wall]
    processor = [ms for turn in turns for ms in turn.processor]
    found = [each for turn in turns for each in turn.found]
    content = {
        "questions": len(wall),
        "p50_ms": percentile(wall, 50),
        "p95_ms": percentile(wall, 95),
        "processor_p50_ms": percentile(processor, 50),
        "processor_p95_ms": percentile(processor, 95),
        "found": sum(found) / len(found) if found else None,
    }
    if measure:
        content["ratio"] = statistics.median(
            _ratio(turn.wall, other.wall) for turn, other in zip(turns, measure, strict=True)
        )
        content["processor_ratio"] = statistics.median(
            _ratio(turn.processor, other.processor) for turn, other in zip(turns, measure, strict=True)
        )
    return content


def _ratio(values: Sequence[float], others: Sequence[float]) -> float:
    both = min(len(values), len(others))
    return percentile(values[:both], 50) / percentile(others[:both], 50)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _available_memory() -> int:
    lines = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
