"""Write the trained table as a sentence-transformers folder: `python -m training.export`."""

import json
import shutil

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from .settings import CONFIG, MODEL, WORK

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
`make model` (`training/`: prepare, train, export), seed {seed}, on two CPU cores in about eight minutes. Unigram
pieces of at most {longest} characters; in-batch softmax in both directions at temperature {temperature}, batches of
{batch:,}, {epochs} epochs, the full vectors and their first {smallest} dimensions; domain questions face a hard
negative each.

## Data
| source | licence |
|---|---|
| domain_paraphrases, written for this project | Apache-2.0 |
| Chinese laws (LawRefBook/Laws, ImCa0/just-laws) | law texts are not protected; MIT |
| STARD, training part (oneal2000/STARD) | MIT |
| Chinese medical dialogue (Toyhom) | MIT |
| Huatuo-26M test part, CMtMedQA (SupritYoung/Zhongjing), Huatuo-Llama | Apache-2.0 |
| CMRC 2018, training part (ymcui) | CC BY-SA 4.0 |
| news headlines and paragraphs | MIT repository |
| ChinaXiv titles, abstracts, sections (DreamBlooms/ChinaXiv) | CC BY 4.0 |
| CSL (ydli-ai/CSL), finance questions (Ant, DISC-FinLLM) | Apache-2.0, CC BY 4.0 |
| HowToCook, OI Wiki, SUSTech campus, XiaoYiBao, LiveLonger | Unlicense, CC BY-SA 4.0, Apache-2.0 |

The weights hold no text of these. Scores: `docs/relevance.md`.

## Limits
It knows words, not their order: 先A后B and 先B后A are the same to it. It is trained on Simplified text (fold first), on
the vocabulary of Chinese social insurance, and is weak elsewhere.
"""


def main() -> None:
    table = np.load(WORK / "table.npy").astype(np.float16)
    tokenizer = Tokenizer.from_file(str(WORK / "tokenizer.json"))
    shutil.rmtree(MODEL, ignore_errors=True)
    (MODEL / "1_Normalize").mkdir(parents=True)
    save_file({"embedding.weight": table}, MODEL / "model.safetensors")
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
        **{name: CONFIG["train"][name] for name in ("temperature", "batch", "epochs")},
    )
    (MODEL / "README.md").write_text(card, encoding="utf-8")
    size = sum(path.stat().st_size for path in MODEL.rglob("*") if path.is_file())
    print(f"{MODEL}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
