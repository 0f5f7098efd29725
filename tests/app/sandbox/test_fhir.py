import base64
import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio
from fastapi import FastAPI
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.operationoutcome import OperationOutcome

from app.sandbox import searching
from app.sandbox.patients import patients
from app.sandbox.router import sandbox_router
from app.sandbox.shelf import Kept, Shelf

TODAY = date(2026, 2, 28)
BASE = "http://sandbox.test/sandbox/fhir"
AMELIE = "testfrau-amelie"


@pytest_asyncio.fixture(loop_scope="function")
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(sandbox_router(lambda: TODAY))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as client:
        yield client


def charted(kind: str, patient: str = AMELIE) -> list[dict[str, Any]]:
    bundle = next(one.bundle for one in patients(TODAY) if one.id == patient)
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


async def found(client: httpx.AsyncClient, search: str) -> list[dict[str, Any]]:
    """Everything a search brings, all pages of it."""
    resources: list[dict[str, Any]] = []
    address: str | None = search
    while address:
        answer = await client.get(address)
        assert answer.status_code == 200, answer.text
        bundle = answer.json()
        resources += [entry["resource"] for entry in bundle.get("entry", [])]
        address = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)
    return resources


async def ids(client: httpx.AsyncClient, search: str) -> set[str]:
    return {one["id"] for one in await found(client, search)}


async def test_metadata_is_a_valid_capability_statement_that_names_what_can_be_searched(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get(BASE + "/metadata")
    statement = answer.json()
    observation = next(one for one in statement["rest"][0]["resource"] if one["type"] == "Observation")

    CapabilityStatement.model_validate(statement)
    assert statement["implementation"]["url"] == BASE
    assert [one["name"] for one in observation["searchParam"]] == [
        "_id",
        "patient",
        "subject",
        "code",
        "combo-code",
        "category",
        "date",
    ]


async def test_a_resource_is_read_by_its_id(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{BASE}/Patient/{AMELIE}")

    assert answer.headers["content-type"] == "application/fhir+json"
    assert answer.json() == charted("Patient")[0]


@pytest.mark.parametrize("path", ["Patient/nobody", f"Observation/{AMELIE}", "Practitioner/x", "Practitioner?_id=x"])
async def test_what_is_not_kept_is_a_404_with_an_outcome(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(f"{BASE}/{path}")

    assert (answer.status_code, answer.json()["resourceType"]) == (404, "OperationOutcome")


@pytest.mark.parametrize("written", [AMELIE, f"Patient/{AMELIE}", f"{BASE}/Patient/{AMELIE}"])
@pytest.mark.parametrize("name", ["patient", "subject"])
async def test_a_patient_is_named_in_any_form(client: httpx.AsyncClient, name: str, written: str) -> None:
    assert await ids(client, f"{BASE}/Condition?{name}={written}") == {one["id"] for one in charted("Condition")}


@pytest.mark.parametrize(
    "kind",
    [
        "Condition",
        "Observation",
        "MedicationRequest",
        "MedicationStatement",
        "MedicationAdministration",
        "Immunization",
    ],
)
async def test_a_search_by_patient_brings_their_whole_chart_and_nobody_elses(
    client: httpx.AsyncClient, kind: str
) -> None:
    assert await ids(client, f"{BASE}/{kind}?patient={AMELIE}") == {one["id"] for one in charted(kind)}


async def test_an_immunization_has_no_parameter_subject(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"{BASE}/Immunization?subject={AMELIE}")).status_code == 400


async def test_codes_are_found_with_and_without_their_system(client: httpx.AsyncClient) -> None:
    neutrophils, platelets = "751-8", "777-3"
    expected = {
        one["id"]
        for one in charted("Observation")
        if one["code"].get("coding", [{}])[0].get("code") in ("751-8", "777-3")
    }

    assert len(expected) == 4
    both = f"http://loinc.org|{neutrophils},http://loinc.org|{platelets}"
    assert await ids(client, f"{BASE}/Observation?patient={AMELIE}&code={both}") == expected
    assert await ids(client, f"{BASE}/Observation?patient={AMELIE}&code={neutrophils},{platelets}") == expected
    assert await ids(client, f"{BASE}/Observation?patient={AMELIE}&code=http://snomed.info/sct|{neutrophils}") == set()


async def test_a_comma_list_of_categories_is_an_or_and_a_missing_category_has_its_own_search(
    client: httpx.AsyncClient,
) -> None:
    scores = await found(client, f"{BASE}/Observation?patient={AMELIE}&category=survey,exam")
    bare = await found(client, f"{BASE}/Observation?patient=beispiel-clara&category:missing=true")
    rest = await ids(client, f"{BASE}/Observation?patient=beispiel-clara&category:missing=false")

    assert {one["code"]["text"] for one in scores} == {"mRSS", "HAQ-DI", "NYHA class"}
    assert {one["code"]["text"] for one in bare} == {"FVC % predicted", "DLCO % predicted", "Mrss"}
    assert rest | {one["id"] for one in bare} == {one["id"] for one in charted("Observation", "beispiel-clara")}
    assert rest.isdisjoint(one["id"] for one in bare)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param("2026-02-14", 1, id="equal: the whole day"),
        pytest.param("ge2026-02-14", 1, id="on the day or later"),
        pytest.param("gt2026-02-14", 0, id="later than the day"),
        pytest.param("le2026-02-14", 2, id="on the day or earlier"),
        pytest.param("lt2026-02-14", 1, id="earlier"),
        pytest.param("ne2026-02-14", 1, id="another day"),
        pytest.param("2025", 1, id="a year holds its days"),
        pytest.param("2026-02", 1, id="a month holds its days"),
        pytest.param("ge2026-02-14T09:00:00Z", 0, id="an instant after 08:30"),
        pytest.param("2025,2026", 2, id="a list is an or"),
    ],
)
async def test_dates_are_compared_as_the_intervals_that_they_are(
    client: httpx.AsyncClient, asked: str, expected: int
) -> None:
    answer = await client.get(f"{BASE}/Observation?patient={AMELIE}&code=http://loinc.org|19872-1")
    assert answer.json()["total"] == 2  # 2026-02-07 and 2025-09-28

    skin = [one for one in await found(client, f"{BASE}/Observation?patient={AMELIE}&category=exam&date={asked}")]

    assert len([one for one in skin if one["code"]["text"] == "mRSS"]) == expected


