"""Ids are the same everywhere and hang on content alone."""

from ingest.ids import ID_LENGTH, article_id, passage_id


def test_article_id_is_pinned():
    """A change of this value would change the ids of every index there is."""
    assert article_id("a/b.txt") == "89416666a12e40a6"


def test_article_ids_differ_by_file_and_record():
    ids = {
        article_id("a.jsonl"),
        article_id("a.jsonl", "1"),
        article_id("a.jsonl", "2"),
        article_id("b.jsonl"),
    }
    assert len(ids) == 4
    assert all(len(i) == ID_LENGTH for i in ids)


def test_parts_of_an_id_do_not_run_together():
    assert article_id("ab", "c") != article_id("a", "bc")


def test_passage_id_depends_on_each_of_its_parts():
    base = passage_id("a", "body", ("缴费",), "每月一次。", 0)
    assert base == passage_id("a", "body", ("缴费",), "每月一次。", 0)
    others = {
        passage_id("b", "body", ("缴费",), "每月一次。", 0),
        passage_id("a", "table", ("缴费",), "每月一次。", 0),
        passage_id("a", "body", ("缴", "费"), "每月一次。", 0),
        passage_id("a", "body", ("缴费",), "每月二次。", 0),
        passage_id("a", "body", ("缴费",), "每月一次。", 1),
    }
    assert len(others | {base}) == 6
