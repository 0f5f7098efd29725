"""Entries about drugs, and the exposures that are read out of them."""

from datetime import date
from typing import Any

from tests.app.reading.charts import PREDNISONE, RXNORM, SNOMED, period, reading
from trials.record import Exposure
from trials.when import When

TACROLIMUS = {"coding": [{"system": RXNORM, "code": "42316", "display": "tacrolimus"}]}
LOCAL_CODE = {"system": "http://pharmacy.example.org", "code": "4711"}


def entry(kind: str, code: Any = PREDNISONE, **fields: Any) -> dict[str, Any]:
    return {
        "resourceType": kind,
        "id": "one",
        "status": "completed",
        "medicationCodeableConcept": code,
        "subject": {"reference": "Patient/anna"},
        **fields,
    }


def statement(**fields: Any) -> dict[str, Any]:
    return entry("MedicationStatement", **{"status": "active", **fields})


def administration(**fields: Any) -> dict[str, Any]:
    return entry("MedicationAdministration", **fields)


def dispense(**fields: Any) -> dict[str, Any]:
    return entry("MedicationDispense", **fields)


def exposure(resource: dict[str, Any], *others: Any, name: str = "prednisone") -> Exposure:
    (found,) = reading(resource, *others).record.medications[name]
    return found


def days(when: When | None) -> tuple[date, date] | None:
    return None if when is None else (when.first, when.last)


def day(year: int, month: int, number: int) -> tuple[date, date]:
    return date(year, month, number), date(year, month, number)


def bounds(start: str | None = None, end: str | None = None) -> dict[str, Any]:
    return {"timing": {"repeat": {"boundsPeriod": period(start, end)}}}


def route(code: str | None = None, display: str | None = None, text: str | None = None) -> dict[str, Any]:
    coding = {"coding": [{"system": SNOMED, "code": code, "display": display}]} if code or display else {}
    return {**coding, "text": text}
