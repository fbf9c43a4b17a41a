"""From a question to its answer and source, on the page in a real Chromium."""

from pathlib import Path
from urllib.parse import quote

import pytest
from api_corpus import QUESTION, build_index, serving, wait_for
from browsing import Open, ask
from playwright.sync_api import Page, Route, expect

from api.feedback.store import FeedbackStore
from api.settings import Settings

pytestmark = pytest.mark.browser


def test_first_visit_to_answer_and_source(page: Page) -> None:
    ask(page)
    answer = page.get_by_role("article", name="答案")
    expect(answer).to_contain_text("仍然可以使用")
    expect(answer).to_contain_text("示例社保课堂")
    expect(answer).to_contain_text("发布 2025-03-02")
    expect(page.locator(".result mark").first).to_contain_text("仍然可以使用")


def test_phone_shows_the_answer_without_scrolling_and_its_source_in_one_tap(
    open_page: Open, service: str
) -> None:
    page = open_page(service, phone=True)
    page.goto("/")
    page.get_by_role("link", name=QUESTION).tap()
    answer = page.locator(".answer")
    expect(answer.locator(".sentence")).to_contain_text("仍然可以使用")
    box = answer.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 844
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("link", name="在原文中查看").tap()
    reader = page.get_by_role("dialog", name="原文")
    expect(reader.locator("mark").first).to_be_in_viewport()
    assert page.evaluate("document.getElementById('reader').scrollWidth") <= 390
    reader.get_by_role("button", name="关闭原文").tap()
    expect(reader).to_be_hidden()


def test_address_can_be_shared(page: Page) -> None:
    page.goto(f"/?q={quote('灵活就业人员每月缴多少')}&region={quote('德阳')}")
    expect(page.locator(".result").first).to_contain_text("三百五十二元")
    expect(page.get_by_role("combobox", name="地区")).to_have_value("德阳")
    assert "德阳" in page.locator(".result .badge.region").first.inner_text()


def test_address_is_copied_and_says_so(open_page: Open, service: str) -> None:
    page = open_page(service, permissions=["clipboard-read", "clipboard-write"])
    ask(page)
    page.get_by_role("button", name="复制链接").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_back_returns_to_the_question_before_and_to_the_place_in_it(page: Page) -> None:
    ask(page)
    page.get_by_role("combobox", name="你的问题").fill("异地就医怎么备案")
    page.keyboard.press("Enter")
    expect(page.locator(".result").first).to_contain_text("备案")
    page.evaluate("scrollTo(0, 300)")
    page.get_by_role("combobox", name="你的问题").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".answer .sentence")).to_contain_text("仍然可以使用")
    assert page.evaluate("scrollY") == 0
    page.go_back()
    expect(page.locator(".result").first).to_contain_text("备案")
    wait_for(lambda: page.evaluate("scrollY") == 300)
    page.go_back()
    expect(page.locator(".answer .sentence")).to_contain_text("仍然可以使用")
    expect(page.get_by_role("combobox", name="你的问题")).to_have_value(QUESTION)


def test_filters_change_results_and_address(page: Page) -> None:
    ask(page, "灵活就业人员每月缴多少")
    page.get_by_role("combobox", name="地区").fill("绵阳")
    page.keyboard.press("Enter")
    expect(page.locator(".result").first).to_contain_text("三百八十六元")
    assert "region=" in page.url
    page.get_by_label("类型").select_option("teaser")
    expect(page.locator(".answer.none")).to_contain_text("没有符合条件的内容")
    assert "kind=teaser" in page.url
    page.get_by_role("button", name="清除筛选").click()
    expect(page.locator(".answer .sentence")).to_contain_text("元")
    assert "region=" not in page.url and "kind=" not in page.url


