"""Any sentence-transformers model, by name on a hub or by path, in place of the bundled one."""

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .named_model import load_named

_BATCH = 64


def _load(name: str, local_files_only: bool) -> Any:
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes six seconds

    return SentenceTransformer(name, local_files_only=local_files_only)


class SentenceModel:
    """A model with the prompts that it defines for queries and passages."""

    def __init__(self, name: str) -> None:
        """Load it; a path is loaded offline. Raises BadInputError if it cannot be loaded."""
        self._model = load_named(
            _load,
            name,
            "embedding model",
            "name a sentence-transformers model, a folder that holds one, or leave --model out",
        )
        self._name = name

    @property
    def dimension(self) -> int:
        return int(self._model.get_embedding_dimension())

    @property
    def fingerprint(self) -> str:
        """Of the weights themselves: a name may point to other weights tomorrow."""
        digest = hashlib.sha256(repr(sorted(self._model.prompts.items())).encode())
        for key, tensor in sorted(self._model.state_dict().items()):
            digest.update(key.encode())
            digest.update(tensor.detach().cpu().float().contiguous().numpy().tobytes())
        return digest.hexdigest()[:16]

    def embed_queries(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of questions, float32 `[n, dimension]`, of length 1."""
        return self._encode(self._model.encode_query, texts)

    def embed_passages(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of passages, float32 `[n, dimension]`, of length 1."""
        return self._encode(self._model.encode_document, texts)

    def _encode(self, encode: Any, texts: list[str]) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        vectors = encode(
            texts,
            batch_size=_BATCH,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, np.float32)
