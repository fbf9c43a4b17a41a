"""The search page in a real Chromium."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from api_corpus import QUESTION, build_index, serving, wait_for
from playwright.sync_api import Browser, Page, expect, sync_playwright

from api.settings import Settings

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed on this machine")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, service: str) -> Iterator[Page]:
    """A page of a fresh profile; the test fails if the page logs an error or asks another host."""
    context = browser.new_context(base_url=service, viewport={"width": 1280, "height": 860})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    opened.on(
        "request",
        lambda request: None if request.url.startswith(service) else complaints.append(request.url),
    )
    yield opened
    context.close()
    assert complaints == []


def ask(page: Page, question: str = QUESTION) -> None:
    page.goto("/")
    page.get_by_role("combobox", name="你的问题").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".result").first).to_be_visible()


def test_first_visit_to_answer_and_source(page: Page) -> None:
    ask(page)
    answer = page.locator(".answer")
    expect(answer).to_contain_text("仍然可以使用")
    expect(answer).to_contain_text("示例社保课堂")
    expect(answer).to_contain_text("2025-03-02")
    expect(page.locator(".result mark").first).to_contain_text("仍然可以使用")


def test_phone_shows_the_answer_without_sideways_scrolling(browser: Browser, service: str) -> None:
    context = browser.new_context(base_url=service, viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    ask(page)
    box = page.locator(".answer .sentence").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 844
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator(".result .title").first.click()
    expect(page.locator("#reader mark").first).to_be_in_viewport()
    page.get_by_role("button", name="关闭原文").click()
    expect(page.locator("#reader")).to_be_hidden()
    context.close()


def test_address_can_be_shared(page: Page) -> None:
    page.goto(f"/?q={quote('灵活就业人员每月缴多少')}&region={quote('德阳')}")
    expect(page.locator(".result").first).to_contain_text("三百五十二元")
    expect(page.get_by_label("地区")).to_have_value("德阳")
    assert "德阳" in page.locator(".badge.region").first.inner_text()


def test_article_opens_in_place_with_the_passage_marked_and_closes_with_back(page: Page) -> None:
    ask(page)
    page.locator(".result .title").first.click()
    reader = page.locator("#reader")
    expect(reader.get_by_role("heading", name="停保之后，医保账户里的钱怎么办")).to_be_visible()
    expect(reader.locator("mark").first).to_contain_text("仍然可以使用")
    assert "article=" in page.url
    page.go_back()
    expect(reader).to_be_hidden()


def test_table_row_is_marked_in_a_table(page: Page) -> None:
    ask(page, "二级医院退休人员门诊报销多少")
    page.locator(".result", has_text="二级医院").locator(".title").first.click()
    table = page.locator("#reader table")
    expect(table.locator("th")).to_have_text(["医院等级", "在职职工", "退休人员"])
    expect(table.locator("mark")).to_have_text(["二级医院", "60%", "65%"])


def test_filters_change_results_and_address(page: Page) -> None:
    ask(page, "灵活就业人员每月缴多少")
    page.get_by_label("地区").fill("绵阳")
    page.keyboard.press("Enter")
    expect(page.locator(".result").first).to_contain_text("三百八十六元")
    expect(page.locator(".result .badge.region")).not_to_have_count(0)
    assert "region=" in page.url
    page.get_by_role("button", name="清除筛选").click()
    assert "region=" not in page.url


def test_differing_regions_are_offered_as_a_choice(page: Page) -> None:
    ask(page, "灵活就业人员每月缴多少")
    page.locator(".regions").get_by_role("button", name="德阳").click()
    expect(page.get_by_label("地区")).to_have_value("德阳")
    expect(page.locator(".result").first).to_contain_text("三百五十二元")


def test_filter_without_a_match_offers_to_remove_it(page: Page) -> None:
    page.goto(f"/?q={quote(QUESTION)}&region={quote('海南')}")
    expect(page.locator(".answer.none")).to_contain_text("没有符合条件的内容")
    page.get_by_role("button", name="去掉全部筛选").click()
    expect(page.locator(".result").first).to_be_visible()


def test_question_without_an_answer_says_so(page: Page) -> None:
    ask(page, "火星移民签证怎么办理")
    expect(page.locator(".answer.none")).to_contain_text("没有找到能回答这个问题的内容")
    expect(page.locator(".answer.none .chip")).not_to_have_count(0)


def test_why_opens_and_adds_up(page: Page) -> None:
    ask(page)
    button = page.get_by_role("button", name="为什么是这条").first
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".why").first).to_contain_text("意思相近")


def test_scraped_markup_stays_text(page: Page) -> None:
    ask(page, "生育津贴怎么领")
    expect(page.locator(".result .text", has_text="<b onclick=")).to_have_count(1)
    page.locator(".result .title").first.click()
    expect(page.locator("#reader h2")).to_be_visible()
    assert page.title() != "hacked"
    assert page.locator("main script, main img, main [onclick], main [onerror]").count() == 0
    assert page.locator("main a[href^='javascript']").count() == 0
    assert "\u202e" not in page.locator("main").inner_text()


def test_keyboard_alone_reaches_answer_and_article(page: Page) -> None:
    ask(page)
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="你的问题")).to_be_focused()
    page.locator(".result .title").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#reader h2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".result .title").first).to_be_focused()


def test_suggestions_complete_the_question(page: Page) -> None:
    page.goto("/")
    box = page.get_by_role("combobox", name="你的问题")
    box.press_sequentially("断缴")
    expect(page.locator("#suggestions li")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_value("断缴以后余额能不能用")
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_contain_text("仍然可以使用")
    expect(page.locator("#suggestions")).to_be_hidden()
    box.fill("备案")
    page.locator("#suggestions li").first.click()
    expect(page.locator(".result").first).to_contain_text("备案")


def test_screen_reader_hears_the_answer(page: Page) -> None:
    ask(page)
    expect(page.get_by_role("status")).to_contain_text("仍然可以使用")


def test_every_control_has_a_name(page: Page) -> None:
    ask(page)
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('button, a, input, select, summary')]
        .filter(node => !(node.ariaLabel || node.textContent.trim() || node.labels?.length)).length"""
    )
    assert nameless == 0


