"""Evaluation on a BEIR-style folder: corpus.jsonl(.gz), queries.jsonl, qrels.tsv (Thakur et al., NeurIPS 2021).

The corpus goes through the same ingest and index as any other; a document ranks where its best passage does.
"""

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from index.embedder import Embedder
from index.rebuild import rebuild
from ingest.errors import BadInputError
from ingest.ids import article_id

from ..searcher import Mode, Searcher
from . import metrics
from .scoring import Evaluation, Judged

_DEPTH = 10
_RECALL_DEPTH = 5
#: Passages asked for, so that the first ten documents are among them.
_PASSAGES = 30


def is_beir(path: Path) -> bool:
    """Whether a path is such a folder."""
    return path.is_dir() and (path / "queries.jsonl").is_file()


def corpus_file(folder: Path) -> Path:
    """The corpus of the folder. Raises BadInputError if it has none."""
    for name in ("corpus.jsonl.gz", "corpus.jsonl"):
        if (folder / name).is_file():
            return folder / name
    raise BadInputError(f"{folder} holds no corpus.jsonl or corpus.jsonl.gz")


def read_qrels(folder: Path) -> dict[str, dict[str, int]]:
    """Grades by query and document. Raises BadInputError naming the line that is none."""
    path = folder / "qrels.tsv"
    if not path.is_file():
        raise BadInputError(f"{folder} holds no qrels.tsv")
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fields = line.split("\t")
        if len(fields) == 3 and fields[2].strip().isdecimal():
            qrels.setdefault(fields[0], {})[fields[1]] = int(fields[2])
        elif number > 1 and line.strip():
            raise BadInputError(f"{path}:{number} is not: query-id, document-id, grade, separated by tabs")
    return qrels


def evaluate_beir(
    folder: Path,
    embedder: Embedder | None,
    modes: tuple[Mode, ...] = ("hybrid",),
    progress: Callable[[str], None] | None = None,
) -> list[Evaluation]:
    """Index the folder's corpus in a temporary place and score its queries, once a mode."""
    corpus = corpus_file(folder)
    qrels = read_qrels(folder)
    lines = (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    queries = [json.loads(line) for line in lines if line.strip()]
    with tempfile.TemporaryDirectory(prefix="yibao-beir-") as temporary:
        place = Path(temporary)
        (place / "corpus").mkdir()
        shutil.copyfile(corpus, place / "corpus" / corpus.name)
        if progress:
            progress(f"indexing {corpus}")
        rebuild([place / "corpus"], place / "index", embedder=embedder)
        searcher = Searcher.open(place / "index")
        try:
            return [_evaluate(searcher, queries, qrels, corpus.name, folder.name, mode) for mode in modes]
        finally:
            searcher.close()


def _evaluate(
    searcher: Searcher,
    queries: list[dict[str, str]],
    qrels: dict[str, dict[str, int]],
    file: str,
    set_name: str,
    mode: Mode,
) -> Evaluation:
    judged = []
    for query in queries:
        wanted = {
            article_id(file, document): grade for document, grade in qrels.get(str(query["id"]), {}).items()
        }
        if not wanted:
            continue
        response = searcher.search(query["text"], k=_PASSAGES, mode=mode)
        found = list(dict.fromkeys(result.passage.article_id for result in response.results))
        grades = [wanted.get(document, 0) for document in found[:_DEPTH]]
        relevant = sum(grade > 0 for grade in grades[:_RECALL_DEPTH])
        judged.append(
            Judged(
                id=str(query["id"]),
                question=query["text"],
                question_class="all",
                answerable=response.answerable,
                ndcg=metrics.ndcg(grades, list(wanted.values()), _DEPTH),
                reciprocal_rank=metrics.reciprocal_rank(grades, _DEPTH),
                recall=relevant / min(_RECALL_DEPTH, len(wanted)),
                success=metrics.success(grades),
                returned=tuple(
                    (r.passage.file, r.passage.title, r.passage.text[:60]) for r in response.results[:3]
                ),
            )
        )
    return Evaluation(set_name, mode, tuple(judged))
