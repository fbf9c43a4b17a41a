"""The team's seed files are understood as `parse_expectations.json` says, field by field."""

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.article import Article
from ingest.passage import MAX_CHARACTERS, Passage
from ingest.scraped import read_scraped
from ingest.splitting import split

pytestmark = pytest.mark.shared
DOCS = ("000", "002", "003")


@pytest.fixture(scope="module")
def expectations(shared: Path) -> dict[str, Any]:
    return json.loads((shared / "eval/seeds/parse_expectations.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def articles(shared: Path) -> dict[str, Article]:
    files = sorted((shared / "seeds").glob("*.txt"))
    return {file.name[:3]: read_scraped(file.name, file.read_text("utf-8")) for file in files}


@pytest.fixture(scope="module")
def passages(articles: dict[str, Article]) -> dict[str, list[Passage]]:
    return {doc: split(article) for doc, article in articles.items()}


@pytest.mark.parametrize("doc", DOCS)
def test_title_date_and_site_are_found(doc: str, expectations: dict[str, Any], articles: dict[str, Article]):
    expected, article = expectations[doc], articles[doc]
    assert expected["title"].startswith(article.title)
    assert set(expected["title"][len(article.title) :]) <= set("()0123456789年月日")
    assert article.published == expected["published"]
    assert article.source == expected["site"]


@pytest.mark.parametrize("doc", DOCS)
def test_sections_have_the_expected_text_and_level(
    doc: str, expectations: dict[str, Any], articles: dict[str, Article]
):
    found = [(len(s.heading_path), s.heading_path[-1]) for s in articles[doc].sections if s.heading_path]
    assert found == [(s["level"], s["text"]) for s in expectations[doc]["sections"]]


@pytest.mark.parametrize("doc", DOCS)
def test_heading_paths_follow_the_levels(
    doc: str, expectations: dict[str, Any], articles: dict[str, Article]
):
    path: list[str] = []
    expected = []
    for section in expectations[doc]["sections"]:
        path = [*path[: section["level"] - 1], section["text"]]
        expected.append(tuple(path))
    assert [s.heading_path for s in articles[doc].sections if s.heading_path] == expected


@pytest.mark.parametrize("doc", DOCS)
def test_heading_lines_stand_verbatim_in_the_text(
    doc: str, expectations: dict[str, Any], articles: dict[str, Article]
):
    lines = [line.strip() for line in articles[doc].text.split("\n")]
    for section in expectations[doc]["sections"]:
        raw = section["raw"]
        assert any(raw in line for line in lines), raw


@pytest.mark.parametrize("doc", DOCS)
def test_tables_are_rebuilt(doc: str, expectations: dict[str, Any], articles: dict[str, Article]):
    found = [
        {"title": table.title, "header": list(table.header), "rows": [list(row) for row in table.rows]}
        for table in articles[doc].tables
    ]
    expected = [{k: t[k] for k in ("title", "header", "rows")} for t in expectations[doc]["tables"]]
    assert found == expected


@pytest.mark.parametrize("doc", DOCS)
def test_teasers_are_read_whole(doc: str, expectations: dict[str, Any], articles: dict[str, Article]):
    expected, teasers = expectations[doc], articles[doc].teasers
    assert len(teasers) == expected["teaser_count"]
    for teaser, wanted in zip(teasers, expected["teasers"], strict=True):
        assert (teaser.title, teaser.source, teaser.published) == (
            wanted["title"],
            wanted["source"],
            wanted["date"],
        )
        assert teaser.text.startswith(wanted["summary_starts"])
        assert teaser.text.endswith(wanted["summary_ends"])
        assert len(teaser.text) == wanted["summary_chars"]
        assert teaser.text[:30] not in articles[doc].text


@pytest.mark.parametrize("doc", DOCS)
def test_repeated_teaser_titles_are_dropped(
    doc: str, expectations: dict[str, Any], articles: dict[str, Article]
):
    dropped = [d.text for d in articles[doc].dropped if d.rule == "repeated title"]
    assert dropped == [line["title"] for line in expectations[doc]["repeated_title_lines"]]


@pytest.mark.parametrize("doc", DOCS)
def test_links_are_parted_and_never_searchable(
    doc: str,
    expectations: dict[str, Any],
    articles: dict[str, Article],
    passages: dict[str, list[Passage]],
):
    expected = [(link["title"], link["datetime"], link["channel"]) for link in expectations[doc]["links"]]
    assert [(link.title, link.published, link.channel) for link in articles[doc].links] == expected
    everything = "\n".join(passage.searchable for passage in passages[doc])
    assert not any(title in everything for title, _, _ in expected)


@pytest.mark.parametrize("doc", DOCS)
def test_boilerplate_is_in_no_passage(
    doc: str, expectations: dict[str, Any], passages: dict[str, list[Passage]]
):
    expected = expectations[doc]
    everything = "\n".join(passage.text for passage in passages[doc])
    for line in (*expected["boilerplate_hard"], *expected["boilerplate_soft"]):
        assert line not in everything


@pytest.mark.parametrize("doc", DOCS)
def test_bullets_are_kept_verbatim(
    doc: str, expectations: dict[str, Any], articles: dict[str, Article], shared: Path
):
    source = (shared / "seeds" / expectations[doc]["file"]).read_text("utf-8").split("\n")
    bullets = [line.strip() for line in source if line.strip().startswith("•")]
    assert len(bullets) == expectations[doc]["bullets"]
    kept = {line.strip() for line in articles[doc].text.split("\n")}
    assert set(bullets) <= kept


@pytest.mark.parametrize("doc", ("000", "001", "002", "003", "004"))
def test_every_passage_is_short_enough_and_reads_its_span(
    doc: str, articles: dict[str, Article], passages: dict[str, list[Passage]]
):
    for passage in passages[doc]:
        assert len(passage.text) <= MAX_CHARACTERS
        if passage.kind == "body":
            assert articles[doc].text[passage.start : passage.end] == passage.text
