"""What the model learns from."""

import gzip
import json
import random

from training import pairs

ROW = {
    "id": "x1",
    "title": "停保后余额",
    "answer": "停保以后余额仍可使用。",
    "queries": [f"第{n}种问法" for n in range(7)],
    "hard_negative": "停保以后不能报销。",
}


def test_a_domain_row_gives_its_questions_pairs_of_them_and_its_title():
    made = list(pairs.domain_pairs([ROW], set(), random.Random(1)))
    assert len(made) == 7 * 2 + 4 + 1
    answers = [p for p in made if p.answers]
    assert {(p.query, p.passage) for p in answers} == {
        (query, passage)
        for query in ROW["queries"]
        for passage in (ROW["answer"], f"{ROW['title']}\n{ROW['answer']}")
    }
    *questions, title = (p for p in made if not p.answers)
    assert all({p.query, p.passage} <= set(ROW["queries"]) and p.query != p.passage for p in questions)
    assert title[:2] == (ROW["title"], ROW["answer"])
    assert {p.group for p in made} == {1}


def test_domain_rows_are_those_of_all_files_in_the_order_of_their_names(tmp_path):
    for name, id in (("domain_paraphrases_b", "2"), ("domain_paraphrases", "1"), ("other", "3")):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(ROW | {"id": id}) + "\n", encoding="utf-8")
    assert [row["id"] for row in pairs.domain_rows(tmp_path)] == ["1", "2"]


def test_rows_kept_out_give_no_pairs():
    assert list(pairs.domain_pairs([ROW], {0}, random.Random(1))) == []


def test_kept_out_rows_are_a_share_and_the_same_each_time():
    assert len(pairs.kept_out_rows(100, 0.1, 7)) == 10
    assert pairs.kept_out_rows(100, 0.1, 7) == pairs.kept_out_rows(100, 0.1, 7)
    assert pairs.kept_out_rows(100, 0.0, 7) == set()


def test_a_law_gives_its_chapter_and_one_sentence_for_the_rest(tmp_path):
    (tmp_path / "text").mkdir()
    article = {"law": "保险条例", "chapter": "总则", "text": "用人单位应当按时缴费。个人应当如实申报工资。"}
    with gzip.open(tmp_path / "text" / "law_articles.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(article, ensure_ascii=False))
    chapter, cloze = pairs.law_pairs(tmp_path, random.Random(1))
    assert chapter[:2] == ("保险条例 总则", article["text"])
    assert {cloze.query, cloze.passage} == {"用人单位应当按时缴费。", "个人应当如实申报工资。"}