def test_differing_regions_are_offered_as_a_choice(page: Page) -> None:
    ask(page, "灵活就业人员每月缴多少")
    page.get_by_role("region", name="选一个地区").get_by_role("link", name="德阳").click()
    expect(page.get_by_role("combobox", name="地区")).to_have_value("德阳")
    expect(page.locator(".result").first).to_contain_text("三百五十二元")


def test_answers_that_differ_stand_side_by_side_each_with_its_source(hard_page: Page) -> None:
    ask(hard_page, "退保之后账户余额能提取吗")
    differing = hard_page.get_by_role("region", name="各处说法不一")
    yes = differing.get_by_role("listitem").filter(has_text="绵阳市参保人员")
    no = differing.get_by_role("listitem").filter(has_text="德阳市参保人员")
    expect(yes.locator(".says")).to_have_text("可以一次性提取")
    expect(yes).to_contain_text("绵阳")
    expect(no.locator(".says")).to_have_text("不得提取")
    expect(no).to_contain_text("发布 2024-06-01")
    boxes = [item.bounding_box() for item in (yes, no)]
    assert boxes[0] and boxes[1] and boxes[0]["y"] == boxes[1]["y"]
    no.get_by_role("link", name="德阳退保人员账户余额怎么办").click()
    expect(hard_page.locator("#reader mark")).to_contain_text("不得提取")


def test_filter_without_a_match_offers_to_remove_it(page: Page) -> None:
    page.goto(f"/?q={quote(QUESTION)}&region={quote('海南')}")
    expect(page.locator(".answer.none")).to_contain_text("没有符合条件的内容")
    page.get_by_role("button", name="去掉全部筛选").click()
    expect(page.locator(".result").first).to_be_visible()


def test_question_without_an_answer_says_so_and_names_the_nearest_topics(page: Page) -> None:
    ask(page, "红烧排骨怎么做才入味")
    none = page.locator(".answer.none")
    expect(none).to_contain_text("没有找到能回答这个问题的内容")
    topic = none.locator(".chip").first
    title = topic.inner_text()
    topic.click()
    expect(page.get_by_role("combobox", name="你的问题")).to_have_value(title)


@pytest.mark.parametrize("answerable", [True, False])
def test_places_and_further_questions_are_offered_only_beside_an_answer(page: Page, answerable: bool) -> None:
    def changed(route: Route) -> None:
        found = route.fetch().json() | {"regions": ["成都", "德阳"], "answerable": answerable}
        for result, heading in zip(
            found["results"], ("断缴多久会清零吗", "退休以后还要缴吗", "补缴要交多少"), strict=False
        ):
            result["heading_path"] = [heading]
        route.fulfill(json=found)

    page.route("**/search?*", changed)
    ask(page)
    expect(page.locator(".result").first).to_be_visible()
    for name in ("各地规定不同", "这些文章还回答"):
        expect(page.get_by_role("region", name=name)).to_have_count(int(answerable))


def test_why_shows_parts_whose_sum_is_the_score(page: Page) -> None:
    ask(page)
    button = page.get_by_role("button", name="为什么是它").first
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    panel = page.locator(".panel.why").first
    expect(panel).to_contain_text("意思相近")
    expect(panel.locator(".matched .badge").first).to_have_text("断缴")
    parts = [float(text.replace("−", "-")) for text in panel.locator("dd b").all_inner_texts()]
    score = float(panel.locator("p b").first.inner_text())
    assert sum(parts) == pytest.approx(score, abs=0.005 * (len(parts) + 1))
    widths = panel.locator(".track i").evaluate_all("bars => bars.map(bar => bar.clientWidth)")
    assert widths.index(max(widths)) == parts.index(max(parts))


def test_suggestions_complete_the_question(page: Page) -> None:
    page.goto("/")
    box = page.get_by_role("combobox", name="你的问题")
    box.press_sequentially("断缴")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_value("断缴以后余额能不能用")
    expect(box).to_have_attribute("aria-activedescendant", "suggestion-1")
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_contain_text("仍然可以使用")
    expect(page.locator("#suggestions")).to_be_hidden()
    box.fill("备案")
    options.first.click()
    expect(page.locator(".result").first).to_contain_text("备案")


