"""Procedures and Immunizations: which were done, and when."""

from datetime import date
from typing import Any

import pytest

from tests.app.reading.charts import CVX, SNOMED, reading, reasons

KIDNEY = {"coding": [{"system": SNOMED, "code": "70536003", "display": "Transplant of kidney (procedure)"}]}
MMR = {"coding": [{"system": CVX, "code": "03", "display": "measles, mumps and rubella virus vaccine"}]}


def procedure(**fields: Any) -> dict[str, Any]:
    return {
        "resourceType": "Procedure",
        "id": "one",
        "status": "completed",
        "code": KIDNEY,
        "subject": {"reference": "Patient/anna"},
        "performedDateTime": "2020-05-05",
        **fields,
    }


def immunization(**fields: Any) -> dict[str, Any]:
    return {
        "resourceType": "Immunization",
        "id": "one",
        "status": "completed",
        "vaccineCode": MMR,
        "patient": {"reference": "Patient/anna"},
        "occurrenceDateTime": "2020-05-05",
        **fields,
    }


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": "completed"}, None),
        ({"status": "in-progress"}, None),
        ({"status": " Completed"}, None),
        ({"status": "stopped"}, None),
        ({"status": "stopped", "performedDateTime": None}, "stopped before it began"),
        ({"status": "preparation"}, "status preparation"),
        ({"status": "not-done"}, "status not-done"),
        ({"status": "on-hold"}, "status on-hold"),
        ({"status": "Entered-In-Error "}, "entered in error"),
    ],
    ids=str,
)
def test_only_these_procedures_count(fields: dict[str, Any], reason: str | None) -> None:
    found = reading(procedure(**fields))

    assert reasons(found).get("Procedure/one") == reason
    assert ("organ_transplant" in found.record.procedures) is (reason is None)
    assert found.record.suspected == {}


@pytest.mark.parametrize("status", ["unknown", None, "whatever"])
def test_a_procedure_of_which_nobody_can_tell_whether_it_took_place_is_a_question(status: str | None) -> None:
    found = reading(procedure(status=status))

    assert found.record.procedures == {}
    assert [entry.kind for entry in found.record.suspected["organ_transplant"]] == ["procedure"]
    assert "Procedure/one" in reasons(found)


@pytest.mark.parametrize(
    ("fields", "first", "last"),
    [
        ({"performedDateTime": "2020-05"}, date(2020, 5, 1), date(2020, 5, 31)),
        ({"performedPeriod": {"start": "2020-05-05", "end": "2020-05-06"}}, date(2020, 5, 5), date(2020, 5, 6)),
        ({"performedAge": {"value": 30, "code": "a"}}, date(2016, 2, 1), date(2017, 1, 31)),
        ({"performedRange": {"low": {"value": 30, "code": "a"}}}, date(2016, 2, 1), date(2017, 1, 31)),
    ],
    ids=str,
)
def test_when_a_procedure_was_done(fields: dict[str, Any], first: date, last: date) -> None:
    (found,) = reading(procedure(**{"performedDateTime": None, **fields})).record.procedures["organ_transplant"]

    assert found.when is not None
    assert (found.when.first, found.when.last) == (first, last)


@pytest.mark.parametrize(
    ("fields", "end", "ongoing"),
    [
        ({"performedDateTime": "2020-05-05"}, None, False),
        ({"performedDateTime": "2020-05-05", "status": "in-progress"}, None, True),
        (
            {"performedDateTime": None, "performedPeriod": {"start": "2019-05-05"}, "status": " In-Progress "},
            None,
            True,
        ),
        ({"performedDateTime": None, "performedPeriod": {"start": "2019-05-05", "end": "2020-05"}}, "2020-05", False),
    ],
    ids=str,
)
def test_a_procedure_has_a_course(fields: dict[str, Any], end: str | None, ongoing: bool) -> None:
    (found,) = reading(procedure(**fields)).record.procedures["organ_transplant"]

    assert (found.end.text if found.end else None, found.ongoing) == (end, ongoing)


def test_a_procedure_told_in_words_has_no_date() -> None:
    (found,) = reading(procedure(performedDateTime=None, performedString="last year")).record.procedures[
        "organ_transplant"
    ]

    assert (found.when, found.shown) == (None, "Transplant of kidney (procedure)")


def test_words_of_an_unknown_procedure_raise_a_question() -> None:
    found = reading(procedure(code={"text": "Heart-lung transplant, combined"})).record

    assert [entry.kind for entry in found.suspected["organ_transplant"]] == ["procedure"]


@pytest.mark.parametrize("code", [None, {}, {"coding": [{"system": SNOMED, "code": "224299000"}]}], ids=str)
def test_a_procedure_that_nobody_can_identify_is_an_entry(code: Any) -> None:
    assert [one.kind for one in reading(procedure(code=code)).record.unidentified["procedure"]] == ["procedure"]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("completed", None),
        ("Completed ", None),
        ("not-done", "status not-done"),
        (" NOT-DONE", "status not-done"),
        ("entered-in-error", "entered in error"),
    ],
)
def test_only_given_vaccines_count(status: str, reason: str | None) -> None:
    found = reading(immunization(status=status))

    assert reasons(found).get("Immunization/one") == reason
    assert ("live_vaccine" in found.record.immunizations) is (reason is None)


def test_when_a_vaccine_was_given() -> None:
    (dated,) = reading(immunization()).record.immunizations["live_vaccine"]
    (told,) = reading(immunization(occurrenceDateTime=None, occurrenceString="as a child")).record.immunizations[
        "live_vaccine"
    ]

    assert dated.when is not None
    assert dated.when.first == date(2020, 5, 5)
    assert told.when is None


@pytest.mark.parametrize("status", [None, "maybe"])
def test_a_vaccine_of_which_nobody_can_tell_whether_it_was_given_is_a_question(status: str | None) -> None:
    found = reading(immunization(status=status)).record

    assert found.immunizations == {}
    assert [entry.kind for entry in found.suspected["live_vaccine"]] == ["immunization"]


def test_a_vaccine_that_nobody_can_identify_is_an_entry() -> None:
    found = reading(immunization(vaccineCode={})).record

    assert [entry.shown for entry in found.unidentified["immunization"]] == ["an immunization without a code or a text"]


def test_another_patient_s_vaccine_is_ignored() -> None:
    found = reading(immunization(patient={"reference": "Patient/other"}))

    assert reasons(found) == {"Immunization/one": "another patient's"}
