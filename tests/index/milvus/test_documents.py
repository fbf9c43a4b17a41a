"""Documents of any length come back as they were."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.milvus import documents as module
from index.milvus import schema
from index.milvus.documents import Documents


@pytest.fixture
def documents(connection, location):
    build = f"{location.name}_000001"
    schema.create(connection, build, None)
    return Documents(connection, build)


LONG = random.Random(5).randbytes(300_000)


def test_a_long_document_is_cut_and_joined(documents):
    documents.put([("long", LONG), ("short", b"x"), ("empty", b"")])
    assert documents.get("long", "short", "empty", "missing", fresh=True) == {
        "long": LONG,
        "short": b"x",
        "empty": b"",
    }


def test_a_document_is_replaced_by_a_shorter_one(documents):
    documents.put([("key", LONG)])
    documents.put([("key", b"anew")])
    assert documents.get("key", fresh=True) == {"key": b"anew"}


def test_a_document_that_was_not_written_to_its_end_is_not_there(documents, monkeypatch):
    monkeypatch.setattr(module, "_BATCH", 2)
    sent = []

    def send_one_batch(batch):
        if sent:
            raise KeyboardInterrupt
        sent.append(batch)
        Documents._send(documents, batch)

    monkeypatch.setattr(documents, "_send", send_one_batch)
    with pytest.raises(KeyboardInterrupt):
        documents.put([("key", LONG)])
    assert documents.get("key", fresh=True) == {}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text("abc/é字", min_size=1, max_size=8), st.binary(max_size=300), max_size=4))
def test_whatever_is_put_is_got(documents, contents):
    documents.put(contents.items())
    assert documents.get(*contents, fresh=True) == contents
