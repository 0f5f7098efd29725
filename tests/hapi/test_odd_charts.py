"""What real servers hold and a tidy example does not: odd ids, retracted entries, scores in no category, nobody."""

import httpx
import pytest

from app.sandbox.patients import SandboxPatient
from tests import machine
from tests.hapi.asking import assert_same_verdicts, given, pulled
from tests.hapi.loading import Json, as_transaction, load
from tests.hapi.prefetching import from_chart, from_server
from tests.hapi.service import cards, fire
from tests.hapi.variations import changed, collection, of_another, resources_of, unless_uncategorised

pytestmark = pytest.mark.hapi

Patients = tuple[SandboxPatient, ...]
ODD_IDS = ("A-1.b-trialhook", "Trialhook-test." + "x" * 49, "4711008150")
VERIFIED = {"Condition": "condition-ver-status", "AllergyIntolerance": "allergyintolerance-verification"}
RETRACTED = "entered-in-error"


@pytest.mark.parametrize("patient_id", ODD_IDS)
def test_a_patient_may_have_any_id_that_fhir_allows(
    patient_id: str, sandbox: Patients, service: str, fhir: str, templates: dict[str, str]
) -> None:
    chart = of_another(sandbox[0].bundle, patient_id)
    with httpx.Client(timeout=60) as client:
        answer = client.post(fhir, json=as_transaction(chart))
    if answer.status_code != 200 and machine.fhir_server_given():
        pytest.skip("the FHIR server that was given does not take this patient id")
    assert answer.status_code == 200, answer.text

    assert_same_verdicts(pulled(service, patient_id), given(service, chart))
    asked = cards(fire(service, patient_id, fhir_server=fhir))
    assert asked == cards(fire(service, patient_id, prefetch=from_server(templates, fhir, patient_id)))
    assert asked == cards(fire(service, patient_id, prefetch=from_chart(templates, chart)))
    assert asked


def test_entries_made_in_error_decide_nothing_and_are_named(sandbox: Patients, service: str, fhir: str) -> None:
    """A server gives them out like all others, to every search."""
    chart = of_another(sandbox[0].bundle, "with-retracted-entries")
    wrong = {one["id"] for one in resources_of(chart)[1::2]}
    retracted = changed(chart, lambda one: in_error(one) if one["id"] in wrong else one)
    load(fhir, retracted)
    for kind in ("Condition", "Observation", "MedicationRequest"):
        assert held(fhir, kind, "with-retracted-entries") & wrong, f"the server keeps {kind} entries to itself"

    asked = pulled(service, "with-retracted-entries")

    assert_same_verdicts(asked, given(service, retracted))
    assert_same_verdicts(asked, given(service, changed(chart, lambda one: None if one["id"] in wrong else one)))
    assert asked["trials"] != given(service, chart)["trials"]
    named = {one["reference"].partition("/")[2]: one["reason"] for one in asked["chart"]["ignored"]}
    assert named.keys() <= wrong
    assert set(named.values()) == {"entered in error"}


def in_error(resource: Json) -> Json:
    """The resource as it stands in a record after somebody has said that it should never have been there."""
    kind = resource["resourceType"]
    if kind not in VERIFIED:
        return {**resource, "status": RETRACTED}
    status = {"system": f"http://terminology.hl7.org/CodeSystem/{VERIFIED[kind]}", "code": RETRACTED}
    active = {name: value for name, value in resource.items() if name != "clinicalStatus"}
    return {**active, "verificationStatus": {"coding": [status]}}


def held(fhir: str, kind: str, patient_id: str) -> set[str]:
    """The ids of the resources that the server has of a patient."""
    found = httpx.get(f"{fhir}/{kind}", params={"patient": patient_id, "_count": 200}, timeout=30).json()
    return {entry["resource"]["id"] for entry in found.get("entry", ())}


def test_scores_without_a_category_are_found(sandbox: Patients, service: str, fhir: str) -> None:
    chart = of_another(next(one.bundle for one in sandbox if one.id == "beispiel-clara"), "scores-in-no-category")
    load(fhir, chart)

    asked = pulled(service, "scores-in-no-category")

    assert_same_verdicts(asked, given(service, chart))
    assert asked["trials"] != given(service, changed(chart, unless_uncategorised))["trials"]


def test_a_patient_whom_the_server_does_not_know_gets_no_card(service: str, fhir: str) -> None:
    answer = fire(service, "nobody-of-that-id", fhir_server=fhir)

    assert answer.status_code == 412
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert "nobody-of-that-id" not in answer.text


def test_a_patient_who_was_deleted_gets_no_card(service: str, fhir: str) -> None:
    load(fhir, collection({"resourceType": "Patient", "id": "deleted-for-trialhook", "gender": "female"}))
    assert fire(service, "deleted-for-trialhook", fhir_server=fhir).status_code == 200
    httpx.delete(f"{fhir}/Patient/deleted-for-trialhook", timeout=30).raise_for_status()

    assert fire(service, "deleted-for-trialhook", fhir_server=fhir).status_code == 412


def test_the_direct_query_about_nobody_is_an_error_that_names_this_cause(service: str) -> None:
    answer = httpx.get(f"{service}/match", params={"patient": "nobody-of-that-id"}, timeout=30)

    assert answer.status_code == 422
    assert "knows no patient" in answer.json()["issue"][0]["details"]["text"]
    assert "nobody-of-that-id" not in answer.text


def test_the_server_takes_a_search_by_post_as_by_get(sandbox: Patients, service: str, fhir: str) -> None:
    """The way that is left where a gateway refuses a long address."""
    template = httpx.get(f"{service}/cds-services").json()["services"][0]["prefetch"]["observations"]
    path, _, query = template.replace("{{context.patientId}}", sandbox[0].id).partition("?")
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    by_get = httpx.get(f"{fhir}/{path}?{query}", timeout=30).json()
    by_post = httpx.post(f"{fhir}/{path}/_search", content=query, headers=form, timeout=30).json()

    assert by_get["entry"]
    assert {e["resource"]["id"] for e in by_post["entry"]} == {e["resource"]["id"] for e in by_get["entry"]}
