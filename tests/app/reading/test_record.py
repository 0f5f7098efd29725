"""A whole chart: whose it is, which resources are the patient's, each once, and what was left out and why."""

import json
from datetime import date
from typing import Any

import pytest

from app.reading.page import Page, decode_page
from app.reading.record import Ignored, NoPatient, SeveralPatients, read_record
from app.reading.unmapped import Unmapped
from tests.app.reading.charts import (
    HAEMOGLOBIN,
    LOINC,
    SNOMED,
    TODAY,
    bundle,
    condition,
    observation,
    order,
    page,
    patient,
    quantity,
    reading,
    reasons,
    terminology,
)
from trials.interval import point
from trials.record import Gap

G_PER_DL: dict[str, Any] = {"valueQuantity": quantity(5.1, "g/dL")}


def read(*pages: Page, patient_id: str | None = "anna") -> Any:
    return read_record(pages, terminology=terminology(), today=TODAY, patient_id=patient_id)


def addressed(*entries: tuple[str, Any]) -> Page:
    listed = [{"fullUrl": url, "resource": resource} for url, resource in entries]
    return decode_page(json.dumps({"resourceType": "Bundle", "entry": listed}).encode())


def test_the_only_patient_decides_where_none_is_named() -> None:
    assert read(page(patient(), condition()), patient_id=None).record.person.reference == "Patient/anna"


def test_no_patient_is_an_error() -> None:
    with pytest.raises(NoPatient):
        read(page(condition()), patient_id=None)
    with pytest.raises(NoPatient):
        read(page(patient(id="other")))
    with pytest.raises(NoPatient):
        read()
    with pytest.raises(NoPatient):
        read(page(patient(birthDate=5)))


def test_several_patients_are_an_error_where_none_is_named() -> None:
    with pytest.raises(SeveralPatients):
        read(page(patient(), patient(id="other")), patient_id=None)


def test_another_patient_beside_the_named_one_is_ignored() -> None:
    found = read(page(patient(), patient(id="other")))

    assert found.ignored == (Ignored("Patient/other", "another patient's"),)


@pytest.mark.parametrize(
    ("fields", "sex", "deceased"),
    [
        ({}, "female", False),
        ({"gender": " Male"}, "male", False),
        ({"gender": "other"}, "other", False),
        ({"gender": "unknown"}, None, False),
        ({"gender": None}, None, False),
        ({"deceasedBoolean": True}, "female", True),
        ({"deceasedBoolean": False}, "female", False),
        ({"deceasedDateTime": "2020"}, "female", True),
        ({"deceasedDateTime": "?"}, "female", True),
    ],
    ids=str,
)
def test_who_the_patient_is(fields: dict[str, Any], sex: str | None, deceased: bool) -> None:
    person = read(page(patient(**fields))).record.person

    assert (person.sex, person.deceased) == (sex, deceased)


@pytest.mark.parametrize(
    ("birth", "first", "last"),
    [
        ("1986-02-01", date(1986, 2, 1), date(1986, 2, 1)),
        ("1986", date(1986, 1, 1), date(1986, 12, 31)),
    ],
)
def test_a_birth_date_may_be_partial(birth: str, first: date, last: date) -> None:
    born = read(page(patient(birthDate=birth))).record.person.birth

    assert (born.first, born.last) == (first, last)
    assert read(page(patient(birthDate=None))).record.person.birth is None
    assert read(page(patient(birthDate="1986-02-30"))).record.person.birth is None


IDENTIFIER = {"system": "http://hospital.example.org", "value": "4711"}


