"""Daily doses of glucocorticoids in prednisone equivalents.

Source of the table: the usual clinical equivalence of oral and intravenous glucocorticoids (potencies: Meikle & Tyler,
Am J Med 1977;63:200-207); a site compares it with its own.
"""

from collections.abc import Mapping
from decimal import Decimal

from trials.interval import Interval, scaled
from trials.language import Dose
from trials.record import Exposure
from trials.truth import Truth

PREDNISONE_5_MG: Mapping[str, Decimal] = {
    "prednisone": Decimal(5),
    "prednisolone": Decimal(5),
    "methylprednisolone": Decimal(4),
    "triamcinolone": Decimal(4),
    "deflazacort": Decimal(6),
    "hydrocortisone": Decimal(20),
    "cortisone": Decimal(25),
    "dexamethasone": Decimal("0.75"),
    "betamethasone": Decimal("0.6"),
}
"""mg of each that 5 mg of prednisone equal."""


def prednisone_equivalent(exposure: Exposure) -> Interval[Decimal] | None:
    """mg of prednisone a day; `None` where the dose could not be read or the drug is not in the table."""
    equal = PREDNISONE_5_MG.get(exposure.ingredient)
    if equal is None or exposure.daily_dose is None:
        return None
    return scaled(exposure.daily_dose, Decimal(5) / equal)


def reaches(exposure: Exposure, dose: Dose) -> Truth:
    """Whether the exposure's daily dose is what is asked for; unknown where it could not be read."""
    given = prednisone_equivalent(exposure)
    return Truth.UNKNOWN if given is None else given.inside(dose.mg)
