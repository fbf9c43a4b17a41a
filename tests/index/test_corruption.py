"""Every file of an index, damaged in every way: seen at opening or by the doctor, named, with the cure.

`test_local.py` does the same to an index that has just been built; here are the ways that it leaves out, and what only
the doctor can see.
"""

import ast
import io
import itertools
import os
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
from builders import ARTICLES, FILES, TokenEmbedder, write_corpus

from index import doctor, generations, manifest
from index.doctor import diagnose
from index.local import LocalBackend
from index.opening import open_index
from index.rebuild import rebuild
from ingest.errors import IndexUnusableError
from search import Searcher

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Two builds of one index that differ in a word, so that their files have the same sizes."""
    folder = tmp_path_factory.mktemp("built")
    for word in ("清零", "作废"):
        texts = {name: text.replace("清零", word) for name, text in ARTICLES.items()}
        rebuild([write_corpus(folder / "corpus", texts)], folder / "index", embedder=TokenEmbedder())
    return folder / "index"


@pytest.fixture
def index(built, tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "load_embedder", lambda name: TokenEmbedder())
    return Path(shutil.copytree(built, tmp_path / "索引"))


def flipped(data, position):
    changed = bytearray(data)
    changed[position] ^= 0x01
    return bytes(changed)


HARMS = {
    "removed": None,
    "emptied": lambda data: b"",
    "halved": lambda data: data[: len(data) // 2],
    "a byte short": lambda data: data[:-1],
    "a byte more": lambda data: data + b"\0",
    "first byte": lambda data: flipped(data, 0),
    "middle byte": lambda data: flipped(data, len(data) // 2),
    "last byte": lambda data: flipped(data, -1),
    "zeros, as after a power cut": lambda data: bytes(len(data)),
    "a page of zeros": lambda data: data[:16] + bytes(min(4096, len(data) - 16)) + data[16 + 4096 :],
}


#: A manifest without its last line break says the same.
HARMLESS = {("manifest.json", "a byte short")}


@pytest.mark.parametrize(("name", "harm"), sorted({*itertools.product(FILES, HARMS)} - HARMLESS))
def test_harm_is_seen_when_the_index_is_opened_and_by_the_doctor(index, name, harm):
    path = index / generations.current(index) / name
    change = HARMS[harm]
    if change is None:
        path.unlink()
    else:
        path.write_bytes(change(path.read_bytes()))
    with pytest.raises(IndexUnusableError, match=rf"{path.name}.*run `yibao rebuild-index --full"):
        open_index(index)
    diagnosis = diagnose(index)
    assert diagnosis.state == "damaged"
    assert [finding.part for finding in diagnosis.findings] == [f"000002/{name}"]
    assert "run `yibao rebuild-index --full" in diagnosis.findings[0].message


def test_any_file_of_the_build_before_is_seen(index):
    older, newer = index / "000001", index / "000002"
    differing = [name for name in FILES if (older / name).read_bytes() != (newer / name).read_bytes()]
    assert len(differing) >= 7
    for name in differing:
        own = (newer / name).read_bytes()
        (newer / name).write_bytes((older / name).read_bytes())
        with pytest.raises(IndexUnusableError, match=rf"{Path(name).name}.*rebuild-index"):
            open_index(index)
        assert diagnose(index).state == "damaged"
        (newer / name).write_bytes(own)
    open_index(index).close()


def test_a_whole_build_under_another_number_is_seen(index):
    shutil.rmtree(index / "000002")
    shutil.copytree(index / "000001", index / "000002")
    with pytest.raises(IndexUnusableError, match="belongs to build 000001, not to 000002"):
        open_index(index)


@pytest.mark.parametrize("name", FILES)
def test_a_folder_in_place_of_a_file_is_seen(index, name):
    path = index / "000002" / name
    path.unlink()
    path.mkdir()
    with pytest.raises(IndexUnusableError, match=rf"{path.name}.*rebuild-index"):
        open_index(index)


def test_a_journal_planted_beside_the_passages_changes_no_answer(index):
    # SQLite would play a journal of that name back into the database, if it were allowed to.
    before = LocalBackend.open(index / "000002").passages([0, 1, 2])
    for ending in ("-journal", "-wal", "-shm"):
        (index / "000002" / f"passages.sqlite{ending}").write_bytes(os.urandom(8192))
    assert LocalBackend.open(index / "000002").passages([0, 1, 2]) == before
    strangers = {finding.part for finding in diagnose(index).findings}
    assert "000002/passages.sqlite-wal" in strangers


def test_between_the_pieces_of_a_large_file_only_the_doctor_sees_and_the_next_rebuild_mends(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(doctor, "load_embedder", lambda name: TokenEmbedder())
    monkeypatch.setattr(manifest, "_WHOLE", 500)
    monkeypatch.setattr(manifest, "_PIECES", 2)
    monkeypatch.setattr(manifest, "_PIECE", 64)
    corpus, index = write_corpus(tmp_path / "corpus"), tmp_path / "index"
    rebuild([corpus], index, embedder=TokenEmbedder())
    path = index / "000001" / "vectors.faiss"
    data = path.read_bytes()
    path.write_bytes(flipped(data, len(data) // 2))
    open_index(index).close()
    (finding,) = diagnose(index).findings
    assert finding.fault and "vectors.faiss is damaged" in finding.message
    assert not rebuild([corpus], index, embedder=TokenEmbedder()).unchanged
    assert diagnose(index).state == "healthy"


def test_a_rebuild_replaces_a_damaged_index_although_nothing_in_the_corpus_has_changed(index, built):
    (index / "000002" / "facts.npy").write_bytes(b"x")
    done = rebuild([built.parent / "corpus"], index, embedder=TokenEmbedder())
    assert (done.unchanged, done.build_id) == (False, "000003")
    assert diagnose(index).state == "healthy"


def test_an_index_of_another_model_is_refused_with_the_command_that_mends_it(index):
    with pytest.raises(
        IndexUnusableError, match=r"another embedding model than the bundled one.*rebuild-index --full"
    ):
        Searcher.open(index)  # with the bundled model, which it was not made with


# No code is ever read from a file of data.

CODE = [path for folder in ("ingest", "index", "search", "api") for path in (ROOT / folder).rglob("*.py")]
#: Modules that make objects, and so run code, of what they read.
CODE_READERS = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "runpy", "code"}


def calls(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            base = getattr(function.value, "id", "") if isinstance(function, ast.Attribute) else ""
            yield base, name, {keyword.arg: keyword.value for keyword in node.keywords}


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_file_reads_code_out_of_data(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not CODE_READERS & set(imported(tree))
    for base, name, options in calls(tree):
        assert (base, name) not in {("", "eval"), ("", "exec"), ("torch", "load"), ("yaml", "load")}
        if base == "np" and name in ("load", "save"):
            allowed = options.get("allow_pickle")
            assert isinstance(allowed, ast.Constant) and allowed.value is False, f"np.{name} without it"


class Bomb:
    """Says so when it is unpickled."""

    def __reduce__(self):
        return (os.mkdir, (os.environ["YIBAO_TEST_BOMB"],))


#: Only the next build reads them, not who opens an index.
FOR_BUILDS = {"copies.npy", "keyword/counts.npy"}


@pytest.mark.parametrize("name", sorted({name for name in FILES if name.endswith(".npy")} - FOR_BUILDS))
def test_a_pickle_in_place_of_an_array_is_refused_and_not_run(index, name, tmp_path, monkeypatch):
    monkeypatch.setenv("YIBAO_TEST_BOMB", str(tmp_path / "exploded"))
    planted = io.BytesIO()
    np.save(planted, np.asarray([Bomb()] * 4, object), allow_pickle=True)
    for content in (planted.getvalue(), pickle.dumps(Bomb())):
        path = index / "000002" / name
        path.write_bytes(content)
        # Even where its checksum fits, because whoever planted it has signed it.
        whole, samples = manifest.checksums(path.parents[len(Path(name).parts) - 1])
        read = manifest.Manifest.read(index / "000002")
        read.checksums.update(whole)
        read.samples.update(samples)
        read.write(index / "000002")
        with pytest.raises(IndexUnusableError, match="cannot be opened"):
            open_index(index)
        assert not (tmp_path / "exploded").exists()


def test_every_array_of_an_index_is_of_plain_numbers(index):
    arrays = [name for name in FILES if name.endswith(".npy")]
    assert len(arrays) == 14
    for name in arrays:
        assert np.load(index / "000002" / name, allow_pickle=False).dtype.kind in "iuf"
