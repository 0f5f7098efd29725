"""All resources of the sandbox for one day, in memory, with what a search looks at taken out of each one beforehand."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec

from app.sandbox.patients import patients

Instants = tuple[datetime, datetime]
"""The first and the last instant that a date, as precise as it was written, may mean."""

DATE_PARAMETERS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "Observation": {"date": ("effectiveDateTime",)},
    "Condition": {
        "onset-date": ("onsetDateTime",),
        "recorded-date": ("recordedDate",),
        "abatement-date": ("abatementDateTime",),
    },
    "MedicationRequest": {"authoredon": ("authoredOn",)},
    "MedicationStatement": {"effective": ("effectivePeriod", "effectiveDateTime")},
    "MedicationAdministration": {"effective-time": ("effectiveDateTime",)},
    "Immunization": {"date": ("occurrenceDateTime",)},
    "Procedure": {"date": ("performedDateTime",)},
}
_CODE_FIELDS: Final = ("code", "medicationCodeableConcept", "vaccineCode")
TYPES: Final = ("Patient", "Medication", "AllergyIntolerance", *DATE_PARAMETERS)


class Kept(NamedTuple):
    """One resource, ready to be found and sent."""

    id: str
    body: msgspec.Raw
    patient: str | None
    codes: frozenset[tuple[str | None, str]]
    component_codes: frozenset[tuple[str | None, str]]
    categories: frozenset[tuple[str | None, str]]
    dates: Mapping[str, Instants]


class Shelf(NamedTuple):
    """The resources by type, in the order in which they were charted."""

    by_type: Mapping[str, tuple[Kept, ...]]

    def found(self, kind: str, identity: str) -> Kept | None:
        """The resource of this type and id."""
        return next((kept for kept in self.by_type.get(kind, ()) if kept.id == identity), None)


@lru_cache(maxsize=2)
def shelf(today: date) -> Shelf:
    """What the sandbox holds on `today`; two days stay in memory, for requests around midnight."""
    by_type: dict[str, list[Kept]] = {kind: [] for kind in TYPES}
    for patient in patients(today):
        for entry in patient.bundle["entry"]:
            resource = entry["resource"]
            by_type[resource["resourceType"]].append(_kept(resource))
    return Shelf({kind: tuple(found) for kind, found in by_type.items()})


def instants(written: str) -> Instants:
    """The instants that a FHIR date or dateTime may mean, UTC where it names no offset; raises `ValueError`."""
    match len(written):
        case 4:
            first = datetime(int(written), 1, 1, tzinfo=UTC)
            return first, _before(datetime(int(written) + 1, 1, 1, tzinfo=UTC))
        case 7:
            year, month = int(written[:4]), int(written[5:])
            first = datetime.strptime(written, "%Y-%m").replace(tzinfo=UTC)
            return first, _before(datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC))
        case 10:
            first = datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=UTC)
            return first, _before(first + timedelta(days=1))
        case _:
            moment = datetime.fromisoformat(written)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return moment, moment


def _before(end: datetime) -> datetime:
    return end - timedelta(microseconds=1)


def _kept(resource: Mapping[str, Any]) -> Kept:
    kind = resource["resourceType"]
    subject = resource.get("subject") or resource.get("patient") or {}
    dates = {
        parameter: _span(resource[field])
        for parameter, fields in DATE_PARAMETERS.get(kind, {}).items()
        for field in fields
        if field in resource
    }
    return Kept(
        id=resource["id"],
        body=msgspec.Raw(msgspec.json.encode(resource)),
        patient=subject.get("reference", "").removeprefix("Patient/") or None,
        codes=frozenset(pair for field in _CODE_FIELDS for pair in _codings(resource.get(field))),
        component_codes=frozenset(pair for part in resource.get("component", ()) for pair in _codings(part["code"])),
        categories=frozenset(pair for category in resource.get("category", ()) for pair in _codings(category)),
        dates=dates,
    )


def _span(value: str | Mapping[str, str]) -> Instants:
    if isinstance(value, str):
        return instants(value)
    first = instants(value["start"])[0] if "start" in value else datetime.min.replace(tzinfo=UTC)
    last = instants(value["end"])[1] if "end" in value else datetime.max.replace(tzinfo=UTC)
    return first, last


def _codings(concept: Mapping[str, Any] | None) -> Iterator[tuple[str | None, str]]:
    for coding in (concept or {}).get("coding", ()):
        yield coding.get("system"), coding["code"]