async def test_the_newest_come_first_when_asked_for(client: httpx.AsyncClient) -> None:
    newest = [
        one["effectiveDateTime"] for one in await found(client, f"{BASE}/Observation?patient={AMELIE}&_sort=-date")
    ]
    oldest = [
        one["effectiveDateTime"] for one in await found(client, f"{BASE}/Observation?patient={AMELIE}&_sort=date")
    ]

    assert newest == sorted(newest, reverse=True)
    assert oldest == sorted(newest)
    assert newest[0] > newest[-1]


async def test_pages_are_small_say_the_total_and_lead_on_by_an_opaque_link(client: httpx.AsyncClient) -> None:
    whole = {one["id"] for one in charted("Observation")}
    first = (await client.get(f"{BASE}/Observation?patient={AMELIE}&_count=7&_sort=-date")).json()
    further = next(link["url"] for link in first["link"] if link["relation"] == "next")

    assert (len(first["entry"]), first["total"]) == (7, len(whole))
    assert further.startswith(BASE + "?_page=")
    assert AMELIE not in further
    assert await ids(client, f"{BASE}/Observation?patient={AMELIE}&_count=7&_sort=-date") == whole


async def test_a_page_is_never_larger_than_the_sandbox_allows(client: httpx.AsyncClient) -> None:
    bundle = (await client.get(f"{BASE}/Observation?_count=1000")).json()

    assert len(bundle["entry"]) == 50 < bundle["total"]


