"""A server that gives whole charts on one page and answers `:missing`, but reads no long address."""

from collections.abc import Iterator

import httpx
import pytest

from app.sandbox.patients import SandboxPatient
from tests.hapi.asking import assert_same_verdicts, evidence, given, pulled
from tests.hapi.loading import Json, load
from tests.hapi.prefetching import filled, from_chart
from tests.hapi.server import running
from tests.hapi.service import cards, fire, serving
from tests.hapi.variations import changed, has_loinc, of_another, resources_of

pytestmark = [pytest.mark.hapi, pytest.mark.own_server]

Patients = tuple[SandboxPatient, ...]
LARGE = 1000
HEAD = 1024
"""Bytes of address and headers: enough for all searches but those by code, and for the links between pages."""


@pytest.fixture(scope="module")
def roomy(sandbox: Patients) -> Iterator[str]:
    with running(pageSize=LARGE, largestPage=LARGE, longestHead=HEAD) as server:
        load(server.base, *(patient.bundle for patient in sandbox))
        yield server.base


@pytest.fixture(scope="module")
def its_service(roomy: str) -> Iterator[str]:
    with serving(fhir_servers=(roomy,), call_without_token=True, budget_s=20) as base:
        yield base


def test_one_page_holds_all_results_and_says_so(roomy: str, sandbox: Patients) -> None:
    expected = [one for one in resources_of(sandbox[0].bundle) if one["resourceType"] == "Observation"]
    page: Json = httpx.get(f"{roomy}/Observation", params={"patient": sandbox[0].id}).json()

    assert page["total"] == len(page["entry"]) == len(expected) > 20
    assert "next" not in {link["relation"] for link in page["link"]}


def test_large_pages_change_no_card(
    patient: SandboxPatient, roomy: str, its_service: str, templates: dict[str, str]
) -> None:
    asked = cards(fire(its_service, patient.id, fhir_server=roomy))

    assert asked == cards(fire(its_service, patient.id, prefetch=from_chart(templates, patient.bundle)))


def test_large_pages_change_no_verdict(patient: SandboxPatient, its_service: str) -> None:
    assert_same_verdicts(pulled(its_service, patient.id), given(its_service, patient.bundle))


def test_a_search_whose_address_is_too_long_goes_as_a_form(
    roomy: str, sandbox: Patients, its_service: str, templates: dict[str, str]
) -> None:
    """These results are found by their code only: no other search of the service asks for their category."""

    def by_code_only(one: Json) -> Json | None:
        if one["resourceType"] != "Observation":
            return one
        return {**one, "category": [{"coding": [{"code": "therapy"}]}]} if has_loinc(one) else None

    chart = changed(of_another(sandbox[0].bundle, "found-by-form"), by_code_only)
    load(roomy, chart)
    assert httpx.get(f"{roomy}/{filled(templates['observations'], 'found-by-form')}").status_code == 414

    asked = pulled(its_service, "found-by-form")

    assert_same_verdicts(asked, given(its_service, chart))
    assert any(reference.startswith("Observation/") for reference in evidence(asked))


def test_scores_without_a_category_are_found_by_a_server_that_answers_missing(
    roomy: str, sandbox: Patients, its_service: str, templates: dict[str, str]
) -> None:
    chart = next(one.bundle for one in sandbox if one.id == "beispiel-clara")
    found = httpx.get(f"{roomy}/{filled(templates['uncategorised'], 'beispiel-clara')}").raise_for_status().json()
    uncategorised = {entry["resource"]["id"] for entry in found["entry"]}
    without = changed(chart, lambda one: None if one["id"] in uncategorised else one)

    asked = pulled(its_service, "beispiel-clara")

    assert uncategorised == {
        one["id"] for one in resources_of(chart) if one["resourceType"] == "Observation" and not one.get("category")
    }
    assert_same_verdicts(asked, given(its_service, chart))
    assert asked["trials"] != given(its_service, without)["trials"]
