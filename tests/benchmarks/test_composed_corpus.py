"""Composed folders: as large as asked for, the same everywhere, without repeats."""

import gzip
import json
import re
from itertools import islice
from pathlib import Path

import pytest

from benchmarks.corpus import article, compose
from benchmarks.questions import questions
from benchmarks.text_source import SHARED, TextSource, available, from_texts, load, made_by_rules
from index.words import segmenter
from ingest.corpus import ingest_file, scan


@pytest.fixture(scope="module")
def made() -> TextSource:
    return made_by_rules(4000)


def test_folder_gives_about_so_many_passages(made: TextSource, tmp_path: Path) -> None:
    count = compose(tmp_path / "corpus", 400, made.name, lambda _: made)
    files = scan([tmp_path / "corpus"]).files
    passages = [p for file in files for _, its in ingest_file(file).articles for p in its]
    assert len(files) == count
    assert 320 <= len(passages) <= 480
    assert {p.file.split("/")[0] for p in passages} == {"sample", "composed"}


def test_folder_that_was_filled_is_left_as_it_is(made: TextSource, tmp_path: Path) -> None:
    count = compose(tmp_path / "corpus", 100, made.name, lambda _: made)

    def none(name: str) -> TextSource:
        raise AssertionError(f"{name} was read again")

    assert compose(tmp_path / "corpus", 100, made.name, none) == count
    with pytest.raises(AssertionError, match="another source was read again"):
        compose(tmp_path / "corpus", 100, "another source", none)


def test_another_size_begins_with_the_same_articles(made: TextSource, tmp_path: Path) -> None:
    compose(tmp_path / "small", 60, made.name, lambda _: made)
    compose(tmp_path / "large", 300, made.name, lambda _: made)
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


def test_texts_are_made_by_rules_where_there_are_none_or_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.text_source._MADE", 10)
    (there := tmp_path / "there").mkdir()
    assert available(shared=there) == "shared texts"
    assert available(made=True, shared=there) == available(shared=tmp_path / "absent") == "generator"
    assert load("generator") == made_by_rules(10)


def _write(folder: Path, **lines: list[str]) -> None:
    for name, content in lines.items():
        suffix = "jsonl" if name.startswith("law") else "txt"
        with gzip.open(folder / f"{name}.{suffix}.gz", "wt", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in content)


def test_sentences_of_texts_are_whole_and_in_order_and_formulas_are_left_out(tmp_path: Path) -> None:
    law = {"law": "清禾市公园条例", "text": "公园应当每天开放十二个小时。闭园时间由管理处另行公布；短句。"}
    _write(
        tmp_path,
        law_articles=[json.dumps(law, ensure_ascii=False)],
        xwlb_paragraphs=["昨日清禾市举办了一场赛龙舟活动。看热闹的观众有两万人之多！"],
        chinaxiv_paragraphs=["x=3.5y+2.25z-0.75w 与 P<0.05。"],
    )
    source = from_texts(tmp_path)
    assert source.titles[0] == "清禾市公园条例"
    assert source.sentences == (
        "公园应当每天开放十二个小时。",
        "闭园时间由管理处另行公布；",
        "昨日清禾市举办了一场赛龙舟活动。",
        "看热闹的观众有两万人之多！",
    )


@pytest.mark.shared
def test_shared_texts_give_titles_and_sentences_that_end(shared: Path, tmp_path: Path) -> None:
    assert SHARED.is_relative_to(shared)
    assert available() == "shared texts"
    for path in SHARED.glob("*.gz"):  # their beginnings, since all of them take seconds
        with gzip.open(path, "rt", encoding="utf-8") as file:
            _write(tmp_path, **{path.name.split(".")[0]: [line.rstrip("\n") for line in islice(file, 1000)]})
    source = from_texts(tmp_path)
    assert "上海口岸服务条例" in source.titles
    assert len(source.sentences) > 5000
    assert sum(s.endswith(("。", "；", "！", "？")) for s in source.sentences) > 0.8 * len(source.sentences)


def test_questions_are_different_and_name_the_article_they_were_made_from(
    made: TextSource, tmp_path: Path
) -> None:
    compose(tmp_path / "corpus", 100, made.name, lambda _: made)
    asked = questions(tmp_path / "corpus", 80)
    assert len({each.question for each in asked}) == 80
    of_articles = [each for each in asked if each.file]
    assert 30 <= len(of_articles) <= 50
    for each in of_articles:
        (path,) = (tmp_path / "corpus").glob(f"composed/*/{each.file}")
        text = path.read_text()
        assert any(each.question[start : start + 6] in text for start in range(len(each.question) - 5))


def test_questions_beyond_what_the_articles_give_are_refused(made: TextSource, tmp_path: Path) -> None:
    compose(tmp_path / "corpus", 20, made.name, lambda _: made)
    with pytest.raises(ValueError, match="compose more articles"):
        questions(tmp_path / "corpus", 100_000)
