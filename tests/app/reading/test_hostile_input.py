"""Whatever stands in place of whatever: it costs its resource at most, is listed, and raises nothing."""

import json
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.reading.concepts import LONGEST_REMEMBERED, REMEMBERED, kept
from app.reading.page import NotFhir, decode_page
from app.reading.record import NoPatient, Reading, SeveralPatients, read_record
from app.reading.references import unresolved_medications
from tests.app.reading.charts import (
    HAEMOGLOBIN,
    HBSAG,
    PREDNISONE,
    RPR_TITRE,
    SNOMED,
    TODAY,
    condition,
    observation,
    order,
    patient,
    period,
    quantity,
    terminology,
)

AGE = {"value": 30, "unit": "a", "code": "a"}
DOSAGE = {
    "timing": {
        "event": ["2026-01-01"],
        "repeat": {
            "boundsPeriod": period("2026-01-01", "2026-02-01"),
            "frequency": 1,
            "frequencyMax": 2,
            "period": 1,
            "periodMax": 2,
            "periodUnit": "d",
            "timeOfDay": ["08:00:00"],
            "when": ["MORN"],
        },
        "code": {"coding": [{"code": "BID"}], "text": "twice"},
    },
    "asNeededBoolean": False,
    "route": {"coding": [{"system": SNOMED, "code": "26643006"}], "text": "oral"},
    "doseAndRate": [{"doseQuantity": quantity(5, "mg"), "doseRange": {"low": quantity(1, "mg"), "high": AGE}}],
}
RANGES = [
    {
        "low": quantity(12, "g/dL"),
        "high": quantity(16, "g/dL"),
        "type": {"coding": [{"code": "normal"}]},
        "appliesTo": [{"coding": [{"code": "female"}]}],
        "age": {"low": AGE, "high": {"value": 80, "code": "a"}},
        "text": "12-16",
    }
]
VALUE = {
    "valueQuantity": quantity(13, "g/dL", comparator="<"),
    "interpretation": [{"coding": [{"code": "N"}], "text": "normal"}],
    "referenceRange": RANGES,
}
MEDICATION = {"resourceType": "Medication", "id": "m", "code": PREDNISONE, "form": {"text": "tablet"}}
CHART: list[dict[str, Any]] = [
    patient(
        meta={"versionId": "1", "lastUpdated": "2026-01-01T00:00:00Z"},
        identifier=[{"system": "x", "value": "1"}],
        deceasedBoolean=False,
    ),
    observation(id="a", **VALUE, component=[{"code": HBSAG, "valueString": "Negative"}]),
    observation(RPR_TITRE, id="b", valueRatio={"numerator": {"value": 1}, "denominator": {"value": 8}}),
    observation(HBSAG, id="c", valueCodeableConcept={"coding": [{"display": "Positive"}], "text": "Positive"}),
    observation(HBSAG, id="d", valueBoolean=True, effectiveDateTime=None, effectivePeriod=period("2026", "2026-02")),
    observation(HAEMOGLOBIN, id="e", valueRange={"low": quantity(1, "g/L"), "high": quantity(2, "g/L")}),
    observation(RPR_TITRE, id="f", valueInteger=8, effectiveDateTime=None, effectiveTiming=DOSAGE["timing"]),
    condition(
        id="g",
        severity={"text": "Severe"},
        stage=[{"summary": {"coding": [{"system": SNOMED, "code": "421704003"}]}}],
        onsetAge=AGE,
        abatementRange={"low": AGE, "high": AGE},
        recordedDate="2026-01-01",
    ),
    condition({"text": "some cancer"}, id="h", onsetPeriod=period("2020"), abatementString="?"),
    order(id="i", dosageInstruction=[DOSAGE], dispenseRequest={"validityPeriod": period("2026-01-01")}),
    order(None, id="j", medicationReference={"reference": "#m", "display": "x"}, contained=[MEDICATION]),
    order(None, id="k", medicationReference={"reference": "Medication/m", "identifier": {"value": "1"}}),
    {
        **MEDICATION,
        "ingredient": [{"itemCodeableConcept": PREDNISONE, "itemReference": {"reference": "#x"}, "isActive": True}],
    },
    {
        "resourceType": "MedicationStatement",
        "id": "l",
        "status": "active",
        "medicationCodeableConcept": PREDNISONE,
        "effectivePeriod": period("2026-01-01"),
        "dosage": [DOSAGE],
    },
    {
        "resourceType": "MedicationAdministration",
        "id": "m",
        "status": "completed",
        "medicationCodeableConcept": PREDNISONE,
        "effectiveDateTime": "2026-01-01",
        "dosage": {"route": {"text": "oral"}, "dose": quantity(5, "mg")},
    },
    {
        "resourceType": "MedicationDispense",
        "id": "n",
        "status": "completed",
        "medicationCodeableConcept": PREDNISONE,
        "whenHandedOver": "2026-01-01",
        "daysSupply": quantity(30, "d"),
        "dosageInstruction": [DOSAGE],
    },
    {
        "resourceType": "Procedure",
        "id": "o",
        "status": "completed",
        "code": {"text": "kidney transplant"},
        "performedAge": AGE,
        "performedString": "x",
    },
    {
        "resourceType": "Immunization",
        "id": "p",
        "status": "completed",
        "vaccineCode": {"text": "MMR"},
        "occurrenceDateTime": "2020",
    },
    {
        "resourceType": "AllergyIntolerance",
        "id": "q",
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "criticality": "high",
        "code": PREDNISONE,
        "onsetDateTime": "2020",
        "reaction": [{"substance": PREDNISONE, "severity": "severe"}],
    },
]

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(
        [
            "NaN",
            "Infinity",
            "1e999999999",
            "#",
            "/",
            "urn:",
            "2026-13-45",
            "entered-in-error",
            "1:8",
            "<5 g/dL",
            "\u0000",
            "\ud83d\ude00",
        ]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to every part of a JSON value."""
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for key, part in inner for deeper in places(part, (*path, key)))]


PLACES = [(index, path) for index, resource in enumerate(CHART) for path in places(resource)]


def with_other(index: int, path: tuple[Any, ...], other: Any) -> list[Any]:
    """The chart with something else in one place."""
    chart: list[Any] = json.loads(json.dumps(CHART))
    if not path:
        chart[index] = other
        return chart
    place = chart[index]
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = other
    return chart


def read(resources: list[Any], patient_id: str | None = "anna") -> Reading | None:
    """What is read; nothing where the patient is what broke."""
    entries = [{"resource": resource, "fullUrl": f"http://x/{n}"} for n, resource in enumerate(resources)]
    page = decode_page(json.dumps({"resourceType": "Bundle", "entry": entries}).encode())
    unresolved_medications([page])
    try:
        return read_record([page, page], terminology=terminology(), today=TODAY, patient_id=patient_id)
    except (NoPatient, SeveralPatients):
        return None


def test_the_chart_that_is_spoilt_below_is_sound() -> None:
    found = read(CHART)

    assert found is not None
    assert found.ignored == ()
    assert {"haemoglobin", "hbsag", "reagin_titre", "nyha_class"} <= found.record.results.keys()
    assert len(found.record.medications["prednisone"]) == 6


OTHERS: list[Any] = [5, -1.5, "x", "", True, None, [], {}, [[]], [None], {"": {}}, [5], {"coding": [{"code": 5}]}]


@pytest.mark.parametrize("index", range(len(CHART)), ids=lambda index: f"{index}-{CHART[index]['resourceType']}")
def test_a_wrong_type_costs_its_own_resource_at_most(index: int) -> None:
    """In each place, things of every JSON kind: all that can be said of the other resources is said as before."""
    others = {f"{resource['resourceType']}/{resource['id']}" for n, resource in enumerate(CHART) if n != index}
    for path in places(CHART[index]):
        for other in OTHERS:
            found = read(with_other(index, path, other))

            if CHART[index]["resourceType"] in ("Patient", "Medication"):
                continue  # other resources rest on these; that nothing is raised is what counts
            assert found is not None, (path, other)
            assert len(found.ignored) <= 1, (path, other)
            assert not {one.reference for one in found.ignored} & others, (path, other)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PLACES), JSON, st.sampled_from(["anna", None]))
def test_any_json_in_any_place_raises_nothing(
    place: tuple[int, tuple[Any, ...]], other: Any, patient_id: str | None
) -> None:
    read(with_other(*place, other), patient_id)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_page_or_refused(body: bytes) -> None:
    for whole in (body, b'{"resourceType":"Bundle","entry":[' + body + b"]}"):
        with suppress(NotFhir):
            decode_page(whole)


@settings(max_examples=200)
@given(st.data())
def test_a_body_cut_or_spoilt_anywhere_is_a_page_or_refused(data: st.DataObject) -> None:
    body = json.dumps({"resourceType": "Bundle", "entry": [{"resource": one} for one in CHART]}).encode()
    at = data.draw(st.integers(0, len(body)))
    for spoilt in (body[:at], body[:at] + data.draw(st.binary(min_size=1, max_size=3)) + body[at + 1 :]):
        with suppress(NotFhir, NoPatient):
            read_record([decode_page(spoilt)], terminology=terminology(), today=TODAY, patient_id="anna")


@pytest.mark.parametrize(
    "text",
    [b"\\ud800", b"\\u0000", b"\xff\xfe", b"\xc3", "‮‏".encode(), b"x" * 1_000_000],
    ids=lambda text: repr(text[:8]),
)
def test_strange_text_costs_its_own_resource_at_most(text: bytes) -> None:
    entry = b'{"resource": {"resourceType": "Condition", "id": "c", "code": {"text": "' + text + b'"}}}'
    sound = json.dumps({"resource": patient()}).encode()
    page = decode_page(b'{"resourceType": "Bundle", "entry": [' + entry + b", " + sound + b"]}")
    found = read_record([page], terminology=terminology(), today=TODAY, patient_id="anna")

    assert all(len(entry.shown) <= 80 for facts in found.record.unidentified.values() for entry in facts)


@pytest.mark.parametrize(
    "number", ["1e999999999", "-1e-999999999", "1e99999999999999999999", "9" * 100_000, "0." + "0" * 100_000 + "1"]
)
@pytest.mark.parametrize("place", ["valueQuantity", "referenceRange", "valueInteger", "valueRange", "onsetAge", "dose"])
def test_a_monstrous_number_costs_no_time(number: str, place: str) -> None:
    raw = f'{{"value": {number}, "unit": "g/dL", "code": "g/dL"}}'
    resources = {
        "valueQuantity": json.dumps(observation(valueQuantity="@")),
        "referenceRange": json.dumps(observation(valueQuantity=quantity(5, "g/dL"), referenceRange=[{"high": "@"}])),
        "valueInteger": json.dumps(observation(RPR_TITRE, valueInteger="@")).replace('"@"', number),
        "valueRange": json.dumps(observation(valueRange={"low": "@"})),
        "onsetAge": json.dumps(condition(onsetAge="@")).replace('"@"', raw.replace("g/dL", "a")),
        "dose": json.dumps(
            order(dosageInstruction=[{"timing": DOSAGE["timing"], "doseAndRate": [{"doseQuantity": "@"}]}])
        ).replace('"@"', raw.replace("g/dL", "mg")),
    }
    entry = resources[place].replace('"@"', raw)
    body = f'{{"resourceType": "Bundle", "entry": [{{"resource": {json.dumps(patient())}}}, {{"resource": {entry}}}]}}'
    started = time.perf_counter()
    found = read_record([decode_page(body.encode())], terminology=terminology(), today=TODAY, patient_id="anna")

    assert time.perf_counter() - started < 1
    assert all(len(one.shown) <= 80 for facts in found.record.results.values() for one in facts)
    assert all(
        one.value is None
        for one in found.record.results.get("haemoglobin", ())
        if place in ("valueQuantity", "valueRange")
    )


def test_a_large_chart_of_broken_resources_is_read_in_seconds() -> None:
    """About 20 MB, of which no entry decodes the fast way."""
    entries = [{"resource": condition(id=str(n), stage=5, note=[{"text": "x" * 600}])} for n in range(20_000)]
    body = json.dumps({"resourceType": "Bundle", "entry": [{"resource": patient()}, *entries]}).encode()
    started = time.perf_counter()
    found = read_record([decode_page(body)], terminology=terminology(), today=TODAY, patient_id="anna")

    assert time.perf_counter() - started < 10
    assert len(found.ignored) == 20_000
    assert len(body) > 19_000_000


def test_what_is_remembered_of_charts_is_bounded() -> None:
    """A concept that is too long to come again is not kept, and a full table starts anew."""
    table: dict[bytes, int] = {}
    for n in range(REMEMBERED + 10):
        kept(table, b"%d" % n, n, 5)
    kept(table, b"long", 0, LONGEST_REMEMBERED + 1)

    assert len(table) == 10
    assert b"long" not in table
