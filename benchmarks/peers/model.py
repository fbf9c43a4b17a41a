"""The bundled model through sentence-transformers, as the peers use it."""

from sentence_transformers import SentenceTransformer

from index.static_model import BUNDLED


def sentence_transformer() -> SentenceTransformer:
    return SentenceTransformer(str(BUNDLED), device="cpu", local_files_only=True)
