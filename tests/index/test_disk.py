"""A disk that is full or read-only, a permission lost midway, two rebuilds at once, a clock that goes backwards:
the live build stays, the message says what to do, and the next rebuild finishes."""

import errno
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from builders import ARTICLES, HashingEmbedder, write_corpus

from index import generations
from index.doctor import _integrity
from index.manifest import Manifest
from index.opening import open_index
from index.rebuild import rebuild
from index.target import LocalTarget
from ingest.errors import YibaoError

MORE = {"104_d.txt": "门诊统筹\n\n门诊费用按比例报销，年度内累计计算。\n"}
FOLDER = Path(__file__).parent

#: Runs a rebuild in a process of its own, so that limits and lost rights are only its own. Prints what happened.
REBUILD = """
import json, os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from builders import HashingEmbedder
from index.rebuild import rebuild
from index.target import LocalTarget
from ingest.errors import YibaoError
{before}
try:
    print(json.dumps(["built", rebuild([Path(sys.argv[1])], Path(sys.argv[2]), embedder=HashingEmbedder()).build_id]))
except YibaoError as error:
    print(json.dumps([type(error).__name__, str(error)]))
"""


def rebuild_apart(corpus, index, before=""):
    command = [sys.executable, "-c", REBUILD.format(before=before), str(corpus), str(index), str(FOLDER)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.fixture
def corpus(tmp_path):
    return write_corpus(tmp_path / "corpus")


@pytest.fixture
def index(corpus, tmp_path):
    """An index that is one article behind its corpus."""
    rebuild([corpus], tmp_path / "index", embedder=HashingEmbedder())
    write_corpus(corpus, MORE)
    return tmp_path / "index"


def titles(index):
    """Titles of what the live build holds, after every byte of it was compared."""
    backend = open_index(index)
    try:
        backend.manifest.verify(index / backend.manifest.build_id, whole=True)
        return {p.title for p in backend.passages(range(backend.manifest.counts["passages"]))}
    finally:
        backend.close()


def is_as_before(index):
    return len(titles(index)) == len(ARTICLES) and generations.builds(index) == ["000001"]


def finishes(corpus, index):
    rebuild([corpus], index, embedder=HashingEmbedder())
    return len(titles(index)) == len(ARTICLES) + 1


def mounted(folder, *options):
    """Mount something at a folder, or skip where this user may not."""
    done = subprocess.run(["mount", *options, str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")


@pytest.fixture
def unmounting():
    folders = []
    yield folders.append
    for folder in folders:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


needs_mounts = pytest.mark.skipif(
    shutil.which("mount") is None or not hasattr(os, "geteuid") or os.geteuid() != 0,
    reason="mounting needs root; the fault-injecting tests show the same",
)


@needs_mounts
def test_a_full_disk_at_every_size_leaves_the_index_as_it_was(corpus, index, tmp_path, unmounting):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted(disk, "-t", "tmpfs", "-o", "size=2m", "tmpfs")
    unmounting(disk)
    shutil.copytree(index, disk / "index")
    outcomes = set()
    for left_free in (0, 4, 16, 40, 64, 100, 160, 240, 2000):
        ballast = disk / "ballast"
        ballast.unlink(missing_ok=True)
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        ballast.write_bytes(bytes(max(free - left_free * 1024, 0)))
        kind, said = rebuild_apart(corpus, disk / "index")
        outcomes.add(kind)
        if kind == "built":
            break
        assert kind == "YibaoError", said
        assert re.search("No space left|disk is full|disk I/O error", said) and "Make room" in said
        assert is_as_before(disk / "index")
    assert outcomes == {"YibaoError", "built"}
    assert len(titles(disk / "index")) == len(ARTICLES) + 1


@pytest.mark.parametrize("kilobytes", [0, 1, 4, 12, 20, 30])
def test_a_file_that_may_not_grow_leaves_the_index_as_it_was(corpus, index, kilobytes):
    limit = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes * 1024},) * 2)"
    )
    kind, said = rebuild_apart(corpus, index, limit)
    assert kind == "YibaoError", said
    assert "the index stays as it was" in said
    assert is_as_before(index)
    assert finishes(corpus, index)


@needs_mounts
def test_a_read_only_disk_is_said_and_the_index_still_opens(corpus, index, tmp_path, unmounting):
    mounted(index, "--bind", str(index))
    unmounting(index)
    subprocess.run(["mount", "-o", "remount,bind,ro", str(index)], check=True)
    kind, said = rebuild_apart(corpus, index)
    assert kind in ("YibaoError", "BadInputError")
    assert "Read-only file system" in said and "--index DIR" in said
    assert is_as_before(index)
    for path in (index / "cache").glob("*.sqlite"):
        assert _integrity(path) == []  # what the doctor reads needs no right to write


@needs_mounts
def test_a_user_without_rights_is_told_and_the_index_still_opens(index, corpus):
    nobody = "os.setgroups([]); os.setgid(65534); os.setuid(65534)"
    for folder in (*index.parents, index):
        if folder.stat().st_uid == 0 and folder != Path("/") and not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o055)
    kind, said = rebuild_apart(corpus, index, nobody)
    assert kind == "BadInputError", said
    assert "Permission denied" in said and "--index DIR" in said
    assert is_as_before(index)
    assert finishes(corpus, index)


