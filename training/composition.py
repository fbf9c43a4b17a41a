"""Pieces share what they are made of: 补缴 and 断缴 both learn from every text with 缴.

A token's vector is its own plus the mean of vectors that belong to the shorter pieces inside it, as words are sums of
character n-grams in fastText (Bojanowski et al., TACL 2017), here restricted to the inventory. A piece that few
training texts hold thus starts from what its characters mean. After training both parts are added up, so that the
finished model is one plain table.
"""

from collections.abc import Mapping
from typing import Any

import torch


def inner_pieces(vocabulary: Mapping[str, int]) -> list[list[int]]:
    """Of each token id, the ids of the shorter tokens that its text holds, ascending."""
    found: list[list[int]] = [[] for _ in vocabulary]
    for text, token in vocabulary.items():
        ends = range(1, len(text) + 1)
        inside = {text[start:end] for end in ends for start in range(end)} - {text}
        found[token] = sorted(vocabulary[piece] for piece in inside if piece in vocabulary)
    return found


class Composition:
    """The table as a function of the tokens' own vectors and of those they lend to longer pieces."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        inside = inner_pieces(vocabulary)
        rows = torch.tensor([token for token, pieces in enumerate(inside) for _ in pieces], dtype=torch.long)
        columns = torch.tensor([piece for pieces in inside for piece in pieces], dtype=torch.long)
        shares = torch.tensor([1 / len(pieces) for pieces in inside for _ in pieces], dtype=torch.float32)
        size = (len(inside), len(inside))
        mean = torch.sparse_coo_tensor(torch.stack([rows, columns]), shares, size)
        self._mean = mean.coalesce().to_sparse_csr()
        # Transposed once: autograd would do so at every step.
        self._spread = mean.t().coalesce().to_sparse_csr()

    def table(self, own: torch.Tensor, lent: torch.Tensor) -> torch.Tensor:
        """own + mean of `lent` over inner pieces, float32 `[vocabulary, dimension]`."""
        mixed: torch.Tensor = _SparseProduct.apply(self._mean, self._spread, lent)
        return own + mixed


class _SparseProduct(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, matrix: torch.Tensor, transposed: torch.Tensor, dense: torch.Tensor
    ) -> torch.Tensor:
        ctx.transposed = transposed
        return matrix @ dense

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[None, None, torch.Tensor]:
        return None, None, ctx.transposed @ gradients[0]
