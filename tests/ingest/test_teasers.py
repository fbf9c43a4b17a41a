"""Related-article boxes in the orders that sites use."""

import pytest

from ingest.article import Link, Teaser
from ingest.layout.teasers import inline_related, is_related_heading, read_zone, unannounced_zone

ONE = (
    "城乡居民参保之后，住院费用超过门槛的部分按比例报销，门槛和比例由各地自己规定，"
    "基层医院报得更多，转诊到外地会少报一些，"
)
TWO = (
    "灵活就业的人按年或者按月缴费都可以，缴费渠道有手机应用、银行柜台和税务窗口，"
    "断缴三个月之内补上不影响待遇，超过之后"
)
EXPECTED = [
    Teaser("居民住院怎么报", ONE, "河湾周刊", "2024-05-06"),
    Teaser("灵活就业怎么缴", TWO, "河湾周刊", "2024-05-07"),
]


def test_title_summary_date():
    lines = ["居民住院怎么报", ONE, "河湾周刊 2024-05-06", "灵活就业怎么缴", TWO, "河湾周刊 2024-05-07"]
    zone = read_zone(lines)
    assert zone.teasers == EXPECTED
    assert zone.length == len(lines)


def test_title_date_summary():
    lines = ["居民住院怎么报", "河湾周刊 2024-05-06", ONE, "灵活就业怎么缴", "河湾周刊 2024-05-07", TWO]
    assert read_zone(lines).teasers == EXPECTED


def test_date_title_summary():
    lines = ["河湾周刊 2024-05-06", "居民住院怎么报", ONE, "河湾周刊 2024-05-07", "灵活就业怎么缴", TWO]
    assert read_zone(lines).teasers == EXPECTED


def test_source_and_date_on_two_lines():
    lines = ["居民住院怎么报", ONE, "河湾周刊", "2024-05-06", "灵活就业怎么缴", TWO, "河湾周刊", "2024-05-07"]
    assert read_zone(lines).teasers == EXPECTED


def test_missing_source_is_none():
    zone = read_zone(["居民住院怎么报", ONE, "2024-05-06", "灵活就业怎么缴", TWO, "2024-05-07"])
    assert [(t.source, t.published) for t in zone.teasers] == [(None, "2024-05-06"), (None, "2024-05-07")]


def test_missing_date_in_the_middle_does_not_merge_two_boxes():
    zone = read_zone(["居民住院怎么报", ONE, "灵活就业怎么缴", TWO, "河湾周刊 2024-05-07"])
    assert zone.teasers == [Teaser("居民住院怎么报", ONE, None, None), EXPECTED[1]]


def test_title_repeated_after_the_date_is_dropped():
    lines = [
        "居民住院怎么报",
        ONE,
        "河湾周刊 2024-05-06",
        "居民住院怎么报",
        "灵活就业怎么缴",
        TWO,
        "河湾周刊 2024-05-07",
    ]
    zone = read_zone(lines)
    assert zone.teasers == EXPECTED
    assert [(d.text, d.rule) for d in zone.dropped] == [("居民住院怎么报", "repeated title")]


def test_short_summary_is_told_by_its_place():
    zone = read_zone(["能报吗", "能", "河湾周刊 2024-05-06", "居民住院怎么报", ONE, "河湾周刊 2024-05-06"])
    assert zone.teasers[0] == Teaser("能报吗", "能", "河湾周刊", "2024-05-06")


def test_summary_of_several_lines_is_joined():
    zone = read_zone(["居民住院怎么报", "能报", ONE, "河湾周刊 2024-05-06"])
    assert zone.teasers == [Teaser("居民住院怎么报", f"能报 {ONE}", "河湾周刊", "2024-05-06")]


def test_titles_with_dates_alone_are_links():
    zone = read_zone(["居民住院怎么报", "2024-05-06", "灵活就业怎么缴", "2024-05-07"])
    assert zone.links == [Link("居民住院怎么报", "2024-05-06"), Link("灵活就业怎么缴", "2024-05-07")]
    assert zone.teasers == []


def test_titles_alone_are_links_until_prose_begins():
    zone = read_zone(["居民住院怎么报", "灵活就业怎么缴", "断缴之后余额照样可以使用。"])
    assert zone.links == [Link("居民住院怎么报"), Link("灵活就业怎么缴")]
    assert zone.length == 2


def test_main_heading_ends_the_zone():
    lines = ["居民住院怎么报", ONE, "河湾周刊 2024-05-06", "二、办理流程", "到窗口办。"]
    assert read_zone(lines).length == 3


def test_three_dated_boxes_need_no_heading():
    box = ["居民住院怎么报", ONE, "河湾周刊 2024-05-06"]
    assert unannounced_zone(["正文一段。", *box * 3]) == 1
    assert unannounced_zone(["正文一段。", *box * 2]) is None


@pytest.mark.parametrize(
    "text",
    [
        "相关推荐",
        "相关阅读：",
        "【延伸阅读】",
        "猜你喜欢",
        "推荐阅读",
        "热门文章",
        "大家都在看",
        "您可能还感兴趣的内容",
    ],
)
def test_related_headings_are_known(text: str):
    assert is_related_heading(text)


@pytest.mark.parametrize(
    "text", ["相关法律法规", "相关政策", "推荐使用线上渠道办理", "阅读材料准备", "常见问题"]
)
def test_headings_of_content_are_not_related_headings(text: str):
    assert not is_related_heading(text)


def test_related_article_in_one_line_is_a_link():
    assert inline_related("延伸阅读：居民住院怎么报") == Link("居民住院怎么报")
    assert inline_related("相关规定：居民住院按比例报销。") is None


def test_empty_zone_holds_nothing():
    assert read_zone([]).length == 0
