"""Walking folders, and files that are anything but articles."""

import gzip
import io
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from ingest import corpus
from ingest.corpus import IngestedFile, SourceFile, ingest, ingest_file, scan
from ingest.errors import NotFoundError
from ingest.report import IngestReport

ROOT = Path(__file__).resolve().parents[2]

ARTICLE = """绵阳职工换工作后医保怎么接{n}

一、先停后接
原单位办完停保以后，新单位在当月替职工办理参保，中间不要空月。

二、自己接
- 带身份证到窗口登记。
- 也可以在手机上登记。
"""


def write(folder: Path, count: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(count):
        (folder / f"{n:05}.txt").write_text(ARTICLE.format(n=n), encoding="utf-8")
    return folder


def read(folder: Path, **options) -> dict[str, IngestedFile]:
    return {done.name: done for done in ingest(scan([folder]).files, **options)}


def test_scan_finds_files_in_order_and_leaves_hidden_ones_out(tmp_path: Path):
    for name in ("b/2.txt", "b/1.txt", "a.txt", ".git/x.txt", ".hidden.txt", "c.exe"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    found = scan([tmp_path])
    assert [source.name for source in found.files] == ["a.txt", "b/1.txt", "b/2.txt"]
    assert list(found.skipped) == ["c.exe"]


def test_two_folders_with_the_same_name_keep_both(tmp_path: Path):
    folders = [write(tmp_path / "one", 1), write(tmp_path / "two", 2)]
    assert [source.name for source in scan(folders).files] == ["00000.txt", "00000.txt#2", "00001.txt"]


def test_a_missing_folder_is_named_with_the_cure(tmp_path: Path):
    with pytest.raises(NotFoundError, match=r"nowhere does not exist; name one with --corpus DIR"):
        scan([tmp_path / "nowhere"])
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotFoundError, match="is not a folder"):
        scan([tmp_path / "file"])


def test_an_empty_folder_has_no_files(tmp_path: Path):
    assert scan([tmp_path]) == corpus.Scan(())


def test_links_are_not_followed_but_reported(tmp_path: Path):
    folder = write(tmp_path / "corpus", 1)
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "inside.txt").symlink_to(folder / "00000.txt")
    (folder / "broken.txt").symlink_to(folder / "none.txt")
    (folder / "self").symlink_to(folder / "self")
    (folder / "sub").mkdir()
    (folder / "sub" / "up").symlink_to(folder, target_is_directory=True)
    found = scan([folder])
    assert [source.name for source in found.files] == ["00000.txt"]
    assert found.skipped == {
        "broken.txt": "a link that leads nowhere, or round in a circle",
        "inside.txt": "a link to what is read where it lies",
        "out.txt": "a link out of the corpus",
        "self": "a link that leads nowhere, or round in a circle",
        "sub/up": "a link to what is read where it lies",
    }


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.txt")
    assert scan([tmp_path]) == corpus.Scan((), {"pipe.txt": "not a regular file"})


def test_a_name_that_is_not_utf8_is_reported(tmp_path: Path):
    try:
        (tmp_path / os.fsdecode(b"\xff\xfe.txt")).write_text("x")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert scan([tmp_path]).skipped == {"\\udcff\\udcfe.txt": "its name is not UTF-8; rename it"}


def test_a_file_becomes_articles_with_passages_and_metadata(tmp_path: Path):
    folder = write(tmp_path, 1)
    done = ingest_file(SourceFile("00000.txt", folder / "00000.txt"))
    (article, passages), *more = done.articles
    assert not more and done.failure is None
    assert article.region == "绵阳"
    assert {p.region for p in passages} == {"绵阳"}
    assert done.content_hash == corpus.hash_content((folder / "00000.txt").read_bytes())


def broken_files(folder: Path) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("a.txt", ARTICLE)
    files = {
        "empty.txt": b"",
        "blank.txt": b" \r\n\t\n",
        "nul.txt": b"\0" * 4096,
        "mixed-nul.txt": ARTICLE.encode().replace("一".encode(), b"\0"),
        "truncated.txt": ARTICLE.encode()[:-2],
        "random.txt": bytes(range(256)) * 40,
        "archive.txt": archive.getvalue(),
        "packed.txt": gzip.compress(ARTICLE.encode()),
        "bom-only.txt": "\ufeff".encode(),
        "surrogates.txt": ARTICLE.encode() + b"\xed\xa0\x80\xed\xb0\x80",
        "brackets.txt": ("（" * 50_000).encode(),
        "digits.txt": b"1" * 200_000,
        "title.txt": "只有标题".encode(),
        "deep.html": b"<html><body>" + b"<div>" * 20_000 + "深处的一句话，说的是怎样办理参保。".encode(),
        "open.html": b"<html><body><table><tr><td" + b"<" * 5000,
        "half.jsonl": '{"title": "标题", "text": "正文一句。"}\n{"title": "断'.encode(),
        "odd.csv": b'title,text\n"a,b\n',
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)


