"""The formulas of values that are computed from others, over intervals; each cites its source. Knows no chart."""

from decimal import Decimal

from trials.interval import Interval
from trials.record import Sex

Number = Interval[Decimal]

CREATININE_MG_PER_UMOL = Decimal("113.12") / 10000
"""mg/dL for 1 µmol/L, from the molar mass of creatinine, C4H7N3O, 113.12 g/mol."""
ADULT_YEARS = 18
_ZERO, _HUNDRED = Decimal(0), Decimal(100)


def cockcroft_gault(age: Number, weight: Number, creatinine: Number, sex: Sex) -> Number | None:
    """Creatinine clearance of an adult, mL/min: (140 - age) × weight / (72 × creatinine in mg/dL), × 0.85 for women.

    `age` in completed years, `weight` in kg, `creatinine` in µmol/L.
    Source: Taber's, Cockcroft-Gault formula, tabers.com/tabersonline/view/Tabers-Dictionary/738131; first published by
    Cockcroft & Gault, Nephron 1976;16:31-41 (not opened).
    """
    assert age.low is not None
    assert age.high is not None
    factor = Decimal("0.85") if sex == "female" else Decimal(1)
    return quotient(
        times(Interval(140 - age.high, 140 - age.low), weight, factor),
        times(creatinine, Interval(Decimal(72), Decimal(72)), CREATININE_MG_PER_UMOL),
    )


def ckd_epi_2021(age: Number, creatinine: Number, sex: Sex) -> Number:
    """Filtration rate of an adult, mL/min/1.73 m²: 142 × min(c/κ, 1)^α × max(c/κ, 1)^-1.200 × 0.9938^age, × 1.012 for
    women; κ 0.7 and α -0.241 for women, 0.9 and -0.302 for men; c in mg/dL.

    `age` in completed years, `creatinine` in µmol/L. It falls with both.
    Source: National Kidney Foundation, kidney.org/ckd-epi-creatinine-equation-2021; first published by Inker et al.,
    N Engl J Med 2021;385:1737-1749 (not opened).
    """
    low = _ZERO if creatinine.high is None else _ckd_epi(age.high, creatinine.high, sex)
    high = None if creatinine.low is None or creatinine.low <= 0 else _ckd_epi(age.low, creatinine.low, sex)
    return Interval(low, high, creatinine.high_open, creatinine.low_open)


def _ckd_epi(age: Decimal | None, creatinine: Decimal, sex: Sex) -> Decimal:
    assert age is not None
    woman = sex == "female"
    ratio = creatinine * CREATININE_MG_PER_UMOL / (Decimal("0.7") if woman else Decimal("0.9"))
    power = Decimal("-1.200") if ratio > 1 else Decimal("-0.241") if woman else Decimal("-0.302")
    rate = 142 * ratio**power * Decimal("0.9938") ** age
    return rate * Decimal("1.012") if woman else rate


def bedside_schwartz(height: Number, creatinine: Number) -> Number | None:
    """Filtration rate of a minor, mL/min/1.73 m²: 0.413 × height / creatinine in mg/dL.

    `height` in cm, `creatinine` in µmol/L.
    Source: National Kidney Foundation, Creatinine-based "Bedside Schwartz" Equation (2009), kidney.org; first published
    by Schwartz et al., J Am Soc Nephrol 2009;20:629-637 (not opened).
    """
    return quotient(
        times(height, Interval(Decimal(1), Decimal(1)), Decimal("0.413")),
        times(creatinine, Interval(Decimal(1), Decimal(1)), CREATININE_MG_PER_UMOL),
    )


def share(part: Number, whole: Number) -> Number | None:
    """`part` in % of `whole`."""
    return quotient(times(part, Interval(_HUNDRED, _HUNDRED), Decimal(1)), whole)


def rest(percent: Number) -> Number:
    """What is left of 100 %."""
    low = None if percent.high is None else _HUNDRED - percent.high
    high = None if percent.low is None else _HUNDRED - percent.low
    return Interval(low, high, percent.high_open, percent.low_open)


def times(a: Number, b: Number, factor: Decimal) -> Number:
    """The product of two values that are not negative."""
    low = None if a.low is None or b.low is None else max(a.low, _ZERO) * b.low * factor
    high = None if a.high is None or b.high is None else a.high * b.high * factor
    return Interval(low, high, a.low_open or b.low_open, a.high_open or b.high_open)


def quotient(a: Number, b: Number) -> Number | None:
    """The quotient of two values that are not negative; nothing for a divisor that may be zero and above."""
    if b.high is not None and b.high <= 0:
        return None
    low = _ZERO if b.high is None or a.low is None else a.low / b.high
    high = None if b.low is None or b.low <= 0 or a.high is None else a.high / b.low
    return Interval(low, high, a.low_open or b.high_open, a.high_open or b.low_open)
