"""Every labelled piece of evidence lies whole in one passage, as the team's scorer counts it."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from ingest.scraped import read_scraped
from ingest.splitting import split

pytestmark = pytest.mark.shared


def _scorer(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", shared / "eval/seeds/score.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_evidence_of_every_question_lies_in_one_passage(shared: Path):
    normalise = _scorer(shared).normalise
    passages = {
        file.name[:3]: [normalise(p.text) for p in split(read_scraped(file.name, file.read_text("utf-8")))]
        for file in (shared / "seeds").glob("*.txt")
    }
    missing = []
    for line in (shared / "eval/seeds/questions.jsonl").read_text("utf-8").splitlines():
        for evidence in json.loads(line)["evidence"]:
            needed = [normalise(text) for text in (evidence["text"], *evidence.get("all_of", ()))]
            if not any(all(text in passage for text in needed) for passage in passages[evidence["doc"]]):
                missing.append((evidence["doc"], evidence["text"]))
    assert missing == []
