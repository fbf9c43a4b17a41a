"""The page by keyboard and screen reader; what rules can find, axe-core finds."""

from urllib.parse import quote

import pytest
from api_corpus import QUESTION
from axe_playwright_python.sync_playwright import Axe
from browsing import Open, ask
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

#: WCAG 2.2 to level AA, and what axe-core calls good practice.
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=_RULES).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:150]} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_rule_of_wcag_is_broken(open_page: Open, service: str, scheme: str) -> None:
    page = open_page(service, color_scheme=scheme, reduced_motion="reduce", phone=scheme == "dark")
    page.goto("/")
    page.get_by_role("combobox", name="你的问题").press_sequentially("断缴")
    expect(page.get_by_role("option").first).to_be_visible()
    assert violations(page) == []
    page.goto(f"/?q={quote('灵活就业人员每月缴多少')}")
    page.get_by_role("button", name="为什么是它").first.click()
    assert violations(page) == []
    page.locator(".result .title").first.click()
    expect(page.locator("#reader h2")).to_be_visible()
    assert violations(page) == []
    page.goto(f"/?q={quote('红烧排骨怎么做才入味')}")
    expect(page.locator(".answer.none")).to_be_visible()
    assert violations(page) == []


def test_docs_break_no_rule_of_wcag(page: Page) -> None:
    page.goto("/docs")
    page.locator("summary", has_text="Passages that answer the question").click()
    assert violations(page) == []


def test_keyboard_alone_reaches_answer_and_article(page: Page) -> None:
    ask(page)
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="你的问题")).to_be_focused()
    page.locator(".result .title").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#reader h2")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator(".result .title").first).to_be_focused()


def test_tab_goes_in_reading_order_from_the_skip_link(page: Page) -> None:
    page.goto(f"/?q={quote(QUESTION)}")
    expect(page.locator(".result").first).to_be_visible()
    names = []
    for _ in range(11):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
    skip, brand, language, theme, box, empty, search, *filters = names
    assert (skip, brand, language, theme, box, empty, search) == (
        "跳到结果",
        "brand",
        "language",
        "theme",
        "q",
        "empty",
        "搜索",
    )
    assert filters == ["region", "since", "kind", "mode"]


def test_skip_link_leads_past_the_search_box(page: Page) -> None:
    page.goto(f"/?q={quote(QUESTION)}")
    expect(page.locator(".result").first).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#results")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.answer') !== null")


def test_screen_reader_hears_the_answer(page: Page) -> None:
    ask(page)
    expect(page.locator("[aria-live='polite']")).to_contain_text("仍然可以使用")


def test_article_over_the_page_keeps_the_keyboard_to_itself(open_page: Open, service: str) -> None:
    page = open_page(service, phone=True)
    ask(page)
    page.locator(".result .title").first.click()
    expect(page.locator("#reader h2")).to_be_focused()
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || document.activeElement.closest('#reader') !== null"
        )


def test_text_keeps_its_language_in_the_english_interface(page: Page) -> None:
    page.goto("/?lang=en&q=医保")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".result .text").first).to_have_attribute("lang", "zh-CN")
    expect(page.locator(".result .title").first).to_have_attribute("lang", "zh-CN")


def test_reduced_motion_stops_every_animation(open_page: Open, service: str) -> None:
    page = open_page(service, reduced_motion="reduce")
    page.goto("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<div class=skeleton><i></i></div>')")
    assert page.evaluate("document.getAnimations().length") == 0


def test_paper_carries_question_answer_and_results_without_controls(page: Page) -> None:
    ask(page)
    page.emulate_media(media="print")
    expect(page.locator("#q")).to_be_visible()
    expect(page.locator(".answer .sentence")).to_be_visible()
    expect(page.locator(".result .text").first).to_be_visible()
    for control in (".filters", ".answer footer", ".under", ".tools", ".box button"):
        expect(page.locator(control).first).to_be_hidden()
