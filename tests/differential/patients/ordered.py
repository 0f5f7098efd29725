"""What boundary patients for drugs are made of: orders, statements, infusions and boxes, with their days."""

from datetime import date, timedelta
from typing import Any

from tests.differential.patients.pieces import Json, text


def order(concept: Json | None, start: str | None, end: str | None = None, **more: Any) -> Json:
    """A MedicationRequest, active unless said otherwise; its end is that of the prescription's validity."""
    made: Json = {"resourceType": "MedicationRequest", "status": "active", "intent": "order"}
    if start:
        made["authoredOn"] = start
    if end:
        made["dispenseRequest"] = {"validityPeriod": {"start": start, "end": end}}
    return {**made, **_drug(concept), **more}


def statement(concept: Json | None, start: str | None, end: str | None = None, **more: Any) -> Json:
    """A MedicationStatement, active unless said otherwise."""
    period = {key: day for key, day in (("start", start), ("end", end)) if day}
    made: Json = {"resourceType": "MedicationStatement", "status": "active"}
    return {**made, **({"effectivePeriod": period} if period else {}), **_drug(concept), **more}


def infusion(concept: Json | None, day: str | None, **more: Any) -> Json:
    """A MedicationAdministration of one moment, completed unless said otherwise."""
    made: Json = {"resourceType": "MedicationAdministration", "status": "completed"}
    return {**made, **({"effectiveDateTime": day} if day else {}), **_drug(concept), **more}


def box(concept: Json | None, day: str, days: int, **more: Any) -> Json:
    """A MedicationDispense for so many days, completed unless said otherwise."""
    supply = {"value": days, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d"}
    made: Json = {
        "resourceType": "MedicationDispense",
        "status": "completed",
        "whenHandedOver": day,
        "daysSupply": supply,
    }
    return {**made, **_drug(concept), **more}


def _drug(concept: Json | None) -> Json:
    return {} if concept is None else {"medicationCodeableConcept": concept}


def daily(milligrams: str, times: int = 1) -> list[Json]:
    """A dosage of so many milligrams so often a day."""
    dose = {"value": float(milligrams), "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
    repeat = {"frequency": times, "period": 1, "periodUnit": "d"}
    return [{"timing": {"repeat": repeat}, "doseAndRate": [{"doseQuantity": dose}]}]


def days(today: date, length: int, until: int) -> tuple[str, str]:
    """First and last day of a course of so many days, both counted, that ended so many days ago."""
    end = today - timedelta(days=until)
    return text(end - timedelta(days=length - 1)), text(end)
