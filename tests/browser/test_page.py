"""Clicks through the sandbox's page in a real browser, at a real service."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect

from tests.browser.browsing import PHONE, Window, chromium, open_chart, window
from tests.hapi.service import serving

pytestmark = pytest.mark.browser

T2 = "CD19-BCMA CAR-T in relapsed or refractory autoimmune disease"
LINES_PER_DATE = r"""
() => {
  const lines = [];
  for (const part of document.querySelectorAll("#cards .detail, #matrix .evidence")) {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      for (const found of walker.currentNode.data.matchAll(/\d{4}-\d{2}-\d{2}/g)) {
        const range = document.createRange();
        range.setStart(walker.currentNode, found.index);
        range.setEnd(walker.currentNode, found.index + found[0].length);
        const tops = [...range.getClientRects()].filter((box) => box.width > 0).map((box) => Math.round(box.top));
        if (tops.length) lines.push(new Set(tops).size);
      }
    }
  }
  return lines;
}
"""
"""On how many lines each ISO date of the cards and the evidence stands."""


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    with serving(sandbox=True) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def desk(browser: Browser, service: str) -> Iterator[Window]:
    """A fresh window; whatever a test does in it, nothing may fail and no other host may be asked."""
    with window(browser) as opened:
        yield opened

        assert opened.errors == []
        assert opened.hosts == {service.removeprefix("http://")}


def text_of(page: Page, selector: str) -> str:
    return page.locator(selector).inner_text()


def test_opening_a_chart_shows_its_card(desk: Window, service: str) -> None:
    page = desk.page
    open_chart(page, service)
    page.get_by_role("link", name="Exempel, Fritz").click()
    card = page.get_by_role("article").filter(has_text=T2)

    expect(page.get_by_role("heading", level=1)).to_have_text("Exempel, Fritz")
    expect(card.get_by_role("heading").first).to_contain_text("Potential candidate")
    expect(card).to_contain_text("Systemic sclerosis")
    expect(page.get_by_role("link", name="Exempel, Fritz")).to_have_attribute("aria-current", "page")


def test_the_chart_shows_problems_drugs_and_results(desk: Window, service: str) -> None:
    open_chart(desk.page, service, "testfrau-amelie")

    assert "Interstitial lung disease" in text_of(desk.page, "#problems")
    assert "Cyclophosphamide infusion" in text_of(desk.page, "#drugs")
    assert "6 times" in text_of(desk.page, "#drugs")
    fvc = desk.page.get_by_role("row", name="FVC % predicted").first
    expect(fvc).to_contain_text("58 %")
    expect(fvc).to_contain_text("67 (")


def test_a_drug_behind_a_reference_is_named(desk: Window, service: str) -> None:
    open_chart(desk.page, service, "beispiel-clara")

    assert "Cyclophosphamide 500 mg vial" in text_of(desk.page, "#drugs")


def test_the_criteria_stand_beside_the_card_with_truth_reason_and_evidence(desk: Window, service: str) -> None:
    open_chart(desk.page, service, "exempel-fritz")
    vaccine = desk.page.get_by_role("row").filter(has_text="T2-X17")
    platelets = desk.page.get_by_role("row").filter(has_text="T2-O2")

    expect(vaccine).to_contain_text("unknown")
    expect(vaccine).to_contain_text("Yellow fever vaccine")
    expect(vaccine).to_contain_text("Clears on")
    expect(platelets).to_contain_text("true")
    expect(platelets).to_contain_text("248 ×10⁹/L")
    expect(platelets).to_contain_text("needs at least 20 ×10⁹/L: 228 ×10⁹/L to spare")
    expect(platelets).to_contain_text("Decided until it expires on")
    expect(platelets).to_contain_text("by the site's policy")


def test_what_bars_can_be_looked_at_alone(desk: Window, service: str) -> None:
    page = desk.page
    open_chart(page, service, "testmann-bruno")
    trial = page.locator("section.trial").filter(has_text=T2)
    trial.get_by_text("Bars", exact=False).first.click()
    rows = trial.locator("table.criteria tbody tr:not(.group)")

    expect(rows).to_have_count(4)
    platelets = rows.filter(has_text="T2-O2")
    expect(platelets).to_contain_text("14 K/uL")
    expect(platelets).to_contain_text("6 ×10⁹/L short")
    expect(platelets).to_contain_text("Would change it: a new Platelets: at least 20 ×10⁹/L")
    expect(trial).to_contain_text("Why not: 4 criteria bar")
    expect(page.get_by_role("article").filter(has_text=T2)).to_have_count(0)


def test_a_chart_sent_along_gives_the_same_card(desk: Window, service: str) -> None:
    page = desk.page
    open_chart(page, service, "testfrau-greta")
    read = text_of(page, "#cards")
    page.get_by_label("Send the chart along").check()
    page.locator("#status", has_text="chart sent along").wait_for()
    sent = text_of(page, "#cards")
    page.get_by_label("Send the chart along").uncheck()
    page.locator("#status", has_text="read from the FHIR server").wait_for()

    assert "Potential candidate" in read
    assert sent == read


def test_request_and_answer_can_be_looked_at(desk: Window, service: str) -> None:
    page = desk.page
    open_chart(page, service, "testfrau-amelie")
    for summary in page.locator(".wire summary").all():
        summary.click()
    request = json.loads(text_of(page, "#request"))
    answer = json.loads(text_of(page, "#answer"))

    assert request["context"] == {"userId": "Practitioner/sandbox", "patientId": "testfrau-amelie"}
    assert request["fhirServer"] == f"{service}/sandbox/fhir"
    assert "prefetch" not in request
    assert [card["source"]["topic"]["code"] for card in answer["cards"]] == ["cd19bcmaautoimmune", "cd19autoimmune"]


def test_the_hook_is_fired_again_at_the_press_of_a_button(desk: Window, service: str) -> None:
    page = desk.page
    open_chart(page, service, "testfrau-amelie")
    with page.expect_request("**/cds-services/trialhook-patient-view") as fired:
        page.get_by_role("button", name="Fire patient-view again").click()

    assert fired.value.method == "POST"
    expect(page.locator("#status")).to_contain_text("answered 200")


@pytest.mark.parametrize("patient", ["probe-jonas", "modell-klara"])
def test_a_chart_without_a_target_disease_or_of_the_deceased_brings_no_card(
    desk: Window, service: str, patient: str
) -> None:
    open_chart(desk.page, service, patient)

    assert text_of(desk.page, "#cards") == "No card: nothing to say about this chart."


def test_a_chart_can_be_opened_without_a_mouse(desk: Window, service: str) -> None:
    page = desk.page
    open_chart(page, service)
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.patient") == "testmann-bruno":
            break
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Testmann, Bruno")
    page.locator("#status", has_text="answered 200").wait_for()


def test_the_skip_link_leads_to_the_chart_and_opens_nothing_else(desk: Window, service: str) -> None:
    page = desk.page
    open_chart(page, service, "testfrau-greta")
    page.locator("a.skip").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Testfrau, Greta")
    assert page.evaluate("document.activeElement.id") == "chart"


def test_everything_that_can_be_operated_has_a_name(desk: Window, service: str) -> None:
    open_chart(desk.page, service)
    operated = desk.page.locator("a, button, input, summary, [tabindex='0'], [role]")
    nameless = operated.evaluate_all(
        "all => all.filter(one => !(one.textContent.trim() || one.ariaLabel || one.labels?.length"
        " || document.getElementById(one.getAttribute('aria-labelledby'))?.textContent)).map(one => one.outerHTML)"
    )

    assert operated.count() > 20
    assert [one for one in nameless if "<pre" not in one] == []


def test_text_from_a_chart_stays_text(desk: Window, service: str) -> None:
    """A problem list is the hospital's; whatever stands in it, the page only shows it."""
    attack = "<img src=x onerror=\"document.title='broken'\"><b>bold</b>"

    def poisoned(route: Route) -> None:
        bundle = route.fetch().json()
        for entry in bundle["entry"]:
            entry["resource"]["code"]["text"] = attack
        route.fulfill(json=bundle)

    desk.page.route("**/sandbox/fhir/Condition?*", poisoned)
    open_chart(desk.page, service, "testfrau-amelie")

    assert attack in text_of(desk.page, "#problems")
    assert desk.page.locator("#problems b, #problems img").count() == 0
    assert "broken" not in desk.page.title()


