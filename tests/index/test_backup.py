"""A backup holds one whole build, and comes back as the live one of any index; nothing else gets in."""

import json
import os
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from builders import HashingEmbedder, write_corpus

from index import backup, generations
from index.backup import back_up, restore
from index.manifest import Manifest
from index.opening import open_index
from index.rebuild import rebuild
from ingest.errors import BadInputError, BusyError, IndexUnusableError, NotFoundError


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """(an index, a backup of it)."""
    folder = tmp_path_factory.mktemp("saved")
    rebuild([write_corpus(folder / "corpus")], folder / "index", embedder=HashingEmbedder())
    back_up(folder / "index", folder / "kept.zip")
    return folder / "index", folder / "kept.zip"


def texts(index):
    backend = open_index(index)
    try:
        backend.manifest.verify(index / backend.manifest.build_id, whole=True)
        return [p.text for p in backend.passages(range(backend.manifest.counts["passages"]))]
    finally:
        backend.close()


def test_what_was_saved_comes_back_in_a_new_index(saved, tmp_path):
    index, kept = saved
    manifest = restore(kept, tmp_path / "new")
    assert manifest.build_id == generations.current(tmp_path / "new") == "000001"
    assert texts(tmp_path / "new") == texts(index)
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [".lock", "000001", "CURRENT"]


def test_it_becomes_the_next_build_of_an_index_that_has_others_and_readers_of_those_go_on(saved, tmp_path):
    corpus = write_corpus(tmp_path / "corpus", {"1.txt": "挂号\n\n在手机上挂号，到院签到。\n"})
    rebuild([corpus], tmp_path / "index", embedder=HashingEmbedder())
    before = open_index(tmp_path / "index")
    expected = before.passages([0])
    assert restore(saved[1], tmp_path / "index").build_id == "000002"
    assert texts(tmp_path / "index") == texts(saved[0])
    assert before.passages([0]) == expected
    rebuild([corpus], tmp_path / "index", embedder=HashingEmbedder())
    assert generations.current(tmp_path / "index") == "000003"


def test_a_restored_index_is_up_to_date_for_its_corpus(saved, tmp_path):
    restore(saved[1], tmp_path / "index")
    done = rebuild([saved[0].parent / "corpus"], tmp_path / "index", embedder=HashingEmbedder())
    assert done.unchanged


def test_backups_while_builds_are_switched_are_each_of_one_whole_build(tmp_path):
    corpus, index = write_corpus(tmp_path / "corpus"), tmp_path / "index"
    rebuild([corpus], index, embedder=HashingEmbedder())
    with ThreadPoolExecutor(1) as pool:
        saving = pool.submit(lambda: [back_up(index, tmp_path / f"{n}.zip") for n in range(6)])
        for version in range(4):
            (corpus / "103_c.txt").write_text(
                f"生育津贴\n\n第{version}版：津贴发给本人。\n", encoding="utf-8"
            )
            rebuild([corpus], index, embedder=HashingEmbedder())
        saving.result()
    for n in range(6):
        restore(tmp_path / f"{n}.zip", tmp_path / "restored")
        texts(tmp_path / "restored")


def test_a_damaged_index_is_not_saved_and_the_older_backup_stays(saved, tmp_path):
    restore(saved[1], tmp_path / "index")
    (tmp_path / "kept.zip").write_bytes(b"older")
    (tmp_path / "index" / "000001" / "facts.npy").write_bytes(b"x")
    with pytest.raises(IndexUnusableError, match=r"facts\.npy.*rebuild-index --full"):
        back_up(tmp_path / "index", tmp_path / "kept.zip")
    assert (tmp_path / "kept.zip").read_bytes() == b"older"
    assert not (tmp_path / "kept.zip.new").exists()


