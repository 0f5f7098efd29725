"""What a body holds: resources, the next page, a failure, and what of it is broken."""

import json
from typing import Any

import msgspec
import pytest

from app.reading.page import NotFhir, decode_page
from app.reading.shapes import Condition, Observation, Patient
from tests.app.reading.charts import bundle, condition, observation, patient

OUTCOME = {"resourceType": "OperationOutcome"}


def issues(*severities: str) -> dict[str, Any]:
    return {**OUTCOME, "issue": [{"severity": severity, "code": "processing"} for severity in severities]}


def names(body: bytes) -> list[str]:
    return [type(resource).__name__ for resource in decode_page(body).resources]


def test_a_searchset_is_read_in_order() -> None:
    found = decode_page(bundle(patient(), condition(), observation()))

    assert found.is_bundle
    assert [Patient, Condition, Observation] == [type(resource) for resource in found.resources]
    assert (found.next, found.failure, found.broken) == (None, None, [])


@pytest.mark.parametrize("kind", ["batch-response", "collection", "document", "history", "message", "searchset"])
def test_every_type_of_bundle_is_read(kind: str) -> None:
    assert names(bundle(patient(), type=kind)) == ["Patient"]


def test_a_single_resource_is_a_page_of_one() -> None:
    found = decode_page(json.dumps(patient()).encode())

    assert not found.is_bundle
    assert [resource.id for resource in found.resources] == ["anna"]


def test_undecoded_bytes_of_a_prefetch_are_read() -> None:
    raw = msgspec.json.decode(b'{"patient": ' + json.dumps(patient()).encode() + b"}", type=dict[str, msgspec.Raw])

    assert len(decode_page(raw["patient"]).resources) == 1


def test_a_byte_order_mark_is_skipped() -> None:
    assert names(b"\xef\xbb\xbf" + bundle(patient())) == ["Patient"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"5",
        b"{}",
        b"<!DOCTYPE html><html></html>",
        b'{"resourceType": "Patientt", "id": "1"}',
        b'{"resourceType": ["Patient"]}',
        b'{"resourceType": "Bundle", "entry": {}}',
        bundle(patient())[:-5],
        b"[" * 100_000,
        b'{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient", "id": "\xff"}}]',
    ],
    ids=lambda body: body[:24].decode("utf-8", "replace"),
)
def test_what_is_no_fhir_resource_is_refused_without_repeating_it(body: bytes) -> None:
    with pytest.raises(NotFhir) as refused:
        decode_page(body)

    assert str(refused.value) == "not a FHIR resource in JSON"


def test_types_that_nobody_reads_do_not_disturb() -> None:
    found = decode_page(bundle({"resourceType": "Encounter", "id": "e", "status": 5}, patient()))

    assert found.broken == []
    assert names(bundle({"resourceType": "Claim"}, patient())) == ["Claim", "Patient"]


def test_unknown_fields_are_skipped_at_every_level() -> None:
    strange = {**condition(), "x": {"y": [1]}, "code": {"coding": [{"code": "1", "z": {}}], "q": None}}

    assert decode_page(bundle(strange)).broken == []


def test_null_counts_as_absent() -> None:
    assert (
        decode_page(bundle({**observation(), "valueQuantity": None, "component": None, "subject": None})).broken == []
    )


def test_the_tag_may_stand_last() -> None:
    body = json.dumps({"entry": [{"resource": {"id": "anna", "resourceType": "Patient"}}], "resourceType": "Bundle"})

    assert names(body.encode()) == ["Patient"]


def test_the_next_link_is_named() -> None:
    links = [{"relation": "self", "url": "http://x/a"}, {"relation": "next", "url": "http://x/b"}]

    assert decode_page(bundle(link=links)).next == "http://x/b"


@pytest.mark.parametrize("entry", [None, {}, {"fullUrl": "urn:uuid:1"}, {"search": {"mode": "match"}}])
def test_entries_without_a_resource_are_skipped(entry: Any) -> None:
    body = json.dumps({"resourceType": "Bundle", "entry": [entry, {"resource": patient()}]}).encode()

    assert names(body) == ["Patient"]
    assert decode_page(body).failure is None


@pytest.mark.parametrize(
    ("severities", "fails"),
    [
        (["error"], True),
        (["fatal"], True),
        ([" Error "], True),
        (["information", "fatal"], True),
        (["information"], False),
        (["warning", "information"], False),
        ([], True),
    ],
)
def test_an_outcome_among_results_is_a_failure_if_it_reports_an_error(severities: list[str], fails: bool) -> None:
    found = decode_page(bundle(patient(), issues(*severities)))

    assert (found.failure is not None) is fails
    assert [type(resource) for resource in found.resources] == [Patient]


@pytest.mark.parametrize("severity", ["error", "information"])
def test_an_outcome_in_place_of_data_is_a_failure(severity: str) -> None:
    found = decode_page(json.dumps(issues(severity)).encode())

    assert found.failure is not None
    assert (found.resources, found.is_bundle) == ([], False)