def test_broken_files_are_each_read_or_reported(tmp_path: Path):
    broken_files(tmp_path)
    done = read(tmp_path)
    assert len(done) == 17
    for name, result in done.items():
        assert (result.failure is None) == any(passages for _, passages in result.articles), name
    for name in ("empty.txt", "blank.txt", "nul.txt", "archive.txt", "bom-only.txt", "title.txt"):
        assert done[name].failure, name
    assert done["truncated.txt"].failure is None


def test_a_file_that_vanished_is_reported(tmp_path: Path):
    done = ingest_file(SourceFile("gone.txt", tmp_path / "gone.txt"))
    assert done == IngestedFile("gone.txt", "", failure="cannot be read: No such file or directory")


@pytest.mark.slow
def test_a_line_of_fifty_megabytes_is_read_or_reported(tmp_path: Path):
    sentence = "参保人换工作后要在三个月内接上医保，到窗口或者手机上办理都可以"
    (tmp_path / "long.txt").write_text(
        "标题\n\n" + sentence * (50_000_000 // len(sentence.encode())), "utf-8"
    )
    (result,) = read(tmp_path).values()
    assert result.failure or all(len(p.text) <= 400 for _, passages in result.articles for p in passages)


@pytest.mark.slow
def test_ten_thousand_empty_files_are_all_reported(tmp_path: Path):
    for n in range(10_000):
        (tmp_path / f"{n}.txt").touch()
    report = IngestReport()
    for done in ingest(scan([tmp_path]).files):
        report.add(done)
    assert report.files == len(report.failed) == 10_000


@pytest.mark.slow
def test_order_and_results_do_not_depend_on_the_number_of_workers(tmp_path: Path):
    folder = write(tmp_path, 230)
    (folder / "00100.txt").write_bytes(b"")
    steps: list[int] = []
    one = list(ingest(scan([folder]).files, workers=1))
    two = list(ingest(scan([folder]).files, workers=2, progress=steps.append))
    assert one == two
    assert sum(steps) == 230
    assert [done.name for done in two if done.failure] == ["00100.txt"]


def die_of_one_file(source: SourceFile, mapping: object = None) -> IngestedFile:
    if source.name == "00003.txt":
        os._exit(1)
    return IngestedFile(source.name, "hash")


def die_in_a_task(task: list[SourceFile], mapping: object = None) -> list[IngestedFile]:
    return [die_of_one_file(source) for source in task]


@pytest.mark.slow
def test_a_file_that_kills_its_worker_is_reported_and_the_others_are_read(tmp_path: Path, monkeypatch):
    folder = write(tmp_path, 6)
    monkeypatch.setattr(corpus, "_POOL_FROM_FILES", 1)
    monkeypatch.setattr(corpus, "_FILES_PER_TASK", 2)
    monkeypatch.setattr(corpus, "_ingest_task", die_in_a_task)
    monkeypatch.setattr(corpus, "ingest_file", die_of_one_file)
    done = list(ingest(scan([folder]).files, workers=2))
    assert [result.name for result in done] == [f"{n:05}.txt" for n in range(6)]
    assert [result.failure for result in done if result.failure] == ["the process that read it died"]


#: Reads on two cores without end, and says who works.
READING = """
import itertools, multiprocessing, os, sys
from ingest.processes import Work, in_processes
if __name__ == "__main__":
    work = Work(list, int, int, "ingest.corpus")
    for n in in_processes(itertools.count(), work, workers=2, per_task=1):
        if n == 20:
            print(*(process.pid for process in multiprocessing.active_children()), flush=True)
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path):
    code = tmp_path / "reading.py"
    code.write_text(READING, encoding="utf-8")
    parent = subprocess.Popen(
        [sys.executable, str(code)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    workers = parent.stdout.readline().split()
    parent.kill()
    parent.wait()
    assert len(workers) == 2
    deadline = time.monotonic() + 20
    while any(map(runs, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(runs, workers))


def runs(pid: str) -> bool:
    try:
        return Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
