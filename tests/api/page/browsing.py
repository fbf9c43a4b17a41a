"""What a visitor does on the page, and the windows that they do it in."""

from collections.abc import Callable

from api_corpus import QUESTION
from playwright.sync_api import Page, expect

DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}

Open = Callable[..., Page]


def ask(page: Page, question: str = QUESTION) -> None:
    """Type a question on the first page and wait for what is found."""
    page.goto("/")
    page.get_by_role("combobox", name="你的问题").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".result").first).to_be_visible()
