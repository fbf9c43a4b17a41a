"""What a file's passages give to an index, on its way through a cache."""

import numpy as np
import pytest
from builders import TokenEmbedder

from index.parts import Parts, make_parts
from ingest.passage import Passage


def passage(number: int, text: str) -> Passage:
    return Passage(f"p{number}", "a", "甲.txt", number, "body", "标题", ("小节",), text, 0, len(text))


FILES = [
    [
        passage(0, "停保后账户余额不会清零，仍可到药店买药，也可以给家里人用。"),
        passage(1, "补缴以后恢复报销。"),
    ],
    [],
    [passage(2, "余额不会清零，每月还有380元。")],
]


def equal(one: Parts, other: Parts) -> bool:
    arrays = [[*parts.terms[1:], *parts[1:]] for parts in (one, other)]
    same = [a.dtype == b.dtype and np.array_equal(a, b) for a, b in zip(*arrays, strict=True)]
    return one.terms.words == other.terms.words and all(same)


@pytest.mark.parametrize("embedder", [None, TokenEmbedder()])
def test_parts_are_read_as_they_were_written(embedder):
    for parts in make_parts(FILES, embedder):
        assert equal(Parts.from_bytes(parts.to_bytes()), parts)


def test_parts_of_a_file_are_the_same_among_other_files_and_alone():
    embedder = TokenEmbedder()
    alone = [next(make_parts([file], embedder)) for file in FILES]
    together = make_parts(FILES, embedder)
    for file, one, other in zip(FILES, alone, together, strict=True):
        assert sorted(one.terms.words) == sorted(other.terms.words)
        assert one.vectors.shape == (len(file), embedder.dimension)
        for a, b in zip(one[1:], other[1:], strict=True):
            assert np.array_equal(a, b)


def test_without_static_token_vectors_there_are_neither_vectors_nor_tokens():
    parts = next(make_parts(FILES, None))
    assert parts.vectors.shape == (2, 0) and not len(parts.tokens) and parts.token_counts.tolist() == [0, 0]
