"""Scores of the bundled model on every set in `../shared/eval`: `python -m training.evaluate [SET]...`.

nDCG@10 through the project's own index and search. With `kept_out` above 0 in config.toml, the domain rows that
training did not see are a set of their own, against the answers and look-alikes of all rows.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from index.embedder import load_embedder
from index.rebuild import rebuild
from search.evaluation.beir import evaluate_beir
from search.evaluation.evidence import read_questions
from search.evaluation.scoring import Evaluation, evaluate
from search.searcher import Mode, Searcher

from . import pairs
from .settings import CONFIG, DOMAIN, SHARED

_MODES: tuple[Mode, ...] = ("dense", "keyword", "hybrid")
_EVAL = SHARED.parent / "eval"
#: Sets whose corpus are files as scraped, and the folder of those files beside `eval`.
_SCRAPED = ("seeds", "pages")


def write_kept_out(rows: list[pairs.DomainRow], kept_out: set[int], folder: Path) -> None:
    """The domain rows that training did not see, as a folder of corpus.jsonl, queries.jsonl and qrels.tsv."""
    corpus, queries, qrels = [], [], ["query-id\tcorpus-id\tscore"]
    for number, row in enumerate(rows):
        corpus.append({"id": f"answer{number}", "title": row["title"], "text": row["answer"]})
        if row["hard_negative"]:
            corpus.append({"id": f"negative{number}", "title": "", "text": row["hard_negative"]})
        for position, question in enumerate(row["queries"] if number in kept_out else ()):
            queries.append({"id": f"{number}-{position}", "text": question})
            qrels.append(f"{number}-{position}\tanswer{number}\t1")
    for name, documents in (("corpus", corpus), ("queries", queries)):
        lines = "\n".join(json.dumps(document, ensure_ascii=False) for document in documents)
        (folder / f"{name}.jsonl").write_text(lines + "\n", encoding="utf-8")
    (folder / "qrels.tsv").write_text("\n".join(qrels) + "\n", encoding="utf-8")


def _scraped(name: str) -> list[Evaluation]:
    """Scores of labelled questions over scraped files."""
    questions = read_questions(_EVAL / name / "questions.jsonl")
    with tempfile.TemporaryDirectory(prefix="yibao-evaluate-") as place:
        rebuild([_EVAL.parent / name], Path(place), embedder=load_embedder())
        searcher = Searcher.open(place)
        try:
            return [evaluate(searcher, questions, name, mode) for mode in _MODES]
        finally:
            searcher.close()


def _kept_out() -> list[Evaluation]:
    """Scores of the domain rows that training did not see."""
    rows = pairs.domain_rows(DOMAIN)
    kept_out = pairs.kept_out_rows(len(rows), CONFIG["data"]["kept_out"], CONFIG["seed"])
    with tempfile.TemporaryDirectory(prefix="yibao-evaluate-") as place:
        write_kept_out(rows, kept_out, Path(place))
        return evaluate_beir(Path(place), load_embedder(), _MODES)


def _sets(wanted: list[str]) -> Iterator[tuple[str, list[Evaluation]]]:
    """Name and scores of each set, in `_MODES`, as they are ready."""
    for name in _SCRAPED:
        if not wanted or name in wanted:
            yield name, _scraped(name)
    for folder in sorted((_EVAL / "public").iterdir()):
        if not wanted or folder.name in wanted:
            yield folder.name, evaluate_beir(folder, load_embedder(), _MODES)
    if CONFIG["data"]["kept_out"] and (not wanted or "domain" in wanted):
        yield "domain", _kept_out()


def main() -> None:
    print("| set | " + " | ".join(_MODES) + " |\n|---|" + "---|" * len(_MODES))
    for name, scores in _sets(sys.argv[1:]):
        figures = [score.to_dict() for score in scores]
        print(f"| {name} | " + " | ".join(f"{f['ndcg@10']:.3f}" for f in figures) + " |", flush=True)
        for group in figures[0]["per_class"]:
            if len(figures[0]["per_class"]) > 1:
                row = " | ".join(f"{f['per_class'][group]['ndcg@10']:.3f}" for f in figures)
                print(f"| {name}, {group} | {row} |", flush=True)


if __name__ == "__main__":
    main()