def test_a_full_disk_leaves_the_older_backup(saved, tmp_path, monkeypatch):
    def full(*args, **options):
        raise OSError(28, "No space left on device")

    (tmp_path / "kept.zip").write_bytes(b"older")
    monkeypatch.setattr(zipfile.ZipFile, "write", full)
    with pytest.raises(OSError, match="No space left"):
        back_up(saved[0], tmp_path / "kept.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["kept.zip"]
    assert (tmp_path / "kept.zip").read_bytes() == b"older"


def test_files_dated_before_1980_are_saved(saved, tmp_path):
    restore(saved[1], tmp_path / "index")
    for path in (tmp_path / "index" / "000001").rglob("*"):
        os.utime(path, (0, 0))
    back_up(tmp_path / "index", tmp_path / "kept.zip")
    assert texts(tmp_path / "index") == texts(saved[0])


def repacked(kept, path, changed):
    """A backup in which `changed` (name inside the build, content) was put in place of what it held."""
    with zipfile.ZipFile(kept) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, changed.pop(name.split("/", 1)[1], old.read(name)))
        for name, content in changed.items():
            new.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("changed", "error", "said"),
    [
        ({"facts.npy": b"x"}, IndexUnusableError, r"bad\.zip/facts\.npy is damaged.*rebuild-index --full"),
        ({"manifest.json": b"{}"}, IndexUnusableError, r"bad\.zip/manifest\.json is missing or damaged"),
        ({"000001/more.npy": b"x"}, BadInputError, "does not hold the files that its manifest names"),
        ({"000002/manifest.json": b"x"}, BadInputError, "no backup of an index"),
        ({"../outside.txt": b"x"}, BadInputError, "no backup of an index"),
        ({"/outside.txt": b"x"}, BadInputError, "no backup of an index"),
    ],
)
def test_a_backup_that_is_none_is_refused_and_the_live_build_stays(saved, tmp_path, changed, error, said):
    restore(saved[1], tmp_path / "index")
    bad = repacked(saved[1], tmp_path / "bad.zip", dict(changed))
    with pytest.raises(error, match=said):
        restore(bad, tmp_path / "index")
    assert generations.builds(tmp_path / "index") == ["000001"]
    assert texts(tmp_path / "index") == texts(saved[0])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.zip", "index"]


def test_a_manifest_that_names_a_file_outside_gets_nothing_from_there(saved, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("x")
    index, kept = saved
    manifest = Manifest.read(index / "000001")
    manifest.checksums["../../../secret.txt"] = "0" * 64
    (tmp_path / "000001").mkdir()
    manifest.write(tmp_path / "000001")
    forged = (tmp_path / "000001" / "manifest.json").read_bytes()
    bad = repacked(kept, tmp_path / "bad.zip", {"manifest.json": forged})
    with pytest.raises(BadInputError, match="does not hold the files"):
        restore(bad, tmp_path / "index")
    assert secret.read_text() == "x"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"nonsense" * 100])
def test_any_other_file_is_no_backup(tmp_path, content):
    (tmp_path / "kept.zip").write_bytes(content)
    with pytest.raises(BadInputError, match="copy it again"):
        restore(tmp_path / "kept.zip", tmp_path / "index")
    assert generations.builds(tmp_path / "index") == []


def test_half_a_backup_is_refused(saved, tmp_path):
    data = saved[1].read_bytes()
    (tmp_path / "half.zip").write_bytes(data[: len(data) // 2])
    with pytest.raises(BadInputError, match="copy it again"):
        restore(tmp_path / "half.zip", tmp_path / "index")


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(NotFoundError, match="no backup"):
        restore(tmp_path / "none.zip", tmp_path / "index")
    with pytest.raises(NotFoundError, match="rebuild-index"):
        back_up(tmp_path / "index", tmp_path / "kept.zip")


def test_a_rebuild_that_runs_is_not_disturbed(saved, tmp_path):
    with generations.rebuilding(tmp_path / "index"), pytest.raises(BusyError):
        restore(saved[1], tmp_path / "index")


def test_an_index_in_milvus_is_left_to_milvus(tmp_path):
    (tmp_path / "milvus.json").write_text(json.dumps({"uri": "http://127.0.0.1:1"}))
    with pytest.raises(BadInputError, match="milvus-backup"):
        back_up(tmp_path, tmp_path / "kept.zip")


def test_a_build_removed_while_it_is_copied_is_followed_by_the_live_one(saved, tmp_path, monkeypatch):
    restore(saved[1], tmp_path / "index")
    real, once = backup._new_archive, []

    def removed_meanwhile(path):
        if not once:
            once.append(path)
            restore(saved[1], tmp_path / "index")
            restore(saved[1], tmp_path / "index")
        return real(path)

    monkeypatch.setattr(backup, "_new_archive", removed_meanwhile)
    assert back_up(tmp_path / "index", tmp_path / "kept.zip").build_id == "000003"
