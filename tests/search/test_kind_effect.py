"""What the kind of a passage adds to its score."""

from ingest.passage import Passage
from search.effects.kind_effect import OPENING, TEASER, kind_effects


def passage(ordinal, kind="body", text="关于假期的规定，下面逐条说明。", article="a", headings=()):
    return Passage(
        id=f"{article}{ordinal}", article_id=article, file="a.txt", ordinal=ordinal, kind=kind, title="t",
        heading_path=headings, text=text, start=0, end=len(text),
    )  # fmt: skip


def test_a_teaser_stands_back():
    assert kind_effects([passage(9, "teaser"), passage(1), passage(2, "table")]) == [TEASER, 0.0, 0.0]


def test_a_short_opening_stands_back_for_what_follows_it():
    assert kind_effects([passage(0), passage(1)]) == [OPENING, 0.0]


def test_the_only_passage_of_a_document_is_no_opening():
    assert kind_effects([passage(0), passage(1, article="b"), passage(5, "teaser")]) == [0.0, 0.0, TEASER]


def test_a_long_opening_or_one_under_a_heading_may_answer():
    long, headed = passage(0, text="请假要先写假条。" * 20), passage(0, article="b", headings=("假条",))
    assert kind_effects([long, passage(1), headed, passage(1, article="b")]) == [0.0, 0.0, 0.0, 0.0]
