"""Lines of links run together."""

import pytest

from ingest.article import Link
from ingest.layout.link_farms import common_channel, link_of_line, links_of_line


def test_entries_are_parted_at_the_recurring_channel():
    line = "甲州医保怎么交?(5月6日) 2024-05-06 07:08问答 乙州医保多少钱(05/06) 2024-05-06 07:09问答"
    assert links_of_line(line) == (
        Link("甲州医保怎么交?(5月6日)", "2024-05-06 07:08", "问答"),
        Link("乙州医保多少钱(05/06)", "2024-05-06 07:09", "问答"),
    )


def test_channel_without_a_space_before_the_next_title_is_found():
    line = "甲州医保怎么交 2024-05-06 07:08问答乙州医保多少钱 2024-05-06 07:09问答"
    assert [link.title for link in links_of_line(line)] == ["甲州医保怎么交", "乙州医保多少钱"]


def test_bracketed_dates_of_titles_are_not_the_entries_dates():
    line = "甲州医保怎么交(2024-01-01) 2024-05-06 07:08问答 乙州医保多少钱 2024-05-06 07:09问答"
    assert [link.published for link in links_of_line(line)] == ["2024-05-06 07:08", "2024-05-06 07:09"]


@pytest.mark.parametrize(
    "text",
    [
        "扣款从2024-05-06开始，到2024-05-09结束。",
        "报名2024-05-06 07:08开放；缴费2024-05-09 08:00截止。",
        "甲州医保怎么交 2024-05-06 07:08问答",
        "参保人应当按时缴费。",
        "",
    ],
)
def test_prose_is_no_link_farm(text: str):
    assert links_of_line(text) == ()


def test_single_entry_needs_a_time_of_day():
    assert link_of_line("甲州医保怎么交 2024-05-06 07:08问答") == Link(
        "甲州医保怎么交", "2024-05-06 07:08", "问答"
    )
    assert link_of_line("甲州医保怎么交 2024-05-06问答") is None


def test_links_of_one_channel_belong_together():
    links = [Link("甲乙丙丁", "2024-05-06 07:08", channel) for channel in ("问答", "问答", "知识")]
    assert common_channel(links)
    assert not common_channel([Link("甲乙丙丁", None, channel) for channel in ("问答", "知识", "新闻")])