@pytest.mark.parametrize(
    ("subject", "ours"),
    [
        ({"reference": "Patient/anna"}, True),
        ({"reference": " Patient/anna "}, True),
        ({"reference": "Patient/anna/_history/2"}, True),
        ({"reference": "https://ehr.example.org/fhir/Patient/anna"}, True),
        ({"reference": "https://ehr.example.org/fhir/Patient/anna/_history/1"}, True),
        ({"reference": "urn:uuid:anna"}, True),
        ({"reference": "Patient?identifier=http://hospital.example.org|4711"}, True),
        ({"identifier": IDENTIFIER}, True),
        ({"identifier": {"value": "4711"}}, True),
        ({"identifier": {"system": "http://elsewhere.example.org", "value": "1"}}, True),
        ({"display": "Anna"}, True),
        ({}, True),
        (None, True),
        ({"reference": "#p"}, True),
        ({"reference": "Patient/other"}, False),
        ({"reference": "Patient/Anna"}, False),
        ({"reference": "Group/anna"}, False),
        ({"reference": "https://ehr.example.org/fhir/Patient/other"}, False),
        ({"reference": "urn:uuid:other"}, False),
        ({"reference": "Patient?identifier=http://hospital.example.org|4712"}, False),
        ({"reference": "Group?identifier=http://hospital.example.org|4711"}, False),
        ({"reference": "anna"}, False),
        ({"reference": "#q"}, False),
        ({"reference": "#nobody"}, False),
        ({"identifier": {**IDENTIFIER, "value": "4712"}}, False),
    ],
    ids=str,
)
def test_whose_a_resource_is(subject: Any, ours: bool) -> None:
    contained = [
        {"resourceType": "Patient", "id": "p", "identifier": [IDENTIFIER]},
        {"resourceType": "Patient", "id": "q", "identifier": [{**IDENTIFIER, "value": "4712"}]},
    ]
    resource = observation(subject=subject, contained=contained, **G_PER_DL)
    found = read(page(patient(identifier=[IDENTIFIER]), resource))

    assert ("haemoglobin" in found.record.results) is ours
    assert found.ignored == (() if ours else (Ignored("Observation/one", "another patient's"),))


def test_a_patient_may_be_known_by_the_address_of_the_entry() -> None:
    url = "urn:uuid:9f1f2b5a-3b5d-4f0e-8f73-2f6f1c2d9d11"
    for identity in (patient(), {**patient(), "id": None}):
        found = read(
            addressed(
                (url, identity),
                (
                    "urn:uuid:x",
                    observation(subject={"reference": url.upper().replace("URN:UUID", "urn:uuid")}, **G_PER_DL),
                ),
            ),
            patient_id=None,
        )

        assert "haemoglobin" in found.record.results


VERSIONS = [
    ({"versionId": "2"}, {"versionId": "10"}, "second"),
    ({"versionId": "10"}, {"versionId": "2"}, "first"),
    ({"versionId": 'W/"1"'}, {"versionId": 'W/"2"'}, "second"),
    # The version goes before the time of the last change.
    (
        {"versionId": "2", "lastUpdated": "2020-01-01T00:00:00Z"},
        {"versionId": "1", "lastUpdated": "2021-01-01T00:00:00Z"},
        "first",
    ),
    ({"lastUpdated": "2020-01-01T00:00:00Z"}, {"lastUpdated": "2020-01-01T00:00:00.5Z"}, "second"),
    ({"lastUpdated": "2020-01-01T10:00:00+10:00"}, {"lastUpdated": "2020-01-01T01:00:00Z"}, "second"),
    (
        {"versionId": "abc", "lastUpdated": "2020-01-02T00:00:00Z"},
        {"versionId": "abd", "lastUpdated": "2020-01-01T00:00:00Z"},
        "first",
    ),
    ({"versionId": "2"}, {"lastUpdated": "2021-01-01T00:00:00Z"}, "second"),
    ({}, {}, "first"),
    (None, {"versionId": 5}, "first"),
    ({"versionId": "9" * 100}, {"versionId": "1"}, "first"),
]


@pytest.mark.parametrize(("one", "other", "newer"), VERSIONS, ids=str)
def test_of_two_versions_the_newer_alone_counts(one: Any, other: Any, newer: str) -> None:
    first = observation(meta=one, valueQuantity=quantity(1, "g/L"))
    second = observation(meta=other, valueQuantity=quantity(2, "g/L"))
    expected = {"first": 1, "second": 2}[newer]

    for pages in ([page(patient(), first, second)], [page(patient(), first), page(second)]):
        found = read(*pages)
        assert [result.value for result in found.record.results["haemoglobin"]] == [point(expected)]
        assert (found.read, found.ignored) == (2, ())


def test_a_newer_version_that_takes_it_back_wins() -> None:
    old = observation(meta={"versionId": "1"}, **G_PER_DL)
    new = observation(meta={"versionId": "2"}, status="entered-in-error", **G_PER_DL)
    found = read(page(patient(), new, old))

    assert found.record.results == {}
    assert found.ignored == (Ignored("Observation/one", "entered in error"),)


