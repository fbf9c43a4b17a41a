"""Haystack: a pipeline of the in-memory store's BM25 and embedding retrievers, joined by reciprocal ranks.

The store cuts text by a regular expression, so it gets jieba's words joined by spaces.
"""

from pathlib import Path

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore

from .model import sentence_transformer
from .words import words


class Haystack:
    def __init__(self) -> None:
        self._model = sentence_transformer()

    def build(self, texts: list[str], folder: Path) -> None:  # noqa: ARG002 - lives in memory
        store = InMemoryDocumentStore(bm25_tokenization_regex=r"\S+", return_embedding=False)
        vectors = self._model.encode(texts, normalize_embeddings=True)
        store.write_documents(
            [
                Document(id=str(row), content=" ".join(words(text)), embedding=vector.tolist())
                for row, (text, vector) in enumerate(zip(texts, vectors, strict=True))
            ]
        )
        self._pipeline = Pipeline()
        self._pipeline.add_component("keyword", InMemoryBM25Retriever(store, top_k=10))
        self._pipeline.add_component("dense", InMemoryEmbeddingRetriever(store, top_k=10))
        self._pipeline.add_component("joined", DocumentJoiner("reciprocal_rank_fusion", top_k=10))
        self._pipeline.connect("keyword", "joined")
        self._pipeline.connect("dense", "joined")

    def ask(self, question: str) -> list[int]:
        vector = self._model.encode(question, normalize_embeddings=True).tolist()
        asked = {"keyword": {"query": " ".join(words(question))}, "dense": {"query_embedding": vector}}
        return [int(document.id) for document in self._pipeline.run(asked)["joined"]["documents"]]


make = Haystack
