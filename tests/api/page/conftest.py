"""Fixtures: a real Chromium, and pages in it that fail the test when they complain or ask another host."""

import shutil
from collections.abc import Iterator

import pytest
from api_corpus import build_index, serving
from browsing import DESKTOP, PHONE, Open
from page_corpus import write_page_corpus
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from api.feedback.store import FeedbackStore
from api.settings import Settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


#: Milliseconds that a busy machine may take for what takes a few dozen.
PATIENCE = 20_000


# Not for the whole session: while it is open, an event loop runs in this thread, in which `asyncio.run` of whatever
# tests come later would fail.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed on this machine")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens pages of fresh profiles; the test fails if one logs an error or asks another host.

    With `refusals` the browser may log what the service or the policy refuses.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(address: str, *, phone: bool = False, refusals: bool = False, **options: object) -> Page:
        window = {"viewport": PHONE, "has_touch": True, "is_mobile": True} if phone else {"viewport": DESKTOP}
        context = browser.new_context(base_url=address, locale="zh-CN", **window, **options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if not refusals:
            page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on(
            "request",
            lambda request: None if request.url.startswith(address) else complaints.append(request.url),
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_page: Open, service: str) -> Page:
    """A desktop's window on the service around the small corpus."""
    return open_page(service)


@pytest.fixture(scope="session")
def hard_feedback(tmp_path_factory: pytest.TempPathFactory) -> FeedbackStore:
    return FeedbackStore(tmp_path_factory.mktemp("feedback") / "feedback.sqlite")


@pytest.fixture(scope="session")
def hard_service(tmp_path_factory: pytest.TempPathFactory, hard_feedback: FeedbackStore) -> Iterator[str]:
    """The service around articles that are hard to show."""
    folder = tmp_path_factory.mktemp("hard")
    (folder / "corpus").mkdir()
    write_page_corpus(folder / "corpus")
    build_index(folder / "corpus", folder / "index")
    with serving(Settings(index=folder / "index", feedback=hard_feedback.path)) as address:
        yield address


@pytest.fixture
def hard_page(open_page: Open, hard_service: str) -> Page:
    return open_page(hard_service)
