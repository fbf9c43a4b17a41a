"""What `yibao evaluate` scores: labelled questions on an index, or a BEIR-style folder; one setting, or two."""

from pathlib import Path
from typing import Any, get_args

from index.embedder import load_embedder
from ingest.errors import BadInputError, NotFoundError
from search import Searcher
from search.evaluation.beir import evaluate_beir, is_beir
from search.evaluation.evidence import read_questions
from search.evaluation.scoring import Evaluation, evaluate, set_name_of
from search.searcher import Mode

from ..locating import located
from ..settings import Settings


def evaluations(
    questions: Path,
    index: Path,
    mode: Mode,
    compared: str | None,
    settings: Settings,
    *,
    failures: bool = False,
) -> list[Evaluation]:
    """The evaluation, and a second one of the same questions where another mode or index is `compared`.

    failures  whether the questions that one setting fails are wanted, which are not those in which two differ

    Raises NotFoundError where there are no such questions or index, BadInputError for what cannot be compared.
    """
    if compared and failures:
        raise BadInputError(
            "--failures lists what one setting fails, --compare where two differ; ask for one of them, "
            "or read `changed` in what --compare prints with --json"
        )
    other: Any = compared if compared in get_args(Mode) else None
    if compared and other == mode:
        raise BadInputError(f"both settings are {mode!r}; name another mode or index with --compare")
    if is_beir(questions):
        if compared and not other:
            raise BadInputError(
                f"a BEIR-style folder has one index, made for it; --compare takes a mode, not {compared!r}"
            )
        modes: tuple[Mode, ...] = (mode, other) if other else (mode,)
        embedder = None if set(modes) == {"keyword"} else load_embedder(settings.model or "")
        return evaluate_beir(questions, embedder, modes)
    if not questions.is_file():
        raise NotFoundError(f"there is no question file or BEIR-style folder {questions}")
    labelled = read_questions(questions)
    runs: list[tuple[Path, Mode]] = [(index, mode)]
    if compared:
        runs.append((index, other) if other else (Path(compared), mode))
    found = []
    for folder, run_mode in runs:
        searcher = Searcher.open(located(settings, folder), settings.model, settings.reranker)
        try:
            found.append(evaluate(searcher, labelled, set_name_of(questions), run_mode))
        finally:
            searcher.close()
    return found
