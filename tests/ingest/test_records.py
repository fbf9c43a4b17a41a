"""JSONL and CSV, with the usual and with own names of fields."""

import json

import pytest

from ingest.errors import BadInputError
from ingest.field_mapping import FieldMapping
from ingest.records import read_csv, read_jsonl

RECORD = {
    "title": "云岭市生育津贴怎么算",
    "text": "按单位上年度的月平均工资除以三十，再乘以产假天数。\n\n一、顺产\n\n九十八天。",
    "url": "https://example.test/7",
    "source": "云岭社保在线",
    "published": "2025/3/9 8:05",
    "region": "昆明市",
}


def jsonl(*records: object) -> str:
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records)


def test_record_becomes_an_article_with_all_its_fields():
    (article,) = read_jsonl("a.jsonl", jsonl(RECORD), FieldMapping())
    assert article.title == "云岭市生育津贴怎么算"
    assert article.text.startswith("按单位上年度")
    assert article.sections[-1].heading_path == ("顺产",)
    assert (article.url, article.source) == ("https://example.test/7", "云岭社保在线")
    assert article.published == "2025-03-09 08:05"
    assert article.region == "昆明"


@pytest.mark.parametrize(
    "names",
    [
        ("标题", "正文", "链接", "来源", "发布日期"),
        ("Name", "Content", "LINK", "site", "pubDate"),
        (" title ", "body", "网址", "网站", "日期"),
    ],
)
def test_usual_names_of_fields_are_known(names: tuple[str, ...]):
    record = dict(
        zip(names, ("标题一", "正文写在这里。", "https://example.test/", "某站", "2024年5月6日"), strict=True)
    )
    (article,) = read_jsonl("a.jsonl", jsonl(record), FieldMapping())
    assert (article.title, article.text, article.source) == ("标题一", "正文写在这里。", "某站")
    assert (article.url, article.published) == ("https://example.test/", "2024-05-06")


def test_own_mapping_finds_own_fields():
    mapping = FieldMapping(title=("h",), text=("t",), region=("where",), id=("k",))
    (article,) = read_jsonl(
        "a.jsonl", jsonl({"h": "甲", "t": "乙的正文。", "where": "哈尔滨", "k": 5}), mapping
    )
    assert (article.title, article.text, article.region) == ("甲", "乙的正文。", "哈尔滨")


def test_missing_text_names_the_record_its_fields_and_the_cure():
    with pytest.raises(BadInputError, match=r"record 2 .*it has title, words; .*\[fields\]"):
        list(read_jsonl("a.jsonl", jsonl(RECORD, {"title": "甲", "words": "乙"}), FieldMapping()))


@pytest.mark.parametrize(
    "line,reason",
    [
        ('{"title": "断', "no JSON"),
        ("[1, 2]", "no record but list"),
        ("3", "no record but int"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_bad_line_is_named(line: str, reason: str):
    with pytest.raises(BadInputError, match=f"line 3 is {reason}"):
        list(read_jsonl("a.jsonl", f"{jsonl(RECORD)}\n\n{line}", FieldMapping()))


def test_ids_follow_the_record_and_not_its_place():
    ids = [
        a.id
        for a in read_jsonl(
            "a.jsonl", jsonl(RECORD, {**RECORD, "url": "https://example.test/8"}), FieldMapping()
        )
    ]
    turned = [
        a.id
        for a in read_jsonl(
            "a.jsonl", jsonl({**RECORD, "url": "https://example.test/8"}, RECORD), FieldMapping()
        )
    ]
    assert ids == turned[::-1]
    assert len(set(ids)) == 2


def test_records_without_a_key_have_different_ids():
    record = {"text": "同一句话，没有编号。"}
    assert len({a.id for a in read_jsonl("a.jsonl", jsonl(record, record), FieldMapping())}) == 2


def test_opening_serves_as_title():
    (article,) = read_jsonl("a.jsonl", jsonl({"text": "失业登记网上就能办，不用跑窗口。"}), FieldMapping())
    assert article.title == "失业登记网上就能办"
    assert article.text == "失业登记网上就能办，不用跑窗口。"


def test_line_separators_inside_a_string_do_not_part_a_record():
    text = '{"title": "甲", "text": "第一行\u2028第二行\x85第三行。"}'
    (article,) = read_jsonl("a.jsonl", text, FieldMapping())
    assert article.text.split("\n") == ["第一行", "第二行", "第三行。"]


def test_list_of_paragraphs_is_joined():
    (article,) = read_jsonl(
        "a.jsonl", jsonl({"title": "甲", "text": ["头一段话。", "后一段话。"]}), FieldMapping()
    )
    assert article.text == "头一段话。\n后一段话。"


def test_null_is_no_text():
    with pytest.raises(BadInputError, match="record 1"):
        list(read_jsonl("a.jsonl", jsonl({"title": "甲", "text": None}), FieldMapping()))


def test_html_in_a_record_is_read_as_html():
    record = {
        "title": "甲地 <新> 标准",
        "text": "<p>第一段话。</p><table><tr><th>档</th><th>元</th></tr><tr><td>一</td><td>40</td></tr></table>",
    }
    (article,) = read_jsonl("a.jsonl", jsonl(record), FieldMapping())
    assert article.title == "甲地 <新> 标准"
    assert article.tables[0].rows == (("一", "40"),)
    assert article.text == "第一段话。\n档 | 元\n一 | 40"


@pytest.mark.parametrize("mark", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_is_read_with_any_usual_mark(mark: str, end: str):
    text = end.join(
        [
            mark.join(["标题", "正文", "日期"]),
            mark.join(["甲", f'"头一句{mark} 后一句。{end}第二段。"', "20240506"]),
            "",
        ]
    )
    (article,) = read_csv("a.csv", text, FieldMapping())
    assert (article.title, article.published) == ("甲", "2024-05-06")
    assert article.text == f"头一句{mark} 后一句。\n第二段。".replace("\t", "\t")


def test_csv_row_without_text_is_named():
    with pytest.raises(BadInputError, match="record 3"):
        list(read_csv("a.csv", "title,text\n甲,乙的正文\n丙,\n", FieldMapping()))


def test_overlong_row_is_read():
    (article,) = read_csv("a.csv", "title,text\n甲,乙的正文。,多出来的\n", FieldMapping())
    assert article.text == "乙的正文。"
