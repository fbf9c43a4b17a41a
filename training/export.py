"""Write the trained table as a sentence-transformers folder: `python -m training.export`."""

import json
import shutil

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from .pairs import domain_rows
from .settings import CONFIG, DOMAIN, MODEL, WORK

_CARD = """---
language: zh
license: apache-2.0
library_name: sentence-transformers
tags: [sentence-similarity, static-embedding, chinese, social-insurance]
---
# yibao-zh-static

A small Chinese embedding model for questions about 医保 / 社保: {vocabulary:,} token vectors of {dimension}
dimensions, averaged. It needs no network, no graphics card and no torch; `SentenceTransformer(folder)` loads it too.

## Made by
`make model` (`training/`: prepare, train, export), seed {seed}, on two CPU cores in ten to fifteen minutes. Unigram
pieces of at most {longest} characters; {steps} steps of {batch:,} pairs, {domain_share:.0%} of them from the field,
in-batch softmax in both directions at temperature {temperature}, over the full vectors and their first {smallest}
dimensions, together with the same loss over late interaction between tokens; {dropout:.0%} of the tokens left out by
chance. Pieces learn together with the pieces inside them. One byte a number and one scale a token are kept.

## Data
| source | licence |
|---|---|
| {rows:,} information needs of the field, written for this project, {kept_out:.0%} kept out | Apache-2.0 |
| Chinese laws (LawRefBook/Laws, ImCa0/just-laws) | law texts are not protected; MIT |
| STARD, training part (oneal2000/STARD) | MIT |
| Chinese medical dialogue (Toyhom) | MIT |
| Huatuo-26M test part, CMtMedQA (SupritYoung/Zhongjing), Huatuo-Llama | Apache-2.0 |
| CMRC 2018, training part (ymcui) | CC BY-SA 4.0 |
| news headlines and paragraphs | MIT repository |
| ChinaXiv titles, abstracts, sections (DreamBlooms/ChinaXiv) | CC BY 4.0 |
| CSL (ydli-ai/CSL), finance questions (Ant, DISC-FinLLM) | Apache-2.0, CC BY 4.0 |
| HowToCook, OI Wiki, SUSTech campus, XiaoYiBao, LiveLonger | Unlicense, CC BY-SA 4.0, Apache-2.0 |

The weights hold no text of these. Scores: `docs/embedding-model.md`, `docs/relevance.md`.

## Limits
It knows words, not their order: 先A后B and 先B后A are the same to it. It is trained on Simplified text (fold first), on
the vocabulary of Chinese social insurance, and is weak elsewhere.
"""


def quantised(table: NDArray[np.float32]) -> dict[str, NDArray[np.generic]]:
    """The table in one byte a number: `embeddings` int8 `[vocabulary, dimension]`, `weights` float32 `[vocabulary]`.

    A row is its bytes times its weight, the form of model2vec, which sentence-transformers reads as well.
    """
    weights = np.abs(table).max(axis=1) / np.iinfo(np.int8).max
    # A row of zeros has no scale of its own.
    steps = np.divide(table, weights[:, None], out=np.zeros_like(table), where=weights[:, None] > 0)
    return {"embeddings": np.rint(steps).astype(np.int8), "weights": weights.astype(np.float32)}


def main() -> None:
    table = np.load(WORK / "table.npy")
    tokenizer = Tokenizer.from_file(str(WORK / "tokenizer.json"))
    shutil.rmtree(MODEL, ignore_errors=True)
    (MODEL / "1_Normalize").mkdir(parents=True)
    save_file(quantised(table), MODEL / "model.safetensors")
    tokenizer.save(str(MODEL / "tokenizer.json"), pretty=False)
    package = "sentence_transformers.models"
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": f"{package}.StaticEmbedding"},
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{package}.Normalize"},
    ]
    (MODEL / "modules.json").write_text(json.dumps(modules, indent=1) + "\n", encoding="utf-8")
    (MODEL / "1_Normalize" / "config.json").write_text("{}\n", encoding="utf-8")
    settings = {
        "similarity_fn_name": "cosine",
        "prompts": {"query": "", "document": ""},
        "default_prompt_name": None,
    }
    (MODEL / "config_sentence_transformers.json").write_text(
        json.dumps(settings, indent=1) + "\n", encoding="utf-8"
    )
    card = _CARD.format(
        vocabulary=len(table),
        dimension=table.shape[1],
        seed=CONFIG["seed"],
        longest=CONFIG["tokenizer"]["longest_piece"],
        smallest=CONFIG["model"]["smallest"],
        rows=len(domain_rows(DOMAIN)),
        kept_out=CONFIG["data"]["kept_out"],
        **{
            name: CONFIG["train"][name]
            for name in ("temperature", "batch", "steps", "domain_share", "dropout")
        },
    )
    (MODEL / "README.md").write_text(card, encoding="utf-8")
    size = sum(path.stat().st_size for path in MODEL.rglob("*") if path.is_file())
    print(f"{MODEL}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
