"""Orders, statements, administrations and dispenses of drugs into exposures, one for each ingredient and name."""

from collections.abc import Sequence
from typing import Final

import msgspec

from app.reading.concepts import KnownDrug
from app.reading.courses import Course, administered, dispensed, requested, stated
from app.reading.doses import daily_dose, milligrams
from app.reading.drugs import drug_of
from app.reading.lazy import NOTHING
from app.reading.numbers import Number
from app.reading.reader import Reader, filed, reference_of
from app.reading.shapes import (
    Dosage,
    DrugEntry,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    administered_dosage_in,
    dosages_in,
)
from app.reading.status import is_entered_in_error, not_counting, plain_status
from trials.record import Entry, Exposure
from trials.when import When

COUNTS: Final = frozenset({"active", "on-hold", "stopped", "completed", "in-progress"})
NEVER: Final = frozenset({"draft", "cancelled", "not-taken", "not-done", "intended", "declined", "preparation"})
ONGOING: Final = frozenset({"active", "in-progress"})
ORDERS: Final = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order"})
NO_ORDERS: Final = {
    "proposal": "a proposal, no order",
    "plan": "a plan, no order",
    "option": "an option, no order",
    "directive": "a directive, no order",
}


def read_request(request: MedicationRequest, reader: Reader) -> str | None:
    """Files its exposures; why it does not count."""
    intent = plain_status(request.intent)
    if intent in NO_ORDERS:
        return NO_ORDERS[intent]
    if request.do_not_perform:
        return "an order not to give it"
    status = plain_status(request.status)
    drug = _counting(request, status, reader)
    if isinstance(drug, str) or drug is None:
        return drug
    dosages = dosages_in(request.dosage_instruction) or ()
    course = requested(request, dosages, reader.dates)
    _file(request, drug, course, status, _routes(dosages), _dose(drug, dosages), reader, sure=intent in ORDERS)
    return None


def read_statement(statement: MedicationStatement, reader: Reader) -> str | None:
    """Files its exposures; why it does not count."""
    status = plain_status(statement.status)
    drug = _counting(statement, status, reader)
    if isinstance(drug, str) or drug is None:
        return drug
    dosages = dosages_in(statement.dosage) or ()
    course = stated(statement, reader.dates)
    _file(statement, drug, course, status, _routes(dosages), _dose(drug, dosages), reader)
    return None


def read_administration(administration: MedicationAdministration, reader: Reader) -> str | None:
    """Files its exposures; why it does not count."""
    status = plain_status(administration.status)
    drug = _counting(administration, status, reader)
    if isinstance(drug, str) or drug is None:
        return drug
    dosage = administered_dosage_in(administration.dosage)
    course = administered(administration, reader.dates, running=status == "in-progress")
    routes = [dosage.route] if dosage is not None else []
    dose = milligrams(dosage.dose) if dosage is not None and course.single and drug.parts == 1 else None
    _file(administration, drug, course, status, routes, dose, reader)
    return None


def read_dispense(dispense: MedicationDispense, reader: Reader) -> str | None:
    """Files its exposures; why it does not count."""
    status = plain_status(dispense.status)
    drug = _counting(dispense, status, reader)
    if isinstance(drug, str) or drug is None:
        return drug
    dosages = dosages_in(dispense.dosage_instruction) or ()
    course = dispensed(dispense, reader.dates)
    _file(dispense, drug, course, status, _routes(dosages), _dose(drug, dosages), reader)
    return None


def _counting(entry: DrugEntry, status: str, reader: Reader) -> KnownDrug | str | None:
    """The drug, if somebody needs it; why the entry does not count; `None` where there is nothing more to read."""
    if status in NEVER or is_entered_in_error(status):
        return not_counting(status)
    drug = drug_of(entry, reader)
    if not drug.is_known:
        shown = drug.shown or "a drug that cannot be identified"
        filed(
            reader.facts.unidentified,
            "medication",
            Entry(reference_of(entry), "medication", shown, _start(entry, reader)),
        )
    return drug if drug.is_known and drug.ingredients else None


def _start(entry: DrugEntry, reader: Reader) -> When | None:
    match entry:
        case MedicationRequest():
            return requested(entry, (), reader.dates).start
        case MedicationStatement():
            return stated(entry, reader.dates).start
        case MedicationAdministration():
            return administered(entry, reader.dates, running=False).start
        case MedicationDispense():
            return dispensed(entry, reader.dates).start
        case _:
            return None


def _file(
    entry: DrugEntry,
    drug: KnownDrug,
    course: Course,
    status: str,
    routes: Sequence[msgspec.Raw],
    dose: Number | None,
    reader: Reader,
    *,
    sure: bool = True,
) -> None:
    undecided = not sure or status not in COUNTS
    local = _local(routes, reader)
    if local is None:
        local = drug.local_form
    covers_today = course.end is None or course.end.last >= reader.today
    reference = reference_of(entry)
    for ingredient in drug.ingredients:
        exposure = Exposure(
            reference,
            ingredient,
            drug.shown,
            course.start,
            course.end,
            status in ONGOING and covers_today and not undecided,
            not local,
            course.single,
            undecided,
            dose,
            drug.by_text,
        )
        for name in reader.lexicon.names_of(ingredient):
            filed(reader.facts.medications, name, exposure)


def _local(routes: Sequence[msgspec.Raw], reader: Reader) -> bool | None:
    """Whether all routes that are said are local ones; systemic if one of them is."""
    said = {reader.lexicon.is_local_route(route) for route in routes if route is not NOTHING} - {None}
    return False if False in said else True if said else None


def _routes(dosages: Sequence[Dosage]) -> list[msgspec.Raw]:
    return [dosage.route for dosage in dosages]


def _dose(drug: KnownDrug, dosages: Sequence[Dosage]) -> Number | None:
    """mg a day of the ingredient; of a product of several, nobody can tell."""
    return daily_dose(dosages) if drug.parts == 1 and dosages else None
