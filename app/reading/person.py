"""Whose chart it is."""

from typing import cast, get_args

from app.reading.dates import Dates
from app.reading.shapes import Patient
from app.reading.shown import clean
from app.reading.versions import Distinct
from trials.record import Person, Sex


class NoPatient(ValueError):
    """The chart holds no Patient, or not the one that was asked for."""


class SeveralPatients(ValueError):
    """The chart holds more than one Patient, and nobody said which one is meant."""


def charts_patient(chart: Distinct, patient_id: str | None) -> tuple[Patient, str | None]:
    """The Patient with that id, or the chart's only one, and its address; raises `NoPatient` or `SeveralPatients`."""
    found = [
        (resource, url)
        for resource, url in zip(chart.resources, chart.urls, strict=True)
        if type(resource) is Patient and (patient_id is None or resource.id == patient_id)
    ]
    if not found:
        raise NoPatient("no Patient, or not the one that was asked for")
    if len(found) > 1:
        raise SeveralPatients("more than one Patient")
    return found[0]


def read_person(patient: Patient, dates: Dates) -> Person:
    """What verdicts need to know of the patient."""
    gender = (patient.gender or "").strip().lower()
    return Person(
        reference=f"Patient/{clean(patient.id)}" if patient.id else "Patient",
        birth=dates.when(patient.birth_date),
        sex=cast(Sex, gender) if gender in get_args(Sex) else None,
        deceased=bool(patient.deceased_boolean or (patient.deceased_date_time or "").strip()),
    )
