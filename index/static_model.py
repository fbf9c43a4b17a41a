"""The bundled model: a table of token vectors, averaged. Fast, and without torch.

The folder is a sentence-transformers model (`StaticEmbedding`), so `SentenceTransformer(folder)` loads the same one;
this file reads its tokenizer and table directly, since importing sentence-transformers takes seconds.
"""

import hashlib
import json
import os
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.errors import BadInputError

from .embedder import Embedder, load_embedder
from .token_vectors import TokenVectors
from .unigram import Unigram

#: From so many texts on, tokenising them in step is faster than each by itself, what it needs included; and from so
#: many on once that is there.
_TOGETHER, _FEWER = 1000, 64
BUNDLED = Path(__file__).parent / "models" / "yibao-zh-static"


class StaticModel:
    """Vectors as the mean of token vectors, brought to length 1.

    token_vectors  of its vocabulary
    """

    def __init__(self, folder: Path) -> None:
        # The tokenizer's threads would be forked along with ingest's worker processes.
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
        from safetensors.numpy import load_file  # noqa: PLC0415 - kept off the path of keyword-only searches
        from tokenizers import Tokenizer  # noqa: PLC0415

        self._folder = folder
        try:
            vectors = TokenVectors.of(load_file(folder / "model.safetensors"))
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # noqa: BLE001 - both libraries raise exception types of their own
            raise BadInputError(f"the embedding model in {folder} cannot be loaded: {error}") from None
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.token_vectors = vectors

    @property
    def dimension(self) -> int:
        return self.token_vectors.dimension

    @property
    def vocabulary_size(self) -> int:
        return len(self.token_vectors)

    @property
    def unknown_token(self) -> int | None:
        """Id of the token that stands for what the vocabulary does not hold."""
        found: int | None = self._tokenizer.token_to_id("[UNK]")
        return found

    @cached_property
    def fingerprint(self) -> str:
        digest = hashlib.sha256()
        for name in ("model.safetensors", "tokenizer.json"):
            digest.update((self._folder / name).read_bytes())
        return digest.hexdigest()[:16]

    def __reduce__(self) -> tuple[Callable[[str], Embedder], tuple[str]]:
        """Another process reads the same files, once."""
        return load_embedder, (str(self._folder),)

    def expect_many(self) -> None:
        """Load what it takes to embed many passages at a time."""
        self._unigram  # noqa: B018 - kept from here on

    @cached_property
    def _unigram(self) -> Unigram | None:
        return Unigram.of(self._tokenizer)

    def token_ids(self, texts: list[str]) -> list[NDArray[np.int64]]:
        """Token ids of each text."""
        if len(texts) == 1:
            # A question is read by the thread that asks it: waking the others would take longer.
            encoded = [self._tokenizer.encode(texts[0], add_special_tokens=False)]
        elif len(texts) >= (_FEWER if "_unigram" in vars(self) else _TOGETHER) and self._unigram is not None:
            return self._unigram.token_ids(texts)
        else:
            encoded = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return [np.asarray(e.ids, np.int64) for e in encoded]

    def embed_queries(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of questions, float32 `[n, dimension]`, of length 1, or 0 for a text without tokens."""
        return self.embed_token_ids(self.token_ids(texts))

    def embed_passages(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of passages, float32 `[n, dimension]`, of length 1, or 0 for a text without tokens."""
        return self.embed_token_ids(self.token_ids(texts))

    def embed_token_ids(self, ids: list[NDArray[np.int64]]) -> NDArray[np.float32]:
        """Vectors of texts given as `token_ids` reads them, float32 `[n, dimension]`, of length 1 or 0."""
        vectors = np.zeros((len(ids), self.dimension), np.float32)
        for row, tokens in enumerate(ids):
            if len(tokens):
                # A product with ones adds faster than `sum`; dividing by the number of tokens would change no
                # direction.
                vectors[row] = np.ones(len(tokens), np.float32) @ self.token_vectors.take(tokens)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        units = np.zeros_like(vectors)
        np.divide(vectors, lengths, out=units, where=lengths > 0)
        return units


def is_static(folder: Path) -> bool:
    """Whether a model folder holds nothing but a static embedding, which this file can read without torch."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    kinds = [str(module.get("type", "")).rsplit(".", 1)[-1] for module in modules]
    return kinds[:1] == ["StaticEmbedding"] and set(kinds[1:]) <= {"Normalize"}
