"""Chromium without a window, on this machine only, and what it did that a page should not do."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests import machine

DESK = ViewportSize(width=1440, height=1200)
PHONE = ViewportSize(width=400, height=900)
PATIENCE_MS = 15_000

_ARGUMENTS: Sequence[str] = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Window(NamedTuple):
    """One page, and everything that went wrong in it or went elsewhere."""

    page: Page
    errors: list[str]
    """Console errors, uncaught exceptions, and requests that failed or were refused."""
    hosts: set[str]
    """Every host and port that was asked for anything."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=machine.chromium(), args=list(_ARGUMENTS), headless=True)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def window(browser: Browser, size: ViewportSize = DESK, *, dark: bool = False, scale: float = 1) -> Iterator[Window]:
    """A new page that shares nothing with others."""
    context = browser.new_context(
        viewport=size, color_scheme="dark" if dark else "light", device_scale_factor=scale, locale="en-GB"
    )
    try:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        yield _watched(page)
    finally:
        context.close()


def _watched(page: Page) -> Window:
    errors: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("response", lambda answer: errors.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    return Window(page, errors, hosts)


def open_chart(page: Page, service: str, patient: str = "") -> None:
    """The sandbox's page with this chart open and everything on it drawn."""
    page.goto(f"{service}/sandbox{'#' + patient if patient else ''}")
    page.locator("#status", has_text="answered 200").wait_for()
    page.locator("#matrix section").first.wait_for()
    page.locator("#banner .story").wait_for()