def test_a_card_brings_neither_scripts_nor_links_that_act(desk: Window, service: str) -> None:
    def poisoned(route: Route) -> None:
        answer = route.fetch().json()
        answer["cards"][0]["detail"] += "\n\n<script>document.title='broken'</script> [x](javascript:alert(1))"
        answer["cards"][0]["links"] = [{"label": "acts", "url": "javascript:alert(1)", "type": "absolute"}]
        route.fulfill(json=answer)

    desk.page.route("**/cds-services/trialhook-patient-view", poisoned)
    open_chart(desk.page, service, "testfrau-amelie")

    assert desk.page.locator("#cards script").count() == 0
    assert desk.page.locator("#cards a[href^='javascript']").count() == 0
    assert desk.page.get_by_text("acts", exact=True).count() == 1
    assert "broken" not in desk.page.title()


def test_a_refusal_of_the_service_is_shown(browser: Browser, service: str) -> None:
    refusal = {"issue": [{"details": {"text": "The chart could not be read."}}]}
    with window(browser) as (page, _, _):
        page.route("**/cds-services/trialhook-patient-view", lambda route: route.fulfill(status=412, json=refusal))
        page.goto(f"{service}/sandbox#testfrau-amelie")
        page.locator("#cards .refused").wait_for()

        assert text_of(page, "#cards") == "412: The chart could not be read."


@pytest.mark.parametrize("width", [320, 360, 400, 440])
def test_no_date_on_a_card_or_among_the_evidence_is_broken(browser: Browser, service: str, width: int) -> None:
    """Looked at in several narrow panels, so that some line ends where a date stands."""
    with window(browser, ViewportSize(width=width, height=900)) as (page, _, _):
        open_chart(page, service, "testfrau-amelie")
        lines = page.evaluate(LINES_PER_DATE)

        assert len(lines) > 10
        assert set(lines) == {1}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_fits_a_narrow_screen(browser: Browser, service: str, dark: bool) -> None:
    with window(browser, PHONE, dark=dark) as (page, errors, _):
        open_chart(page, service, "testfrau-amelie")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        background = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")

        assert wide == 0
        assert (sum(map(int, background[4:-1].split(","))) < 200) is dark
        assert errors == []
