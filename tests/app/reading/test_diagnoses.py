"""Conditions: which count, when they began and ended, and what is left open where they cannot be told."""

from datetime import date
from typing import Any

import pytest

from tests.app.reading.charts import ICD10CM, LUPUS, SNOMED, condition, reading, reasons
from trials.record import Diagnosis

LUPUS_NAME = "systemic_lupus_erythematosus"


def coded(*codes: str) -> dict[str, Any]:
    return {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/x", "code": code} for code in codes]}


def icd(code: str, display: str | None = None) -> dict[str, Any]:
    return {"coding": [{"system": ICD10CM, "code": code} | ({"display": display} if display else {})]}


def diagnosis(code: Any = LUPUS, name: str = LUPUS_NAME, **fields: Any) -> Diagnosis:
    (found,) = reading(condition(code, **fields)).record.diagnoses[name]
    return found


def days(found: Any) -> tuple[date, date] | None:
    return None if found is None else (found.first, found.last)


@pytest.mark.parametrize(
    ("verification", "reason", "provisional"),
    [
        (None, None, False),
        (coded("confirmed"), None, False),
        (coded(" Confirmed "), None, False),
        (coded("provisional"), None, True),
        (coded("differential"), None, True),
        (coded("unconfirmed"), None, True),
        (coded("something-else"), None, True),
        ({"text": "provisional"}, None, True),
        ({"text": "Confirmed"}, None, False),
        ({}, None, False),
        (coded("refuted"), "refuted", None),
        (coded("REFUTED "), "refuted", None),
        (coded("x", "refuted"), "refuted", None),
        (coded("entered-in-error"), "entered in error", None),
        (coded(" Entered-In-Error"), "entered in error", None),
        ({"text": "Entered in error"}, "entered in error", None),
    ],
    ids=str,
)
def test_verification(verification: Any, reason: str | None, provisional: bool | None) -> None:
    found = reading(condition(verificationStatus=verification))

    assert reasons(found).get("Condition/one") == reason
    assert [one.provisional for one in found.record.diagnoses.get(LUPUS_NAME, ())] == ([] if reason else [provisional])


@pytest.mark.parametrize(
    ("clinical", "abatement", "ended", "resolved"),
    [
        (coded("active"), {}, False, None),
        (coded("recurrence"), {}, False, None),
        (coded("relapse"), {}, False, None),
        (None, {}, False, None),
        (coded("unknown"), {}, False, None),
        (coded("inactive"), {}, True, "inactive"),
        (coded("remission"), {}, True, "remission"),
        (coded(" Resolved"), {}, True, "resolved"),
        ({"text": "Resolved"}, {}, True, "resolved"),
        (None, {"abatementDateTime": "2020-01"}, True, "abated"),
        (coded("active"), {"abatementDateTime": "2020-01"}, True, "abated"),
        (None, {"abatementString": "in childhood"}, True, "abated"),
        (None, {"abatementString": " "}, False, None),
        (None, {"abatementDateTime": "nonsense"}, True, "abated"),
        (None, {"abatementAge": {"value": 30, "code": "a"}}, True, "abated"),
        (None, {"abatementPeriod": {"end": "2020"}}, True, "abated"),
        (None, {"abatementRange": {"low": {"value": 30, "code": "a"}}}, True, "abated"),
    ],
    ids=str,
)
def test_the_course(clinical: Any, abatement: dict[str, Any], ended: bool, resolved: str | None) -> None:
    found = diagnosis(clinicalStatus=clinical, **abatement)

    assert (found.ended, found.resolved) == (ended, resolved)


@pytest.mark.parametrize(
    ("clinical", "fields", "back"),
    [
        (coded("relapse"), {}, True),
        (coded(" Recurrence"), {}, True),
        (coded("active"), {}, False),
        (coded("remission"), {}, False),
        (None, {}, False),
        (coded("relapse"), {"abatementDateTime": "2025-01-01"}, False),
    ],
)
def test_what_came_back_is_told_by_the_status(clinical: Any, fields: dict[str, Any], back: bool) -> None:
    assert diagnosis(clinicalStatus=clinical, **fields).relapsed is back


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, None),
        ({"onsetDateTime": "2020-03"}, (date(2020, 3, 1), date(2020, 3, 31))),
        ({"onsetDateTime": "2020-03-05T23:00:00-05:00"}, (date(2020, 3, 5), date(2020, 3, 5))),
        ({"onsetPeriod": {"start": "2020-03-05", "end": "2020-03-09"}}, (date(2020, 3, 5), date(2020, 3, 9))),
        ({"onsetPeriod": {"start": "2020-03-05"}}, (date(2020, 3, 5), date(2020, 3, 5))),
        ({"onsetAge": {"value": 30, "code": "a"}}, (date(2016, 2, 1), date(2017, 1, 31))),
        (
            {"onsetRange": {"low": {"value": 30, "code": "a"}, "high": {"value": 31, "code": "a"}}},
            (date(2016, 2, 1), date(2018, 1, 31)),
        ),
        ({"onsetString": "as a girl"}, None),
        ({"onsetDateTime": "2020-02-30"}, None),
    ],
    ids=str,
)
def test_the_onset(fields: dict[str, Any], expected: tuple[date, date] | None) -> None:
    assert days(diagnosis(**fields).onset) == expected