@pytest.mark.parametrize(("status", "fails"), [("404 Not Found", True), ("500", True), ("200", False), ("204", False)])
def test_a_failed_request_of_a_batch_is_a_failure(status: str, fails: bool) -> None:
    body = json.dumps({"resourceType": "Bundle", "entry": [{"response": {"status": status}}]}).encode()

    assert (decode_page(body).failure is not None) is fails


def test_a_bundle_in_a_bundle_is_opened() -> None:
    inner = json.loads(bundle(patient(), link=[{"relation": "next", "url": "http://x/b"}]))

    assert names(bundle(inner, condition())) == ["Patient", "Condition"]
    assert decode_page(bundle(inner)).next == "http://x/b"


def test_a_broken_resource_costs_itself_alone() -> None:
    found = decode_page(bundle(patient(), condition(stage=5), observation(), observation(id="two", status=1)))

    assert [Patient, Observation] == [type(resource) for resource in found.resources]
    assert [one[:2] for one in found.broken] == [("Condition/one", "broken"), ("Observation/two", "broken")]


def test_a_broken_resource_still_says_whose_it_is() -> None:
    (broken,) = decode_page(bundle(condition(stage=5, subject={"reference": "Patient/other"}))).broken

    assert broken.subject == "Patient/other"


@pytest.mark.parametrize(
    "fields", [{"status": "Entered-In-Error "}, {"verificationStatus": {"coding": [{"code": "entered-in-error"}]}}]
)
def test_a_broken_resource_still_says_that_it_never_was_true(fields: dict[str, Any]) -> None:
    (broken,) = decode_page(bundle(condition(stage=5, **fields))).broken

    assert broken.void


@pytest.mark.parametrize("entry", [5, "x", [], {"resource": 5}, {"resource": []}, {"fullUrl": 5}])
def test_an_entry_of_another_kind_costs_itself_alone(entry: Any) -> None:
    body = json.dumps({"resourceType": "Bundle", "entry": [entry, {"resource": patient()}]}).encode()

    assert names(body) == ["Patient"]
    assert len(decode_page(body).broken) == 1


def test_an_unknown_type_is_named_with_a_reason_of_its_own() -> None:
    (broken,) = decode_page(bundle(patient(), {"resourceType": "MedicationOrder", "id": "old"})).broken

    assert broken[:2] == ("MedicationOrder/old", "no resource type of FHIR R4")


def test_a_single_broken_resource_is_no_failure_of_the_answer() -> None:
    found = decode_page(json.dumps(patient(birthDate=1986)).encode())

    assert [one[:2] for one in found.broken] == [("Patient/anna", "broken")]


@pytest.mark.parametrize("lost", [issues("error") | {"issue": 5}, {"resourceType": "Bundle", "entry": 5}])
def test_what_breaks_more_than_one_resource_is_a_failure(lost: dict[str, Any]) -> None:
    assert decode_page(bundle(patient(), lost)).failure is not None


def test_broken_links_are_a_failure_since_there_may_be_more() -> None:
    found = decode_page(bundle(patient(), link=5))

    assert found.failure is not None
    assert len(found.resources) == 1


def test_a_resource_without_an_id_takes_that_of_its_address() -> None:
    entries = [
        {"fullUrl": "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "resource": {"resourceType": "Patient"}},
        {"fullUrl": "http://example.org/fhir/Condition/7", "resource": {"resourceType": "Condition"}},
    ]
    found = decode_page(json.dumps({"resourceType": "Bundle", "entry": entries}).encode())

    assert [resource.id for resource in found.resources] == ["0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "7"]


def test_nesting_without_end_costs_its_entry_alone() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    good = json.dumps({"resource": patient()}).encode()
    bad = b'{"resource": {"resourceType": "Condition", "id": "deep", "note": "a \\" [ {", "x": ' + deep + b"}}"
    found = decode_page(b'{"resourceType": "Bundle", "entry": [' + bad + b"," + good + b"]}")

    assert [Patient] == [type(resource) for resource in found.resources]
    assert [one[:2] for one in found.broken] == [("Condition/deep", "broken: nested too deep")]


def test_nesting_without_end_that_is_no_entry_is_refused_quickly() -> None:
    """20 MB of brackets must not be looked through one by one."""
    body = b'{"resourceType": "Bundle", "meta": {"x": ' + b"[" * 10_000_000 + b"]" * 10_000_000 + b"}}"

    with pytest.raises(NotFhir):
        decode_page(body)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"cut \ud83d", "cut \ufffd"),
        (r"\ude00 cut", "\ufffd cut"),
        (r"\ud83d\ud83d\ude00", "\ufffd\U0001f600"),
        (r"\\ud83d \ud83d", r"\ud83d " + "\ufffd"),
    ],
)
def test_a_text_that_was_cut_inside_a_character_costs_that_character(text: str, expected: str) -> None:
    """What cuts a name after so many UTF-16 units leaves half an emoji behind."""
    body = b'{"resourceType": "Observation", "valueString": "' + text.encode() + b'"}'
    (found,) = decode_page(body).resources

    assert isinstance(found, Observation)
    assert found.value_string == expected
