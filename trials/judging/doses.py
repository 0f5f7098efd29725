"""Daily doses of glucocorticoids in prednisone equivalents.

Source of the table: the usual clinical equivalence of oral and intravenous glucocorticoids (potencies: Meikle & Tyler,
Am J Med 1977;63:200-207); a site compares it with its own.
"""

from collections.abc import Mapping
from decimal import Decimal

from trials.interval import Interval, scaled
from trials.judging.chart import Chart
from trials.judging.derived import days_apart
from trials.judging.results import visible
from trials.language import Dose
from trials.record import Exposure, Result
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


def reaches(chart: Chart, exposure: Exposure, dose: Dose) -> Truth:
    """Whether the exposure's daily dose is what is asked for; unknown where it, or the weight, could not be read."""
    given = prednisone_equivalent(exposure)
    if given is None:
        return Truth.UNKNOWN
    if not dose.per_kg:
        return given.inside(dose.mg)
    weight = _weight(chart, exposure)
    if weight is None or weight.value is None or not weight.value.exact or weight.value.low is None:
        return Truth.UNKNOWN
    kg = weight.value.low
    low, high = dose.mg.low, dose.mg.high
    return given.inside(
        dose.mg._replace(low=None if low is None else low * kg, high=None if high is None else high * kg)
    )


def _weight(chart: Chart, exposure: Exposure) -> Result | None:
    """The weight nearest in time to the dose, if it is near enough and could be read."""
    when = exposure.start
    if when is None:
        return None
    dated = [result for result in visible(chart, "body_weight") if result.when is not None and not result.problem]
    near = min(dated, key=lambda result: days_apart(result.when, when), default=None)  # type: ignore[arg-type]
    if near is None or near.when is None or days_apart(near.when, when) > chart.policy.weight_near_dose:
        return None
    return near
