"""Learn the token inventory and turn all pairs into token ids: `python -m training.prepare`."""

import random

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

from . import pairs
from .pairs import Pair
from .settings import CONFIG, DOMAIN, SHARED, WORK

_ENCODE_BATCH = 20_000


def learn_tokenizer(texts: list[str]) -> Tokenizer:
    """Unigram pieces (Kudo, ACL 2018) of NFKC, lower-case text, never across punctuation."""
    config = CONFIG["tokenizer"]
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    # Not `Whitespace`, whose regular expression takes half of the time of embedding.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation()]
    )
    trainer = trainers.UnigramTrainer(
        vocab_size=config["vocabulary"],
        max_piece_length=config["longest_piece"],
        special_tokens=["[UNK]"],
        unk_token="[UNK]",
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def encode(tokenizer: Tokenizer, texts: list[str]) -> list[NDArray[np.int32]]:
    """Token ids of each text."""
    found = []
    for start in range(0, len(texts), _ENCODE_BATCH):
        batch = tokenizer.encode_batch_fast(texts[start : start + _ENCODE_BATCH])
        found += [np.asarray(encoded.ids, np.int32) for encoded in batch]
    return found


def flat(ids: list[NDArray[np.int32]]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """All ids in one array, and where each text begins in it."""
    offsets = np.zeros(len(ids) + 1, np.int64)
    np.cumsum([len(one) for one in ids], out=offsets[1:])
    return np.concatenate(ids), offsets


def gather() -> tuple[list[Pair], list[Pair]]:
    """Public and domain pairs."""
    rng = random.Random(CONFIG["seed"])
    public = [*pairs.public_pairs(SHARED), *pairs.law_pairs(SHARED, rng)]
    rows = pairs.domain_rows(DOMAIN)
    kept_out = pairs.kept_out_rows(len(rows), CONFIG["data"]["kept_out"], CONFIG["seed"])
    return public, list(pairs.domain_pairs(rows, kept_out, rng))


def main() -> None:
    config = CONFIG["data"]
    public, domain = gather()
    print(f"{len(public):,} public pairs, {len(domain):,} domain pairs")
    rng = random.Random(CONFIG["seed"])
    sample = rng.sample(public, CONFIG["tokenizer"]["texts"]) + domain
    longest_query, longest_passage = config["longest_query"], config["longest_passage"]
    tokenizer = learn_tokenizer(
        [t for p in sample for t in (p.query[:longest_query], p.passage[:longest_passage])]
    )
    WORK.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(WORK / "tokenizer.json"))
    every = public + domain
    queries = encode(tokenizer, [p.query[:longest_query] for p in every])
    passages = encode(tokenizer, [p.passage[:longest_passage] for p in every])
    kept = [i for i in range(len(every)) if len(queries[i]) and len(passages[i])]
    arrays = {}
    for name, ids in (("query", queries), ("passage", passages)):
        arrays[name], arrays[f"{name}_offsets"] = flat([ids[i] for i in kept])
    groups = np.asarray([every[i].group for i in kept], np.int64)
    answers = np.asarray([every[i].answers for i in kept])
    np.savez(WORK / "pairs.npz", groups=groups, answers=answers, **arrays)
    print(f"{len(kept):,} pairs, {tokenizer.get_vocab_size():,} tokens")


if __name__ == "__main__":
    main()
