"""Puts the record of one patient together out of the pages of a chart, and says what was left out and why."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from app.reading.allergies import read_allergy
from app.reading.concepts import lexicon
from app.reading.dates import Dates, charts_offset_s
from app.reading.diagnoses import read_condition
from app.reading.events import read_immunization, read_procedure
from app.reading.medications import read_administration, read_dispense, read_request, read_statement
from app.reading.page import Page
from app.reading.person import NoPatient, SeveralPatients, charts_patient, read_person
from app.reading.reader import Facts, Read, Reader, filed, newest_first, reference_of
from app.reading.references import Medications, Subjects
from app.reading.results import read_observation
from app.reading.shapes import (
    AllergyIntolerance,
    Condition,
    Immunization,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    Observation,
    Patient,
    Procedure,
    Resource,
)
from app.reading.unmapped import Unmapped, UnmappedCount
from app.reading.versions import distinct
from mappings.terminology import Terminology
from trials.record import Entry, Gap, Kind, Record

__all__ = ["Ignored", "NoPatient", "Reading", "SeveralPatients", "Unmapped", "read_record"]

ANOTHERS: Final = "another patient's"
UNREADABLE: Final = "broken"

_READERS: Final[Mapping[type, Read]] = {
    Observation: read_observation,
    Condition: read_condition,
    MedicationRequest: read_request,
    MedicationStatement: read_statement,
    MedicationAdministration: read_administration,
    MedicationDispense: read_dispense,
    Procedure: read_procedure,
    Immunization: read_immunization,
    AllergyIntolerance: read_allergy,
}
_KINDS: Final[Mapping[str, Kind]] = {
    "Condition": "diagnosis",
    "MedicationRequest": "medication",
    "MedicationStatement": "medication",
    "MedicationAdministration": "medication",
    "MedicationDispense": "medication",
    "Procedure": "procedure",
    "Immunization": "immunization",
    "AllergyIntolerance": "allergy",
}
"""Types whose absence would say something: a broken one is an entry that cannot be identified."""


class Ignored(NamedTuple):
    """A resource that is not in the record."""

    reference: str
    reason: str


class Reading(NamedTuple):
    """A record and how it came about."""

    record: Record
    read: int
    """How many different resources the chart holds that could be decoded."""
    ignored: tuple[Ignored, ...]
    unmapped: tuple[Unmapped, ...]


def read_record(
    pages: Iterable[Page],
    *,
    terminology: Terminology,
    today: date,
    patient_id: str | None,
    gaps: Mapping[str, Gap] = {},  # nobody writes to it
    needed: frozenset[str] | None = None,
) -> Reading:
    """The record of the patient with that id, or of the only one that the pages hold.

    `needed` names the value sets that matter; facts under other names are left out. Raises `NoPatient` or
    `SeveralPatients`, and nothing else whatever the pages hold.
    """
    chart = list(pages)
    held = distinct(chart)
    patient, url = charts_patient(held, patient_id)
    subjects = Subjects(patient, url)
    dates = Dates(charts_offset_s(held.resources))
    reader = Reader(
        lexicon=lexicon(terminology, needed),
        unmapped=UnmappedCount(),
        dates=dates,
        person=read_person(patient, dates),
        today=today,
        medications=Medications(chart),
        facts=Facts(),
    )
    ignored = _read(held.resources, patient, subjects, reader)
    ignored += _broken(chart, subjects, reader.facts)
    return Reading(_record(reader, gaps), len(held.resources), tuple(ignored), reader.unmapped.found())


def _read(resources: Iterable[Resource], patient: Patient, subjects: Subjects, reader: Reader) -> list[Ignored]:
    """Reads every resource into the reader's facts; what does not count, and why."""
    ignored: list[Ignored] = []
    for resource in resources:
        read = _READERS.get(type(resource))
        if read is None:
            reason = ANOTHERS if type(resource) is Patient and resource is not patient else None
        else:
            try:
                ours = subjects.are(resource.subject, resource.contained)  # type: ignore[attr-defined] # each has one
                reason = read(resource, reader) if ours else ANOTHERS
            except (ValueError, RecursionError):  # a part that was not decoded until now is broken
                _unidentified(reference_of(resource), reader.facts)
                reason = UNREADABLE
        if reason is not None:
            ignored.append(Ignored(reference_of(resource), reason))
    return ignored


def _unidentified(reference: str, facts: Facts) -> None:
    """Nobody can tell what a broken diagnosis or drug is: it counts as an entry that cannot be identified."""
    kind = _KINDS.get(reference.partition("/")[0])
    if kind is not None:
        filed(facts.unidentified, kind, Entry(reference, kind, "an entry that could not be read"))


def _broken(chart: Iterable[Page], subjects: Subjects, facts: Facts) -> list[Ignored]:
    """What could not be decoded at all."""
    ignored: list[Ignored] = []
    for one in dict.fromkeys(one for page in chart for one in page.broken):
        ours = one.subject is None or subjects.named(one.subject)
        if ours and not one.void:
            _unidentified(one.reference, facts)
        ignored.append(Ignored(one.reference, one.reason if ours else ANOTHERS))
    return ignored


def _record(reader: Reader, gaps: Mapping[str, Gap]) -> Record:
    facts = reader.facts
    return Record(
        person=reader.person,
        results=newest_first(facts.results),
        diagnoses=newest_first(facts.diagnoses),
        medications=newest_first(facts.medications),
        procedures=newest_first(facts.procedures),
        immunizations=newest_first(facts.immunizations),
        allergies=newest_first(facts.allergies),
        suspected=newest_first(facts.suspected),
        unidentified=newest_first(facts.unidentified),
        gaps=dict(gaps),
    )
