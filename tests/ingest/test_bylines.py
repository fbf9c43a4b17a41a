"""Lines that say when and by whom."""

import pytest

from ingest.layout.bylines import byline


@pytest.mark.parametrize(
    ("text", "published", "source"),
    [
        ("2024-05-06 07:08:09河湾网", "2024-05-06 07:08:09", "河湾网"),
        ("民生周刊 2024-05-06", "2024-05-06", "民生周刊"),
        ("2024年5月6日", "2024-05-06", None),
        ("来源：河湾网  发布时间：2024/5/6 7:08  浏览：12次 字号：大 中 小", "2024-05-06 07:08", "河湾网"),
        ("发布时间:2024.05.06 作者:小周 来源:河湾网", "2024-05-06", "河湾网"),
        ("2024-05-06 07:08 阅读 123 评论 3", "2024-05-06 07:08", None),
        ("来源：河湾网", None, "河湾网"),
        ("作者：小周", None, None),
        ("河湾网 3小时前", None, "河湾网"),
    ],
)
def test_byline_is_read(text: str, published: str | None, source: str | None):
    found = byline(text)
    assert found is not None
    assert (found.published, found.source) == (published, source)


@pytest.mark.parametrize(
    "text",
    [
        "本办法自2024年5月6日起施行",
        "2024年5月6日至5月9日",
        "所需材料",
        "从2024年5月6日开始,缴费比例上调",
        "2024年13月40日河湾网",
        "缴费时间:每年九月",
        "",
    ],
)
def test_prose_is_no_byline(text: str):
    assert byline(text) is None


def test_a_long_row_of_digits_and_dashes_is_read_at_once():
    assert byline("2024-05-06 " + "1-" * 50 + "x") is None


def test_a_fact_about_the_document_is_no_byline():
    assert byline("施行日期:2021年5月1日") is None
    assert byline("有效期至:2024年4月30日") is None
