"""Composed folders: as large as asked for, the same everywhere, without repeats."""

import re
from pathlib import Path

import pytest

from benchmarks.corpus import article, compose
from benchmarks.questions import questions
from benchmarks.text_source import SHARED, TextSource, made_by_rules, text_source
from index.words import segmenter
from ingest.corpus import ingest_file, scan


@pytest.fixture(scope="module")
def made() -> TextSource:
    return made_by_rules(4000)


def test_folder_gives_about_so_many_passages(made: TextSource, tmp_path: Path) -> None:
    count = compose(tmp_path / "corpus", 400, lambda: made)
    files = scan([tmp_path / "corpus"]).files
    passages = [p for file in files for _, its in ingest_file(file).articles for p in its]
    assert len(files) == count
    assert 320 <= len(passages) <= 480
    assert {p.file.split("/")[0] for p in passages} == {"sample", "composed"}


def test_folder_that_was_filled_is_left_as_it_is(made: TextSource, tmp_path: Path) -> None:
    count = compose(tmp_path / "corpus", 100, lambda: made)

    def none() -> TextSource:
        raise AssertionError("the texts were read again")

    assert compose(tmp_path / "corpus", 100, none) == count


def test_another_size_begins_with_the_same_articles(made: TextSource, tmp_path: Path) -> None:
    compose(tmp_path / "small", 60, lambda: made)
    compose(tmp_path / "large", 300, lambda: made)
    small = {path.name: path.read_text() for path in (tmp_path / "small").glob("composed/*/*.txt")}
    large = {path.name: path.read_text() for path in (tmp_path / "large").glob("composed/*/*.txt")}
    assert small
    assert small.items() < large.items()


def test_article_has_title_date_and_numbered_sections(made: TextSource) -> None:
    title, byline, heading, *rest = article(7, made).split("\n\n")
    assert title.endswith("第7号）")
    assert re.fullmatch(r"发布时间：\d{4}-\d\d-\d\d 来源：\S+", byline)
    assert heading.startswith("一、")
    assert any(part.startswith("三、") for part in rest)


def test_generator_repeats_itself_exactly_and_hardly_any_sentence() -> None:
    made = made_by_rules(3000)
    assert made == made_by_rules(3000)
    assert len(set(made.sentences)) > 0.9 * 3000


def test_vocabulary_of_the_generator_grows_with_its_text() -> None:
    sentences = made_by_rules(3000).sentences
    first, all_of_them = (
        {word for s in part for word in segmenter().plain(s)} for part in (sentences[:300], sentences)
    )
    assert len(all_of_them) > 2 * len(first)


def test_texts_are_made_by_rules_where_there_are_none_to_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.text_source._MADE", 10)
    assert text_source(tmp_path / "absent").name == "generator"


@pytest.mark.shared
def test_shared_texts_give_sentences_that_end(shared: Path) -> None:
    assert SHARED.is_relative_to(shared)
    source = text_source()
    assert source.name == "shared texts"
    assert len(source.sentences) > 300_000
    assert sum(s.endswith(("。", "；", "！", "？")) for s in source.sentences[:10_000]) > 8_000


def test_questions_are_different_and_name_the_article_they_were_made_from(
    made: TextSource, tmp_path: Path
) -> None:
    compose(tmp_path / "corpus", 100, lambda: made)
    asked = questions(tmp_path / "corpus", 80)
    assert len({each.question for each in asked}) == 80
    of_articles = [each for each in asked if each.file]
    assert 30 <= len(of_articles) <= 50
    for each in of_articles:
        (path,) = (tmp_path / "corpus").glob(f"composed/*/{each.file}")
        text = path.read_text()
        assert any(each.question[start : start + 6] in text for start in range(len(each.question) - 5))


def test_questions_beyond_what_the_articles_give_are_refused(made: TextSource, tmp_path: Path) -> None:
    compose(tmp_path / "corpus", 20, lambda: made)
    with pytest.raises(ValueError, match="compose more articles"):
        questions(tmp_path / "corpus", 100_000)
