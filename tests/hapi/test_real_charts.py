"""Charts and entries that nobody here wrote, and a server's own ways: the answers stay those of the chart in hand."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from app.sandbox.patients import patients
from tests.hapi.loading import Json, load
from tests.hapi.server import HapiServer
from tests.hapi.service import cards, fire, serving

pytestmark = pytest.mark.hapi

AMELIE = patients(date.today())[0]
SMALLEST = 4


@pytest.fixture(scope="module")
def service(hapi: HapiServer) -> Iterator[str]:
    with serving(fhir_servers=(hapi.base,), call_without_token=True, budget_s=30) as base:
        yield base


def asked(service: str, patient_id: str) -> httpx.Response:
    return httpx.get(f"{service}/match", params={"patient": patient_id}, timeout=60)


def given(service: str, chart: Json) -> httpx.Response:
    return httpx.post(f"{service}/match", json=chart, timeout=60)


def renamed(chart: Json, old: str, new: str) -> Json:
    """The chart of the same patient under another id, with all its resources."""
    text = json.dumps(chart).replace(f"Patient/{old}", f"Patient/{new}").replace(f'"id": "{old}"', f'"id": "{new}"')
    copy: Json = json.loads(text)
    for number, entry in enumerate(copy["entry"]):
        resource = entry["resource"]
        if resource["resourceType"] not in ("Patient", "Medication"):
            resource["id"] = f"{number}-{new}"[:64]
            entry["fullUrl"] = f"{resource['resourceType']}/{resource['id']}"
    return copy


@pytest.mark.charts
def test_charts_of_a_generator_are_judged_alike_from_the_server_and_in_hand(
    hapi: HapiServer, service: str, charts: Path
) -> None:
    files = sorted((charts / "smart_synthea_r4").glob("*.json"), key=lambda file: file.stat().st_size)[:SMALLEST]
    assert files
    for file in files:
        chart = json.loads(file.read_text(encoding="utf-8"))
        patient = next(e["resource"] for e in chart["entry"] if e["resource"]["resourceType"] == "Patient")
        load(hapi.base, chart)

        pulled, in_hand = asked(service, patient["id"]), given(service, chart)

        assert (pulled.status_code, in_hand.status_code) == (200, 200), file.name
        assert verdicts(pulled) == verdicts(in_hand), file.name


def verdicts(answer: httpx.Response) -> dict[str, tuple[str, str | None]]:
    return {one["ref"]: (one["truth"], one["why"]) for trial in answer.json()["trials"] for one in trial["criteria"]}


@pytest.mark.parametrize("strange", ["A-1.b", "x" * 64, "90210"])
def test_a_strange_patient_id_is_one_like_any_other(strange: str, hapi: HapiServer, service: str) -> None:
    chart = renamed(AMELIE.bundle, AMELIE.id, strange)
    load(hapi.base, chart)

    assert verdicts(asked(service, strange)) == verdicts(given(service, chart))
    assert cards(fire(service, strange, fhir_server=hapi.base))


def test_what_was_entered_in_error_is_given_by_the_server_and_not_counted(hapi: HapiServer, service: str) -> None:
    """HAPI never filters it."""
    chart = renamed(AMELIE.bundle, AMELIE.id, "amelie-in-error")
    wrong = json.loads(json.dumps(next(e for e in chart["entry"] if e["resource"]["resourceType"] == "Observation")))
    code = {"coding": [{"system": "http://loinc.org", "code": "777-3"}]}
    wrong["resource"] |= {"id": "platelets-in-error", "status": "entered-in-error", "code": code}
    wrong["resource"]["valueQuantity"] = {"value": 1, "system": "http://unitsofmeasure.org", "code": "10*9/L"}
    wrong["fullUrl"] = "Observation/platelets-in-error"
    chart["entry"].append(wrong)
    load(hapi.base, chart)

    answer = asked(service, "amelie-in-error")

    assert verdicts(answer)["T2-O2"] == ("true", None)
    assert "Observation/platelets-in-error" in {one["reference"] for one in answer.json()["chart"]["ignored"]}


def test_a_patient_whom_the_server_does_not_know_is_no_empty_chart(hapi: HapiServer, service: str) -> None:
    assert asked(service, "nobody-here").status_code == 502
    assert fire(service, "nobody-here", fhir_server=hapi.base).status_code == 412


def test_the_server_takes_a_search_by_post_as_by_get(hapi: HapiServer, service: str) -> None:
    """The way that is left where a server or gateway refuses a long address."""
    load(hapi.base, AMELIE.bundle)
    template = httpx.get(f"{service}/cds-services").json()["services"][0]["prefetch"]["observations"]
    path, _, query = template.replace("{{context.patientId}}", AMELIE.id).partition("?")

    by_get = httpx.get(f"{hapi.base}/{path}?{query}", timeout=30).json()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    by_post = httpx.post(f"{hapi.base}/{path}/_search", content=query, headers=form, timeout=30).json()

    assert by_get["entry"]
    assert {e["resource"]["id"] for e in by_post["entry"]} == {e["resource"]["id"] for e in by_get["entry"]}
