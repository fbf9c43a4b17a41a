"""Scraped text in the layouts of many made-up sites: `fixtures/scraped/` and what an editor makes of each."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ingest.article import Article
from ingest.layout.bylines import byline
from ingest.layout.teasers import inline_related
from ingest.scraped import read_scraped

FOLDER = Path(__file__).parent / "fixtures" / "scraped"
EXPECTED: dict[str, dict[str, Any]] = json.loads((FOLDER / "expectations.json").read_text("utf-8"))


def _outline(article: Article) -> list[str]:
    """A line a section: level, heading, and its blocks as p(aragraph), i(tem), r(ow) with their depth."""
    lines = []
    for section in article.sections:
        heading = f"{len(section.heading_path)} {''.join(section.heading_path[-1:])}".strip()
        blocks = "".join(b.kind[0] + (str(b.depth) if b.depth > 1 else "") for b in section.blocks)
        lines.append(heading + (f" | {blocks}" if blocks else ""))
    return lines


@pytest.mark.parametrize("name", EXPECTED)
def test_site_layout_is_understood(name: str):
    article = read_scraped(f"{name}.txt", (FOLDER / f"{name}.txt").read_text("utf-8"))
    expected = EXPECTED[name]
    assert article.title == expected["title"]
    assert article.published == expected.get("published")
    assert article.source == expected.get("source")
    assert _outline(article) == expected["sections"]
    assert [len(table.rows) for table in article.tables] == expected.get("tables", [])
    assert [[t.title, t.source, t.published] for t in article.teasers] == expected.get("teasers", [])
    assert [[x.title, x.published, x.channel] for x in article.links] == expected.get("links", [])
    assert [dropped.rule for dropped in article.dropped] == expected.get("dropped", [])


def test_every_fixture_has_an_expectation():
    assert sorted(EXPECTED) == sorted(file.stem for file in FOLDER.glob("*.txt"))


def test_no_word_of_the_source_vanishes_unnoticed():
    """What is not in the text or the title is a byline, a teaser, a link, or dropped by a named rule."""
    for file in FOLDER.glob("*.txt"):
        article = read_scraped(file.name, file.read_text("utf-8"))
        accounted = "".join(
            [
                article.title,
                article.text,
                *(d.text for d in article.dropped),
                *(f"{t.title}{t.text}{t.source}" for t in article.teasers),
                *(f"{link.title}{link.channel}" for link in article.links),
            ]
        )
        for line in file.read_text("utf-8").splitlines():
            words = set(re.findall(r"[\u4e00-\u9fff]{2,}", line))
            lost = {word for word in words if word not in accounted}
            known = byline(line) or inline_related(line) or article.title in line
            assert known or not lost, (file.name, line, lost)


def test_title_date_gives_way_to_the_byline():
    article = read_scraped("a.txt", "医保怎么查(2024年3月1日)\n2024-03-02 08:09:10明湖网\n登录应用查询。")
    assert (article.title, article.published, article.source) == (
        "医保怎么查",
        "2024-03-02 08:09:10",
        "明湖网",
    )


def test_title_date_serves_when_there_is_no_byline():
    assert read_scraped("a.txt", "医保怎么查(24年3月1日)\n登录应用查询。").published == "2024-03-01"


def test_month_and_day_alone_give_no_date():
    article = read_scraped("a.txt", "医保怎么查(03/01)\n登录应用查询。")
    assert (article.title, article.published) == ("医保怎么查", None)


def test_heading_glued_to_the_lead_sentence_is_parted():
    article = read_scraped(
        "a.txt",
        "标题\n\n办理转移有先后,步骤如下:转移前的准备\n\n1、开证明:\n\n到原单位开。\n\n2、交材料:\n\n到新地方交。",
    )
    assert [s.heading_path for s in article.sections] == [
        (),
        ("转移前的准备",),
        ("转移前的准备", "开证明"),
        ("转移前的准备", "交材料"),
    ]


def test_typos_and_odd_spacing_stay_as_they_are():
    article = read_scraped("a.txt", "标题\n\n  • 停宝人员 :余额照旧可以用 ;")
    assert article.sections[0].blocks[0].text == "• 停宝人员 :余额照旧可以用 ;"


def test_labelled_values_are_no_headings():
    article = read_scraped("a.txt", "标题\n\n补缴时限\n\n一个月内:次月恢复。\n\n半年内:等三个月。")
    assert [s.heading_path for s in article.sections] == [("补缴时限",)]
    assert len(article.sections[0].blocks) == 2


@pytest.mark.parametrize("text", ["", "\n\n", "\x00\x00", "\ufeff", "   \u3000"])
def test_a_text_without_words_gives_an_empty_article(text: str):
    article = read_scraped("a.txt", text)
    assert (article.title, article.text, article.sections) == ("", "", ())


def test_same_file_gives_the_same_article():
    text = (FOLDER / "01_cn_paren_arabic.txt").read_text("utf-8")
    assert read_scraped("x/a.txt", text) == read_scraped("x/a.txt", text)
