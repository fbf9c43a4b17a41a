"""What the passages of some files give to each part of an index, as arrays: made by workers, and joined by a build."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from ingest.duplicates import band_keys
from ingest.passage import Passage

from .postings import Postings, find_postings
from .tokens import TokenEmbedder, distinct_tokens, token_type


class Parts(NamedTuple):
    """Of passages, in order.

    postings      for the keyword leg, some thousand passages at a time
    copies        by what near-copies are found, uint64 `[passages, bands]`
    vectors       float32 `[passages, dimension]`, of a model whose vectors are made of token vectors; otherwise the
                  dimension is 0
    tokens        distinct token ids of the passages, one after the other, and how many are each one's
    """

    postings: list[Postings]
    copies: NDArray[np.uint64]
    vectors: NDArray[np.float32]
    tokens: NDArray[np.unsignedinteger]
    token_counts: NDArray[np.int32]

    def to_bytes(self) -> bytes:
        words = [each.words for each in self.postings]
        arrays: list[NDArray[Any]] = [
            *(array for each in self.postings for array in each[1:]),
            self.copies,
            self.vectors,
            self.tokens,
            self.token_counts,
        ]
        head = orjson.dumps([words, [[array.dtype.str, array.shape] for array in arrays]])
        return b"".join([len(head).to_bytes(4, "little"), head, *(array.tobytes() for array in arrays)])

    @classmethod
    def from_bytes(cls, content: bytes) -> "Parts":
        """The arrays are views of the content."""
        position = 4 + int.from_bytes(content[:4], "little")
        words, shapes = orjson.loads(memoryview(content)[4:position])
        arrays = []
        for dtype, shape in shapes:
            array = np.frombuffer(content, dtype, math.prod(shape), position).reshape(shape)
            position += array.nbytes
            arrays.append(array)
        remaining = iter(arrays)
        postings = [Postings(its, *(next(remaining) for _ in Postings._fields[1:])) for its in words]
        return cls(postings, *remaining)


def make_parts(passages: Sequence[Passage], embedder: TokenEmbedder | None) -> Parts:
    """The parts of some passages.

    Without a model of static token vectors there are no vectors and tokens: what another model does takes long, and is
    done and kept passage by passage.
    """
    texts = [passage.searchable for passage in passages]
    return Parts(find_postings(texts), band_keys(passages), *_embedded(embedder, texts))


def _embedded(
    embedder: TokenEmbedder | None, texts: list[str]
) -> tuple[NDArray[np.float32], NDArray[np.unsignedinteger], NDArray[np.int32]]:
    if not texts or embedder is None:
        dimension = 0 if embedder is None else embedder.dimension
        vectors = np.empty((len(texts), dimension), np.float32)
        return vectors, np.empty(0, np.uint16), np.zeros(len(texts), np.int32)
    ids = embedder.token_ids(texts)
    tokens, counts = distinct_tokens(ids)
    return embedder.embed_token_ids(ids), tokens.astype(token_type(embedder)), counts
