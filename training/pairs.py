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


class Pair(NamedTuple):
    """A question and its answer.

    group      above 0 where several pairs belong to one information need: they are no negatives of each other
    negative   a text that looks like the answer and is not, or ""
    """

    query: str
    passage: str
    group: int = 0
    negative: str = ""


class DomainRow(TypedDict):
    """An information need of the field, as `domain_paraphrases.jsonl` holds it."""

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


def domain_rows(path: Path) -> list[DomainRow]:
    """Information needs of the field: title, answer, seven questions, a hard negative."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def kept_out_rows(count: int, share: float, seed: int) -> set[int]:
    """Positions of the domain rows that training must not see."""
    positions = list(range(count))
    random.Random(seed).shuffle(positions)
    return set(positions[: int(count * share)])


def domain_pairs(rows: list[DomainRow], kept_out: set[int], rng: random.Random) -> Iterator[Pair]:
    """Each question with the answer, with or without its title; a pair of questions; the title with the answer."""
    for number, row in enumerate(rows):
        if number in kept_out:
            continue
        title, answer, negative, queries = row["title"], row["answer"], row["hard_negative"], row["queries"]
        for query in queries:
            passage = answer if rng.random() < 0.5 else f"{title}\n{answer}"
            yield Pair(query, passage, number + 1, negative)
        first, second = rng.sample(queries, 2)
        yield Pair(first, second, number + 1, negative)
        yield Pair(title, answer, number + 1, negative)
