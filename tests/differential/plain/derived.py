"""Values that are computed where none was reported: clearance, filtration rate, indirect share of bilirubin."""

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from typing import NamedTuple

from tests.differential.definitions import Node
from tests.differential.plain.amounts import Amount, amount, factor
from tests.differential.plain.chart import Chart
from tests.differential.plain.days import completed_years, span
from tests.differential.plain.observed import Result, results
from tests.differential.plain.results import against, aged, limits_in_unit, newest_of, picked
from tests.differential.plain.truth import FALSE, TRUE, Said, unknown

INPUTS_APART = 30
CREATININE = Fraction("113.12")
INPUTS = {
    "creatinine_clearance": ("creatinine", "body_weight"),
    "egfr": ("creatinine",),
    "indirect_bilirubin_share": ("total_bilirubin",),
}


def is_derived(name: str) -> bool:
    return name in INPUTS


def computed(node: Node, chart: Chart, reported: list[Result]) -> Said:
    """A fresh reported value, else the computed one; the computed one too where all its inputs are newer."""
    reported = [each for each in reported if _of_their_age(each, chart)]
    dated = [each for each in reported if each.when]
    said = picked(node, chart, dated, reported) if dated else unknown("imprecise" if reported else "no-data")
    value = VALUES[node["observation"]](chart)
    readable = bool(dated) and said[1] not in ("stale", "unit") and all(each.quantity for each in newest_of(dated))
    if readable and not (isinstance(value, _Value) and _newer(value, dated)):
        return said
    if isinstance(value, _Value):
        return _of_value(node, chart, value)
    return unknown(said[1], value) if reported else unknown(value)


def _of_their_age(result: Result, chart: Chart) -> bool:
    """A rate by a formula for adults says nothing of a child, and the other way round."""
    born = span(chart.patient.get("birthDate"))
    wanted = [name for name in ("egfr_of_adults", "egfr_of_children") if name in result.names]
    if not wanted:
        return True
    if born is None:
        return False
    days = (result.when.first, result.when.last) if result.when else (chart.today, chart.today)
    grown = {completed_years(born.last, days[0]) >= 18, completed_years(born.first, days[1]) >= 18}
    return grown == {wanted[0] == "egfr_of_adults"}


class _Value(NamedTuple):
    """Computed values, one for each of the inputs that were reported several times at once, and what they rest on."""

    amounts: list[tuple[Amount | None, list[Result]]]

    @property
    def inputs(self) -> list[Result]:
        return [each for _, some in self.amounts for each in some]


Inputs = list[tuple[Result, Amount]]
Computed = _Value | str
"""A value, or the reason why there is none."""


def _of_value(node: Node, chart: Chart, value: _Value) -> Said:
    """A computed value is as old as its oldest input; of several, all have to say the same."""
    limits = limits_in_unit(node, chart, None)
    assert limits is not None
    told, times = set(), set()
    for each, inputs in value.amounts:
        oldest = min(inputs, key=lambda one: one.when.begin)  # type: ignore[union-attr]
        said = unknown("imprecise") if each is None else against(node, each, limits)
        told.add(aged(node, chart, [oldest], said))
        times.add(oldest.when)
    reasons = [why for _, why in told if why]
    if {TRUE, FALSE} <= told:
        return unknown("conflict" if len(times) == 1 or reasons else "imprecise", *reasons)
    return unknown(*reasons) if reasons else told.pop()


def _newer(value: _Value, dated: list[Result]) -> bool:
    last = max(each.when.end for each in dated if each.when)
    return all(each.when is not None and each.when.begin > last for each in value.inputs)


def _input(name: str, chart: Chart, near: Result | None = None) -> Inputs | str:
    """The newest results of an input, or the readable ones nearest to another, in its block's unit; or why not."""
    found = results(chart, name)
    dated = [each for each in found if each.when]
    if not dated:
        return "imprecise" if found else "no-data"
    some = newest_of(dated) if near is None else _nearest(dated, near, name)
    values = [_value(each, name) for each in some]
    reasons = [value for value in values if isinstance(value, str)]
    if reasons:
        return unknown(*reasons)[1] or ""
    return [(each, value) for each, value in zip(some, values, strict=True) if isinstance(value, Amount)]


def _value(result: Result, name: str) -> Amount | str:
    if result.quantity is None or (value := amount(result.quantity)) is None:
        return "imprecise"
    times = factor(result.quantity, name)
    return "unit" if times is None else value * times


def _nearest(dated: list[Result], near: Result, name: str) -> list[Result]:
    """The results of the nearest time, of two as near the newer; of readable ones if there are any."""
    readable = [each for each in dated if isinstance(_value(each, name), Amount)]
    some = readable or dated
    least = min(_apart(each, near) for each in some)
    closest = [each for each in some if _apart(each, near) == least]
    last = max(each.when.end for each in closest if each.when)
    return [each for each in closest if each.when and each.when.end == last]


def _apart(one: Result, other: Result) -> int:
    """The most days that may lie between two results."""
    assert one.when is not None
    assert other.when is not None
    return max(abs((one.when.last - other.when.first).days), abs((other.when.last - one.when.first).days))


