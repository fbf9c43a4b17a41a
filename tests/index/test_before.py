"""A rebuild takes over what has not changed, and makes the bytes that a build from nothing makes."""

import json
import pickle
import random
import shutil
from pathlib import Path

import numpy as np
import pytest
from builders import ARTICLES, HashingEmbedder, TokenEmbedder, contents, write_corpus

from index import manifest, words
from index.arrays import let_go, mapped, save
from index.opening import open_index
from index.rebuild import rebuild
from ingest import corpus as reading

SENTENCES = [
    "停保后账户余额不会清零，仍可到药店买药，也可以给家里人用。",
    "成都市门诊费用按比例报销，年度内累计计算。",
    "异地就医备案以后，住院费用直接结算，不用回来报销。",
    "二〇二五年三月一日起调整比例，退休人员报销90%。",
    "APP里提交申请，三个工作日以内答复。",
]


def article(chance):
    parts = [f"第{chance.randrange(9)}号说明（2025年{chance.randint(1, 12)}月1日）"]
    parts += [chance.choice(SENTENCES) for _ in range(chance.randint(1, 4))]
    return "\n\n".join(parts) + "\n"


def records(chance):
    rows = [
        {"id": str(n), "title": "记录", "text": chance.choice(SENTENCES)} for n in range(chance.randint(0, 4))
    ]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def change(corpus, chance):
    """Add, change and remove some files of a folder; one may be no text at all."""
    for name in (f"{n:02}.txt" for n in range(14)):
        kind = chance.random()
        if kind < 0.2:
            (corpus / name).write_text(article(chance), encoding="utf-8")
        elif kind < 0.3:
            (corpus / name).unlink(missing_ok=True)
        elif kind < 0.33:
            (corpus / name).write_bytes(b"PK\x03\x04" + bytes(50))
    (corpus / "05.jsonl").write_text(records(chance), encoding="utf-8")


@pytest.mark.parametrize(
    "embedder", [TokenEmbedder(), HashingEmbedder(), None], ids=["tokens", "vectors", "words"]
)
def test_whatever_changes_between_rebuilds_the_bytes_are_those_of_a_build_from_nothing(
    tmp_path, embedder, monkeypatch
):
    monkeypatch.setattr(reading, "_FILES_PER_TASK", 3)
    chance = random.Random(11)
    corpus = write_corpus(tmp_path / "corpus")
    for n in range(8):
        change(corpus, chance)
        incremental = rebuild([corpus], tmp_path / "index", embedder=embedder)
        fresh = rebuild([corpus], tmp_path / str(n), embedder=embedder)
        assert contents(tmp_path / "index") == contents(tmp_path / str(n))
        assert incremental.report == fresh.report
    assert incremental.parsed < fresh.parsed


@pytest.fixture
def places(tmp_path):
    corpus = write_corpus(tmp_path / "corpus")
    rebuild([corpus], tmp_path / "index", embedder=TokenEmbedder())
    return corpus, tmp_path / "index"


def test_another_dictionary_takes_over_what_was_read_and_nothing_else(places, monkeypatch, tmp_path):
    corpus, index = places
    monkeypatch.setattr(words, "fingerprint", lambda: "another")
    embedder = TokenEmbedder()
    done = rebuild([corpus], index, embedder=embedder)
    assert done.parsed == 0 and done.embedded == embedder.embedded > 0
    rebuild([corpus], tmp_path / "fresh", embedder=TokenEmbedder())
    assert contents(index) == contents(tmp_path / "fresh")


def test_of_a_damaged_build_nothing_is_taken_over_but_of_the_one_before(places):
    corpus, index = places
    write_corpus(corpus, {"104_d.txt": "门诊统筹\n\n门诊费用按比例报销。\n"})
    rebuild([corpus], index, embedder=TokenEmbedder())
    expected = contents(index)
    # Between the first and the last byte: what opens it reads all of so small a file, what takes it over of any.
    path = index / "000002" / "tokens.npy"
    data = bytearray(path.read_bytes())
    data[-3] ^= 1
    path.write_bytes(data)
    done = rebuild([corpus], index, embedder=TokenEmbedder())
    assert done.parsed == 1 and contents(index) == expected
    shutil.rmtree(index / "000002")
    (index / "000003" / "keyword" / "counts.npy").unlink()
    done = rebuild([corpus], index, embedder=TokenEmbedder())
    assert done.parsed == len(ARTICLES) + 1 and contents(index) == expected


@pytest.mark.parametrize("name", ["copies.npy", "keyword/counts.npy", "files.json"])
def test_what_only_the_next_build_reads_is_not_believed_although_its_checksum_fits(places, name):
    corpus, index = places
    expected = contents(index)
    build = index / "000001"
    (build / name).write_bytes(pickle.dumps(np.zeros(3)))
    whole, samples = manifest.checksums(build)
    read = manifest.Manifest.read(build)
    read.checksums.update(whole)
    read.samples.update(samples)
    read.write(build)
    write_corpus(corpus, {"104_d.txt": "门诊统筹\n\n门诊费用按比例报销。\n"})
    assert rebuild([corpus], index, embedder=TokenEmbedder()).parsed == len(ARTICLES) + 1
    (corpus / "104_d.txt").unlink()
    rebuild([corpus], index, embedder=TokenEmbedder())
    assert contents(index) == expected


def test_nothing_is_kept_besides_the_builds(places):
    _, index = places
    assert list((index / "cache").iterdir()) == []
    assert open_index(index).manifest.counts["passages"] > 0


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="asks /proc for memory")
def test_what_is_let_go_of_takes_no_memory_and_can_be_read_again(tmp_path):
    save(tmp_path / "large.npy", np.arange(8 << 20))
    array = mapped(tmp_path / "large.npy")
    expected, before = int(array.sum()), mapped_bytes()
    let_go(array[5:])
    assert before - mapped_bytes() > 60 << 20
    assert int(array.sum()) == expected
    let_go(np.arange(3))


def mapped_bytes():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssFile:"))
