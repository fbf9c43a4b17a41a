"""Fit when to say that nothing here answers: `python -m training.confidence`.

Answerable and unanswerable questions of the sample corpus, and questions of other fields as plainly unanswerable
ones. Logistic regression by Newton's method; the few coefficients go to `search/confidence.json` with their
provenance. The labelled questions of `../shared/eval` are never fitted on, only measured on.
"""

import gzip
import json
import random
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embedder import load_embedder
from index.rebuild import rebuild
from search.confidence import Signals
from search.evidence import read_questions
from search.searcher import Searcher

from .settings import CONFIG, ROOT, SHARED

_SIGNALS = ("score", "dense", "late", "coverage", "least", "elsewhere")
#: Questions of other fields, so many from each file.
_FOREIGN = {
    "med_huatuo26m_test": 60,
    "rc_cmrc2018_train_from_expmrc": 60,
    "docs_howtocook": 30,
    "fin_ant_eval": 30,
}
#: Near misses are few and hard; each counts as often as this.
_NEAR_MISS_WEIGHT = 3.0
#: Keeps the coefficients small.
_RIDGE = 0.02
#: Below it, nothing here answers. Low, since a wrongly refused question costs more than a strange one answered.
_THRESHOLD = 0.1
_LONGEST = 60
_STEPS = 50


def foreign_questions() -> list[str]:
    """Questions of other fields, from public training data."""
    rng = random.Random(CONFIG["seed"])
    found = []
    for name, count in _FOREIGN.items():
        with gzip.open(SHARED / "pairs" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            queries = [json.loads(line)["query"] for line in lines]
        found += rng.sample([query for query in queries if len(query) <= _LONGEST], count)
    return found


def fit(x: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Coefficients of a ridge-penalised logistic regression, the intercept first."""
    x = np.hstack([np.ones((len(x), 1)), x])
    penalty = _RIDGE * np.eye(x.shape[1])
    penalty[0, 0] = 0.0
    beta = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-x @ beta))
        gradient = x.T @ (weight * (y - p)) - penalty @ beta
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + penalty
        beta += np.linalg.solve(hessian, gradient)
    return beta


def main() -> None:
    rows: list[tuple[Signals, bool, float]] = []
    with tempfile.TemporaryDirectory() as place:
        rebuild([ROOT / "corpus" / "articles"], Path(place), embedder=load_embedder())
        searcher = Searcher.open(place)
        for question in read_questions(ROOT / "corpus" / "questions.jsonl"):
            weight = 1.0 if question.evidence else _NEAR_MISS_WEIGHT
            rows.append(
                (searcher.signals(question.question, question.region), bool(question.evidence), weight)
            )
        rows += [(searcher.signals(text), False, 1.0) for text in foreign_questions()]
        searcher.close()
    x = np.asarray([[getattr(signals, name) for name in _SIGNALS] for signals, _, _ in rows])
    y = np.asarray([float(answerable) for _, answerable, _ in rows])
    intercept, *coefficients = fit(x, y, np.asarray([weight for _, _, weight in rows]))
    content = {
        "provenance": f"training/confidence.py, seed {CONFIG['seed']}: {int(y.sum())} answerable and "
        f"{int((1 - y).sum())} unanswerable questions",
        "intercept": round(float(intercept), 4),
        "weights": {name: round(float(c), 4) for name, c in zip(_SIGNALS, coefficients, strict=True)},
        "threshold": _THRESHOLD,
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    (ROOT / "search" / "confidence.json").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
