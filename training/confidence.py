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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedder import load_embedder
from index.rebuild import rebuild
from search.confidence import ConfidenceModel, Signals
from search.evaluation.evidence import read_questions
from search.searcher import Mode, Searcher

from .settings import CONFIG, ROOT, SHARED

#: What each model looks at. Where late interaction speaks, coverage adds nothing: near misses share words, too.
_SIGNALS: dict[Mode, tuple[str, ...]] = {
    "hybrid": ("late", "least", "answer", "elsewhere", "year", "amount", "length"),
    "dense": ("late", "least", "answer", "elsewhere", "year", "amount", "length"),
    "keyword": ("coverage", "elsewhere", "year", "amount", "length"),
}
#: Questions of other fields, so many from each file.
_FOREIGN = {
    "med_huatuo26m_test": 60,
    "rc_cmrc2018_train_from_expmrc": 60,
    "docs_howtocook": 30,
    "fin_ant_eval": 30,
}
#: Near misses are hard; each counts as often as this.
_NEAR_MISS_WEIGHT = 2.0
#: Keeps the coefficients small.
_RIDGE = 0.02
#: The threshold leaves so many of the answerable questions refused: a wrong refusal costs more than a strange answer.
_REFUSED = 0.05
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


def fitted_model(rows: list[tuple[Signals, bool, float]], names: tuple[str, ...]) -> dict[str, Any]:
    """Coefficients and threshold, as in `confidence.json`, from (signals, answerable, weight) of each question."""
    x = np.asarray([[getattr(signals, name) or 0.0 for name in names] for signals, _, _ in rows])
    y = np.asarray([float(answerable) for _, answerable, _ in rows])
    intercept, *coefficients = (
        round(float(c), 4) for c in fit(x, y, np.asarray([weight for _, _, weight in rows]))
    )
    model = ConfidenceModel(intercept, dict(zip(names, coefficients, strict=True)), 0.0)
    answered = [model.confidence(signals) for signals, answerable, _ in rows if answerable]
    threshold = round(float(np.quantile(answered, _REFUSED)), 4)
    return {"intercept": intercept, "weights": model.weights, "threshold": threshold}


def main() -> None:
    labelled = [
        (q.question, q.region, bool(q.evidence), 1.0 if q.evidence else _NEAR_MISS_WEIGHT)
        for q in read_questions(ROOT / "corpus" / "questions.jsonl")
    ]
    labelled += [(text, None, False, 1.0) for text in foreign_questions()]
    models = {}
    with tempfile.TemporaryDirectory() as place:
        rebuild([ROOT / "corpus" / "articles"], Path(place), embedder=load_embedder())
        searcher = Searcher.open(place)
        for mode, names in _SIGNALS.items():
            rows = [
                (searcher.signals(text, region, mode), answerable, weight)
                for text, region, answerable, weight in labelled
            ]
            models[mode] = fitted_model(rows, names)
        searcher.close()
    answerable = sum(answerable for _, _, answerable, _ in labelled)
    content = {
        "provenance": f"training/confidence.py, seed {CONFIG['seed']}: {answerable} answerable and "
        f"{len(labelled) - answerable} unanswerable questions",
        "models": models,
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    (ROOT / "search" / "confidence.json").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
