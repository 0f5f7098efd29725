"""Which Medications have still to be read from the server."""

import json
from typing import Any

import pytest

from app.reading.page import Page, decode_page
from app.reading.references import target, unresolved_medications
from tests.app.reading.charts import PREDNISONE, order, page


def referring(reference: str | None, **fields: Any) -> dict[str, Any]:
    return order(None, medicationReference={"reference": reference}, **fields)


def at(url: str, resource: Any) -> Page:
    body = {"resourceType": "Bundle", "entry": [{"fullUrl": url, "resource": resource}]}
    return decode_page(json.dumps(body).encode())


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("Medication/m1", "Medication/m1"),
        ("Medication/m1/_history/7", "Medication/m1"),
        ("https://x.example.org/fhir/Medication/m1", "Medication/m1"),
        ("https://x.example.org/fhir/Medication/m1/_history/7", "Medication/m1"),
        ("urn:uuid:ABC", "abc"),
        ("urn:oid:1.2.3", "1.2.3"),
        (" Medication/m1/ ", "Medication/m1"),
        ("Medication/m1#part", "Medication/m1"),
        ("#m1", None),
        ("m1", None),
        ("", None),
        (None, None),
        ("/", None),
        ("x" * 5000, None),
    ],
)
def test_what_a_reference_points_to(reference: str | None, expected: str | None) -> None:
    assert target(reference) == expected


def test_a_drug_that_no_page_holds_has_to_be_read() -> None:
    drug = {"resourceType": "Medication", "id": "m2", "code": PREDNISONE}
    pages = [page(referring("Medication/m1"), referring("Medication/m2", id="two")), page(drug)]

    assert unresolved_medications(pages) == {"m1"}
    assert unresolved_medications(iter(pages)) == {"m1"}


@pytest.mark.parametrize(
    "reference",
    [
        None,
        "",
        "#m1",
        "urn:uuid:m1",
        "m1",
        "Substance/m1",
        "Medication/..",
        "Medication/a b",
        "Medication/" + "x" * 65,
        "https://elsewhere.example.org/fhir/Medication/m1",
    ],
)
def test_what_this_server_cannot_have_is_not_asked_for(reference: str | None) -> None:
    own = at("https://ehr.example.org/fhir/MedicationRequest/one", referring(reference))

    assert unresolved_medications([own]) == set()


def test_an_absolute_reference_to_the_pages_own_server_is_asked_for() -> None:
    own = at(
        "https://ehr.example.org/fhir/MedicationRequest/one", referring("https://ehr.example.org/fhir/Medication/m1")
    )

    assert unresolved_medications([own]) == {"m1"}


def test_a_contained_drug_and_a_coded_one_need_nothing() -> None:
    contained = referring("#m1", contained=[{"resourceType": "Medication", "id": "m1", "code": PREDNISONE}])

    assert unresolved_medications([page(contained, order(id="two"))]) == set()


def test_the_ingredients_of_a_product_are_asked_for() -> None:
    product = {
        "resourceType": "Medication",
        "id": "p",
        "ingredient": [{"itemReference": {"reference": "Medication/m1"}}, {"itemCodeableConcept": PREDNISONE}],
    }

    assert unresolved_medications([page(product)]) == {"m1"}


@pytest.mark.parametrize("kind", ["MedicationStatement", "MedicationAdministration", "MedicationDispense"])
def test_every_kind_of_drug_entry_is_looked_at(kind: str) -> None:
    entry = {"resourceType": kind, "medicationReference": {"reference": "Medication/m1"}}

    assert unresolved_medications([page(entry)]) == {"m1"}