def test_english_switch_is_remembered(page: Page) -> None:
    ask(page)
    page.get_by_role("button", name="Switch to English").click()
    expect(page.get_by_role("button", name="Search", exact=True)).to_be_visible()
    expect(page.locator(".answer .eyebrow").first).to_contain_text("Answer")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_dark_mode_follows_the_system_and_the_switch(browser: Browser, service: str) -> None:
    context = browser.new_context(base_url=service, color_scheme="dark")
    page = context.new_page()
    page.goto("/")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    dark = page.evaluate(ground)
    page.get_by_role("button", name="切换深色模式").click()
    light = page.evaluate(ground)
    assert dark == "rgb(17, 21, 20)"
    assert light == "rgb(244, 246, 245)"
    context.close()


def test_missing_index_is_explained_and_recovers(browser: Browser, corpus_dir: Path, tmp_path: Path) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    with serving(Settings(index=tmp_path / "index")) as address:
        page.goto(f"{address}/?q={quote(QUESTION)}")
        expect(page.locator(".answer.none")).to_contain_text("还没有可以搜索的内容")
        build_index(corpus_dir, tmp_path / "index")
        wait_for(lambda: page.request.get(f"{address}/readyz").ok)
        expect(page.locator(".answer .sentence")).to_contain_text("仍然可以使用", timeout=15_000)
    context.close()


def test_docs_list_and_try_the_operations(page: Page) -> None:
    page.goto("/docs")
    page.locator("summary", has_text="Passages that answer the question").click()
    page.get_by_role("button", name="Send").first.click()
    expect(page.locator("pre").first).to_contain_text('"answerable"')
