"""Doses in mg a day, where a dosage is structured; "as needed" and tablets say no dose."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from app.reading.numbers import Number, bounded, measured
from app.reading.shapes import Concept, Dosage, DoseAndRate, Quantity, Repeat
from trials.interval import Interval, scaled

_MG: Final = {
    **dict.fromkeys(("mg", "milligram", "milligrams", "毫克"), Decimal(1)),
    **dict.fromkeys(("g", "gram", "grams", "克"), Decimal(1000)),
    **dict.fromkeys(("ug", "mcg", "µg", "μg", "microgram", "micrograms", "微克"), Decimal("0.001")),
}
_HOURS: Final = {
    "h": Decimal(1),
    "d": Decimal(24),
    "wk": Decimal(168),
    "mo": Decimal(730),
    "a": Decimal(8766),
}
"""UCUM units of time; a month is a twelfth of a year."""
_TIMES_A_DAY: Final = {
    **dict.fromkeys(("QD", "AM", "PM", "HS", "DAILY"), Decimal(1)),
    **dict.fromkeys(("BID", "Q12H"), Decimal(2)),
    **dict.fromkeys(("TID", "Q8H"), Decimal(3)),
    **dict.fromkeys(("QID", "Q6H"), Decimal(4)),
    "Q4H": Decimal(6),
    "QOD": Decimal("0.5"),
}
"""HL7's abbreviations for timings (GTSAbbreviation), and their plain words."""


_DAY_H: Final = Decimal(24)


class _Rhythm(NamedTuple):
    """From `least` to `most` times, in a day of `per` to `per_at_most`: kept apart so that the division comes last."""

    least: Decimal
    most: Decimal
    per: Decimal
    per_at_most: Decimal


def daily_dose(dosages: Sequence[Dosage]) -> Number | None:
    """mg a day. Several dosages may be taken together or one after the other: from the least of them to their sum."""
    doses = [_of(dosage) for dosage in dosages]
    known = [dose for dose in doses if dose is not None]
    if not known or len(known) < len(doses):
        return None
    if len(known) == 1:
        return known[0]
    lows, highs = [dose.low for dose in known], [dose.high for dose in known]
    least = min((low for low in lows if low is not None), default=None)
    return Interval(None if None in lows else least, None if None in highs else sum(filter(None, highs), Decimal(0)))


def milligrams(quantity: Quantity | None) -> Number | None:
    """A mass in mg."""
    if quantity is None:
        return None
    dose = bounded(quantity.value, quantity.comparator)
    factor = _MG.get((quantity.code or "").strip()) or _MG.get((quantity.unit or "").strip().lower())
    return None if dose is None or factor is None else scaled(dose, factor)


def _of(dosage: Dosage) -> Number | None:
    if dosage.as_needed_boolean or dosage.as_needed_codeable_concept is not None or dosage.timing is None:
        return None
    single = _single(dosage.dose_and_rate or ())
    rhythm = _rhythm(dosage.timing.repeat, dosage.timing.code)
    if single is None or rhythm is None:
        return None
    low = None if single.low is None else single.low * rhythm.least / rhythm.per_at_most
    high = None if single.high is None else single.high * rhythm.most / rhythm.per
    return Interval(low, high, single.low_open, single.high_open)


def _single(doses: Sequence[DoseAndRate]) -> Number | None:
    if len(doses) != 1:
        return None
    if doses[0].dose_quantity is not None:
        return milligrams(doses[0].dose_quantity)
    range_ = doses[0].dose_range
    if range_ is None:
        return None
    low, high = milligrams(range_.low), milligrams(range_.high)
    return None if low is None or high is None else Interval(low.low, high.high)


def _rhythm(repeat: Repeat | None, code: Concept | None) -> _Rhythm | None:
    if repeat is not None and repeat.period is not None:
        return _repeated(repeat)
    said = [coding.code for coding in code.coding or ()] + [code.text] if code is not None else []
    times = [_TIMES_A_DAY.get((word or "").strip().upper()) for word in said]
    known = next((found for found in times if found is not None), None)
    return None if known is None else _Rhythm(known, known, Decimal(1), Decimal(1))


def _repeated(repeat: Repeat) -> _Rhythm | None:
    """`frequency` times in `period`, each perhaps up to a maximum."""
    hours = _HOURS.get((repeat.period_unit or "").strip())
    often = measured(repeat.frequency) if repeat.frequency is not None else _listed(repeat)
    most = measured(repeat.frequency_max) if repeat.frequency_max is not None else often
    every = measured(repeat.period)
    at_most = measured(repeat.period_max) if repeat.period_max is not None else every
    if hours is None or often is None or most is None or every is None or at_most is None:
        return None
    if min(often, most, every, at_most) <= 0:
        return None
    return _Rhythm(often * _DAY_H, most * _DAY_H, every * hours, at_most * hours)


def _listed(repeat: Repeat) -> Decimal:
    """How many times of the day are listed; one where none is."""
    return Decimal(len(repeat.time_of_day or repeat.when or ()) or 1)
