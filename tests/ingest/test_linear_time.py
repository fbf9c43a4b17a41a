"""No text makes the rules for dates, document numbers, years and places slow."""

import time

import pytest

from ingest.duplicates import band_keys
from ingest.facts import region
from ingest.facts.document_number import find, own_document_number
from ingest.facts.validity import validity
from ingest.facts.year import content_year
from ingest.passage import Passage

PIECES = [
    "自2025年1月1日起", "有效期", "有效期自", "本通知", "（", "〔2024〕", "穗医保规字〔", "2025年", 
    "2024-2025", "一二三四五六七八九十", "广州", "如", "北京医院", "1", "年月日", "，", "天河区路", " ",
    "\u3000", "\n", "a",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_a_hundred_thousand_repeated_characters_are_read_at_once(piece: str):
    text = piece * (100_000 // len(piece))
    started = time.process_time()
    validity(text, "2025-01-01")
    content_year(text, (text,), text)
    own_document_number(text, text)
    list(find(text))
    region.article_region(text, text, text)
    region.passage_region(text, (), "", None)
    band_keys([Passage("p", "a", "f", 0, "body", "t", (), text + "。", 0, len(text))])
    assert time.process_time() - started < 8
