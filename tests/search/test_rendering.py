"""Results in a notebook: a table whose marks are where they belong, and a frame."""

from collections.abc import Iterable

from lxml import html

from ingest.passage import Passage
from search.notebook.rendering import mark, results_frame
from search.response import Answer, Leg, Result, SearchResponse, Why

TEXT = "断缴以后，卡里的余额照样能用。统筹报销要等补缴。"


def result(text: str = TEXT, highlights: Iterable[tuple[int, int]] = ((0, 15),), **fields: object) -> Result:
    passage = Passage(
        id="p1", article_id="a1", file="一.txt", ordinal=0, kind="body", text=text, start=0, end=len(text),
        **{"title": "停保问答", "heading_path": ("余额",), "region": "绵阳", "published": "2025-03-02", "source": "示例网"} | fields,
    )  # fmt: skip
    why = Why(Leg(2, 0.4, 0.1), Leg(1, 0.6, 0.3), 0.15, ("断缴", "余额"), {"region": 0.06, "date": -0.01})
    copies = ({"id": "p2", "title": "转载", "file": "二.txt", "source": "别处"},)
    return Result(passage, 0.6, tuple(highlights), why, ("expired",), copies)


def response(*results: Result, **fields: object) -> SearchResponse:
    return SearchResponse(
        **{"query": "余额能用吗", "mode": "hybrid", "answerable": True, "confidence": 0.875, "took_ms": 3.0,
           "results": results, "answer": Answer("断缴以后，卡里的余额照样能用。", "p1", 0, 15)} | fields
    )  # fmt: skip


def cells(shown: str) -> list[list[str]]:
    rows = html.fromstring(shown).iter("tr")
    return [[cell.text_content() for cell in row] for row in rows]


def test_a_response_shows_the_answer_and_a_row_a_result() -> None:
    shown = response(result(), result(source=None))._repr_html_()
    page = html.fromstring(shown)
    assert page.findall(".//p")[0].text_content() == "余额能用吗 · hybrid · confidence 0.88"
    assert page.findall(".//p")[1].text_content() == "断缴以后，卡里的余额照样能用。"
    head, first, second = cells(shown)
    assert head == ["#", "score", "passage", "region", "published", "source"]
    assert first == [
        "1",
        "0.600",
        "停保问答 › 余额" + TEXT + "expired · 1 reprint",
        "绵阳",
        "2025-03-02",
        "示例网",
    ]
    assert second[-1] == "一.txt"
    assert [node.text for node in page.iter("mark")] == ["断缴以后，卡里的余额照样能用。"] * 2


def test_a_response_without_an_answer_says_so() -> None:
    shown = response(answerable=False, answer=None, corrected="余额能用吗？")._repr_html_()
    assert "nothing here answers that" in shown and "searched for 余额能用吗？" in shown


def test_a_result_alone_is_a_table_too() -> None:
    assert [row[0] for row in cells(result()._repr_html_())] == ["#", "1"]


def test_markup_and_bidi_marks_of_scraped_text_do_nothing() -> None:
    hostile = "<script>alert(1)</script>\u202e反\u202c"
    shown = response(result(hostile, [(0, 8)], title=hostile, source=hostile), query=hostile)._repr_html_()
    assert next(html.fromstring(shown).iter("script"), None) is None
    assert not {"\u202e", "\u202c"} & set(shown)
    assert "<mark>&lt;script&gt;</mark>" in shown


def test_marks_stand_at_their_offsets() -> None:
    assert mark("甲<乙>丙", [(0, 1), (2, 3)]) == "<mark>甲</mark>&lt;<mark>乙</mark>&gt;丙"
    assert mark("甲乙", []) == "甲乙"


def test_a_frame_has_a_row_a_result_with_the_parts_of_its_score() -> None:
    frame = response(result()).to_frame()
    row = frame.iloc[0]
    assert (row["id"], row["headings"], row["labels"], row["reprints"]) == ("p1", "余额", "expired", 1)
    assert abs(row["dense"] + row["late"] + row["keyword"] + row["effects"] - row["score"]) < 1e-9
    assert (row["dense_rank"], row["keyword_rank"]) == (2, 1)


def test_a_frame_without_results_has_its_columns() -> None:
    assert {"score", "text", "id"} <= set(results_frame([]).columns)
