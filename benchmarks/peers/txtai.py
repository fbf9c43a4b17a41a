"""txtai, hybrid: its BM25 with a term index on disk over jieba's words, its FAISS index, sentence-transformers."""

from collections.abc import Callable
from pathlib import Path

from txtai import Embeddings
from txtai.scoring import BM25

from index.static_model import BUNDLED

from .words import words


class WordBM25(BM25):  # type: ignore[misc]
    """txtai's own tokenizers know no Chinese words; a scoring of one's own is its documented way to bring them."""

    def loadtokenizer(self) -> Callable[[str], list[str]]:
        return words


class Txtai:
    def build(self, texts: list[str], folder: Path) -> None:
        embeddings = Embeddings(
            path=str(BUNDLED),
            method="sentence-transformers",
            gpu=False,
            # What `hybrid=True` stands for, with the words.
            scoring={
                "method": f"{WordBM25.__module__}.{WordBM25.__name__}",
                "terms": True,
                "normalize": True,
            },
        )
        embeddings.index(texts)
        embeddings.save(str(folder / "txtai"))

    def open(self, folder: Path) -> None:
        self._embeddings = Embeddings()
        self._embeddings.load(str(folder / "txtai"))

    def ask(self, question: str) -> list[int]:
        return [row for row, _ in self._embeddings.search(question, 10)]


make = Txtai
