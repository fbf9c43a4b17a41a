"""The doctor asks an index in Milvus the same as one in a folder, through the interface of a search."""

import pytest
from builders import HashingEmbedder, write_corpus

from index import doctor
from index.doctor import diagnose
from index.milvus import generations, schema
from index.rebuild import rebuild


@pytest.fixture
def index(location, tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "load_embedder", lambda name: HashingEmbedder())
    rebuild(
        [write_corpus(tmp_path / "corpus")], tmp_path / "index", embedder=HashingEmbedder(), milvus=location
    )
    return tmp_path / "index"


def test_a_sound_index_is_healthy_by_its_location_and_by_the_folder_that_points_to_it(index, location):
    for place in (location, index):
        diagnosis = diagnose(place)
        assert (diagnosis.state, diagnosis.findings) == ("healthy", ())
        assert diagnosis.checked["passages"] == 3


def test_a_lost_passage_is_a_fault_with_the_command_that_mends_it(index, location, connection):
    passages = schema.passages_of(generations.live(connection))
    connection.ask(lambda client: client.delete(passages, filter=f"{schema.ROW} == 1"))
    diagnosis = diagnose(location)
    assert diagnosis.state == "damaged"
    assert "rebuild-index --full --backend milvus" in diagnosis.findings[0].message


def test_no_index_is_missing(location):
    diagnosis = diagnose(location)
    assert diagnosis.state == "missing" and "rebuild-index --backend milvus" in diagnosis.findings[0].message


def test_a_damaged_pointer_is_a_fault(tmp_path):
    (tmp_path / "milvus.json").write_text("{")
    diagnosis = diagnose(tmp_path)
    assert diagnosis.state == "damaged" and diagnosis.findings[0].part == "milvus.json"
