"""Whom answers are about: the same patient must get the same key however a chart arrives."""

from app.answers.store import Subject
from app.fhir.servers import allowed
from app.outcome import Refused
from app.settings import Settings
from cds_hooks.request import is_fhir_id

DIRECT = "direct"
"""The server of patients whose chart was handed in as a Bundle."""


def subject(patient_id: str, asked: str | None, own: str | None, settings: Settings) -> Subject:
    """The patient of the server that was named, else of the direct query's own; raises `Refused`."""
    if asked == DIRECT:
        return Subject(DIRECT, f"Patient/{patient_id}")
    if asked is None:
        return of_server(patient_id, own, settings)
    server = allowed(asked, settings)
    if server is None:
        raise Refused(400, 'server has to be a FHIR server that this service may read, or "direct".')
    return Subject(server, f"Patient/{patient_id}")


def of_server(patient_id: str, server: str | None, settings: Settings) -> Subject:
    """The patient of a configured server; without one, of Bundles."""
    base = DIRECT if server is None else allowed(server, settings) or server
    return Subject(base, f"Patient/{patient_id}")


def of_bundle(reference: str) -> Subject | None:
    """The patient of a Bundle; `None` where it has no id that could be a key."""
    id = reference.removeprefix("Patient/")
    return Subject(DIRECT, reference) if reference != id and is_fhir_id(id) else None
