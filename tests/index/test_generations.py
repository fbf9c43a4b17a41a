"""Build folders, CURRENT and the lock."""

import os
import subprocess
import sys

import pytest

from index import generations
from ingest.errors import BusyError, IndexUnusableError, NotFoundError


@pytest.fixture
def index(tmp_path):
    folder = tmp_path / "索引"
    folder.mkdir()
    return folder


def finished(index):
    build = generations.new_build(index)
    (build / "manifest.json").write_text("{}")
    generations.publish(index, build.name)
    return build.name


def test_the_published_build_is_the_live_one(index):
    first, second = finished(index), finished(index)
    assert first < second and generations.current(index) == second


def test_an_unpublished_build_is_not_live_and_is_removed(index):
    live = finished(index)
    left = generations.new_build(index)
    assert generations.current(index) == live
    generations.remove_unfinished(index)
    assert generations.builds(index) == [live] and not left.exists()


def test_the_build_before_the_live_one_is_kept_and_older_ones_are_not(index):
    names = [finished(index) for _ in range(4)]
    generations.remove_outdated(index)
    assert generations.builds(index) == names[2:]


def test_builds_are_numbered_on_even_where_older_ones_are_gone(index):
    finished(index)
    second = finished(index)
    (index / "000001" / "manifest.json").unlink()
    (index / "000001").rmdir()
    assert generations.new_build(index).name > second


def test_no_index_is_not_found(index):
    with pytest.raises(NotFoundError, match="rebuild-index"):
        generations.current(index)


@pytest.mark.parametrize("content", [b"", b"000009\n", b"../../etc\n", b"\xff\xfe", b"1"])
def test_a_damaged_current_is_unusable_and_says_the_cure(index, content):
    finished(index)
    (index / "CURRENT").write_bytes(content)
    with pytest.raises(IndexUnusableError, match=r"CURRENT.*rebuild-index"):
        generations.current(index)


@pytest.mark.parametrize("step", range(20))
def test_a_failure_at_any_step_of_publishing_leaves_one_build_live(index, step, monkeypatch):
    live = finished(index)
    new = generations.new_build(index)
    (new / "manifest.json").write_text("{}")
    taken = 0

    def failing(real):
        def call(*args, **kwargs):
            nonlocal taken
            taken += 1
            if taken > step:
                raise OSError(28, "No space left on device")
            return real(*args, **kwargs)

        return call

    monkeypatch.setattr(generations.os, "fsync", failing(os.fsync))
    monkeypatch.setattr(generations.os, "open", failing(os.open))
    monkeypatch.setattr(generations.Path, "replace", failing(generations.Path.replace))
    monkeypatch.setattr(generations.Path, "write_text", failing(generations.Path.write_text))
    try:
        generations.publish(index, new.name)
    except OSError:
        assert generations.current(index) in (live, new.name)
    else:
        assert generations.current(index) == new.name


def test_another_process_holding_the_lock_is_named(index):
    code = (
        "import sys; from pathlib import Path; from index import generations\n"
        "with generations.rebuilding(Path(sys.argv[1])):\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(index)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    try:
        with pytest.raises(BusyError, match=rf"process {holder.pid} "), generations.rebuilding(index):
            pass
    finally:
        holder.kill()
        holder.wait()
    with generations.rebuilding(index):  # a lock whose holder was killed is free
        pass