def test_feedback_on_answer_and_passage_is_kept(hard_page: Page, hard_feedback: FeedbackStore) -> None:
    question = "租借电动轮椅押金多少"
    ask(hard_page, question)
    hard_page.locator(".answer").get_by_role("button", name="有帮助").click()
    expect(hard_page.locator(".answer")).to_contain_text("谢谢，已记下")
    hard_page.locator(".result").nth(1).get_by_role("button", name="没帮助").click()
    expect(hard_page.locator(".result").nth(1)).to_contain_text("谢谢，已记下")
    counts = hard_feedback.counts()
    assert (counts.helpful, counts.not_helpful) == (1, 1)


def test_english_switch_is_remembered(page: Page) -> None:
    ask(page)
    page.get_by_role("button", name="Switch to English").click()
    expect(page.get_by_role("button", name="Search", exact=True)).to_be_visible()
    expect(page.get_by_role("article", name="Answer")).to_be_visible()
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_dark_mode_follows_the_system_and_the_switch(open_page: Open, service: str) -> None:
    page = open_page(service, color_scheme="dark")
    page.goto("/")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    assert page.evaluate(ground) == "rgb(17, 21, 20)"
    page.get_by_role("button", name="切换深色模式").click()
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    page.reload()
    assert page.evaluate(ground) == "rgb(255, 255, 255)"


def test_missing_index_is_explained_and_recovers(open_page: Open, corpus_dir: Path, tmp_path: Path) -> None:
    with serving(Settings(index=tmp_path / "index")) as address:
        page = open_page(address, refusals=True)
        page.goto(f"/?q={quote(QUESTION)}")
        expect(page.get_by_role("alert")).to_contain_text("还没有可以搜索的内容")
        build_index(corpus_dir, tmp_path / "index")
        wait_for(lambda: page.request.get(f"{address}/readyz").ok)
        expect(page.locator(".answer .sentence")).to_contain_text("仍然可以使用", timeout=15_000)


def test_unknown_region_is_explained_and_can_be_removed(open_page: Open, service: str) -> None:
    page = open_page(service, refusals=True)
    page.goto(f"/?q={quote(QUESTION)}&region={quote('火星')}")
    expect(page.get_by_role("alert")).to_contain_text("地区名写错了")
    page.get_by_role("button", name="去掉全部筛选").click()
    expect(page.locator(".answer .sentence")).to_contain_text("仍然可以使用")


def test_service_with_keys_asks_for_one_and_goes_on(open_page: Open, index_dir: Path) -> None:
    with serving(Settings(index=index_dir, api_keys=("key-of-the-portal",))) as address:
        page = open_page(address, refusals=True)
        page.goto(f"/?q={quote(QUESTION)}")
        expect(page.get_by_role("alert")).to_contain_text("要密钥才能用")
        page.get_by_label("密钥").fill("key-of-the-portal")
        page.get_by_role("button", name="继续").click()
        expect(page.locator(".answer .sentence")).to_contain_text("仍然可以使用")
        page.reload()
        expect(page.locator(".answer .sentence")).to_contain_text("仍然可以使用")


def test_page_without_script_says_what_to_do(open_page: Open, service: str) -> None:
    page = open_page(service, java_script_enabled=False)
    page.goto("/")
    notice = page.locator("noscript .notice")
    expect(notice).to_be_visible()
    answer = page.request.get(notice.locator("a").get_attribute("href") or "")
    assert answer.json()["query"] == QUESTION


def test_docs_list_and_try_the_operations(page: Page) -> None:
    page.goto("/docs")
    page.locator("summary", has_text="Passages that answer the question").click()
    page.get_by_role("button", name="Send").first.click()
    expect(page.locator("pre").first).to_contain_text('"answerable"')
