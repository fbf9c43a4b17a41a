"""Real government pages are understood as the team's expectations say, and evidence lies whole in one passage."""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.article import Article, RawFile
from ingest.facts.metadata import enrich
from ingest.passage import Passage
from ingest.readers import read
from ingest.splitting import split

pytestmark = pytest.mark.shared

Pages = dict[str, tuple[Article, list[Passage]]]
#: Of the labelled evidence, so much has to lie whole in one passage.
COVERAGE = 0.97
LONGEST = 600


@pytest.fixture(scope="module")
def pages(shared: Path) -> Pages:
    found: Pages = {}
    for file in sorted((shared / "pages").glob("*.html")):
        article = enrich(next(read(RawFile(file.name, file.read_bytes()))))
        found[file.name.split("_")[0]] = article, split(article)
    return found


@pytest.fixture(scope="module")
def normalise(shared: Path) -> Callable[[str], str]:
    spec = importlib.util.spec_from_file_location("score", shared / "eval/seeds/score.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.normalise


@pytest.mark.parametrize("doc", ["06", "10b", "12", "19", "22", "26"])
def test_page_is_understood_as_expected(
    shared: Path, pages: Pages, normalise: Callable[[str], str], doc: str
):
    expected = next(
        e
        for e in json.loads((shared / "eval/pages/page_expectations.json").read_text("utf-8"))
        if e["doc"] == doc
    )
    article, passages = pages[doc]
    for field, key in (
        ("title", "title"),
        ("published", "published"),
        ("source", "source"),
        ("document_number", "doc_number"),
    ):
        assert getattr(article, field) == expected[key]
    days = expected["page_metadata_dates"]
    assert (article.effective, article.expires) == (days.get("实施日期"), days.get("失效日期"))
    texts = [normalise(passage.text) for passage in passages]
    assert [t for t in expected["must"] if not any(normalise(t) in text for text in texts)] == []
    for row in expected["must_rows"]:
        assert any(all(normalise(cell) in text for cell in row) for text in texts), row
    assert [t for t in expected["must_not"] if any(normalise(t) in text for text in texts)] == []
    body = normalise(article.text)
    assert [t for t in expected["once"] if body.count(normalise(t)) != 1] == []


def test_evidence_lies_whole_in_one_passage(shared: Path, pages: Pages, normalise: Callable[[str], str]):
    texts = {doc: [normalise(p.text) for p in passages] for doc, (_, passages) in pages.items()}
    whole = []
    for line in (shared / "eval/pages/questions.jsonl").read_text("utf-8").splitlines():
        for evidence in json.loads(line)["evidence"]:
            needed = [normalise(text) for text in (evidence["text"], *evidence.get("all_of", ()))]
            whole.append(
                any(
                    len(text) <= LONGEST and all(part in text for part in needed)
                    for text in texts[evidence["doc"]]
                )
            )
    assert sum(whole) / len(whole) >= COVERAGE
