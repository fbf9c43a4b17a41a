"""Which reader takes a file, and packed files."""

import gzip

import pytest

from ingest import readers
from ingest.article import Article, RawFile
from ingest.errors import BadInputError
from ingest.readers import is_readable_name, read

TEXT = "青禾县怎么补办社保卡\n\n带身份证到任一合作银行的网点办理，当场就能拿到新卡。"
PAGE = "<title>青禾县怎么补办社保卡</title><body><p>带身份证到任一合作银行的网点办理，当场就能拿到新卡。</p>"


def one(name: str, data: str | bytes) -> Article:
    (article,) = read(RawFile(name, data.encode() if isinstance(data, str) else data))
    return article


@pytest.mark.parametrize(
    "name,readable",
    [
        ("a.txt", True),
        ("甲/乙.HTML", True),
        ("a.htm", True),
        ("a.md.gz", True),
        ("a.jsonl.GZ", True),
        ("a.csv", True),
        ("a.tsv", True),
        ("a.shtml", True),
        ("a.docx", False),
        ("README", False),
        ("a.gz", False),
    ],
)
def test_readable_names_are_known(name: str, readable: bool):
    assert is_readable_name(name) is readable


@pytest.mark.parametrize(
    "name,data",
    [
        ("a.txt", TEXT),
        ("a.html", PAGE),
        ("a.md", "# " + TEXT),
        (
            "a.jsonl",
            '{"title": "青禾县怎么补办社保卡", "text": "带身份证到任一合作银行的网点办理，当场就能拿到新卡。"}',
        ),
        ("a.csv", "title,text\n青禾县怎么补办社保卡,带身份证到任一合作银行的网点办理，当场就能拿到新卡。\n"),
    ],
)
def test_every_format_gives_the_same_article(name: str, data: str):
    article = one(name, data)
    assert article.title == "青禾县怎么补办社保卡"
    assert article.text == "带身份证到任一合作银行的网点办理，当场就能拿到新卡。"
    assert article.file == name


@pytest.mark.parametrize(
    "begin",
    [
        "<!DOCTYPE html>\n<html>",
        "\n<HTML lang=zh>",
        '<?xml version="1.0"?>\n<!DOCTYPE html><html>',
        "<!-- 模板 -->\n<!-- 2 --><html>",
        '<div class="wrap">',
        "",
    ],
)
def test_html_named_txt_is_read_as_html(begin: str):
    article = one("a.txt", begin + PAGE)
    assert article.title == "青禾县怎么补办社保卡"
    assert "<" not in article.text


def test_text_that_mentions_a_tag_stays_text():
    assert one("a.txt", "标题\n\n<p>这个标记表示段落，写网页时常常用到。").text.startswith("<p>")


def test_packed_files_are_unpacked():
    assert one("a.txt.gz", gzip.compress(TEXT.encode())) == one(
        "a.txt.gz", gzip.compress(TEXT.encode("gb18030"))
    )
    assert "合作银行" in one("a.txt.gz", gzip.compress(TEXT.encode())).text


def test_packed_file_without_its_ending_is_unpacked():
    assert "合作银行" in one("a.txt", gzip.compress(TEXT.encode())).text


def test_packed_file_of_several_members_is_read_whole():
    first, second = TEXT.encode()[:50], TEXT.encode()[50:]
    assert (
        one("a.txt.gz", gzip.compress(first) + gzip.compress(second) + b"\0" * 8).text
        == one("a.txt", TEXT).text
    )


def test_gzip_bomb_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(readers, "MAX_BYTES", 1024 * 1024)
    with pytest.raises(BadInputError, match="more than 1 MB"):
        one("a.txt.gz", gzip.compress(b"a" * (1024 * 1024 + 1)))
    with pytest.raises(BadInputError, match="more than 1 MB"):
        one("a.txt.gz", gzip.compress(b"a" * 600_000) * 2)


def test_file_of_exactly_the_most_bytes_is_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(readers, "MAX_BYTES", len(TEXT.encode()))
    assert one("a.txt.gz", gzip.compress(TEXT.encode())).title


@pytest.mark.parametrize(
    "data,reason",
    [
        (gzip.compress(TEXT.encode())[:-9], "too early"),
        (gzip.compress(TEXT.encode())[:15], "too early"),
        (b"not packed at all", "no readable gzip"),
        (gzip.compress(b"PK\x03\x04abc"), "zip"),
        (gzip.compress(b""), "empty"),
    ],
)
def test_broken_packed_files_are_refused_with_the_reason(data: bytes, reason: str):
    with pytest.raises(BadInputError, match=reason):
        one("a.txt.gz", data)


@pytest.mark.parametrize("data", ["", " \n\t", "\ufeff"])
def test_empty_file_is_refused(data: str):
    with pytest.raises(BadInputError, match="empty"):
        one("a.txt", data)


def test_unknown_ending_is_refused_with_the_known_ones():
    with pytest.raises(BadInputError, match=r"has no reader.*\.jsonl"):
        one("a.docx", TEXT)


def test_file_without_a_record_is_refused():
    with pytest.raises(BadInputError, match="holds no article"):
        one("a.csv", "title,text\n")


def test_records_named_txt_are_read_as_records():
    lines = '\n{"title": "甲事", "text": "带身份证办理。"}\n{"title": "乙事", "text": "带社保卡办理。"}\n'
    assert [a.title for a in read(RawFile("a.txt", lines.encode()))] == ["甲事", "乙事"]


def test_text_that_begins_with_a_brace_stays_text():
    assert one("a.txt", '{"甲"}怎么办\n\n带身份证办理。').text.endswith("带身份证办理。")
