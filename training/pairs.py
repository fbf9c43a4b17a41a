"""What the model learns from: pairs of a question and a text that answers it."""

import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypedDict

_SENTENCE = re.compile(r"(?<=[。；\n])")
_SHORTEST_SENTENCE = 8
_QUESTION_PAIRS = 4


class Pair(NamedTuple):
    """A question and its answer.

    group    above 0 where several pairs belong to one information need: they are no negatives of each other
    answers  whether `query` is a question of the field and `passage` its answer
    """

    query: str
    passage: str
    group: int = 0
    answers: bool = False


class DomainRow(TypedDict):
    """An information need of the field: differently worded queries, and a look-alike that does not answer, or ""."""

    id: str
    title: str
    answer: str
    queries: list[str]
    hard_negative: str


def public_pairs(folder: Path) -> Iterator[Pair]:
    """Pairs of every file in `pairs/`."""
    for path in sorted((folder / "pairs").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if row["query"] and row["positive"]:
                    yield Pair(row["query"], row["positive"])


def law_pairs(folder: Path, rng: random.Random) -> Iterator[Pair]:
    """Of each article of law: its law and chapter with its text, and one sentence with the rest (inverse cloze)."""
    with gzip.open(folder / "text" / "law_articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Pair(f"{row['law']} {row['chapter'] or ''}", row["text"])
            sentences = [s for s in _SENTENCE.split(row["text"]) if len(s) > _SHORTEST_SENTENCE]
            if len(sentences) > 1:
                cloze = sentences.pop(rng.randrange(len(sentences)))
                yield Pair(cloze, "".join(sentences))


def domain_rows(folder: Path) -> list[DomainRow]:
    """Every information need of the files `domain_paraphrases*.jsonl`, in the order of their names."""
    lines = (
        line
        for path in sorted(folder.glob("domain_paraphrases*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    )
    return [json.loads(line) for line in lines if line.strip()]


def kept_out_rows(count: int, share: float, seed: int) -> set[int]:
    """Positions of the domain rows that training must not see."""
    positions = list(range(count))
    random.Random(seed).shuffle(positions)
    return set(positions[: int(count * share)])


def domain_pairs(rows: list[DomainRow], kept_out: set[int], rng: random.Random) -> Iterator[Pair]:
    """Each question with the answer, without and with its title; four pairs of questions; the title with the answer."""
    for number, row in enumerate(rows):
        if number in kept_out:
            continue
        title, answer, group = row["title"], row["answer"], number + 1
        for query in row["queries"]:
            yield Pair(query, answer, group, answers=True)
            yield Pair(query, f"{title}\n{answer}", group, answers=True)
        for _ in range(_QUESTION_PAIRS):
            first, second = rng.sample(row["queries"], 2)
            yield Pair(first, second, group)
        yield Pair(title, answer, group)
