"""A small model and a small corpus for the tests of the index."""

import hashlib
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import generations
from index.embedder import load_embedder

ARTICLES = {
    "101_a.txt": "职工停保后账户怎么办\n\n停保后账户余额不会清零，仍可到药店买药。\n\n补缴以后，次月恢复报销。\n",
    "102_b.txt": "异地就医如何备案\n\n在手机上提交备案申请，选择就医地即可。\n\n备案以后住院费用直接结算。\n",
    "103_c.txt": "生育津贴发给谁\n\n生育津贴由单位申报，发给本人。\n",
}


_KEYWORD_ARRAYS = (
    "data",
    "indices",
    "counts",
    "indptr",
    "keys",
    "lengths",
    "words",
    "word_starts",
    "word_slots",
)
#: Every file of a build with vectors and token ids.
FILES = (
    "manifest.json",
    "passages.sqlite",
    "articles.jsonl",
    "files.json",
    "facts.npy",
    "fact_combinations.npy",
    "fact_values.json",
    "copies.npy",
    "vectors.faiss",
    "tokens.npy",
    "token_offsets.npy",
    *(f"keyword/{name}.npy" for name in _KEYWORD_ARRAYS),
)


def write_corpus(folder: Path, articles: dict[str, str] = ARTICLES) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in articles.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def contents(index: Path) -> dict[str, bytes]:
    """The files of the live build by name, without the manifest, which tells when it was made."""
    build = index / generations.current(index)
    return {
        path.relative_to(build).as_posix(): path.read_bytes()
        for path in sorted(build.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


class HashingEmbedder:
    """Character pairs hashed into 64 dimensions: a real, deterministic embedder that counts what it embeds."""

    dimension = 64
    fingerprint = "hashing-64"

    def __init__(self) -> None:
        self.embedded = 0

    def embed_queries(self, texts: list[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for a, b in pairwise(text):
                vectors[
                    row, hashlib.blake2b((a + b).encode(), digest_size=1).digest()[0] % self.dimension
                ] += 1
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)

    def embed_passages(self, texts: list[str]) -> NDArray[np.float32]:
        self.embedded += len(texts)
        return self.embed_queries(texts)


class TokenEmbedder(HashingEmbedder):
    """The same, with what models of static token vectors have besides: ids of the tokens, here code points."""

    fingerprint = "hashing-64-tokens"
    vocabulary_size = 0x110000

    def token_ids(self, texts: list[str]) -> list[NDArray[np.int64]]:
        return [np.asarray([ord(character) for character in text], np.int64) for text in texts]

    def embed_token_ids(self, ids: list[NDArray[np.int64]]) -> NDArray[np.float32]:
        return self.embed_passages(["".join(map(chr, each)) for each in ids])


class WithoutTokens:
    """The bundled model as one that only has vectors: what a pool of workers may embed elsewhere."""

    def __init__(self) -> None:
        self._model = load_embedder()
        self.dimension, self.fingerprint = self._model.dimension, self._model.fingerprint

    def embed_queries(self, texts: list[str]) -> NDArray[np.float32]:
        return self._model.embed_queries(texts)

    def embed_passages(self, texts: list[str]) -> NDArray[np.float32]:
        return self._model.embed_passages(texts)
