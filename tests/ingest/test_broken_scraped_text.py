"""Broken text neither crashes nor hangs: twice the text takes about twice the time."""

import time

import pytest

from ingest.passage import MAX_CHARACTERS
from ingest.scraped import read_scraped
from ingest.splitting import split

#: Seconds of processor time allowed for a million characters. Ordinary text takes about half a second; a rule

PIECES = [
    "断", "断。", "断,", "断 ", "。", "：", "-", "1", "1、", "|", "\t", " ", "\u3000", "\x00", "、", "(",
    "【", "•", "一、",
    "\n", "断\n", "断。\n", "• 断\n", "1. 断\n", "1. 断\n余额可用。\n", "流程:\n", "流程:\n余额可用。\n",
    "一、断\n1. 缴\n",
    "缴费\n8%\n", "相关推荐\n", "相关推荐\n余额可用。\n", "相关推荐\n一、断\n", "健康网 2025-01-02\n",
    "2025-01-02 03:04断缴 ", "问：断？\n",
    "第一条 断。\n", "第一章 断\n", "断\t缴\n", "提示:仅供参考。\n", "小编了解吧。", "如下:断\n",
    "    • 断\n  • 缴\n", "断？\n缴？\n", "#", "*", "\n\n断",
]  # fmt: skip


def seconds(text: str) -> float:
    """Processor time of reading and splitting a text, which other work on the machine does not count into."""
    started = time.process_time()
    passages = split(read_scraped("a.txt", text))
    assert all(len(passage.text) <= MAX_CHARACTERS for passage in passages)
    return time.process_time() - started


@pytest.mark.parametrize("piece", PIECES, ids=repr)
def test_repeated_pieces_are_read_in_linear_time(piece: str):
    small, large = ("标题\n" + piece * (size // len(piece)) for size in (3_000, 24_000))
    # Eight times the text; a quadratic rule would take sixty-four times as long, each time.
    bound = 40 * max(min(seconds(small) for _ in range(2)), 0.02)
    assert any(seconds(large) < bound for _ in range(3))


def test_megabytes_on_one_line_are_split_whole():
    text = "账户余额可以使用。" * (5_000_000 // 27)
    passages = split(read_scraped("a.txt", text))
    assert sum(len(p.text) for p in passages) == len(text)


def test_megabytes_of_bytes_read_as_text_are_survived():
    noise = bytes(range(256)).decode("latin-1") * 2_000
    split(read_scraped("a.txt", noise))
