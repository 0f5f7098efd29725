"""From when to when a drug was taken, by each of the four kinds of entries."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from app.reading.ages import age_span
from app.reading.dates import Dates
from app.reading.shapes import (
    Dosage,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    Quantity,
    dispense_request_in,
)
from trials.when import Span, When, shifted

_LONGEST_SUPPLY_DAYS = 3_660


class Course(NamedTuple):
    """A start and an end, as far as the chart says."""

    start: When | None = None
    end: When | None = None
    single: bool = False
    """One administration."""


def requested(request: MedicationRequest, dosages: Sequence[Dosage], dates: Dates) -> Course:
    """The bounds of the dosage, else the validity of the prescription, else from the day of the order."""
    dispense = dispense_request_in(request.dispense_request)
    valid = dispense.validity_period if dispense else None
    valid_from, valid_to = dates.course(valid)
    bounds = [_bounds(dosage, request.authored_on, dates) for dosage in dosages]
    bounds = [(start, end) for start, end in bounds if start is not None or end is not None]
    starts = [start for start, _ in bounds if start is not None]
    ends = [end for _, end in bounds if end is not None]
    start = min(starts, key=lambda when: when.earliest) if starts else valid_from or dates.when(request.authored_on)
    end = max(ends, key=lambda when: when.latest) if ends and len(ends) == len(bounds) else valid_to
    return _ordered(start, end)


def stated(statement: MedicationStatement, dates: Dates) -> Course:
    """The effective time: a period, or a day on which it was taken."""
    if statement.effective_period is not None:
        return Course(*dates.course(statement.effective_period))
    return Course(dates.when(statement.effective_date_time))


def administered(administration: MedicationAdministration, dates: Dates, *, running: bool) -> Course:
    """The effective time; what began and ended within a day of each other is one administration.

    Of one that is still running a bare time is its start.
    """
    if administration.effective_period is not None:
        start, end = dates.course(administration.effective_period)
        near = start is not None and end is not None and end.last - start.first <= timedelta(days=1)
        return Course(start, end, near)
    when = dates.when(administration.effective_date_time)
    return Course(when) if running else Course(when, when, when is not None)


def dispensed(dispense: MedicationDispense, dates: Dates) -> Course:
    """From the day it was handed over for as many days as it was meant to last, that day included."""
    start = dates.when(dispense.when_handed_over)
    return _ordered(start, _after(start, _days(dispense.days_supply), dates))


def _bounds(dosage: Dosage, authored_on: str | None, dates: Dates) -> tuple[When | None, When | None]:
    repeat = dosage.timing.repeat if dosage.timing else None
    if repeat is None:
        return None, None
    if repeat.bounds_period is not None:
        return dates.course(repeat.bounds_period)
    if repeat.bounds_duration is None:
        return None, None
    start = dates.when(authored_on)
    return start, _after(start, _days(repeat.bounds_duration), dates)


def _days(quantity: Quantity | None) -> Span | None:
    """A length of time; a bare number is one of days."""
    if quantity is None:
        return None
    if not (quantity.code or quantity.unit):
        quantity = Quantity(quantity.value, unit="d")
    span = age_span(quantity)
    return span if span is not None and 0 < span.days <= _LONGEST_SUPPLY_DAYS else None


def _after(start: When | None, span: Span | None, dates: Dates) -> When | None:
    """The last day of a span that begins at `start`."""
    if start is None or span is None:
        return None
    try:
        first, last = (shifted(day, span, 1) - timedelta(days=1) for day in (start.first, start.last))
    except OverflowError:
        return None
    return dates.days(first, min(last, date.max), first.isoformat() if first == last else f"{first} to {last}")


def _ordered(start: When | None, end: When | None) -> Course:
    """Without an end that lies before the start."""
    return Course(start, None if start is not None and end is not None and end.latest < start.earliest else end)
