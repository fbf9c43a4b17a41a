"""One of ten reprints is shown; different rules are never taken for copies."""

from ingest.passage import Passage
from search.collapse import collapse, diversify, overlap

TEXT = "停保以后账户里剩下的钱不会作废，买药和看门诊时照样可以刷卡支付。"


def passage(id, text=TEXT, article="a", title="标题", **fields):
    return Passage(
        id=id, article_id=article, file=f"{article}.txt", ordinal=0, kind="body", title=title,
        heading_path=(), text=text, start=0, end=len(text), **fields,
    )  # fmt: skip


def test_overlap_is_the_shared_part_of_the_character_pairs_of_both():
    # 甲乙 乙丙 丙丁 and 乙丙 丙丁 丁戊: two of four; a text without a pair is like nothing, itself included
    assert overlap("甲乙，丙丁", "甲乙丙丁。") == 1
    assert overlap("甲乙，丙丁", "乙丙丁。戊") == 0.5
    assert overlap("甲乙，丙丁", "天地玄黄") == overlap("甲", "甲") == 0


def test_near_identical_passages_become_copies_of_the_best():
    ranked = [passage("1"), passage("2", TEXT + "。", "b"), passage("3", "完全不同的另一段说明文字。", "c")]
    assert collapse(ranked, 10) == {0: [1], 2: []}


def test_a_marked_duplicate_joins_its_original():
    ranked = [passage("2", "换了说法的同一段", "b", duplicate_of="1"), passage("1")]
    assert collapse(ranked, 10) == {0: [1]}


def test_the_same_template_for_another_region_or_year_is_no_copy():
    ranked = [
        passage("1", region="成都"),
        passage("2", region="德阳"),
        passage("3", region="成都", year=2024),
    ]
    assert list(collapse(ranked, 10)) == [0, 1, 2]


def test_no_more_groups_than_wanted():
    ranked = [passage(str(n), f"第{n}种情形各不相同{'甲乙丙丁'[n] * 9}", str(n)) for n in range(4)]
    assert len(collapse(ranked, 2)) == 2


def test_a_third_alike_passage_of_one_article_waits():
    alike = [passage(str(n), TEXT + "甲乙丙丁戊己"[n] * 8) for n in range(3)]
    other = [passage(f"o{n}", f"别的文章第{n}段" + "子丑寅卯"[n] * 9, f"o{n}") for n in range(3)]
    ranked = alike + other
    assert diversify(ranked, range(6)) == [0, 1, 3, 4, 5, 2]


def test_a_third_passage_that_says_something_else_stays():
    parts = [passage(str(n), "天地玄黄宇宙"[n] * 30) for n in range(3)]
    assert diversify(parts, range(3)) == [0, 1, 2]
