"""Fields of records under one's own names."""

import pytest

from ingest.errors import BadInputError
from ingest.field_mapping import FieldMapping
from ingest.records import read_jsonl

LINE = '{"headline": "停保之后", "title": "栏目", "story": "停保之后余额还可以用来买药。"}'


def test_own_names_come_before_the_usual_ones():
    mapping = FieldMapping.naming({"title": "headline", "text": "story"})
    [article] = read_jsonl("a.jsonl", LINE, mapping)
    assert (article.title, article.text) == ("停保之后", "停保之后余额还可以用来买药。")


def test_no_own_names_leave_the_usual_ones():
    assert FieldMapping.naming({}) == FieldMapping()


def test_an_unknown_field_is_named_with_the_known_ones():
    with pytest.raises(BadInputError, match=r"'heading'.*title"):
        FieldMapping.naming({"heading": "headline"})
