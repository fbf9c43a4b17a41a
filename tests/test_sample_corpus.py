"""The sample corpus and its labelled questions: what they promise in corpus/README.md."""

import gzip
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ingest.corpus import ingest, scan
from search.evaluation.evidence import credited_grades, normalise_evidence, read_questions

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
FILES = {path.name.split("_")[0]: path for path in sorted((CORPUS / "articles").iterdir())}
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line) for line in (CORPUS / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]
CLASSES = {
    "lexical",
    "paraphrase",
    "colloquial",
    "region",
    "number",
    "table",
    "teaser",
    "typo_or_variant",
    "multi",
    "unanswerable",
}
#: No article may share so many characters in a row with a text that the project was given.
LONGEST_SHARED_RUN = 19


def _bare(text: str) -> str:
    """Without white space and markup tags, which any two pages share."""
    return re.sub(r"<[^<>]*>|\s+", "", text)


@pytest.fixture(scope="module")
def passages() -> dict[str, list[str]]:
    """Article number → its passages, each with title and headings."""
    found: dict[str, list[str]] = {}
    for file in ingest(scan([CORPUS / "articles"]).files, workers=1):
        assert file.failure is None, f"{file.name}: {file.failure}"
        found[file.name.split("_")[0]] = [
            passage.searchable for _, split in file.articles for passage in split
        ]
    return found


def test_corpus_is_large_enough() -> None:
    assert len(FILES) >= 40
    assert len(QUESTIONS) >= 120


def test_file_names_are_a_number_and_sixteen_hexadecimal_digits() -> None:
    assert len(FILES) == len(list((CORPUS / "articles").iterdir()))
    for path in FILES.values():
        assert re.fullmatch(r"\d{3}_[0-9a-f]{16}\.(txt|md|html)", path.name), path.name


@pytest.mark.parametrize(
    "site", ["民生医保 2025-", "青禾社保站声明", "邻里医保信箱 版权所有", "数表社保编辑部"]
)
def test_each_site_has_at_least_five_articles(site: str) -> None:
    assert sum(site in path.read_text(encoding="utf-8") for path in FILES.values()) >= 5


def test_questions_have_their_fields_and_differ() -> None:
    assert len({question["id"] for question in QUESTIONS}) == len(QUESTIONS)
    assert len({question["question"] for question in QUESTIONS}) == len(QUESTIONS)
    for question in QUESTIONS:
        assert {"id", "question", "class", "evidence", "filters"} <= question.keys()


def test_every_class_has_several_questions() -> None:
    counts = Counter(question["class"] for question in QUESTIONS)
    assert counts.keys() == CLASSES
    assert min(counts.values()) >= 5
    assert counts["unanswerable"] >= 18


def test_only_unanswerable_questions_lack_evidence() -> None:
    for question in QUESTIONS:
        assert bool(question["evidence"]) == (question["class"] != "unanswerable"), question["id"]


def test_evidence_is_an_exact_part_of_its_file() -> None:
    texts = {number: path.read_text(encoding="utf-8") for number, path in FILES.items()}
    for question in QUESTIONS:
        for evidence in question["evidence"]:
            assert evidence["grade"] in (1, 2)
            for part in (evidence["text"], *evidence.get("all_of", [])):
                assert part in texts[evidence["doc"]], (question["id"], evidence["doc"], part)


def test_evidence_is_listed_once_a_file() -> None:
    for question in QUESTIONS:
        named = [(evidence["doc"], evidence["text"]) for evidence in question["evidence"]]
        assert len(set(named)) == len(named), question["id"]


def test_evidence_lies_in_one_passage(passages: dict[str, list[str]]) -> None:
    numbered = [({number}, passage) for number, its in passages.items() for passage in its]
    torn = [
        (question.id, len(question.evidence))
        for question in read_questions(CORPUS / "questions.jsonl")
        if sum(map(len, credited_grades(question.evidence, numbered))) < len(question.evidence)
    ]
    assert torn == []


def test_shared_runs_are_found_and_measured() -> None:
    given = "零一二三四五六七八九甲乙丙丁戊己庚辛壬癸子丑寅卯"
    assert _Runs({"own": f"前{given[2:23]}后"}, 20).shared_with(given) == {("own", given[2:23])}
    assert _Runs({"own": f"前{given[2:22]}后"}, 20).shared_with(given) == {("own", given[2:22])}
    assert _Runs({"own": f"前{given[2:21]}后"}, 20).shared_with(given) == set()


@pytest.mark.shared
@pytest.mark.slow
def test_no_article_or_question_repeats_a_given_text(shared: Path) -> None:
    own = {number: _bare(path.read_text(encoding="utf-8")) for number, path in FILES.items()}
    own |= {question["id"]: question["question"] for question in QUESTIONS}
    runs = _Runs(own, LONGEST_SHARED_RUN + 1)
    for path in sorted(shared.rglob("*")):
        if path.is_file():
            assert runs.shared_with(_bare(_text_of(path))) == set(), path.name


@pytest.mark.shared
def test_no_question_repeats_a_held_one(shared: Path) -> None:
    held = {
        normalise_evidence(json.loads(line)["question"])
        for path in (shared / "eval").glob("*/questions.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    assert [q["question"] for q in QUESTIONS if normalise_evidence(q["question"]) in held] == []


def _text_of(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8", errors="replace")


class _Runs:
    """Finds runs of at least `length` characters that texts of `own` have in common with another text.

    Every run of 2 n characters holds a block of n + 1 that starts at a multiple of n, so that only every n-th
    place of the other text, which may be very long, needs to be looked at.
    """

    def __init__(self, own: dict[str, str], length: int) -> None:
        self.own, self.length, self.step = own, length, length // 2
        self.places: dict[str, list[tuple[str, int]]] = {}
        for key, text in own.items():
            for start in range(len(text) - self.step):
                self.places.setdefault(text[start : start + self.step + 1], []).append((key, start))

    def shared_with(self, given: str) -> set[tuple[str, str]]:
        """(key, run) for every such run."""
        found = set()
        for block in range(0, len(given) - self.step, self.step):
            for key, start in self.places.get(given[block : block + self.step + 1], ()):
                run = self._widened(self.own[key], start, given, block)
                if len(run) >= self.length:
                    found.add((key, run))
        return found

    def _widened(self, own: str, start: int, given: str, block: int) -> str:
        """The longest common run around the block at `own[start:]`, which stands at `given[block:]` too."""
        before = 0
        while before < min(start, block) and own[start - before - 1] == given[block - before - 1]:
            before += 1
        after = self.step + 1
        room = min(len(own) - start, len(given) - block)
        while after < room and own[start + after] == given[block + after]:
            after += 1
        return own[start - before : start + after]
