"""Labelled questions: read strictly, and credited once."""

import json

import pytest

from ingest.errors import BadInputError
from search.evaluation.evidence import Evidence, credited_grades, document_key, read_questions


def written(tmp_path, *rows):
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def question(**changes):
    row = {
        "id": "a1",
        "question": "停保了卡还能刷吗",
        "class": "colloquial",
        "evidence": [{"doc": "101", "text": "余额，仍可使用", "grade": 2}],
        "filters": {"region": "成都"},
    }
    return row | changes


def test_questions_are_read_with_their_filters(tmp_path):
    [read] = read_questions(written(tmp_path, question()))
    assert read.region == "成都"
    assert read.evidence == (Evidence("101", ("余额仍可使用",), 2),)


@pytest.mark.parametrize("row", [{"id": "a1"}, [], question(evidence=[{"doc": "1", "text": "，"}])])
def test_a_line_that_is_no_question_is_named(tmp_path, row):
    with pytest.raises(BadInputError, match=r"questions\.jsonl:1"):
        read_questions(written(tmp_path, row))


def test_an_id_used_twice_is_refused(tmp_path):
    with pytest.raises(BadInputError, match="'a1'"):
        read_questions(written(tmp_path, question(), question()))


def test_document_key_is_the_leading_part_of_the_name():
    assert document_key("sub/101_3f9c.txt") == "101"
    assert document_key("10b_标准.html") == "10b"


def test_evidence_is_credited_once_and_only_in_its_document():
    evidence = [Evidence("101", ("余额仍可使用",), 2), Evidence("102", ("次月停止",), 1)]
    passages = [
        ({"101_a.txt"}, "停保后，余额仍可使用。"),
        ({"101_a.txt"}, "余额仍可使用"),
        ({"101_a.txt"}, "次月停止"),
    ]
    assert credited_grades(evidence, passages) == [[2], [], []]


def test_a_passage_is_credited_for_its_reprints():
    evidence = [Evidence("101", ("余额仍可使用",), 2), Evidence("102", ("余额仍可使用",), 2)]
    assert credited_grades(evidence, [({"101.txt", "102.txt"}, "余额仍可使用")]) == [[2, 2]]


def test_every_part_of_an_evidence_must_stand_in_the_same_passage():
    evidence = [Evidence("101", ("一档", "每月420元"), 2)]
    assert credited_grades(
        evidence, [({"101.txt"}, "一档"), ({"101.txt"}, "档次：一档；标准：每月420元")]
    ) == [[], [2]]


def test_a_passage_of_more_than_600_characters_is_not_credited():
    evidence = [Evidence("101", ("余额仍可使用",), 2)]
    assert credited_grades(evidence, [({"101.txt"}, "余额仍可使用" + "字" * 600)]) == [[]]