def test_the_abatement_and_the_day_of_recording_are_kept_apart() -> None:
    found = diagnosis(onsetDateTime="2019", abatementDateTime="2021-05-01", recordedDate="2020-02-02")

    assert days(found.abated) == (date(2021, 5, 1), date(2021, 5, 1))
    assert days(found.recorded) == (date(2020, 2, 2), date(2020, 2, 2))
    assert found.when == found.onset


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        ({"coding": [{"system": SNOMED, "code": "24484000", "display": "Severe"}]}, "severe"),
        ({"coding": [{"system": SNOMED, "code": "6736007"}]}, "moderate"),
        ({"text": "Mild"}, "mild"),
        ({"text": "重度"}, "severe"),
        ({"coding": [{"system": SNOMED, "code": "371924009", "display": "Moderate to severe"}]}, None),
        ({"text": "mild", "coding": [{"display": "severe"}]}, None),
        (None, None),
    ],
    ids=str,
)
def test_the_severity(severity: Any, expected: str | None) -> None:
    assert diagnosis(severity=severity).severity == expected


def test_a_diagnosis_stands_under_every_set_that_holds_it() -> None:
    found = reading(condition(icd("M32.14", "Glomerular disease in systemic lupus erythematosus"))).record.diagnoses

    assert {"lupus_nephritis", LUPUS_NAME} <= found.keys()
    assert all(one.name == name for name, facts in found.items() for one in facts)


def test_one_of_several_codings_is_enough() -> None:
    local = {"system": "http://ehr.example.org", "code": "7", "display": "SLE"}

    assert diagnosis({"coding": [local, *LUPUS["coding"]]}).shown == "SLE"


def test_systems_may_come_as_object_identifiers() -> None:
    assert diagnosis({"coding": [{"system": "urn:oid:2.16.840.1.113883.6.96", "code": "55464009"}]}).shown == "55464009"


def test_a_text_without_a_code_that_equals_a_name_is_that_diagnosis() -> None:
    assert diagnosis({"text": "Systemic lupus erythematosus"}).by_name
    assert not diagnosis().by_name


def test_a_history_code_is_no_current_disease() -> None:
    found = diagnosis(icd("Z85.3", "Personal history of malignant neoplasm of breast"), "malignancy")

    assert found.history


