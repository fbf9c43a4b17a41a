"""LangChain: an EnsembleRetriever over its FAISS store and its BM25Retriever with jieba's words, half and half."""

from pathlib import Path

from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_core.embeddings import Embeddings

from .model import sentence_transformer
from .words import words


class _Bundled(Embeddings):
    def __init__(self) -> None:
        self._model = sentence_transformer()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._model.encode(texts, normalize_embeddings=True).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self._model.encode(text, normalize_embeddings=True).tolist()
        return vector


class Langchain:
    def build(self, texts: list[str], folder: Path) -> None:  # noqa: ARG002 - BM25Retriever lives in memory only
        rows = [{"row": row} for row in range(len(texts))]
        keyword = BM25Retriever.from_texts(texts, rows, preprocess_func=words, k=10)
        dense = FAISS.from_texts(texts, _Bundled(), rows).as_retriever(search_kwargs={"k": 10})
        self._retriever = EnsembleRetriever(retrievers=[keyword, dense], weights=[0.5, 0.5])

    def ask(self, question: str) -> list[int]:
        return [document.metadata["row"] for document in self._retriever.invoke(question)[:10]]


make = Langchain
