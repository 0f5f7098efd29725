"""Entries about drugs: which count, and under which names."""

from decimal import Decimal
from typing import Any

import pytest

from tests.app.reading.charts import order, reading, reasons
from tests.app.reading.drug_entries import TACROLIMUS, entry

D = Decimal


def test_an_exposure_stands_under_its_ingredient_and_its_classes() -> None:
    found = reading(order()).record.medications

    assert {"prednisone", "glucocorticoid"} <= found.keys()
    assert found["glucocorticoid"] == found["prednisone"]
    assert found["prednisone"][0].ingredient == "prednisone"


ORDER_STATUSES = [
    ("active", None, False),
    ("on-hold", None, False),
    ("stopped", None, False),
    (" Completed", None, False),
    ("unknown", None, True),
    ("whatever", None, True),
    (None, None, True),
    ("draft", "status draft", None),
    ("cancelled", "status cancelled", None),
    ("Entered-In-Error ", "entered in error", None),
]


@pytest.mark.parametrize(("status", "reason", "undecided"), ORDER_STATUSES)
def test_only_these_orders_count(status: str | None, reason: str | None, undecided: bool | None) -> None:
    """A status that decides nothing keeps the order in the record, marked."""
    found = reading(order(status=status))

    assert reasons(found).get("MedicationRequest/one") == reason
    taken = found.record.medications.get("prednisone", ())
    assert [one.undecided for one in taken] == ([] if reason else [undecided])


@pytest.mark.parametrize(
    ("intent", "reason", "undecided"),
    [
        ("order", None, False),
        ("original-order", None, False),
        ("reflex-order", None, False),
        ("filler-order", None, False),
        (" Instance-Order", None, False),
        (None, None, True),
        ("whatever", None, True),
        ("proposal", "a proposal, no order", None),
        ("plan", "a plan, no order", None),
        ("option", "an option, no order", None),
    ],
)
def test_only_orders_and_their_descendants_count(
    intent: str | None, reason: str | None, undecided: bool | None
) -> None:
    found = reading(order(intent=intent))

    assert reasons(found).get("MedicationRequest/one") == reason
    taken = found.record.medications.get("prednisone", ())
    assert [one.undecided for one in taken] == ([] if reason else [undecided])


@pytest.mark.parametrize(("not_to", "counts"), [(True, False), (False, True), (None, True)])
def test_an_order_not_to_give_it_is_none(not_to: bool | None, counts: bool) -> None:
    assert ("prednisone" in reading(order(doNotPerform=not_to)).record.medications) is counts


@pytest.mark.parametrize("kind", ["MedicationStatement", "MedicationAdministration", "MedicationDispense"])
@pytest.mark.parametrize(
    ("status", "reason", "undecided"),
    [
        ("active", None, False),
        ("completed", None, False),
        ("stopped", None, False),
        ("in-progress", None, False),
        ("On-Hold ", None, False),
        ("unknown", None, True),
        ("not-taken", "status not-taken", None),
        ("not-done", "status not-done", None),
        ("intended", "status intended", None),
        ("declined", "status declined", None),
        ("cancelled", "status cancelled", None),
        ("preparation", "status preparation", None),
        ("entered-in-error", "entered in error", None),
    ],
)
def test_only_these_other_entries_count(kind: str, status: str, reason: str | None, undecided: bool | None) -> None:
    found = reading(entry(kind, status=status))

    assert reasons(found).get(f"{kind}/one") == reason
    taken = found.record.medications.get("prednisone", ())
    assert [one.undecided for one in taken] == ([] if reason else [undecided])


@pytest.mark.parametrize(
    "fields",
    [
        {"medicationCodeableConcept": 5},
        {"dosageInstruction": {}},
        {"dosageInstruction": [{"route": 5}]},
        {"dispenseRequest": []},
        {"subject": 5},
        {"authoredOn": 2026},
    ],
    ids=str,
)
def test_a_broken_entry_is_ignored_and_cannot_be_identified(fields: dict[str, Any]) -> None:
    found = reading(order(**fields))

    assert reasons(found) == {"MedicationRequest/one": "broken"}
    assert found.record.medications == {}
    assert [one.reference for one in found.record.unidentified["medication"]] == ["MedicationRequest/one"]


def test_only_needed_drugs_are_read() -> None:
    found = reading(order(), order(TACROLIMUS, id="two"), needed=frozenset({"glucocorticoid"}))

    assert list(found.record.medications) == ["glucocorticoid"]
    assert (found.unmapped, found.record.unidentified) == ((), {})
