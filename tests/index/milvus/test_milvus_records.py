"""A passage as Milvus holds it: what it would not take is refused before it is sent."""

import dataclasses

import numpy as np
import pytest

from index.milvus.records import Record, passage_of, to_entity, tokens_of
from ingest.errors import BadInputError
from ingest.passage import Passage

PASSAGE = Passage(
    "0" * 16,
    "1" * 16,
    "文.txt",
    3,
    "body",
    "标题",
    ("一", "二"),
    "正文",
    0,
    2,
    region="成都",
    published="2025-01-31",
)


def record(**changes):
    terms = (np.asarray([7, 9]), np.asarray([0.5, 1.5], np.float32))
    whole = Record(4, PASSAGE, np.asarray([0.6, 0.8], np.float32), terms, np.asarray([3, 70_000], np.uint32))
    return whole._replace(**changes)


def test_a_passage_comes_back_as_it_was():
    entity = to_entity(record())
    assert passage_of(entity) == PASSAGE and tokens_of(entity).tolist() == [3, 70_000]
    assert entity["row"] == 4 and entity["terms"] == {7: 0.5, 9: 1.5}
    assert (entity["region"], entity["kind"], entity["published"]) == ("成都", "body", "2025-01-31")


def test_what_a_passage_lacks_passes_no_filter():
    entity = to_entity(record(passage=dataclasses.replace(PASSAGE, region=None, published=None), tokens=None))
    assert (entity["region"], entity["published"], entity["tokens"]) == ("", "", "")
    assert entity["published"] < "0001-01-01"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_none_are_refused_naming_the_file(value):
    with pytest.raises(BadInputError, match=r"文\.txt.*finite"):
        to_entity(record(vector=np.asarray([value, 0.0], np.float32)))
    with pytest.raises(BadInputError, match=r"文\.txt.*finite"):
        to_entity(record(terms=(np.asarray([1]), np.asarray([value], np.float32))))


def test_lengths_count_bytes_not_characters():
    """65,535 bytes hold 21,845 Chinese characters; fewer fit, as the passage's other fields lie beside them."""
    assert to_entity(record(passage=dataclasses.replace(PASSAGE, title="保" * 21_000)))
    with pytest.raises(BadInputError, match=r"文\.txt.*shorten"):
        to_entity(record(passage=dataclasses.replace(PASSAGE, title="保" * 22_000)))
