"""The notebook runs from top to bottom on the sample corpus."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from index.embedder import load_embedder
from index.rebuild import rebuild

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.slow
def test_every_cell_runs_and_the_results_are_a_table(tmp_path, monkeypatch):
    rebuild([ROOT / "corpus" / "articles"], tmp_path / "index", embedder=load_embedder())
    monkeypatch.setenv("YIBAO_INDEX", str(tmp_path / "index"))
    monkeypatch.setenv("MPLBACKEND", "agg")
    notebook = nbformat.read(ROOT / "notebooks" / "explore.ipynb", as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT)}}).execute()
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    pages = "".join(output.data.get("text/html", "") for output in shown if "data" in output)
    assert "<mark>" in pages and "dense rank" in pages
