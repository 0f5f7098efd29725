"""Which drug an entry is about: by code, by name, or by the Medication behind a reference."""

from decimal import Decimal
from typing import Any

import pytest

from app.reading.record import read_record
from tests.app.reading.charts import PREDNISONE, RXNORM, TODAY, order, page, patient, reading, reasons, terminology
from tests.app.reading.drug_entries import LOCAL_CODE, TACROLIMUS, day, days, exposure

D = Decimal


@pytest.mark.parametrize(
    ("code", "by_text"),
    [
        (PREDNISONE, False),
        ({"coding": [LOCAL_CODE, *PREDNISONE["coding"]]}, False),
        ({"coding": [{"system": "http://www.whocc.no/atc", "code": "H02AB07"}]}, False),
        ({"text": "PREDNISONE 5 MG TABS"}, True),
        ({"coding": [LOCAL_CODE | {"display": "Prednisone 5 mg"}]}, True),
        ({"text": "醋酸泼尼松片"}, True),
    ],
    ids=str,
)
def test_a_drug_is_known_by_its_code_else_by_its_name(code: Any, by_text: bool) -> None:
    assert exposure(order(code)).by_text is by_text


@pytest.mark.parametrize(
    "fields",
    [
        {"medicationCodeableConcept": None},
        {"medicationCodeableConcept": {}},
        {"medicationCodeableConcept": {"coding": [LOCAL_CODE]}},
        {"medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": "5640"}]}},
        {"medicationReference": {"reference": "Medication/missing"}},
        {"medicationReference": {"reference": "Medication/missing", "display": "some drug"}},
        {"medicationReference": {"reference": "#missing"}},
        {"medicationReference": {}},
    ],
    ids=str,
)
def test_a_drug_that_nobody_can_identify_is_an_entry(fields: dict[str, Any]) -> None:
    resource = order(**fields)
    if "medicationReference" in fields:
        del resource["medicationCodeableConcept"]
    found = reading(resource).record

    (one,) = found.unidentified["medication"]
    assert (one.reference, one.kind) == ("MedicationRequest/one", "medication")
    assert days(one.when) == day(2026, 1, 10)
    assert found.medications == {}


def test_another_drug_is_neither_a_fact_nor_an_entry() -> None:
    found = reading(order({"text": "Ibuprofen 400 mg"}))

    assert (found.record.medications, found.record.unidentified) == ({}, {})
    assert [(one.text, one.count) for one in found.unmapped] == [("Ibuprofen 400 mg", 1)]


MEDICATION: dict[str, Any] = {"resourceType": "Medication", "id": "m1", "code": PREDNISONE}


def referring(reference: Any, **fields: Any) -> dict[str, Any]:
    return order(None, medicationReference=reference, **fields)


@pytest.mark.parametrize(
    "reference",
    [
        "Medication/m1",
        "Medication/m1/_history/3",
        "http://example.org/fhir/Medication/m1",
        "urn:uuid:m1",
        " Medication/m1 ",
    ],
)
def test_a_drug_behind_a_reference_is_found(reference: str) -> None:
    assert exposure(referring({"reference": reference}), MEDICATION).shown == "prednisone"


def test_a_drug_behind_a_reference_is_found_on_another_page() -> None:
    pages = [page(patient(), referring({"reference": "Medication/m1"})), page(MEDICATION)]
    found = read_record(pages, terminology=terminology(), today=TODAY, patient_id="anna").record

    assert "prednisone" in found.medications


def test_a_contained_drug_is_found() -> None:
    others = [{"resourceType": "Practitioner", "id": "m1"}, {"resourceType": "Medication", "id": "m2"}, 5]
    contained = [*others, {**MEDICATION, "id": "m1"}]

    assert exposure(referring({"reference": "#m1"}, contained=contained)).ingredient == "prednisone"


def test_the_name_beside_a_reference_that_leads_nowhere_counts_if_we_know_it() -> None:
    found = exposure(referring({"reference": "Medication/missing", "display": "Prednisone 5 mg tablet"}))

    assert (found.by_text, found.shown) == (True, "Prednisone 5 mg tablet")


@pytest.mark.parametrize(
    "ingredient",
    [
        {"itemCodeableConcept": PREDNISONE},
        {"itemReference": {"reference": "Medication/m1"}},
        {"itemReference": {"display": "Prednisone"}},
    ],
    ids=str,
)
def test_a_product_is_known_by_what_is_in_it(ingredient: dict[str, Any]) -> None:
    product = {
        "resourceType": "Medication",
        "id": "p",
        "code": {"text": "House mixture"},
        "ingredient": [ingredient, {"itemCodeableConcept": TACROLIMUS, "isActive": False}],
    }
    found = reading(referring({"reference": "Medication/p"}), product, MEDICATION).record.medications

    assert "prednisone" in found
    assert "tacrolimus" not in found
    assert found["prednisone"][0].shown == "House mixture"


def test_a_broken_medication_leaves_its_entry_unidentified() -> None:
    found = reading(referring({"reference": "Medication/m1"}), {**MEDICATION, "code": 5})

    assert reasons(found) == {"Medication/m1": "broken"}
    assert [one.reference for one in found.record.unidentified["medication"]] == ["MedicationRequest/one"]