def test_one_id_of_two_types_is_two_resources() -> None:
    assert reading(observation(**G_PER_DL), condition()).read == 3


def test_resources_without_an_id_all_count() -> None:
    found = reading(observation(id=None, **G_PER_DL), observation(id=None, **G_PER_DL))

    assert len(found.record.results["haemoglobin"]) == 2
    assert found.record.results["haemoglobin"][0].reference == "Observation"


def test_what_no_value_set_knows_is_counted_the_most_frequent_first() -> None:
    local = {"coding": [{"system": "http://lab.example.org", "code": "X"}], "text": "Something rare"}
    potassium = {"coding": [{"system": LOINC, "code": "2823-3", "display": "Potassium"}]}
    found = reading(
        observation(local, id="1", valueString="x"),
        observation(potassium, id="2", valueString="x"),
        observation(potassium, id="3", valueString="x"),
        observation(id="4", **G_PER_DL),
        condition({}, id="5"),
    )

    assert found.unmapped == (
        Unmapped(LOINC, "2823-3", "Potassium", 2, ("result",)),
        Unmapped("http://lab.example.org", "X", "Something rare", 1, ("result",)),
    )


def test_a_mapped_code_that_nobody_needs_is_not_unmapped() -> None:
    assert reading(observation(**G_PER_DL), needed=frozenset()).unmapped == ()


def test_the_gaps_of_the_search_are_kept() -> None:
    assert reading(gaps={"medication": Gap.CUT}).record.gaps == {"medication": Gap.CUT}


def test_broken_resources_are_listed_with_the_others() -> None:
    found = reading(observation(valueQuantity=5), {"resourceType": "Nonsense", "id": "x"}, order(status="draft"))

    assert reasons(found) == {
        "MedicationRequest/one": "status draft",
        "Observation/one": "broken",
        "Nonsense/x": "no resource type of FHIR R4",
    }


def test_a_broken_resource_on_two_pages_is_listed_once() -> None:
    found = read(page(patient(), condition(stage=5)), page(condition(stage=5)))

    assert found.ignored == (Ignored("Condition/one", "broken"),)
    assert len(found.record.unidentified["diagnosis"]) == 1


def test_a_day_is_ordered_in_the_offset_of_the_chart() -> None:
    """In China the small hours of a day are the day before in Greenwich."""
    day = observation(id="day", effectiveDateTime="2026-02-10", **G_PER_DL)
    night = observation(id="night", effectiveDateTime="2026-02-11T01:00:00+08:00", **G_PER_DL)
    morning = observation(id="morning", effectiveDateTime="2026-02-10T01:00:00+08:00", **G_PER_DL)
    results = reading(day, night, morning).record.results["haemoglobin"]
    whens = {one.reference: one.when for one in results if one.when is not None}

    assert whens["Observation/day"].latest < whens["Observation/night"].earliest
    assert whens["Observation/day"].earliest <= whens["Observation/morning"].earliest


def test_the_same_chart_reads_alike_in_any_order_of_pages() -> None:
    resources = [condition(), observation(**G_PER_DL), order(), observation(HAEMOGLOBIN, id="two", **G_PER_DL)]
    forwards = read(page(patient(), *resources))
    backwards = read(*(page(resource) for resource in reversed(resources)), page(patient()))

    assert forwards.record == backwards.record


def test_other_types_are_counted_and_not_read() -> None:
    found = reading(
        {"resourceType": "Encounter", "id": "e"}, {"resourceType": "DiagnosticReport", "id": "d", "status": 5}
    )

    assert (found.read, found.ignored) == (3, ())


def test_an_id_from_outside_is_shown_as_one_short_line() -> None:
    found = reading(condition(id="x\n" * 500, verificationStatus={"coding": [{"code": "refuted"}]}))

    (ignored,) = found.ignored
    assert len(ignored.reference) < 100
    assert ignored.reference.isprintable()


def test_nothing_of_snomed_without_words_passes_for_another_diagnosis() -> None:
    found = reading(condition({"coding": [{"system": SNOMED, "code": "224299000"}]}))

    assert [one.kind for one in found.record.unidentified["diagnosis"]] == ["diagnosis"]
    assert decode_page(bundle(patient())).failure is None
