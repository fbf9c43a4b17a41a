"""The article opened in its place, and what a result shows of a passage."""

import pytest
from browsing import Open, ask
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_article_opens_in_place_with_the_passage_marked_and_closes_with_back(page: Page) -> None:
    ask(page)
    page.locator(".result .title").first.click()
    reader = page.get_by_role("complementary", name="原文")
    expect(reader.get_by_role("heading", name="停保之后，医保账户里的钱怎么办")).to_be_visible()
    passage = reader.get_by_role("region", name="找到的段落")
    expect(passage.locator("mark")).to_have_text(
        "断缴之后，个人账户里剩下的余额仍然可以使用，不会被清零，到定点药店买药、在门诊刷卡都行。"
    )
    expect(reader).to_contain_text("发布 2025-03-02")
    assert "article=" in page.url
    page.go_back()
    expect(reader).to_be_hidden()


def test_titles_are_links_that_open_in_another_tab(page: Page) -> None:
    ask(page)
    title = page.locator(".result .title").first
    with page.context.expect_page() as opened:
        title.click(modifiers=["ControlOrMeta"])
    expect(opened.value.locator("#reader mark")).to_contain_text("仍然可以使用")
    expect(page.locator("#reader")).to_be_hidden()


def test_shared_address_of_an_article_marks_the_same(open_page: Open, page: Page, service: str) -> None:
    ask(page)
    page.locator(".result .title").first.click()
    marked = page.locator("#reader mark").inner_text()
    other = open_page(service)
    other.goto(page.url)
    expect(other.locator("#reader mark")).to_have_text(marked)


def test_table_row_is_a_table_in_the_result_and_set_off_in_the_article(page: Page) -> None:
    ask(page, "二级医院退休人员门诊报销多少")
    result = page.locator(".result", has_text="二级医院").first
    expect(result.locator("th")).to_have_text(["医院等级", "在职职工", "退休人员"])
    expect(result.locator("td")).to_have_text(["二级医院", "60%", "65%"])
    expect(page.locator(".answer td")).to_have_text(["二级医院", "60%", "65%"])
    result.locator(".title").click()
    table = page.locator("#reader table")
    expect(table.locator("th")).to_have_text(["医院等级", "在职职工", "退休人员"])
    expect(table.locator("tr.here td")).to_have_text(["二级医院", "60%", "65%"])
    expect(table.locator("tr.here")).to_be_in_viewport()


def test_teaser_is_shown_as_no_part_of_the_article(page: Page) -> None:
    ask(page, "换了工作医保要不要转")
    result = page.locator(".result", has_text="换了工作医保要不要转").first
    expect(result).to_contain_text("相关推荐")
    result.locator(".title").click()
    reader = page.locator("#reader")
    expect(reader.locator("h2")).to_have_text("停保之后，医保账户里的钱怎么办")
    expect(reader.locator(".notice")).to_contain_text("另一篇文章的摘要")
    expect(reader.locator(".teasers .here")).to_contain_text("个人账户的钱也会跟着走")
    expect(reader.locator(".teasers .here")).to_be_in_viewport()
    expect(reader.locator(".prose .here")).to_have_count(0)


def test_long_passage_is_cut_around_its_answer(hard_page: Page) -> None:
    ask(hard_page, "新生儿参保登记要多久内办完")
    text = hard_page.locator(".result .text").first
    expect(text.locator("mark")).to_contain_text("九十天内办完")
    shown = text.inner_text()
    assert shown.startswith("… ") and not shown.startswith("… 办理前")
    assert len(shown) < 244


def test_article_scrolls_to_a_passage_far_down(hard_page: Page, open_page: Open, hard_service: str) -> None:
    phone = open_page(hard_service, phone=True)
    phone.set_viewport_size({"width": 390, "height": 420})
    ask(phone, "新生儿参保登记要多久内办完")
    phone.locator(".result .title").first.click()
    expect(phone.locator("#reader .here")).to_be_in_viewport()
    phone.evaluate("document.getElementById('reader').scrollTop = 0")
    phone.get_by_role("button", name="到找到的段落").click()
    expect(phone.locator("#reader .here")).to_be_focused()


def test_reprints_are_counted_and_opened(hard_page: Page) -> None:
    ask(hard_page, "租借电动轮椅押金多少")
    first = hard_page.locator(".result").first
    shown = first.locator(".title").inner_text()
    first.get_by_role("button", name="另有 1 篇转载").click()
    copy = first.locator(".copies .link")
    title = copy.inner_text()
    assert title != shown
    copy.click()
    expect(hard_page.locator("#reader h2")).to_have_text(title)
    expect(hard_page.locator("#reader .here")).to_contain_text("押金三百元")


def test_expired_rules_are_labelled_on_answer_and_result(hard_page: Page) -> None:
    ask(hard_page, "租借电动轮椅押金多少")
    expect(hard_page.locator(".answer .badge.warning")).to_have_text("已失效")
    expect(hard_page.locator(".result .badge.warning").first).to_have_text("已失效")
    expect(hard_page.locator(".answer")).to_contain_text("有效至")


def test_source_page_is_linked_only_where_it_is_one(hard_page: Page) -> None:
    ask(hard_page, "退保之后账户余额能提取吗")
    mianyang = hard_page.locator(".result", has_text="绵阳退保人员")
    deyang = hard_page.locator(".result", has_text="德阳退保人员")
    expect(mianyang.get_by_role("link", name="来源网页")).to_have_attribute(
        "href", "https://example.org/mianyang"
    )
    expect(mianyang.get_by_role("link", name="来源网页")).to_have_attribute(
        "rel", "noopener noreferrer nofollow"
    )
    expect(deyang.get_by_role("link", name="来源网页")).to_have_count(0)


def test_more_results_are_appended_and_keep_the_reader_there(page: Page) -> None:
    page.goto("/?q=医保&k=2")
    expect(page.locator(".result")).to_have_count(2)
    page.get_by_role("button", name="更多结果").click()
    expect(page.locator(".result").nth(2)).to_be_visible()
    expect(page.locator(".result .title").nth(2)).to_be_focused()
