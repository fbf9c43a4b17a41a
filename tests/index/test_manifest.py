"""The manifest: what it notices at opening, and when it is asked to look at everything."""

import pytest

from index import manifest
from index.manifest import FORMAT_VERSION, Manifest, checksums
from ingest.errors import IndexUnusableError


def write(folder, monkeypatch):
    """A build of a small and a large file, where 1,000 bytes are large."""
    monkeypatch.setattr(manifest, "_WHOLE", 1000)
    monkeypatch.setattr(manifest, "_PIECES", 4)
    monkeypatch.setattr(manifest, "_PIECE", 10)
    folder.mkdir()
    (folder / "small").write_bytes(bytes(range(200)))
    (folder / "large").write_bytes(bytes(n % 251 for n in range(2000)))
    whole, samples = checksums(folder)
    assert list(whole) == ["large", "small"] and list(samples) == ["large"]
    made = Manifest("000001", "2026-01-01", "s", "w", None, None, {"passages": 1}, whole, samples, {})
    made.write(folder)
    return made


@pytest.fixture
def build(tmp_path, monkeypatch):
    folder = tmp_path / "000001"
    write(folder, monkeypatch)
    return folder


def flip(path, position):
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)


def test_what_was_written_is_read_and_verified(build):
    read = Manifest.read(build)
    assert read.counts == {"passages": 1}
    read.verify(build)
    read.verify(build, whole=True)


@pytest.mark.parametrize("position", [0, 9, 1990, 1999])
def test_a_large_file_is_looked_at_from_end_to_end(build, position):
    flip(build / "large", position)
    with pytest.raises(IndexUnusableError, match="large"):
        Manifest.read(build).verify(build)


def test_one_byte_more_or_less_is_noticed_anywhere(build):
    data = (build / "large").read_bytes()
    (build / "large").write_bytes(data[:500] + data[501:])
    with pytest.raises(IndexUnusableError, match="large"):
        Manifest.read(build).verify(build)


def test_a_byte_between_the_pieces_is_noticed_by_the_whole_check(build):
    flip(build / "large", 300)
    read = Manifest.read(build)
    read.verify(build)
    with pytest.raises(IndexUnusableError, match="large"):
        read.verify(build, whole=True)


def test_another_builds_manifest_is_refused(build):
    moved = build.rename(build.with_name("000002"))
    with pytest.raises(IndexUnusableError, match="000001, not to 000002"):
        Manifest.read(moved)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", f'{{"format_version": {FORMAT_VERSION}, "build_id": "1"}}', "null", "\x00"]
)
def test_a_manifest_that_is_none_is_refused_with_the_cure(build, content):
    (build / "manifest.json").write_text(content)
    with pytest.raises(IndexUnusableError, match=r"manifest.json.*rebuild-index --full"):
        Manifest.read(build)