#: From the nth change of a file on, every further one is refused, as after a permission, a quota or a disk was lost.
LOSING = """
done = 0
def hook(event, args):
    global done
    changes = event in ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "sqlite3.connect") or (
        event == "open" and isinstance(args[0], (str, os.PathLike)) and str(sys.argv[2]) in str(args[0])
        and (args[2] or 0) & (os.O_WRONLY | os.O_RDWR)
    )
    if changes:
        done += 1
        if done > {after}:
            raise {error}
sys.addaudithook(hook)
"""


LOST = [
    ('PermissionError(13, "Permission denied")', (0, 3, 10)),
    ('OSError(28, "No space left on device")', (1, 6)),
    ('OSError(5, "Input/output error")', (2, 12)),
    ('OSError(30, "Read-only file system")', (4, 14)),
]


@pytest.mark.parametrize(("error", "places"), LOST)
def test_whatever_is_lost_midway_the_index_stays_whole(corpus, index, error, places):
    for after in places:
        kind, message = rebuild_apart(corpus, index, LOSING.format(after=after, error=error))
        assert kind in ("YibaoError", "BadInputError"), (after, message)
        assert error.split('"')[1] in message and "--index DIR" in message
        # Nothing could be removed any more, either; the next rebuild tidies up.
        assert generations.current(index) == "000001" and len(titles(index)) == len(ARTICLES)
    assert finishes(corpus, index)


def test_an_error_after_the_switch_leaves_the_new_build_live(corpus, index, monkeypatch):
    real = generations._sync

    def failing(path):
        if path == index:  # the last step, after CURRENT was replaced
            raise OSError(errno.EIO, "Input/output error")
        real(path)

    monkeypatch.setattr(generations, "_sync", failing)
    with pytest.raises(YibaoError, match="Input/output error"):
        rebuild([corpus], index, embedder=HashingEmbedder())
    monkeypatch.undo()
    assert len(titles(index)) == len(ARTICLES) + 1
    assert finishes(corpus, index)


def test_a_key_pressed_after_the_switch_leaves_the_new_build_live(corpus, index, monkeypatch):
    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(generations, "remove_outdated", interrupted)
    monkeypatch.setattr(LocalTarget, "tidy", lambda target: None)
    with pytest.raises(KeyboardInterrupt):
        rebuild([corpus], index, embedder=HashingEmbedder())
    monkeypatch.undo()
    assert len(titles(index)) == len(ARTICLES) + 1


def test_a_damaged_pointer_costs_no_build_until_there_is_a_new_one(corpus, index, monkeypatch):
    (index / "CURRENT").write_bytes(b"\0\0\0")
    monkeypatch.setattr(generations, "publish", full_disk)
    with pytest.raises(YibaoError, match="No space left"):
        rebuild([corpus], index, embedder=HashingEmbedder())
    monkeypatch.undo()
    assert "000001" in generations.builds(index), "what could still be pointed at by hand is gone"
    assert finishes(corpus, index)


def full_disk(*args):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_of_two_rebuilds_at_once_one_builds_and_the_other_says_who_does(corpus, index):
    code = REBUILD.format(before="")
    command = [sys.executable, "-c", code, str(corpus), str(index), str(FOLDER)]
    with generations.rebuilding(index):
        kind, said = rebuild_apart(corpus, index)
    assert kind == "BusyError" and f"process {os.getpid()} is rebuilding" in said
    racing = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    outcomes = [json.loads(process.communicate(timeout=120)[0]) for process in racing]
    assert {kind for kind, _ in outcomes} <= {"built", "BusyError"}
    assert {said for kind, said in outcomes if kind == "built"} == {"000002"}
    assert len(titles(index)) == len(ARTICLES) + 1


@pytest.mark.parametrize("shift", [-10 * 365 * 86400, 10 * 365 * 86400])
def test_a_clock_that_jumps_changes_neither_order_nor_what_is_noticed(corpus, index, shift, monkeypatch):
    # Files and builds of a time that is not this one: from the future, or before everything else.
    for path in (*corpus.iterdir(), *index.rglob("*")):
        os.utime(path, (time.time() + shift,) * 2)
    done = rebuild([corpus], index, embedder=HashingEmbedder())
    assert (done.build_id, done.parsed) == ("000002", 1)
    assert rebuild([corpus], index, embedder=HashingEmbedder()).unchanged
    # A change that leaves size and time of the file as they were is noticed: contents are compared, not times.
    path = corpus / "104_d.txt"
    before = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("报销", "付给"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert rebuild([corpus], index, embedder=HashingEmbedder()).build_id == "000003"


def test_an_older_time_on_a_new_build_is_still_taken_up_by_readers(corpus, index, monkeypatch):
    from index import build as building
    from index.opening import live_stamp

    before = live_stamp(index)

    class Earlier(building.datetime.datetime):
        @classmethod
        def now(cls, zone=None):
            return super().now(zone).replace(year=1999)

    monkeypatch.setattr(building.datetime, "datetime", Earlier)
    rebuild([corpus], index, embedder=HashingEmbedder())
    assert Manifest.read(index / "000002").created.startswith("1999")
    os.utime(index / "CURRENT", (0, 0))
    assert live_stamp(index) != before
    assert open_index(index).manifest.build_id == "000002"
