"""What a generated chart is made of: resources without id and subject, under the leaf and the sort they are for."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from tests.differential import codes

Json = dict[str, Any]

SYSTEM = {
    "loinc": "http://loinc.org",
    "snomed": "http://snomed.info/sct",
    "icd10cm": "http://hl7.org/fhir/sid/icd-10-cm",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "cvx": "http://hl7.org/fhir/sid/cvx",
    "atc": "http://www.whocc.no/atc",
}
OIDS = {system: oid for oid, system in codes.SYSTEMS.items() if oid.startswith("urn:oid:")}
UCUM = "http://unitsofmeasure.org"
LOCAL = "https://hospital.example/codes"


class Piece(NamedTuple):
    """A part of a chart."""

    ref: str
    """The leaf that it is for."""
    sort: str
    """What is special about it, in words."""
    resources: tuple[Json, ...] = ()
    patient: Json | None = None
    """What of the patient has to be otherwise."""


def text(day: date) -> str:
    return day.isoformat()


def ago(today: date, days: int) -> str:
    return text(today - timedelta(days=days))


def number(value: Fraction) -> float | int:
    """A number as JSON writes it, with at most ten significant digits."""
    return int(value) if value.denominator == 1 else float(f"{float(value):.10g}")


def concept(system: str, code: str, *, oid: bool = False) -> Json:
    return {"coding": [{"system": OIDS[system] if oid else SYSTEM[system], "code": code}]}


def codes_of(name: str) -> dict[str, list[str]]:
    """The codes of a block and of those that it holds, by system, prefixes among them as codes."""
    found: dict[str, list[str]] = {}
    for each in sorted(codes.members(name)):
        block = codes.blocks()[each]
        for system in codes.CODES:
            listed = [*block.get(system, {}), *block.get(f"{system}_prefix", {})]
            found.setdefault(system, []).extend(code for code in listed if name in codes.named_by(system, code))
    return {system: listed for system, listed in found.items() if listed}


def result(concept_: Json, day: str | None, **more: Any) -> Json:
    """An Observation, final unless said otherwise."""
    made = {"resourceType": "Observation", "status": "final", "code": concept_, **more}
    return made if day is None else {**made, "effectiveDateTime": day}


def quantity(value: Fraction, unit: str | None, *, code: bool = True, comparator: str | None = None) -> Json:
    made: Json = {"value": number(value)}
    if comparator:
        made["comparator"] = comparator
    if unit:
        made |= {"unit": unit, **({"system": UCUM, "code": unit} if code else {})}
    return made


def condition(concept_: Json | None, **more: Any) -> Json:
    """A Condition, confirmed and active unless said otherwise; `clinical` and `verification` are codes."""
    made: Json = {"resourceType": "Condition"}
    for key, code in (
        ("clinicalStatus", more.pop("clinical", "active")),
        ("verificationStatus", more.pop("verification", "confirmed")),
    ):
        if code:
            made[key] = {"coding": [{"code": code}]}
    if concept_ is not None:
        made["code"] = concept_
    return made | more


def event(kind: str, concept_: Json | None, day: str | None, **more: Any) -> Json:
    """A Procedure or an Immunization, completed unless said otherwise."""
    field, stem = {"Procedure": ("code", "performedDateTime"), "Immunization": ("vaccineCode", "occurrenceDateTime")}[
        kind
    ]
    made: Json = {"resourceType": kind, "status": "completed"}
    if concept_ is not None:
        made[field] = concept_
    return {**made, **({} if day is None else {stem: day}), **more}


def in_error(resource: Json) -> Json:
    """The same, entered in error."""
    if "verificationStatus" in resource:
        return {**resource, "verificationStatus": {"coding": [{"code": " Entered-In-Error"}]}}
    return {**resource, "status": " Entered-In-Error"}


def of_another(resource: Json) -> Json:
    """The same of another patient."""
    key = "patient" if resource["resourceType"] in ("Immunization", "AllergyIntolerance") else "subject"
    return {**resource, key: {"reference": "Patient/another"}}


def chart(pieces: list[Piece], person: Json | None = None) -> Json:
    """A Bundle of these pieces: one Patient, and every resource with an id and, unless it has one, this subject."""
    patient = {
        "resourceType": "Patient",
        "id": "generated",
        "birthDate": "1986-02-01",
        "gender": "female",
        **(person or {}),
    }
    for piece in pieces:
        patient |= piece.patient or {}
    patient = {key: value for key, value in patient.items() if value is not None}
    entries = [{"resource": patient}]
    for number_, piece in enumerate(pieces):
        for index, resource in enumerate(piece.resources):
            entries.append({"resource": _placed(resource, number_, index)})
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _placed(resource: Json, piece: int, index: int) -> Json:
    """With an id of its own; versions of one resource keep theirs, which other pieces must not share."""
    key = "patient" if resource["resourceType"] in ("Immunization", "AllergyIntolerance") else "subject"
    own = f"p{piece}-{resource['id']}" if resource.get("id") == "same" else f"p{piece}-{index}"
    placed = {**resource, "id": resource["id"] if resource["resourceType"] == "Medication" else own}
    if resource["resourceType"] != "Medication":
        placed.setdefault(key, {"reference": "Patient/generated"})
    return placed