def test_words_without_a_code_raise_a_question() -> None:
    code = {"coding": [{"system": "http://ehr.example.org", "code": "7", "display": "Carcinoma of something"}]}
    found = reading(condition(code, recordedDate="2020"), condition(id="two")).record

    (entry,) = found.suspected["malignancy"]
    assert (entry.reference, entry.kind, entry.shown) == ("Condition/one", "diagnosis", "Carcinoma of something")
    assert entry.when is not None
    assert "malignancy" not in found.diagnoses
    assert found.unidentified == {}


@pytest.mark.parametrize(
    "code",
    [
        None,
        {},
        {"coding": []},
        {"coding": [{}]},
        {"text": " "},
        {"coding": [{"system": SNOMED, "code": "224299000"}]},
        {"coding": [{"system": "http://ehr.example.org", "code": "7"}]},
    ],
    ids=str,
)
def test_a_diagnosis_that_nobody_can_identify_is_an_entry(code: Any) -> None:
    found = reading(condition(code)).record

    assert [entry.reference for entry in found.unidentified["diagnosis"]] == ["Condition/one"]


@pytest.mark.parametrize("code", [icd("I10"), {"text": "Hay fever"}, icd("Z12.31", "Screening mammogram for cancer")])
def test_another_diagnosis_is_neither_a_fact_nor_a_question(code: Any) -> None:
    found = reading(condition(code)).record

    assert "malignancy" not in found.diagnoses
    assert (found.suspected, found.unidentified) == ({}, {})


def test_a_refuted_diagnosis_raises_no_question() -> None:
    found = reading(condition({}, verificationStatus=coded("refuted"))).record

    assert found.unidentified == {}


@pytest.mark.parametrize(
    "fields",
    [
        {"code": {"coding": [{"system": SNOMED, "code": "421704003"}]}},
        {"stage": [{"summary": {"coding": [{"system": SNOMED, "code": "421704003"}]}}]},
    ],
    ids=str,
)
def test_a_grade_of_a_scale_is_a_result(fields: dict[str, Any]) -> None:
    heart_failure = icd("I50.9", "Heart failure, unspecified")
    found = reading(condition(**{"code": heart_failure, "recordedDate": "2026-02-01", **fields})).record

    (grade,) = found.results["nyha_class"]
    assert (grade.code, grade.reference) == ("II", "Condition/one")
    assert days(grade.when) == (date(2026, 2, 1), date(2026, 2, 1))


@pytest.mark.parametrize(
    "fields", [{"clinicalStatus": coded("resolved")}, {"verificationStatus": coded("provisional")}]
)
def test_a_grade_of_the_past_or_of_a_guess_is_no_result(fields: dict[str, Any]) -> None:
    code = {"coding": [{"system": SNOMED, "code": "421704003"}]}

    assert reading(condition(code, **fields)).record.results == {}


@pytest.mark.parametrize(
    "fields",
    [{"code": 5}, {"code": {"coding": 5}}, {"severity": 5}, {"clinicalStatus": "active"}, {"onsetDateTime": 2020}],
    ids=str,
)
def test_a_broken_diagnosis_is_ignored_and_cannot_be_identified(fields: dict[str, Any]) -> None:
    found = reading(condition(**fields))

    assert reasons(found) == {"Condition/one": "broken"}
    assert found.record.diagnoses == {}
    assert [entry.reference for entry in found.record.unidentified["diagnosis"]] == ["Condition/one"]


@pytest.mark.parametrize(
    "fields",
    [{"subject": {"reference": "Patient/other"}}, {"verificationStatus": {"coding": [{"code": "entered-in-error"}]}}],
    ids=str,
)
def test_a_broken_diagnosis_that_never_counted_raises_no_question(fields: dict[str, Any]) -> None:
    found = reading(condition(**{"onsetDateTime": 2020, **fields}))

    assert "Condition/one" in reasons(found)
    assert found.record.unidentified == {}


def test_only_needed_names_are_read() -> None:
    found = reading(condition(), condition({"text": "some cancer"}, id="two"), needed=frozenset({"gout"})).record

    assert (found.diagnoses, found.suspected) == ({}, {})
