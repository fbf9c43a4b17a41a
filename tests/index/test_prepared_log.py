"""What a build that was interrupted has made is made once."""

import pytest
from builders import ARTICLES, TokenEmbedder, contents, write_corpus

from index import generations, words
from index.preparation import Prepared, PreparedFile
from index.prepared_log import PreparedLog
from index.rebuild import rebuild
from ingest import corpus as reading

FIRST = Prepared(
    [PreparedFile("a", "1", b"one", True, False, 2), PreparedFile("b", "2", b"", True, True, 0)], b"parts"
)
SECOND = Prepared([PreparedFile("c", "3", b"three", True, False, 1)], b"others")


def written(path, version="v"):
    log = PreparedLog(path, version, anew=False)
    for prepared in (FIRST, SECOND):
        log.add(prepared)
    log.close()


def found(path, version="v", anew=False):
    log = PreparedLog(path, version, anew=anew)
    try:
        return log.files(), [log.read(number) for number in range(len(log.files()))]
    finally:
        log.close()


def test_records_come_back_without_files_that_could_not_be_used(tmp_path):
    written(tmp_path / "log")
    files, (first, second) = found(tmp_path / "log")
    assert files == [[("a", "1")], [("c", "3")]]
    assert first == Prepared([PreparedFile("a", "1", b"one", False, False, 2)], b"parts")
    assert second == Prepared([PreparedFile("c", "3", b"three", False, False, 1)], b"others")


@pytest.mark.parametrize(("version", "anew"), [("another", False), ("v", True)])
def test_records_of_another_version_and_those_not_wanted_are_thrown_away(tmp_path, version, anew):
    written(tmp_path / "log")
    assert found(tmp_path / "log", version, anew) == ([], [])
    assert found(tmp_path / "log", version) == ([], [])


def test_a_log_cut_off_anywhere_gives_its_whole_records_and_takes_further_ones(tmp_path):
    written(tmp_path / "log")
    data = (tmp_path / "log").read_bytes()
    whole = set()
    for size in range(len(data)):
        (tmp_path / "log").write_bytes(data[:size])
        files, records = found(tmp_path / "log")
        assert None not in records
        whole.add(len(records))
        written(tmp_path / "log")
        assert found(tmp_path / "log")[0] == [*files, [("a", "1")], [("c", "3")]]
    assert whole == {0, 1}


def test_a_changed_byte_never_gives_a_record_that_was_not_written(tmp_path):
    written(tmp_path / "log")
    data = (tmp_path / "log").read_bytes()
    good = found(tmp_path / "log")[1]
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 0x01
        (tmp_path / "log").write_bytes(changed)
        assert all(record is None or record in good for record in found(tmp_path / "log")[1]), place


@pytest.fixture
def interrupted(tmp_path, monkeypatch):
    """A corpus, and an index whose first build was cut off before it became the live one."""
    monkeypatch.setattr(reading, "_FILES_PER_TASK", 1)
    corpus = write_corpus(tmp_path / "corpus")

    def cut_off(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(generations, "publish", cut_off)
        rebuild([corpus], tmp_path / "index", embedder=TokenEmbedder())
    return corpus, tmp_path / "index"


def test_an_interrupted_build_is_gone_on_with_and_its_log_goes(interrupted, tmp_path):
    corpus, index = interrupted
    (corpus / "102_b.txt").write_text("备案\n\n备案以后住院费用直接结算。\n", encoding="utf-8")
    embedder = TokenEmbedder()
    done = rebuild([corpus], index, embedder=embedder)
    assert done.parsed == done.embedded == embedder.embedded == 1
    rebuild([corpus], tmp_path / "fresh", embedder=TokenEmbedder())
    assert contents(index) == contents(tmp_path / "fresh")
    assert not list((index / "cache").iterdir())


def test_a_damaged_log_costs_time_and_nothing_else(interrupted, tmp_path):
    corpus, index = interrupted
    path = index / "cache" / "prepared.log"
    data = bytearray(path.read_bytes())
    data[data.index("生育津贴由单位申报".encode())] ^= 0x01
    path.write_bytes(data)
    assert rebuild([corpus], index, embedder=TokenEmbedder()).parsed == 1
    rebuild([corpus], tmp_path / "fresh", embedder=TokenEmbedder())
    assert contents(index) == contents(tmp_path / "fresh")


def test_another_dictionary_throws_the_log_away(interrupted, monkeypatch):
    corpus, index = interrupted
    monkeypatch.setattr(words, "fingerprint", lambda: "another")
    assert rebuild([corpus], index, embedder=TokenEmbedder()).parsed == len(ARTICLES)
