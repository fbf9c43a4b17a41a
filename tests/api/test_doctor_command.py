"""`yibao doctor`, `yibao backup` and `yibao restore` as a user runs them."""

import json
import shutil
from pathlib import Path

import pytest
from api_corpus import QUESTION, run_cli

from index import generations


@pytest.fixture
def index(index_dir: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(index_dir, tmp_path / "index"))


def test_a_healthy_index_is_code_0_and_one_line(index: Path) -> None:
    done = run_cli("doctor", str(index))
    assert done.exit_code == 0
    [line] = done.stdout.splitlines()
    assert line.startswith("healthy: build 000001")


def test_a_damaged_index_is_code_4_and_each_fault_a_line_with_its_cure(index: Path) -> None:
    for name in ("facts.npy", "keyword/words.npy"):
        (index / generations.current(index) / name).write_bytes(b"x")
    done = run_cli("doctor", str(index))
    assert done.exit_code == 4
    first, second, summary = done.stdout.splitlines()
    assert "facts.npy is damaged" in first and "words.npy is damaged" in second
    assert "rebuild-index --full" in first and "rebuild-index --full" in second
    assert summary.startswith("damaged")
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_index_is_code_3(tmp_path: Path) -> None:
    done = run_cli("doctor", str(tmp_path / "none"))
    assert done.exit_code == 3
    assert "rebuild-index" in done.stdout


def test_json_is_one_document_whatever_was_found(index: Path) -> None:
    document = json.loads(run_cli("doctor", str(index), "--json").stdout)
    assert (document["state"], document["build"], document["findings"]) == ("healthy", "000001", [])
    assert document["checked"]["passages"] > 0
    (index / "000001" / "facts.npy").unlink()
    done = run_cli("doctor", str(index), "--json")
    [finding] = json.loads(done.stdout)["findings"]
    assert done.exit_code == 4 and finding["fault"] and finding["part"] == "000001/facts.npy"


def test_what_was_backed_up_answers_after_it_was_restored(index: Path, tmp_path: Path) -> None:
    kept, fresh = tmp_path / "kept.zip", tmp_path / "fresh"
    assert run_cli("backup", str(index), str(kept)).exit_code == 0
    assert run_cli("restore", str(kept), str(fresh)).exit_code == 0
    assert run_cli("doctor", str(fresh)).exit_code == 0
    found = [run_cli("search", QUESTION, "--index", str(place), "--json").stdout for place in (index, fresh)]
    first, second = (json.loads(document)["results"] for document in found)
    assert first == second


def test_a_backup_that_is_none_is_code_2_and_a_missing_one_code_3(index: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(b"x")
    assert run_cli("restore", str(tmp_path / "bad.zip"), str(index)).exit_code == 2
    assert run_cli("restore", str(tmp_path / "none.zip"), str(index)).exit_code == 3
    assert run_cli("backup", str(tmp_path / "none"), str(tmp_path / "kept.zip")).exit_code == 3
