"""Ages as charts give them, and the days on which a patient has them."""

from datetime import date, timedelta

from app.reading.dates import Dates
from app.reading.numbers import measured
from app.reading.shapes import Quantity, Range
from app.reading.shown import quantity_shown
from trials.record import Person
from trials.truth import Truth
from trials.when import Span, Unit, When, shifted

_UNITS: dict[str, Unit] = {
    **dict.fromkeys(("a", "y", "yr", "yrs", "year", "years", "岁"), "years"),
    **dict.fromkeys(("mo", "month", "months"), "months"),
    **dict.fromkeys(("wk", "w", "week", "weeks"), "weeks"),
    **dict.fromkeys(("d", "day", "days"), "days"),
}
_OLDEST = {"years": 200, "months": 2_400, "weeks": 10_400, "days": 73_000}


def age_span(quantity: Quantity | None) -> Span | None:
    """A whole number of a unit of time; a broken one counts as completed."""
    if quantity is None:
        return None
    unit = _UNITS.get((quantity.code or quantity.unit or "").strip().lower())
    number = measured(quantity.value)
    if unit is None or number is None or quantity.comparator or not 0 <= number <= _OLDEST[unit]:
        return None
    return Span(int(number), unit)


def reached(span: Span, person: Person, day: date) -> Truth:
    """Whether the patient had completed that age on the day."""
    if person.birth is None:
        return Truth.UNKNOWN
    try:
        answers = {shifted(birth, span, 1) <= day for birth in (person.birth.first, person.birth.last)}
    except OverflowError:
        return Truth.FALSE
    return Truth.UNKNOWN if len(answers) > 1 else Truth.TRUE if answers.pop() else Truth.FALSE


def at_age(low: Quantity | None, high: Quantity | None, person: Person, dates: Dates) -> When | None:
    """The days between two ages: of one age, its year (month, week, day) of life."""
    from_, to = age_span(low), age_span(high)
    if person.birth is None or from_ is None or to is None:
        return None
    try:
        first = shifted(person.birth.first, from_, 1)
        last = shifted(person.birth.last, to._replace(number=to.number + 1), 1) - timedelta(days=1)
    except OverflowError:
        return None
    shown = dict.fromkeys(quantity_shown(age) for age in (low, high) if age is not None)
    return dates.days(first, last, f"at {' to '.join(shown)} of age") if first <= last else None


def in_age_range(range_: Range | None, person: Person, dates: Dates) -> When | None:
    """The days on which the patient has an age inside the range."""
    if range_ is None:
        return None
    return at_age(range_.low or range_.high, range_.high or range_.low, person, dates)
