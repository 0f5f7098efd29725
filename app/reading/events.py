"""Procedures and Immunizations into events, one for each value-set name."""

from typing import Final, Literal

from app.reading.ages import at_age, in_age_range
from app.reading.concepts import Known
from app.reading.reader import Index, Reader, filed, reference_of
from app.reading.shapes import Immunization, Procedure, Resource
from app.reading.status import is_entered_in_error, not_counting, plain_status
from trials.record import Entry, Event
from trials.when import When

DONE: Final = frozenset({"completed", "in-progress"})
GOING_ON: Final = "in-progress"
NEVER: Final = frozenset({"preparation", "not-done", "on-hold"})
STOPPED: Final = "stopped"
GIVEN: Final = "completed"
NOT_GIVEN: Final = "not-done"


def read_procedure(procedure: Procedure, reader: Reader) -> str | None:
    """Files its events; why it does not count."""
    status = plain_status(procedure.status)
    when = performed(procedure, reader)
    if status in NEVER or is_entered_in_error(status):
        return not_counting(status)
    if status == STOPPED and not _began(procedure):
        return "stopped before it began"
    known = reader.known("procedure", procedure.code)
    if status not in DONE and status != STOPPED:
        # Whether it took place is not said: that is a question, neither a yes nor a no.
        return _open(procedure, "procedure", known, when, reader, status)
    _, end = reader.dates.course(procedure.performed_period)
    _file(reader.facts.procedures, procedure, known, when, end, ongoing=status == GOING_ON)
    _question(procedure, "procedure", known, when, reader)
    return None


def read_immunization(immunization: Immunization, reader: Reader) -> str | None:
    """Files its events; why it does not count."""
    status = plain_status(immunization.status)
    if status == NOT_GIVEN or is_entered_in_error(status):
        return not_counting(status)
    when = reader.dates.when(immunization.occurrence_date_time)
    known = reader.known("vaccine", immunization.vaccine_code)
    if status != GIVEN:
        return _open(immunization, "immunization", known, when, reader, status)
    _file(reader.facts.immunizations, immunization, known, when)
    _question(immunization, "immunization", known, when, reader)
    return None


def performed(procedure: Procedure, reader: Reader) -> When | None:
    """When it was done, as far as the chart says."""
    dates = reader.dates
    if procedure.performed_date_time is not None:
        return dates.when(procedure.performed_date_time)
    if procedure.performed_period is not None:
        return dates.within(procedure.performed_period)
    if procedure.performed_age is not None:
        return at_age(procedure.performed_age, procedure.performed_age, reader.person, dates)
    return in_age_range(procedure.performed_range, reader.person, dates)


def _began(procedure: Procedure) -> bool:
    return any(
        (
            procedure.performed_date_time,
            procedure.performed_period is not None,
            procedure.performed_string,
            procedure.performed_age is not None,
            procedure.performed_range is not None,
        )
    )


def _file(
    index: Index[Event],
    resource: Resource,
    known: Known,
    when: When | None,
    end: When | None = None,
    *,
    ongoing: bool = False,
) -> None:
    if known.names:
        event = Event(reference_of(resource), "", known.shown, when, known.by_name, end, ongoing)
        for name in known.names:
            filed(index, name, event._replace(name=name))


def _question(
    resource: Resource,
    kind: Literal["procedure", "immunization"],
    known: Known,
    when: When | None,
    reader: Reader,
    also: tuple[str, ...] = (),
) -> None:
    """What cannot be identified, or whose words raise a question."""
    hints = (*also, *known.hints)
    if known.is_known and not hints:
        return
    shown = known.shown or f"{'an' if kind == 'immunization' else 'a'} {kind} without a code or a text"
    entry = Entry(reference_of(resource), kind, shown, when)
    for name in hints:
        filed(reader.facts.suspected, name, entry)
    if not known.is_known:
        filed(reader.facts.unidentified, kind, entry)


def _open(
    resource: Resource,
    kind: Literal["procedure", "immunization"],
    known: Known,
    when: When | None,
    reader: Reader,
    status: str,
) -> str | None:
    """An entry of which nobody can tell whether it took place raises the question of all that it would have proved."""
    _question(resource, kind, known, when, reader, also=known.names)
    return not_counting(status)
