"""Scraped text that would run, or turn a line around, is shown harmlessly wherever it can appear."""

import pytest
from browsing import Open, ask
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

#: Nothing that scraped markup could have made may exist; the page's own scripts stand in the head.
_MADE = "body script, main img, main [onclick], main [onerror], main [onload], main a[href^='javascript' i], main iframe"


def check_harmless(page: Page) -> None:
    assert page.evaluate("window.hacked") is None
    assert page.locator(_MADE).count() == 0
    shown = page.locator("main").inner_text() + page.evaluate(
        "[...document.querySelectorAll('[title],[aria-label],[data-text]')]"
        ".map(node => node.title + node.ariaLabel + node.dataset.text).join()"
    )
    assert not set(shown) & set("\u200f\u202c\u202e\u2066\u2069")


def test_markup_in_title_source_text_and_heading_stays_text(hard_page: Page) -> None:
    ask(hard_page, "陪护假有几天")
    result = hard_page.locator(".result", has_text="陪护假").first
    expect(result).to_contain_text("<img src=x onerror='window.hacked=1'>")
    expect(hard_page.locator(".answer")).to_contain_text("<script>window.hacked=1</script>")
    check_harmless(hard_page)
    result.get_by_role("button", name="为什么是它").click()
    result.locator(".title").click()
    expect(hard_page.locator("#reader h2")).to_contain_text("<script>")
    expect(hard_page.locator("#reader").get_by_role("link")).to_have_count(0)
    check_harmless(hard_page)


def test_markup_in_suggestions_stays_text(hard_page: Page) -> None:
    hard_page.goto("/")
    hard_page.get_by_role("combobox", name="你的问题").press_sequentially("退保")
    expect(hard_page.get_by_role("option").first).to_be_visible()
    check_harmless(hard_page)


def test_markup_in_the_question_stays_text(hard_page: Page) -> None:
    hard_page.goto(
        "/?q=%3Cscript%3Ewindow.hacked%3D1%3C%2Fscript%3E%3Cimg+src%3Dx+onerror%3Dwindow.hacked%3D1%3E"
    )
    expect(hard_page.locator(".answer").first).to_be_visible()
    check_harmless(hard_page)


def test_policy_stops_markup_that_would_slip_through(open_page: Open, hard_service: str) -> None:
    page = open_page(hard_service, refusals=True)
    page.goto("/")
    page.evaluate(
        """() => {
        const script = document.createElement('script');
        script.textContent = 'window.hacked = 1';
        document.body.append(script);
        document.body.insertAdjacentHTML('beforeend', '<b id="trap" onclick="window.hacked = 1">x</b>');
        document.getElementById('trap').click();
        }"""
    )
    assert page.evaluate("window.hacked") is None
