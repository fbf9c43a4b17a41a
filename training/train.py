"""Train the token table: `python -m training.train`.

Two things are learned at once, as search uses them together: pooled vectors, and late interaction between tokens
(`losses.py`). Pieces learn together with the pieces inside them (`composition.py`). Tokens are left out by chance, so
that no single word of a question carries its answer (Srivastava et al., "Dropout", JMLR 2014).
"""

import time

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import functional

from .batches import Stream, TrainingPairs, bag, padded
from .composition import Composition
from .losses import contrastive, late_similarity, pooled_loss
from .settings import CONFIG, WORK

_REPORT_STEPS = 50


def initial_table(counts: NDArray[np.int64], generator: torch.Generator) -> torch.Tensor:
    """Random vectors, short for frequent tokens, float32 `[vocabulary, dimension]`."""
    a = CONFIG["train"]["rare_token_scale"]
    probability = torch.from_numpy(counts / counts.sum())
    scale = (a / (a + probability)).to(torch.float32)
    return 0.1 * scale[:, None] * torch.randn(len(counts), CONFIG["model"]["dimension"], generator=generator)


class Trainer:
    """Draws pairs and gives the loss of a table on them."""

    def __init__(self, pairs: TrainingPairs, rng: np.random.Generator) -> None:
        self._pairs, self._rng = pairs, rng
        domain = pairs.groups > 0
        self._public, self._domain, self._answers = (
            Stream(np.flatnonzero(chosen), rng) for chosen in (~domain, domain, pairs.answers)
        )

    def loss(self, table: torch.Tensor) -> torch.Tensor:
        """The loss on the next batch."""
        late = CONFIG["train"]["late"]
        return self._pooled(table) + late["weight"] * self._late(table)

    def _pooled(self, table: torch.Tensor) -> torch.Tensor:
        config = CONFIG["train"]
        domain = int(config["batch"] * config["domain_share"])
        chosen = np.concatenate([self._public.take(config["batch"] - domain), self._domain.take(domain)])
        vectors = []
        for texts in (self._pairs.query, self._pairs.passage):
            ids, starts, weights = bag(texts, chosen, config["dropout"], self._rng)
            vectors.append(
                functional.embedding_bag(ids, table, starts, mode="sum", per_sample_weights=weights)
            )
        sizes = (CONFIG["model"]["dimension"], CONFIG["model"]["smallest"])
        groups = torch.from_numpy(self._pairs.groups[chosen])
        return pooled_loss(vectors[0], vectors[1], groups, sizes, config["temperature"])

    def _late(self, table: torch.Tensor) -> torch.Tensor:
        config = CONFIG["train"]["late"]
        general = int(config["batch"] * config["general_share"])
        chosen = np.concatenate([self._public.take(general), self._answers.take(config["batch"] - general)])
        queries = padded(self._pairs.query, chosen, config["query_tokens"], self._rng)
        passages = padded(self._pairs.passage, chosen, config["passage_tokens"], self._rng)
        groups = torch.from_numpy(self._pairs.groups[chosen])
        return contrastive(late_similarity(table, queries, passages), groups, CONFIG["train"]["temperature"])


def main() -> None:
    config = CONFIG["train"]
    generator = torch.Generator().manual_seed(CONFIG["seed"])
    pairs = TrainingPairs.of(np.load(WORK / "pairs.npz"))
    vocabulary = Tokenizer.from_file(str(WORK / "tokenizer.json")).get_vocab()
    counts = np.bincount(np.concatenate([pairs.query[0], pairs.passage[0]]), minlength=len(vocabulary))
    # Both parts start at equal size; half each keeps the sum near the scale that the learning rate was chosen for.
    own = torch.nn.Parameter(initial_table(counts, generator) / 2)
    lent = torch.nn.Parameter(initial_table(counts, generator) / 2)
    composition = Composition(vocabulary)
    trainer = Trainer(pairs, np.random.default_rng(CONFIG["seed"]))
    # The second moment is forgotten sooner than by default: there are only hundreds of steps.
    optimizer = torch.optim.Adam([own, lent], lr=config["learning_rate"], betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, config["learning_rate"], total_steps=config["steps"], pct_start=0.1
    )
    started = time.time()
    for step in range(1, config["steps"] + 1):
        loss = trainer.loss(composition.table(own, lent))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % _REPORT_STEPS == 0:
            seconds = time.time() - started
            print(f"step {step} of {config['steps']}, loss {loss.item():.3f}, {seconds:.0f} s", flush=True)
    np.save(WORK / "table.npy", composition.table(own, lent).detach().numpy())


if __name__ == "__main__":
    main()
