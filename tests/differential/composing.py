"""Charts of pieces whose resources were changed by chance: days moved, statuses, units and values exchanged."""

import re
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.differential.agreeing import DAYS, PEOPLE, Made
from tests.differential.patients.all import pieces
from tests.differential.patients.diagnosed import CLINICAL, VERIFICATION
from tests.differential.patients.drugged import GIVEN, HANDED, ORDERED, STATED
from tests.differential.patients.pieces import Json, Piece, chart

STATUSES = {
    "Observation": ("final", "preliminary", "amended", "registered", "cancelled", "entered-in-error", "unknown"),
    "Procedure": ("completed", "in-progress", "not-done", "preparation", "entered-in-error"),
    "Immunization": ("completed", "not-done", "entered-in-error"),
    "MedicationRequest": (*ORDERED, "entered-in-error"),
    "MedicationStatement": (*STATED, "entered-in-error"),
    "MedicationAdministration": (*GIVEN, "entered-in-error"),
    "MedicationDispense": (*HANDED, "entered-in-error"),
}
UNITS = ("g/L", "mg/dL", "umol/L", "10*9/L", "K/uL", "U/L", "%", "s", "mL/min", "kg", "blobs", None)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@st.composite
def charts(draw: st.DrawFn) -> Made:
    """One to four pieces on one of the days, some of their resources changed, of one of the people."""
    today = draw(st.sampled_from(DAYS[:2]))
    listed = pieces(today)
    some = draw(st.lists(st.integers(0, len(listed) - 1), min_size=1, max_size=4))
    made = [_changed(draw, listed[index]) for index in some]
    return Made(today, tuple(made), chart(made, draw(st.sampled_from(PEOPLE))))


def _changed(draw: st.DrawFn, piece: Piece) -> Piece:
    return piece._replace(resources=tuple(_one(draw, resource) for resource in piece.resources))


def _one(draw: st.DrawFn, resource: Json) -> Json:
    if resource["resourceType"] == "Medication":
        return resource
    match draw(st.sampled_from(("as it is", "days", "status", "quantity", "state"))):
        case "days":
            moved: Json = moved_by(resource, draw(st.integers(-400, 400)))
            return moved
        case "status" if "status" in resource:
            return {**resource, "status": draw(st.sampled_from(STATUSES[resource["resourceType"]]))}
        case "quantity" if "valueQuantity" in resource:
            return {**resource, "valueQuantity": _quantity(draw, resource["valueQuantity"])}
        case "state" if "verificationStatus" in resource:
            return {**resource, **_state(draw)}
    return resource


def moved_by(value: Any, days: int) -> Any:
    """The same resource with every full day in it moved."""
    if isinstance(value, dict):
        return {key: moved_by(each, days) for key, each in value.items()}
    if isinstance(value, list):
        return [moved_by(each, days) for each in value]
    if isinstance(value, str) and DAY.match(value):
        return (date.fromisoformat(value[:10]) + timedelta(days=days)).isoformat() + value[10:]
    return value


def _quantity(draw: st.DrawFn, quantity: Json) -> Json:
    unit = draw(st.sampled_from(UNITS))
    sign = draw(st.sampled_from((None, "<", "<=", ">", ">=")))
    value = draw(st.integers(1, 400)) / draw(st.sampled_from((1, 4, 10)))
    made: Json = {"value": value if draw(st.booleans()) else quantity.get("value", value)}
    return {**made, **({"unit": unit} if unit else {}), **({"comparator": sign} if sign else {})}


def _state(draw: st.DrawFn) -> Json:
    clinical, verification = draw(st.sampled_from(CLINICAL)), draw(st.sampled_from(VERIFICATION))
    states = {"clinicalStatus": clinical, "verificationStatus": verification}
    return {key: {"coding": [{"code": code}]} for key, code in states.items() if code}
