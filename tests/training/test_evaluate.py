"""The rows that training did not see, as a set of questions."""

import json

from search.evaluation.beir import is_beir, read_qrels
from training.evaluate import write_kept_out


def test_only_rows_kept_out_ask_and_all_rows_answer(tmp_path):
    rows = [
        {
            "id": str(n),
            "title": f"题{n}",
            "answer": f"答{n}",
            "queries": ["甲", "乙"],
            "hard_negative": "似" if n else "",
        }
        for n in range(2)
    ]
    write_kept_out(rows, {1}, tmp_path)
    assert is_beir(tmp_path)
    corpus = [json.loads(line) for line in (tmp_path / "corpus.jsonl").read_text("utf-8").splitlines()]
    assert [document["text"] for document in corpus] == ["答0", "答1", "似"]
    assert read_qrels(tmp_path) == {"1-0": {"answer1": 1}, "1-1": {"answer1": 1}}
