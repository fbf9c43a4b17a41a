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


def test_a_domain_row_gives_its_questions_a_pair_of_them_and_its_title():
    made = list(pairs.domain_pairs([ROW], set(), random.Random(1)))
    assert len(made) == 9
    assert {p.query for p in made[:7]} == set(ROW["queries"])
    assert all(p.passage in {ROW["answer"], f"{ROW['title']}\n{ROW['answer']}"} for p in made[:7])
    assert made[7].query in ROW["queries"] and made[7].passage in ROW["queries"]
    assert made[8][:2] == (ROW["title"], ROW["answer"])
    assert {p.group for p in made} == {1} and {p.negative for p in made} == {ROW["hard_negative"]}


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
