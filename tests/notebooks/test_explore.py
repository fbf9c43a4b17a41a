"""The notebook runs from top to bottom on the sample corpus, and shows what it says."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from index.embedder import load_embedder
from index.rebuild import rebuild

ROOT = Path(__file__).resolve().parent.parent.parent
NOTEBOOK = ROOT / "notebooks" / "explore.ipynb"


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> list[list[dict]]:
    """Of each code cell, what it put out."""
    index = tmp_path_factory.mktemp("index")
    rebuild([ROOT / "corpus" / "articles"], index, embedder=load_embedder())
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("YIBAO_INDEX", str(index))
        NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT)}}).execute()
    return [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]


def shown(outputs: list[list[dict]], kind: str) -> list[str]:
    return [output["data"][kind] for cell in outputs for output in cell if kind in output.get("data", {})]


def test_no_cell_warns_or_prints(outputs: list[list[dict]]) -> None:
    assert [
        output["output_type"]
        for cell in outputs
        for output in cell
        if output["output_type"] != "execute_result"
    ] == []


def test_responses_results_and_frames_are_tables(outputs: list[list[dict]]) -> None:
    response, result, *frames = shown(outputs, "text/html")
    assert "<mark>" in response and response.count("<tr>") == 6
    assert result.count("<tr>") == 2
    assert len(frames) == 3 and all("dataframe" in frame for frame in frames)


def test_scores_maps_and_classes_are_drawn(outputs: list[list[dict]]) -> None:
    assert len(shown(outputs, "image/png")) == 4


def test_the_notebook_is_kept_without_outputs() -> None:
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    assert [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")] == []
