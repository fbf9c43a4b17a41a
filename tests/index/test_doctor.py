"""The doctor names what is wrong with an index and how to mend it, and changes nothing."""

import json
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from builders import ARTICLES, HashingEmbedder, TokenEmbedder, write_corpus

from index import doctor, generations, words
from index.doctor import diagnose
from index.embedding_cache import EmbeddingCache
from index.manifest import Manifest, checksums
from index.rebuild import rebuild
from ingest.errors import BadInputError

#: An article of several passages beside the short ones.
GUIDE = (
    "退休手续指南\n\n一、什么时候办\n\n到龄前三个月就可以到窗口预约。\n\n"
    "二、带哪些材料\n\n带上身份证和户口簿，还有一寸照片两张。\n\n三、多久办好\n\n材料齐全的十五个工作日办好。\n"
)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    corpus = write_corpus(folder / "corpus", ARTICLES | {"104_d.txt": GUIDE})
    rebuild([corpus], folder / "index", embedder=TokenEmbedder())
    return folder


@pytest.fixture
def index(built, tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "load_embedder", lambda name: TokenEmbedder())
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    return tmp_path / "index"


def live(index):
    return index / generations.current(index)


def faults(index, **asked):
    return [finding.message for finding in diagnose(index, **asked).findings if finding.fault]


def notes(index):
    diagnosis = diagnose(index)
    assert diagnosis.state == "healthy", diagnosis.findings
    return [(finding.part, finding.message) for finding in diagnosis.findings]


def sign_anew(build, **changes):
    """Make the manifest fit the files again: what is wrong then can only be seen by reading them."""
    whole, samples = checksums(build)
    replace(Manifest.read(build), checksums=whole, samples=samples, **changes).write(build)


def test_a_sound_index_is_healthy_and_everything_was_looked_at(index):
    diagnosis = diagnose(index)
    manifest = Manifest.read(live(index))
    assert (diagnosis.state, diagnosis.build, diagnosis.findings) == ("healthy", "000001", ())
    assert diagnosis.checked == {
        "files": len(manifest.checksums),
        "passages": manifest.counts["passages"],
    }


def test_looking_changes_nothing(index):
    def everything():
        return {path: path.read_bytes() for path in index.rglob("*") if path.is_file()}

    before = everything()
    diagnose(index)
    assert everything() == before


def test_no_index_is_missing_and_says_how_to_make_one(tmp_path):
    diagnosis = diagnose(tmp_path)
    assert diagnosis.state == "missing" and "rebuild-index" in diagnosis.findings[0].message


def test_a_pointer_to_nothing_is_a_fault(index):
    (index / "CURRENT").write_text("000009\n")
    (fault,) = faults(index)
    assert "CURRENT" in fault and "rebuild-index" in fault


def test_every_damaged_file_is_told_not_only_the_first(index):
    (live(index) / "tokens.npy").unlink()
    (live(index) / "vectors.faiss").write_bytes(b"x")
    found = faults(index)
    assert ["tokens.npy" in found[0], "vectors.faiss" in found[1], len(found)] == [True, True, 2]
    assert all("run `yibao rebuild-index --full" in fault for fault in found)


def test_another_format_is_a_fault_with_the_command_that_mends_it(index):
    path = live(index) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format_version": 99}))
    (fault,) = faults(index)
    assert "format 99" in fault and "rebuild-index --full" in fault


def test_another_dictionary_is_a_fault(index, monkeypatch):
    monkeypatch.setattr(words, "fingerprint", lambda: "changed")
    (fault,) = faults(index)
    assert "another dictionary" in fault and "rebuild-index --full" in fault


def test_another_model_is_a_fault(index, monkeypatch):
    monkeypatch.setattr(doctor, "load_embedder", lambda name: HashingEmbedder())
    (fault,) = faults(index)
    assert "another embedding model" in fault and "rebuild-index --full" in fault


def test_a_model_that_cannot_be_loaded_is_a_fault(index, monkeypatch):
    def gone(name):
        raise BadInputError(f"there is no model {name!r}")

    monkeypatch.setattr(doctor, "load_embedder", gone)
    (fault,) = faults(index, model="mine")
    assert "no model 'mine'" in fault and "only words" in fault


