"""What a file's passages give to each part of an index, as arrays: made by workers, kept, and joined by a build."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from ingest.duplicates import band_keys
from ingest.passage import Passage

from .term_counts import TermCounts, count_terms
from .tokens import TokenEmbedder, distinct_tokens


class Parts(NamedTuple):
    """Of the passages of one file, in order.

    terms         for the keyword leg
    copies        by what near-copies are found, uint64 `[passages, bands]`
    vectors       float32 `[passages, dimension]`, of a model whose vectors are made of token vectors; otherwise the
                  dimension is 0
    tokens        distinct token ids of the passages, one after the other, and how many are each one's
    """

    terms: TermCounts
    copies: NDArray[np.uint64]
    vectors: NDArray[np.float32]
    tokens: NDArray[np.uint32]
    token_counts: NDArray[np.int32]

    def to_bytes(self) -> bytes:
        words, keys, counts, distinct, lengths = self.terms
        arrays: list[NDArray[Any]] = [
            keys,
            counts,
            distinct,
            lengths,
            self.copies,
            self.vectors,
            self.tokens,
            self.token_counts,
        ]
        head = orjson.dumps([words, [[array.dtype.str, array.shape] for array in arrays]])
        return b"".join([len(head).to_bytes(4, "little"), head, *(array.tobytes() for array in arrays)])

    @classmethod
    def from_bytes(cls, content: bytes) -> "Parts":
        position = 4 + int.from_bytes(content[:4], "little")
        words, shapes = orjson.loads(memoryview(content)[4:position])
        arrays = []
        for dtype, shape in shapes:
            size = math.prod(shape)
            # A view would keep all of the content in memory for as long as one of the arrays is needed.
            array = np.frombuffer(content, dtype, size, position).reshape(shape).copy()
            position += array.nbytes
            arrays.append(array)
        return cls(TermCounts(words, *arrays[:4]), *arrays[4:])


def make_parts(files: Sequence[Sequence[Passage]], embedder: TokenEmbedder | None) -> Iterator[Parts]:
    """The parts of each of some files, given by their passages.

    Without a model of static token vectors there are no vectors and tokens: what another model does takes long, and is
    done and kept passage by passage.
    """
    passages = [passage for file in files for passage in file]
    sizes = [len(file) for file in files]
    texts = [passage.searchable for passage in passages]
    copies = band_keys(passages)
    vectors, tokens, token_counts = _embedded(embedder, texts)
    ends = np.cumsum([0, *sizes])
    token_ends = np.cumsum([0, *token_counts])[ends]
    for terms, (start, end), (first, last) in zip(
        count_terms(texts).split(sizes), pairwise(ends.tolist()), pairwise(token_ends.tolist()), strict=True
    ):
        yield Parts(terms, copies[start:end], vectors[start:end], tokens[first:last], token_counts[start:end])


def _embedded(
    embedder: TokenEmbedder | None, texts: list[str]
) -> tuple[NDArray[np.float32], NDArray[np.uint32], NDArray[np.int32]]:
    if not texts or embedder is None:
        dimension = 0 if embedder is None else embedder.dimension
        vectors = np.empty((len(texts), dimension), np.float32)
        return vectors, np.empty(0, np.uint32), np.zeros(len(texts), np.int32)
    ids = embedder.token_ids(texts)
    return embedder.embed_token_ids(ids), *distinct_tokens(ids)