def _clearance(chart: Chart) -> Computed:
    """Cockcroft and Gault, in mL/min: (140 - age) x kg / (72 x mg/dL), times 0.85 for a woman."""
    ages, sex = _ages(chart), chart.patient.get("gender")
    if ages is None or min(ages) < 18 or sex not in ("female", "male"):
        return "no-data"
    creatinine = _input("creatinine", chart)
    if isinstance(creatinine, str):
        return creatinine
    weight = _input("body_weight", chart, creatinine[0][0])
    if isinstance(weight, str):
        return weight
    if _apart(creatinine[0][0], weight[0][0]) > INPUTS_APART:
        return "stale"
    part = Fraction(85, 100) if sex == "female" else Fraction(1)
    years = Amount((140 - max(ages)) * part, (140 - min(ages)) * part)
    return _Value(
        [
            (_divided(_multiplied(kg, years), _mg_dl(umol) * 72), [one, other])
            for one, umol in creatinine
            for other, kg in weight
        ]
    )


def _multiplied(one: Amount, other: Amount) -> Amount:
    """A product of an amount and a closed one above nothing."""
    low = None if one.low is None or other.low is None else one.low * other.low
    high = None if one.high is None or other.high is None else one.high * other.high
    return Amount(low, high, one.low_open, one.high_open)


def _mg_dl(umol_l: Amount) -> Amount:
    return umol_l * (CREATININE / 10_000)


def _divided(over: Amount, under: Amount) -> Amount:
    """A quotient of amounts above nothing."""
    low = None if over.low is None or under.high is None else over.low / under.high
    high = None if over.high is None or not under.low else over.high / under.low
    return Amount(low, high, over.low_open or under.high_open, over.high_open or under.low_open)


def _ages(chart: Chart) -> list[int] | None:
    """The ages in completed years that a birth date leaves possible."""
    born = span(chart.patient.get("birthDate"))
    return None if born is None else [completed_years(day, chart.today) for day in (born.first, born.last)]


def _filtration(chart: Chart) -> Computed:
    """CKD-EPI 2021 for adults, bedside Schwartz (0.413 x cm / mg/dL) below 18, in mL/min/1.73 m2."""
    ages, sex = _ages(chart), chart.patient.get("gender")
    if ages is None:
        return "no-data"
    if min(ages) < 18 <= max(ages):
        return "imprecise"
    if min(ages) >= 18 and sex not in ("female", "male"):
        return "no-data"
    creatinine = _input("creatinine", chart)
    if isinstance(creatinine, str):
        return creatinine
    if min(ages) < 18:
        return _schwartz(creatinine, chart)
    return _Value([(_rate(_mg_dl(umol), ages, sex == "female"), [one]) for one, umol in creatinine])


def _rate(mg_dl: Amount, ages: list[int], woman: bool) -> Amount:
    low = None if mg_dl.high is None else _ckd_epi(float(mg_dl.high), max(ages), woman)
    high = None if mg_dl.low is None else _ckd_epi(float(mg_dl.low), min(ages), woman)
    return Amount(low, high, mg_dl.high_open, mg_dl.low_open)


def _ckd_epi(mg_dl: float, age: int, woman: bool) -> Fraction | None:
    if mg_dl <= 0:
        return None
    share = mg_dl / (0.7 if woman else 0.9)
    power = (-0.241 if woman else -0.302) if share <= 1 else -1.2
    return Fraction(142 * share**power * 0.9938**age * (1.012 if woman else 1))


def _schwartz(creatinine: Inputs, chart: Chart) -> Computed:
    """A child's height must be fresh."""
    height = _input("body_height", chart, creatinine[0][0])
    if isinstance(height, str):
        return height
    start = chart.today - timedelta(days=90)
    measured = height[0][0].when
    if measured is None or measured.first < start:
        return "stale"
    return _Value(
        [
            (_divided(cm * Fraction("0.413"), _mg_dl(umol)), [one, other])
            for one, umol in creatinine
            for other, cm in height
        ]
    )


def _share(chart: Chart) -> Computed:
    """The indirect part of the total bilirubin in %, reported or as what the direct part leaves."""
    total = _input("total_bilirubin", chart)
    if isinstance(total, str):
        return total
    first = total[0][0]
    indirect, direct = _input("indirect_bilirubin", chart, first), _input("direct_bilirubin", chart, first)
    part = direct if isinstance(indirect, str) else indirect
    if isinstance(part, str):
        assert isinstance(indirect, str)
        return unknown(indirect, part)[1] or ""
    if _apart(first, part[0][0]) > INPUTS_APART:
        return "stale"
    shares = [(_divided(one * 100, whole), [a, b]) for a, one in part for b, whole in total]
    return _Value([(share if part is indirect else _rest(share), inputs) for share, inputs in shares])


def _rest(share: Amount) -> Amount:
    """What a percentage leaves of a hundred."""
    low = None if share.high is None else 100 - share.high
    high = None if share.low is None else 100 - share.low
    return Amount(low, high, share.high_open, share.low_open)


VALUES: dict[str, Callable[[Chart], Computed]] = {
    "creatinine_clearance": _clearance,
    "egfr": _filtration,
    "indirect_bilirubin_share": _share,
}
