"""Encodings of scraped files."""

import codecs
import gzip
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decoding import decode
from ingest.errors import BadInputError

SIMPLIFIED = "柳溪市职工看门诊，先由个人账户付钱，超过起付线的部分再按比例报销。\n急诊不受这个限制。"
TRADITIONAL = "柳溪市職工看門診，先由個人帳戶付錢，超過起付線的部分再按比例報銷。\n急診不受這個限制。"


@pytest.mark.parametrize("text", [SIMPLIFIED, TRADITIONAL])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_in_each_encoding_is_read(text: str, encoding: str):
    assert decode(text.encode(encoding)) == text


def test_big5_is_read_as_traditional_text():
    assert decode(TRADITIONAL.encode("big5")) == TRADITIONAL


@pytest.mark.parametrize(
    "mark,encoding", [(codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF32_LE, "utf-32-le")]
)
def test_byte_order_mark_decides(mark: bytes, encoding: str):
    assert decode(mark + SIMPLIFIED.encode(encoding)) == SIMPLIFIED


def test_declared_encoding_is_tried():
    page = '<html><head><meta charset="euc-kr"></head><body>의료보험 안내문입니다</body></html>'
    assert "charset" in decode(page.encode("euc-kr"))


@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "no-such-thing", "punycode", "base64"])
def test_a_wrong_declaration_does_no_harm(declared: str):
    page = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}"><p>{SIMPLIFIED}</p>'
    assert decode(page.encode("gb18030")) == page


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_file_cut_inside_a_character_loses_only_that(encoding: str):
    text = SIMPLIFIED * 3
    read = decode(text.encode(encoding)[:-1])
    assert read.startswith(text[:-1])
    assert len(read) <= len(text) + 1


def test_utf8_with_a_broken_byte_is_not_taken_for_gb18030():
    data = (SIMPLIFIED * 10).encode()
    assert decode(data[:30] + b"\xff" + data[30:]).replace("\ufffd", "") == SIMPLIFIED * 10


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", SIMPLIFIED)
    return packed.getvalue()


@pytest.mark.parametrize(
    "data,kind",
    [
        (zipped(), "zip"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Office"),
        (b"SQLite format 3\0", "database"),
        (b"abc" + b"\0" * 100, "NUL"),
        (b"\xff\xfe" + b"\1\0\0\0" * 50, "NUL"),
    ],
)
def test_binary_files_are_refused_with_the_reason(data: bytes, kind: str):
    with pytest.raises(BadInputError, match=kind):
        decode(data)


def test_noise_is_refused_with_the_cure():
    with pytest.raises(BadInputError, match="save it as UTF-8"):
        decode(bytes([0xFF, 0x81, 0xFE, 0x20] * 200))


@given(st.binary(max_size=300) | st.binary(max_size=300).map(gzip.compress))
def test_any_bytes_are_read_or_refused(data: bytes):
    try:
        assert isinstance(decode(data), str)
    except BadInputError as error:
        assert str(error)
