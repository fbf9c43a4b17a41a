"""What training makes small: not finding each question's passage, and each passage's question, among those of a batch.

Softmax over the batch in both directions (Oord et al., 2018; Radford et al., 2021). Texts of one information need are
no negatives of each other.
"""

import torch
from torch.nn import functional

#: Takes a pair out of the softmax.
_MASKED = -1e4
#: Below every cosine: a padded token is never the most similar one.
_NO_TOKEN = -2.0
_SHORTEST = 1e-6


def contrastive(similarity: torch.Tensor, groups: torch.Tensor, temperature: float) -> torch.Tensor:
    """Cross entropy of the diagonal of a similarity, float32 `[pairs, pairs]`, both ways."""
    same = (groups[:, None] == groups[None, :]) & (groups[:, None] > 0)
    same.fill_diagonal_(False)
    scores = (similarity / temperature).masked_fill(same, _MASKED)
    labels = torch.arange(len(scores))
    return (functional.cross_entropy(scores, labels) + functional.cross_entropy(scores.T, labels)) / 2


def pooled_loss(
    queries: torch.Tensor,
    passages: torch.Tensor,
    groups: torch.Tensor,
    sizes: tuple[int, ...],
    temperature: float,
) -> torch.Tensor:
    """Of pooled vectors, float32 `[pairs, dimension]`: the mean over their first `sizes` dimensions (Matryoshka,
    Kusupati et al., NeurIPS 2022)."""
    losses = []
    for size in sizes:
        q, p = (functional.normalize(vectors[:, :size], dim=1) for vectors in (queries, passages))
        losses.append(contrastive(q @ p.T, groups, temperature))
    return torch.stack(losses).mean()


def late_similarity(
    table: torch.Tensor,
    queries: tuple[torch.Tensor, torch.Tensor],
    passages: tuple[torch.Tensor, torch.Tensor],
) -> torch.Tensor:
    """Late interaction of every query with every passage, float32 `[queries, passages]`, as search scores it
    (`search/late_interaction.py`): x = Σ_t ‖v_t‖ · max_u cos(v_t, v_u) / Σ_t ‖v_t‖.

    `queries` and `passages` are padded token ids and which of them are real.
    """
    query_ids, query_real = queries
    passage_ids, passage_real = passages
    tokens = table[query_ids[query_real]]
    weights = tokens.norm(dim=1)
    others = functional.normalize(table[passage_ids.reshape(-1)], dim=1)
    similarity = (tokens / weights[:, None].clamp_min(_SHORTEST)) @ others.T
    similarity = similarity.view(len(tokens), *passage_ids.shape).masked_fill(~passage_real[None], _NO_TOKEN)
    best = similarity.amax(-1) * weights[:, None]
    owner = torch.repeat_interleave(torch.arange(len(query_ids)), query_real.sum(1))
    total = torch.zeros(len(query_ids), len(passage_ids)).index_add(0, owner, best)
    weight = torch.zeros(len(query_ids)).index_add(0, owner, weights)
    return total / weight[:, None].clamp_min(_SHORTEST)
