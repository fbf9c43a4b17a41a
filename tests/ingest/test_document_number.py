"""文号 in all brackets, and whose they are."""

import pytest

from ingest.facts.document_number import canonical, find, own_document_number


@pytest.mark.parametrize("brackets", ["〔〕", "[]", "()", "【】", "（）", "［］", "﹝﹞"])
def test_all_brackets_become_the_canonical_ones(brackets: str):
    opening, closing = brackets
    assert canonical(f"绵医保发{opening}2023{closing}17号") == "绵医保发〔2023〕17号"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("绵医保发〔2023〕第 017 号", "绵医保发〔2023〕17号"),
        ("文号：绵医保发〔2023〕17号", "绵医保发〔2023〕17号"),
        ("某某市人民政府令第45号", "某某市人民政府令第45号"),
        ("2023年17号", None),
        ("", None),
    ],
)
def test_canonical_reads_a_field(written: str, expected: str | None):
    assert canonical(written) == expected


def test_find_leaves_the_words_before_an_issuer_out():
    text = "按照国某发〔2021〕8号和川某规[2022]9号执行"
    assert [(c.number, text[c.start : c.end]) for c in find(text)] == [
        ("国某发〔2021〕8号", "国某发〔2021〕8号"),
        ("川某规〔2022〕9号", "川某规[2022]9号"),
    ]


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("关于门诊的通知（绵医保发（2023）17号）", "", "绵医保发〔2023〕17号"),
        (
            "关于门诊的通知",
            "绵医保发〔2023〕17号\n各单位：\n川某规〔2020〕1号同时废止。",
            "绵医保发〔2023〕17号",
        ),
        ("关于门诊的通知", "\n文　　号：绵医保发【2023】17号\n正文", "绵医保发〔2023〕17号"),
        ("关于门诊的通知", "根据《办法》（川某规〔2020〕1号），现通知如下。", None),
        ("关于门诊的通知", "《旧通知》（绵医保发〔2019〕3号）同时废止。", None),
        ("关于废止《旧通知》（绵医保发〔2019〕3号）", "", None),
        ("老年人办法", "某某市人民政府令第45号\n第一条", "某某市人民政府令第45号"),
    ],
)
def test_own_number_is_told_from_cited_and_repealed_ones(title: str, text: str, expected: str | None):
    assert own_document_number(title, text) == expected
