"""Train the token table: `python -m training.train`.

In-batch softmax over cosines in both directions (Oord et al., 2018; Radford et al., 2021), for the full vectors and
for their first dimensions (Matryoshka, Kusupati et al., NeurIPS 2022). Texts of one information need are no
negatives of each other; each domain question also faces a passage that looks right and is not.
"""

import time

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from .settings import CONFIG, WORK

_REPORT_STEPS = 100
#: Takes a pair out of the softmax.
_MASKED = -1e4

Texts = tuple[NDArray[np.int32], NDArray[np.int64]]


def initial_table(counts: NDArray[np.int64], generator: torch.Generator) -> torch.Tensor:
    """Random vectors, short for frequent tokens, float32 `[vocabulary, dimension]`."""
    a = CONFIG["train"]["rare_token_scale"]
    probability = torch.from_numpy(counts / counts.sum())
    scale = (a / (a + probability)).to(torch.float32)
    return 0.1 * scale[:, None] * torch.randn(len(counts), CONFIG["model"]["dimension"], generator=generator)


def pooled(table: torch.Tensor, texts: Texts, chosen: NDArray[np.int64]) -> torch.Tensor:
    """Mean token vectors of the chosen texts, float32 `[chosen, dimension]`."""
    ids, offsets = texts
    lengths = offsets[chosen + 1] - offsets[chosen]
    starts = np.cumsum(lengths) - lengths
    flat = ids[np.arange(lengths.sum()) + np.repeat(offsets[chosen] - starts, lengths)].astype(np.int64)
    return functional.embedding_bag(torch.from_numpy(flat), table, torch.from_numpy(starts), mode="mean")


def loss_of(
    queries: torch.Tensor, passages: torch.Tensor, negatives: torch.Tensor, groups: torch.Tensor
) -> torch.Tensor:
    """Mean cross entropy of finding each query's passage and each passage's query."""
    same = (groups[:, None] == groups[None, :]) & (groups[:, None] > 0)
    same.fill_diagonal_(False)
    labels = torch.arange(len(queries))
    total = queries.new_zeros(())
    sizes = (CONFIG["model"]["dimension"], CONFIG["model"]["smallest"])
    for size in sizes:
        q, p, n = (functional.normalize(x[:, :size], dim=1) for x in (queries, passages, negatives))
        scores = (q @ p.T / CONFIG["train"]["temperature"]).masked_fill(same, _MASKED)
        hard = q @ n.T / CONFIG["train"]["temperature"]
        total = total + functional.cross_entropy(torch.cat([scores, hard], dim=1), labels)
        total = total + functional.cross_entropy(scores.T, labels)
    return total / (2 * len(sizes))


def main() -> None:
    config = CONFIG["train"]
    torch.manual_seed(CONFIG["seed"])
    generator = torch.Generator().manual_seed(CONFIG["seed"])
    rng = np.random.default_rng(CONFIG["seed"])
    data = np.load(WORK / "pairs.npz")
    query, passage, negative = (
        (data[name], data[f"{name}_offsets"]) for name in ("query", "passage", "negative")
    )
    groups = data["groups"]
    has_negative = np.diff(negative[1]) > 0
    counts = np.bincount(np.concatenate([query[0], passage[0]]), minlength=CONFIG["tokenizer"]["vocabulary"])
    table = torch.nn.Parameter(initial_table(counts, generator))
    steps = config["epochs"] * (len(groups) // config["batch"])
    optimizer = torch.optim.Adam([table], lr=config["learning_rate"])
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, config["learning_rate"], total_steps=steps, pct_start=0.1
    )
    started, step = time.time(), 0
    for _ in range(config["epochs"]):
        order = rng.permutation(len(groups))
        for start in range(0, len(order) - config["batch"] + 1, config["batch"]):
            chosen = order[start : start + config["batch"]]
            loss = loss_of(
                pooled(table, query, chosen),
                pooled(table, passage, chosen),
                pooled(table, negative, chosen[has_negative[chosen]]),
                torch.from_numpy(groups[chosen]),
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            step += 1
            if step % _REPORT_STEPS == 0:
                print(
                    f"step {step} of {steps}, loss {loss.item():.3f}, {time.time() - started:.0f} s",
                    flush=True,
                )
    np.save(WORK / "table.npy", table.detach().numpy())


if __name__ == "__main__":
    main()
