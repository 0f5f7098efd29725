"""Daily doses of glucocorticoids in prednisone equivalents (mappings.equivalents has the table and its sources)."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from mappings.equivalents import PREDNISONE_5_MG
from trials.interval import Interval, scaled
from trials.judging.chart import Chart
from trials.judging.derived import days_apart
from trials.judging.exposures import certain, covered, dates_open, possible, segments
from trials.judging.formulas import quotient
from trials.judging.results import gap, visible
from trials.language import Dose
from trials.record import Exposure, Fact, Result
from trials.truth import Truth
from trials.verdict import Verdict, Why, first, unknown


def prednisone_equivalent(exposure: Exposure) -> Interval[Decimal] | None:
    """mg of prednisone a day; `None` where the dose could not be read or the drug is not in the table."""
    equal = PREDNISONE_5_MG.get(exposure.ingredient)
    if equal is None or exposure.daily_dose is None:
        return None
    return scaled(exposure.daily_dose, Decimal(5) / equal.mg)


class Given(NamedTuple):
    """What one exposure gave in a day, in the unit of the criterion: mg of prednisone, or mg for each kg."""

    exposure: Exposure
    amount: Interval[Decimal] | None
    """`None` where it could not be had, for the reason `why`."""
    why: Why | None = None
    weight: Result | None = None


def judge_dose(chart: Chart, taken: Sequence[Exposure], dose: Dose, days: int, since: date | None) -> Verdict:
    """Whether the daily dose was reached on so many days, of those from `since` on.

    One exposure at the dose proves it; against it, all that may have been given on a day are added up, since the chart
    does not say whether two entries of a drug are one prescription or two.
    """
    doses = [given(chart, exposure, dose) for exposure in taken]
    sure = [each for each in doses if each.amount is not None and each.amount.inside(dose.mg) is Truth.TRUE]
    if covered(certain(chart, each.exposure, since) for each in sure) >= days:
        return Verdict(Truth.TRUE, None, _facts(sure))
    if _days_possible(chart, doses, dose, since) < days:
        return Verdict(Truth.FALSE, None, _facts(doses))
    whys = [each.why for each in doses if each.why]
    inexact = any(each.amount is not None and each.amount.inside(dose.mg) is Truth.UNKNOWN for each in doses)
    if not whys and (inexact or dates_open(chart, taken, since)):
        whys = [Why.IMPRECISE]
    return unknown(first(whys) or Why.NEEDS_PERSON, *_facts(doses), note="dose, weight or length could not be read")


def given(chart: Chart, exposure: Exposure, dose: Dose) -> Given:
    """The daily dose of an exposure in prednisone, divided by the weight where the criterion asks for that."""
    amount = prednisone_equivalent(exposure)
    if amount is None:
        return Given(exposure, None, Why.NEEDS_PERSON)
    if not dose.per_kg:
        return Given(exposure, amount)
    weight = _weight(chart, exposure)
    if isinstance(weight, Why):
        return Given(exposure, None, weight)
    assert weight.value is not None
    share = quotient(amount, weight.value)
    return Given(exposure, share, None if share else Why.IMPRECISE, weight)


def _weight(chart: Chart, exposure: Exposure) -> Result | Why:
    """The weight nearest in time to the beginning of the dose, if it is near enough."""
    weights = visible(chart, "body_weight")
    if not weights:
        return Why.NOT_SEARCHED if gap(chart, "body_weight") else Why.NO_DATA
    start = exposure.start
    apart = {
        weight: days_apart(weight.when, start)
        for weight in weights
        if weight.when is not None and start is not None and weight.value is not None and not weight.problem
    }
    if not apart:
        return Why.IMPRECISE
    nearest = min(apart, key=apart.__getitem__)
    return nearest if apart[nearest] <= chart.policy.weight_near_dose else Why.STALE


def _days_possible(chart: Chart, doses: Sequence[Given], dose: Dose, since: date | None) -> int:
    """On how many days what may have been given together could reach the dose."""
    spans = [(each, span) for each in doses if (span := possible(chart, each.exposure, since)) is not None]
    reached = (
        segment
        for segment in segments([span for _, span in spans])
        if _could_reach([each for each, span in spans if span.first <= segment.first <= span.last], dose)
    )
    return covered(reached)


def _could_reach(doses: Iterable[Given], dose: Dose) -> bool:
    amounts = [each.amount for each in doses]
    highs = [amount.high for amount in amounts if amount is not None and amount.high is not None]
    if len(highs) < len(amounts):
        return True
    return Interval(Decimal(0), sum(highs, Decimal(0))).inside(dose.mg) is not Truth.FALSE


def _facts(doses: Iterable[Given]) -> tuple[Fact, ...]:
    both = (fact for each in doses for fact in (each.exposure, each.weight) if fact is not None)
    return tuple(dict.fromkeys(both))
