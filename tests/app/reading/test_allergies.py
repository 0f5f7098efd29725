"""AllergyIntolerances: which count, to what, and how severe; "no known allergy" is none."""

from typing import Any

import pytest

from tests.app.reading.charts import PREDNISONE, SNOMED, reading, reasons


def allergy(code: Any = PREDNISONE, **fields: Any) -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance",
        "id": "one",
        "code": code,
        "patient": {"reference": "Patient/anna"},
        **fields,
    }


def coded(code: str) -> dict[str, Any]:
    return {"coding": [{"code": code}]}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, None),
        ({"verificationStatus": coded("confirmed"), "clinicalStatus": coded("active")}, None),
        ({"verificationStatus": coded("unconfirmed"), "clinicalStatus": coded("inactive")}, None),
        ({"type": "intolerance"}, None),
        ({"verificationStatus": coded("refuted")}, "refuted"),
        ({"verificationStatus": coded(" Entered-In-Error")}, "entered in error"),
        ({"clinicalStatus": coded("Resolved ")}, "status resolved"),
    ],
    ids=str,
)
def test_only_these_allergies_count(fields: dict[str, Any], reason: str | None) -> None:
    found = reading(allergy(**fields))

    assert reasons(found).get("AllergyIntolerance/one") == reason
    assert ("prednisone" in found.record.allergies) is (reason is None)


def test_an_allergy_to_a_drug_is_one_to_its_classes() -> None:
    assert {"prednisone", "glucocorticoid"} <= reading(allergy()).record.allergies.keys()


def test_the_substance_may_stand_with_the_reaction() -> None:
    found = reading(allergy({"text": "Drug allergy"}, reaction=[{"substance": PREDNISONE}])).record.allergies

    assert "prednisone" in found


@pytest.mark.parametrize(
    ("fields", "severe"),
    [
        ({}, None),
        ({"criticality": "high"}, True),
        ({"criticality": "low"}, None),
        ({"reaction": [{"severity": "mild"}, {"severity": "Severe "}]}, True),
        ({"reaction": [{"severity": "moderate"}]}, False),
        ({"reaction": [{}]}, None),
    ],
    ids=str,
)
def test_how_severe_it_was(fields: dict[str, Any], severe: bool | None) -> None:
    (found,) = reading(allergy(**fields)).record.allergies["prednisone"]

    assert found.severe is severe


@pytest.mark.parametrize(
    "code",
    [
        {"coding": [{"system": SNOMED, "code": "716186003"}]},
        {"coding": [{"system": SNOMED, "code": "409137002", "display": "No known drug allergy (situation)"}]},
        {"text": "NKDA"},
        {"text": "No known allergies"},
        {"text": "无过敏史"},
    ],
    ids=str,
)
def test_no_known_allergy_is_none(code: Any) -> None:
    found = reading(allergy(code))

    assert (found.record.allergies, found.record.unidentified, found.ignored) == ({}, {}, ())


@pytest.mark.parametrize("code", [None, {}, {"coding": [{"system": SNOMED, "code": "224299000"}]}], ids=str)
def test_an_allergy_that_nobody_can_identify_is_an_entry(code: Any) -> None:
    assert [one.kind for one in reading(allergy(code)).record.unidentified["allergy"]] == ["allergy"]


def test_another_allergy_is_neither_a_fact_nor_a_question() -> None:
    found = reading(allergy({"text": "Cat hair"})).record

    assert (found.allergies, found.unidentified) == ({}, {})
