"""Questions that a layman would ask of a composed folder: no two alike, most of which find something.

Every other one is a labelled question of the sample corpus, as long as there are any; the rest take a clause out of an
article and ask about it, so that it is known where an answer stands.
"""

import itertools
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_SAMPLE = Path(__file__).resolve().parent.parent / "corpus" / "questions.jsonl"
_ASKED = (
    "{}怎么办",
    "{}需要什么条件",
    "请问{}有什么规定",
    "{}吗",
    "{}找谁办理",
    "我想知道{}",
    "{}是怎么回事",
    "{}",
)
#: Whole clauses: what stands between two marks.
_CLAUSE = re.compile(r"(?<![一-鿿])[一-鿿]{6,16}(?![一-鿿])")


class Asked(NamedTuple):
    """file: name, without folders, of the article that the question was made from; None for a sample's question."""

    question: str
    file: str | None


def questions(folder: Path, wanted: int) -> list[Asked]:
    """So many different questions to the articles of a folder, the same each time.

    Raises ValueError if the folder has too few clauses to ask about.
    """
    made = _made(sorted(folder.glob("composed/*/*.txt")))
    mixed = itertools.chain.from_iterable(
        pair for pair in itertools.zip_longest(_labelled(), itertools.islice(made, wanted))
    )
    different = {each.question: each for each in mixed if each}
    if len(different) < wanted:
        raise ValueError(f"{folder} gives {len(different)} questions, not {wanted}; compose more articles")
    return list(different.values())[:wanted]


def _labelled() -> list[Asked]:
    lines = _SAMPLE.read_text(encoding="utf-8").splitlines()
    found = [json.loads(line)["question"] for line in lines if line.strip()]
    random.Random(3).shuffle(found)  # the file goes class by class
    return [Asked(question, None) for question in found]


def _made(files: list[Path]) -> Iterator[Asked]:
    """Questions without end as long as new ones are found; a file may be asked about several times."""
    chance, seen, misses = random.Random(4), {""}, 0
    while files and misses < 1000:
        file = chance.choice(files)
        clauses = _CLAUSE.findall(file.read_text(encoding="utf-8"))
        clause = chance.choice(clauses) if clauses else ""
        if clause in seen:
            misses += 1
            continue
        seen.add(clause)
        yield Asked(chance.choice(_ASKED).format(clause), file.name)
