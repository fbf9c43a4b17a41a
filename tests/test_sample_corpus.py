"""The sample corpus and its labelled questions are what they claim to be."""

import json
from pathlib import Path

import pytest

from ingest import corpus
from search.evidence import credited_grades, normalise_evidence, read_questions

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = ROOT / "corpus" / "articles"
#: So many equal characters in a row are no coincidence.
COPIED = 20


@pytest.fixture(scope="module")
def ingested():
    return list(corpus.ingest(corpus.scan([ARTICLES]).files, workers=1))


@pytest.fixture(scope="module")
def questions():
    return read_questions(ROOT / "corpus" / "questions.jsonl")


def test_every_article_is_read(ingested):
    assert len(ingested) >= 40
    assert [done.name for done in ingested if done.failure or not done.articles] == []


def test_there_are_questions_of_every_class(questions):
    assert len(questions) >= 120
    classes = {q.question_class for q in questions}
    assert classes >= {
        "lexical", "paraphrase", "colloquial", "region", "number", "table", "teaser", "typo_or_variant", "multi",
        "unanswerable",
    }  # fmt: skip
    assert all(bool(q.evidence) != (q.question_class == "unanswerable") for q in questions)


def test_every_evidence_lies_whole_in_one_passage(ingested, questions):
    passages = [
        ({p.file}, "\n".join((p.title, *p.heading_path, p.text)))
        for done in ingested
        for _, its in done.articles
        for p in its
    ]
    lost = []
    for question in questions:
        found = sum(len(grades) for grades in credited_grades(question.evidence, passages))
        if found < len(question.evidence):
            lost.append(question.id)
    assert lost == []


def characters(path):
    """The Chinese characters of a file, without markup, figures and punctuation."""
    return "".join(c for c in path.read_text(encoding="utf-8", errors="replace") if c >= "\u3400" and c.isalpha())


@pytest.mark.shared
def test_no_article_repeats_the_teams_sources(shared):
    runs = set()
    for path in [*(shared / "seeds").glob("*.txt"), *(shared / "pages").glob("*.html")]:
        text = characters(path)
        runs.update(text[i : i + COPIED] for i in range(len(text) - COPIED))
    for path in sorted(ARTICLES.iterdir()):
        text = characters(path)
        copied = [text[i : i + COPIED] for i in range(len(text) - COPIED) if text[i : i + COPIED] in runs]
        assert copied == [], path.name


@pytest.mark.shared
def test_no_question_repeats_a_held_one(shared, questions):
    held = set()
    for path in (shared / "eval").glob("*/questions.jsonl"):
        held |= {
            normalise_evidence(json.loads(line)["question"])
            for line in path.read_text(encoding="utf-8").splitlines()
        }
    assert [q.question for q in questions if normalise_evidence(q.question) in held] == []
