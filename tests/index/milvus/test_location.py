"""Where an index lies in Milvus: refused before anything is asked, and told by a file without secrets."""

import json

import pytest

from index.milvus.location import POINTER, MilvusLocation
from ingest.errors import BadInputError, IndexUnusableError

URI = "http://127.0.0.1:19530"


@pytest.mark.parametrize("uri", ["", "127.0.0.1:19530", "ftp://a", "http://", "milvus", "https://x.db"])
def test_what_is_no_address_is_refused_with_an_example(uri):
    if uri == "https://x.db":
        assert not MilvusLocation(uri).lite
        return
    with pytest.raises(BadInputError, match="YIBAO_MILVUS_URI"):
        MilvusLocation(uri)


def test_a_password_in_the_address_is_refused_and_not_repeated():
    with pytest.raises(BadInputError, match="YIBAO_MILVUS_TOKEN") as raised:
        MilvusLocation("http://root:Geheim1@127.0.0.1:19530")
    assert "Geheim1" not in str(raised.value)


@pytest.mark.parametrize("name", ["", "7", "a b", "a-b", "医保", "a" * 201, "a;drop"])
def test_names_that_milvus_would_not_take_are_refused(name):
    with pytest.raises(BadInputError, match="YIBAO_MILVUS_COLLECTION"):
        MilvusLocation(URI, name=name)


def test_a_database_must_have_a_name_that_milvus_takes():
    assert MilvusLocation(URI, database="").database == ""
    with pytest.raises(BadInputError, match="YIBAO_MILVUS_DATABASE"):
        MilvusLocation(URI, database="a b")


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), 4000])
def test_a_timeout_must_be_a_time(timeout):
    with pytest.raises(BadInputError, match="YIBAO_MILVUS_TIMEOUT"):
        MilvusLocation(URI, timeout=timeout)


def test_the_token_is_neither_shown_nor_written(tmp_path, monkeypatch):
    location = MilvusLocation(URI, token="root:Geheim1", database="portal", timeout=3)
    location.write(tmp_path)
    assert "Geheim1" not in repr(location) + str(location) + (tmp_path / POINTER).read_text(encoding="utf-8")
    monkeypatch.setenv("YIBAO_MILVUS_TOKEN", "from:outside")
    read = MilvusLocation.read(tmp_path)
    assert (read.uri, read.database, read.timeout, read.token) == (URI, "portal", 3, "from:outside")
    assert MilvusLocation.read(tmp_path, token="given").token == "given"


def test_a_folder_without_pointer_holds_its_builds_itself(tmp_path):
    assert MilvusLocation.read(tmp_path) is None
    assert MilvusLocation.read(tmp_path / "missing") is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"address": "x"}', '{"uri": 5}', '{"uri": "x"}'])
def test_a_damaged_pointer_is_named_with_its_cure(tmp_path, content):
    (tmp_path / POINTER).write_text(content, encoding="utf-8")
    with pytest.raises(IndexUnusableError, match=r"milvus\.json.*rebuild-index"):
        MilvusLocation.read(tmp_path)


def test_the_path_of_milvus_lite_is_found_from_any_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    MilvusLocation("small.db").write(tmp_path)
    assert json.loads((tmp_path / POINTER).read_text(encoding="utf-8"))["uri"] == str(tmp_path / "small.db")