def test_an_index_without_vectors_is_healthy_and_says_so(tmp_path):
    rebuild([write_corpus(tmp_path / "corpus")], tmp_path / "index", embedder=None)
    ((_, note),) = notes(tmp_path / "index")
    assert "keyword only" in note


def change(index, sql):
    path = live(index) / "passages.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute(sql)
    connection.close()
    sign_anew(live(index))


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("DELETE FROM articles WHERE id = (SELECT article_id FROM passages)", "is not there"),
        ("UPDATE passages SET text = '别的话。' WHERE row = 1", "not what its article says"),
        ("UPDATE passages SET region = '拉萨' WHERE row = 0", "what ranking knows"),
        ("UPDATE passages SET kind = 'table' WHERE row = 0", "manifest says"),
        ("UPDATE passages SET duplicate_of = 'none' WHERE row = 0", "which is not there"),
        ("UPDATE passages SET ordinal = -ordinal", "does not lead to its passages"),
        ("DELETE FROM passages WHERE row = 1", "cannot be read"),
    ],
)
def test_contents_that_do_not_fit_each_other_are_faults_although_checksums_fit(index, sql, said):
    change(index, sql)
    found = faults(index)
    assert any(said in fault for fault in found), found
    assert all("rebuild-index --full" in fault for fault in found)


def test_a_passage_lost_to_words_or_to_vectors_is_a_fault(index):
    data = np.load(live(index) / "keyword" / "data.npy", mmap_mode="r+")
    data[:] = 0
    data.flush()
    vectors = (live(index) / "vectors.faiss").read_bytes()
    dimension = HashingEmbedder.dimension * 4
    (live(index) / "vectors.faiss").write_bytes(vectors[:-dimension] + vectors[-2 * dimension : -dimension])
    sign_anew(live(index))
    found = faults(index)
    assert sum("not found by its own words" in fault for fault in found) == len(found) - 1
    assert "vector of passage" in found[-1]


def test_a_file_that_is_no_part_of_the_build_is_told(index):
    (live(index) / "keyword" / "notes.txt").write_text("x")
    assert [part for part, _ in notes(index)] == ["000001/keyword/notes.txt"]


def test_what_a_dead_rebuild_left_is_told_and_does_no_harm(index):
    generations.new_build(index)
    (index / "CURRENT.new").write_text("000002\n")
    (index / ".lock-holder").write_text("12345")
    assert [part for part, _ in notes(index)] == ["000002", ".lock-holder", "CURRENT.new"]


def test_a_running_rebuild_is_told_and_its_build_is_not_called_left_over(index):
    code = (
        "import sys; from pathlib import Path; from index import generations\n"
        "with generations.rebuilding(Path(sys.argv[1])):\n"
        "    generations.new_build(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(index)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout.readline() == "held\n"
        ((part, note),) = notes(index)
        assert part == ".lock" and f"process {holder.pid} " in note
    finally:
        holder.kill()
        holder.wait()


@pytest.mark.parametrize("harm", ["no database", "torn page"])
def test_a_damaged_cache_is_told_and_does_no_harm(index, harm):
    path = index / "cache" / "vectors.sqlite"
    EmbeddingCache(path, "a model").close()
    data = bytearray(path.read_bytes())
    if harm == "no database":
        data = bytearray(b"nonsense" * 100)
    else:
        data[4096:] = bytes(len(data) - 4096)
    path.write_bytes(data)
    ((part, note),) = notes(index)
    assert part == "cache/vectors.sqlite" and "makes it anew" in note


def test_a_build_removed_by_two_rebuilds_meanwhile_is_no_fault(index, tmp_path, monkeypatch):
    real, once = doctor.checksum, []

    def rebuilt_twice_meanwhile(path):
        if not once:
            once.append(path)
            for version in range(2):
                (tmp_path / "corpus" / "103_c.txt").write_text(f"津贴\n\n第{version}版：发给本人。\n")
                rebuild([tmp_path / "corpus"], index, embedder=TokenEmbedder())
            shutil.rmtree(index / "000001", ignore_errors=True)
        return real(path)

    monkeypatch.setattr(doctor, "checksum", rebuilt_twice_meanwhile)
    diagnosis = diagnose(index)
    assert (diagnosis.state, diagnosis.build) == ("healthy", "000003")
