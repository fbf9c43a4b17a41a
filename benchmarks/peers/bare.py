"""The libraries alone: bm25s over jieba's words, FAISS flat, and the bundled model without torch. Nothing joins them.

The model is read by this project's own reader, which is faster than sentence-transformers: the harder measure.
"""

import sys
from pathlib import Path

import bm25s
import faiss
import numpy as np

from index.static_model import BUNDLED, StaticModel

from .words import words

_BATCH = 1024


class Bare:
    def __init__(self) -> None:
        self._model = StaticModel(BUNDLED)

    def build(self, texts: list[str], folder: Path) -> None:
        keyword = bm25s.BM25()
        # Each word once in memory: with a million passages the copies would fill it.
        keyword.index([[sys.intern(word) for word in words(text)] for text in texts], show_progress=False)
        keyword.save(folder / "bm25s")
        vectors = faiss.IndexFlatIP(self._model.dimension)
        for start in range(0, len(texts), _BATCH):
            vectors.add(self._model.embed_passages(texts[start : start + _BATCH]))
        faiss.write_index(vectors, str(folder / "vectors.faiss"))

    def open(self, folder: Path) -> None:
        self._keyword = bm25s.BM25.load(folder / "bm25s")
        self._vectors = faiss.read_index(str(folder / "vectors.faiss"))

    def ask(self, question: str) -> list[int]:
        by_word, _ = self._keyword.retrieve([words(question)], k=10, show_progress=False)
        _, by_meaning = self._vectors.search(self._model.embed_queries([question]), 10)
        rows: list[int] = np.concatenate([by_word[0], by_meaning[0]]).tolist()
        return rows


make = Bare
