"""A BEIR-style folder is indexed and scored by itself."""

import gzip
import json

import pytest

from ingest.errors import BadInputError
from search.evaluation.beir import evaluate_beir, is_beir

DOCUMENTS = [
    {"id": "d1", "title": "备案", "text": "异地就医先在手机上备案，再去住院。"},
    {"id": "d2", "title": "", "text": "停保以后余额照样可以买药，不会清零。"},
    {"id": "d3", "title": "津贴", "text": "生育津贴由单位申报，打到本人卡上。"},
]


@pytest.fixture
def folder(tmp_path):
    with gzip.open(tmp_path / "corpus.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(document, ensure_ascii=False) + "\n" for document in DOCUMENTS)
    queries = [
        {"id": "q1", "text": "停保余额清零"},
        {"id": "q2", "text": "生育津贴谁申报"},
        {"id": "q3", "text": "备案"},
    ]
    text = "\n".join(json.dumps(query, ensure_ascii=False) for query in queries)
    (tmp_path / "queries.jsonl").write_text(text, encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\td2\t1\nq2\td1\t1\n", encoding="utf-8"
    )
    return tmp_path


def test_documents_are_found_by_their_own_ids(folder):
    [scores] = evaluate_beir(folder, None, ("keyword",))
    by_id = {judged.id: judged for judged in scores.judged}
    assert set(by_id) == {"q1", "q2"}
    assert by_id["q1"].ndcg == 1.0 and by_id["q1"].success == 1.0
    assert by_id["q2"].success == 0.0


def test_what_is_missing_or_broken_is_named(folder):
    assert is_beir(folder)
    (folder / "qrels.tsv").write_text("q1\td2\t1\nq2 d1 1\n", encoding="utf-8")
    with pytest.raises(BadInputError, match=r"qrels\.tsv:2"):
        evaluate_beir(folder, None)
    (folder / "corpus.jsonl.gz").unlink()
    with pytest.raises(BadInputError, match=r"corpus\.jsonl"):
        evaluate_beir(folder, None)
