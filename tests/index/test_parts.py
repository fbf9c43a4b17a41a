"""What a file's passages give to an index, on its way through a cache."""

import gc
import weakref

import numpy as np
import pytest
from builders import TokenEmbedder

from index.keyword_builder import KeywordBuilder
from index.parts import Parts, make_parts
from index.tokens import TokenWriter
from ingest.passage import Passage


def passage(number: int, text: str) -> Passage:
    return Passage(f"p{number}", "a", "甲.txt", number, "body", "标题", ("小节",), text, 0, len(text))


PASSAGES = [
    passage(0, "停保后账户余额不会清零，仍可到药店买药，也可以给家里人用。"),
    passage(1, "补缴以后恢复报销。"),
    passage(2, "余额不会清零，每月还有380元。"),
]


def equal(one: Parts, other: Parts) -> bool:
    arrays = [[*(array for its in parts.postings for array in its[1:]), *parts[1:]] for parts in (one, other)]
    same = [a.dtype == b.dtype and np.array_equal(a, b) for a, b in zip(*arrays, strict=True)]
    words = [[its.words for its in parts.postings] for parts in (one, other)]
    return words[0] == words[1] and all(same)


@pytest.mark.parametrize("embedder", [None, TokenEmbedder()])
@pytest.mark.parametrize("passages", [PASSAGES, []])
def test_parts_are_read_as_they_were_written(embedder, passages):
    parts = make_parts(passages, embedder)
    assert equal(Parts.from_bytes(parts.to_bytes()), parts)


def test_parts_of_a_passage_are_the_same_among_others_and_alone():
    embedder = TokenEmbedder()
    together, first = make_parts(PASSAGES, embedder), 0
    for row, each in enumerate(PASSAGES):
        alone = make_parts([each], embedder)
        last = first + int(together.token_counts[row])
        assert np.array_equal(alone.tokens, together.tokens[first:last])
        assert np.array_equal(alone.copies[0], together.copies[row])
        assert np.array_equal(alone.vectors[0], together.vectors[row])
        assert alone.postings[0].lengths[0] == together.postings[0].lengths[row]
        first = last


def test_without_static_token_vectors_there_are_neither_vectors_nor_tokens():
    parts = make_parts(PASSAGES, None)
    assert (
        parts.vectors.shape == (3, 0) and not len(parts.tokens) and parts.token_counts.tolist() == [0, 0, 0]
    )


class Content(bytearray):
    """Bytes of which it is known when nobody holds them any more."""


def test_what_joins_parts_holds_none_of_their_bytes(tmp_path):
    content = Content(make_parts(PASSAGES, TokenEmbedder()).to_bytes())
    held, parts = weakref.ref(content), Parts.from_bytes(content)
    keyword, tokens = KeywordBuilder(tmp_path / "keyword"), TokenWriter(tmp_path, TokenEmbedder())
    for postings in parts.postings:
        keyword.add(postings, np.arange(len(PASSAGES), dtype=np.int32))
    tokens.add(parts.tokens, parts.token_counts)
    del content, parts, postings
    gc.collect()
    assert held() is None
    keyword.write()
    tokens.finish()
