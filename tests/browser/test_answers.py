"""Answers a question on the sandbox's page and sees the verdict change, and takes the answer back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.browsing import PHONE, chromium, open_chart, window
from tests.hapi.service import serving

pytestmark = pytest.mark.browser

PATIENT = "testfrau-amelie"
LIFE = "T2-L1"
"""Is the patient expected to live longer than 6 months?"""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[str]:
    with serving(sandbox=True, answers_url=f"sqlite:///{tmp_path / 'answers.db'}") as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def criterion(page: Page, ref: str) -> Locator:
    return page.locator(f'#matrix tr[data-ref="{ref}"]')


def test_an_answer_changes_the_verdict_and_the_card_until_it_is_withdrawn(browser: Browser, service: str) -> None:
    with window(browser) as opened:
        page = opened.page
        open_chart(page, service, PATIENT)
        row = criterion(page, LIFE)

        expect(row).to_contain_text("unknown")
        expect(row).to_contain_text("Is the patient expected to live longer than 6 months?")
        row.get_by_role("button", name="Yes: ").click()
        expect(row.locator(".truth")).to_contain_text("true")
        expect(row).to_contain_text("answered yes by Dr Sandbox on")
        expect(row).to_contain_text("a person's answer counts for 90 days")
        expect(row.get_by_role("button", name="Yes: ")).to_have_count(0)
        expect(page.locator("#cards")).to_contain_text("Answered by a person")
        expect(row.get_by_role("button", name="Withdraw")).to_be_focused()

        row.get_by_role("button", name="Withdraw").click()
        expect(row.locator(".truth")).to_contain_text("unknown")
        expect(page.locator("#cards")).not_to_contain_text("Answered by a person")
        assert opened.errors == []
        assert opened.hosts == {service.removeprefix("http://")}


def test_an_answer_that_bars_takes_the_card_away(browser: Browser, service: str) -> None:
    with window(browser, PHONE) as opened:
        page = opened.page
        open_chart(page, service, PATIENT)
        criterion(page, LIFE).get_by_role("button", name="No: ").click()

        expect(criterion(page, LIFE).locator(".truth")).to_contain_text("false")
        expect(criterion(page, LIFE)).to_contain_text("bars")
        expect(page.locator("#cards")).not_to_contain_text("CD19-BCMA")
        assert opened.errors == []


def test_an_answer_is_there_after_the_page_is_opened_anew(browser: Browser, service: str) -> None:
    with window(browser) as opened:
        open_chart(opened.page, service, PATIENT)
        criterion(opened.page, LIFE).get_by_role("button", name="Yes: ").click()
        expect(criterion(opened.page, LIFE).locator(".truth")).to_contain_text("true")
    with window(browser) as opened:
        open_chart(opened.page, service, PATIENT)

        expect(criterion(opened.page, LIFE).locator(".truth")).to_contain_text("true")


def test_where_no_answers_are_kept_nothing_is_asked(browser: Browser) -> None:
    with serving(sandbox=True, answers_url="off") as service, window(browser) as opened:
        open_chart(opened.page, service, PATIENT)

        expect(opened.page.locator("#matrix tr[data-ref]").first).to_be_visible()
        expect(opened.page.locator("#matrix button")).to_have_count(0)