async def test_a_search_may_come_as_a_form(client: httpx.AsyncClient) -> None:
    form = {"patient": AMELIE, "code": "http://loinc.org|777-3", "_sort": "-date"}
    answer = await client.post(f"{BASE}/Observation/_search", data=form)

    assert [one["resource"]["code"]["text"] for one in answer.json()["entry"]] == ["Platelets", "Platelets"]


async def test_a_search_without_a_hit_is_a_bundle_without_entries(client: httpx.AsyncClient) -> None:
    bundle = (await client.get(f"{BASE}/Procedure?patient=probe-jonas")).json()

    assert (bundle["total"], "entry" in bundle) == (0, False)


async def test_every_answer_is_valid_fhir(client: httpx.AsyncClient) -> None:
    for search in (f"Observation?patient={AMELIE}", "Procedure?patient=probe-jonas", "Medication?_id=nothing"):
        Bundle.model_validate((await client.get(f"{BASE}/{search}")).json())


async def test_a_drug_behind_a_reference_can_be_read_and_searched(client: httpx.AsyncClient) -> None:
    reference = next(
        one["medicationReference"]["reference"] for one in charted("MedicationAdministration", "beispiel-clara")
    )
    kept = (await client.get(f"{BASE}/{reference}")).json()

    assert await found(client, f"{BASE}/Medication?_id={kept['id']},other") == [kept]


@pytest.mark.parametrize(
    "search",
    [
        "Observation?patinet=x",
        "Observation?code:text=x",
        "Observation?category:missing=maybe",
        "Observation?date=yesterday",
        "Observation?date=ap2026",
        "Observation?date=2026-13",
        "Observation?_sort=code",
        "Observation?_count=0",
        "Observation?_count=many",
        "Patient?patient=x",
        "?_page=",
        "?_page=%%%",
        "?_page=W10",
        "?_page=é",
    ],
)
async def test_what_is_not_understood_is_a_400_that_repeats_nothing(client: httpx.AsyncClient, search: str) -> None:
    answer = await client.get(f"{BASE}{'' if search.startswith('?') else '/'}{search}")
    outcome = OperationOutcome.model_validate(answer.json())

    assert (answer.status_code, outcome.issue[0].severity) == (400, "error")
    assert "patinet" not in answer.text
    assert "yesterday" not in answer.text


async def test_a_forged_page_token_finds_nothing_that_a_search_would_not(client: httpx.AsyncClient) -> None:
    odd: list[Any] = [["Practitioner", [], 0], ["Observation", [["x", "y"]], 0], ["Observation", [], -1], [[[]]], None]
    for content in odd:
        token = base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
        assert (await client.get(f"{BASE}?_page={token}")).status_code == 400


async def test_a_form_that_is_too_long_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{BASE}/Observation/_search", content=b"code=" + b"x" * 70_000)

    assert answer.status_code == 413


async def test_the_charts_are_made_anew_when_the_day_changes() -> None:
    day = TODAY
    app = FastAPI()
    app.include_router(sandbox_router(lambda: day))
    search = f"{BASE}/Observation?patient={AMELIE}&code=http://loinc.org|777-3&_sort=-date"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as client:
        before = (await found(client, search))[0]["effectiveDateTime"]
        day = date(2026, 3, 1)
        after = (await found(client, search))[0]["effectiveDateTime"]

    assert (before[:10], after[:10]) == ("2026-02-16", "2026-02-17")


def test_a_panel_is_found_by_the_code_of_its_component() -> None:
    component = frozenset({("http://loinc.org", "751-8")})
    panel = Kept("panel", msgspec.Raw(b"{}"), AMELIE, frozenset({(None, "own")}), component, frozenset(), {})

    def search_by(name: str, value: str) -> list[Kept]:
        return searching.search(Shelf({"Observation": (panel,)}), "Observation", [(name, value)], BASE)[0]

    assert search_by("combo-code", "http://loinc.org|751-8") == search_by("combo-code", "own") == [panel]
    assert search_by("code", "http://loinc.org|751-8") == []
