"""Values computed from others: the formula, its source, its inputs in the evidence, and why it could not be had."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal

from mappings.value_set import ValueSet
from trials.interval import Interval
from trials.judging.chart import Chart, Judge
from trials.judging.results import agreed, measure_of, newest, nothing, visible, weighed
from trials.language import Observed
from trials.record import Person, Result
from trials.truth import Truth
from trials.verdict import Verdict, Why, first, unknown
from trials.when import When, completed_years

Number = Interval[Decimal]
_HUNDRED = Decimal(100)
Computed = Result | Verdict
"""The value, or the unknown verdict that says which input is missing."""

CREATININE_MG_PER_UMOL = Decimal("113.12") / 10000
"""mg/dL for 1 µmol/L, from the molar mass of creatinine, 113.12 g/mol (PubChem CID 588)."""


def judge_derived(node: Observed, value_set: ValueSet, sets: Mapping[str, ValueSet]) -> Judge:
    """A fresh reported value decides, unless every input of the computed one is newer."""
    compute = DERIVED[node.name]
    measure = measure_of(node)

    def judge(chart: Chart) -> Verdict:
        reported = newest(visible(chart, node.name))
        verdict = agreed([weighed(chart, r, measure, node, value_set) for r in reported]) if reported else None
        computed = compute(chart, sets)
        if verdict is not None and verdict.truth is not Truth.UNKNOWN and not _all_newer(computed, reported[0]):
            return verdict
        if isinstance(computed, Result):
            return weighed(chart, computed, measure, node, value_set)
        return verdict if verdict is not None else computed

    return judge


def _all_newer(computed: Computed, reported: Result) -> bool:
    if not isinstance(computed, Result) or reported.when is None:
        return False
    latest = reported.when.latest
    return all(part.when is not None and part.when.earliest > latest for part in computed.inputs)


def cockcroft_gault(chart: Chart, sets: Mapping[str, ValueSet]) -> Computed:
    """Creatinine clearance of an adult, mL/min: (140 - age) × weight / (72 × creatinine in mg/dL), × 0.85 for women.

    Source: Cockcroft & Gault, Nephron 1976;16:31-41.
    """
    person = chart.record.person
    if person.sex not in ("female", "male") or person.birth is None:
        return unknown(Why.NO_DATA, note="Cockcroft-Gault needs the birth date and the sex")
    age = age_years(person, chart)
    if age.low is None or age.high is None or age.low < 18:
        return unknown(Why.NO_DATA, note="Cockcroft-Gault does not hold under 18 years")
    creatinine = _input(chart, "creatinine", sets)
    if isinstance(creatinine, Verdict):
        return creatinine
    weight = _input(chart, "body_weight", sets, near=creatinine)
    if isinstance(weight, Verdict):
        return weight
    apart = chart.policy.inputs_apart
    assert creatinine.when is not None
    assert weight.when is not None
    if days_apart(creatinine.when, weight.when) > apart:
        return unknown(Why.STALE, creatinine, weight, note=f"weight and creatinine lie more than {apart} days apart")
    assert creatinine.value is not None
    assert weight.value is not None
    factor = Decimal("0.85") if person.sex == "female" else Decimal(1)
    value = quotient(
        _times(Interval(140 - age.high, 140 - age.low), weight.value, factor),
        _times(creatinine.value, Interval(Decimal(72), Decimal(72)), CREATININE_MG_PER_UMOL),
    )
    if value is None:
        return unknown(Why.IMPRECISE, creatinine, weight)
    return Result(
        reference=creatinine.reference,
        name="creatinine_clearance",
        when=min(creatinine.when, weight.when, key=lambda when: when.earliest),
        shown=f"{_rounded(value)} mL/min by Cockcroft-Gault",
        value=value,
        inputs=(creatinine, weight),
    )


def indirect_share(chart: Chart, sets: Mapping[str, ValueSet]) -> Computed:
    """Indirect bilirubin in % of the total, from the indirect value, else from the direct one."""
    total = _input(chart, "total_bilirubin", sets)
    if isinstance(total, Verdict):
        return total
    indirect = _input(chart, "indirect_bilirubin", sets, near=total)
    part = _input(chart, "direct_bilirubin", sets, near=total) if isinstance(indirect, Verdict) else indirect
    if isinstance(part, Verdict):
        assert isinstance(indirect, Verdict)
        reason = first([why for why in (indirect.why, part.why) if why]) or Why.NO_DATA
        return unknown(reason, *indirect.facts, *part.facts, note="no usable indirect or direct bilirubin")
    assert total.when is not None
    assert part.when is not None
    if days_apart(total.when, part.when) > chart.policy.inputs_apart:
        return unknown(Why.STALE, total, part, note="the two bilirubin values lie too far apart")
    assert total.value is not None
    assert part.value is not None
    share = quotient(_times(part.value, Interval(_HUNDRED, _HUNDRED), Decimal(1)), total.value)
    if share is None:
        return unknown(Why.IMPRECISE, total, part)
    value = share if part.name == "indirect_bilirubin" else _rest(share)
    return Result(
        reference=total.reference,
        name="indirect_bilirubin_share",
        when=min(total.when, part.when, key=lambda when: when.earliest),
        shown=f"{_rounded(value)} %",
        value=value,
        inputs=(total, part),
    )


def _rest(share: Number) -> Number:
    """What is left of 100 %."""
    low = None if share.high is None else _HUNDRED - share.high
    high = None if share.low is None else _HUNDRED - share.low
    return Interval(low, high, share.high_open, share.low_open)


DERIVED: Mapping[str, Callable[[Chart, Mapping[str, ValueSet]], Computed]] = {
    "creatinine_clearance": cockcroft_gault,
    "indirect_bilirubin_share": indirect_share,
}
INPUTS: Mapping[str, tuple[str, ...]] = {
    "creatinine_clearance": ("creatinine", "body_weight"),
    "indirect_bilirubin_share": ("total_bilirubin", "indirect_bilirubin", "direct_bilirubin"),
}
"""The sets whose results a derived value is computed from; they are searched for with it."""


def age_years(person: Person, chart: Chart) -> Interval[Decimal]:
    """Completed years at the day of judging; an interval where the birth date is partial."""
    assert person.birth is not None
    oldest = completed_years(person.birth.first, chart.today)
    youngest = completed_years(person.birth.last, chart.today)
    return Interval(Decimal(youngest), Decimal(oldest))


def _input(chart: Chart, name: str, sets: Mapping[str, ValueSet], near: Result | None = None) -> Result | Verdict:
    """The most recent value of an input, or the one nearest in time to `near`; a reason where there is none."""
    results = visible(chart, name)
    if not results:
        missing = nothing(chart, name)
        return missing._replace(note=f"{sets[name].title} is missing")
    if near is None:
        candidates = newest(results)
    else:
        dated = [result for result in results if result.when is not None]
        candidates = sorted(dated, key=lambda result: days_apart(result.when, near.when))[:1]  # type: ignore[arg-type]
    if not candidates:
        return unknown(Why.IMPRECISE, results[0], note=f"{sets[name].title} has no clinical date")
    if len({(candidate.value, candidate.problem) for candidate in candidates}) > 1:
        return unknown(Why.CONFLICT, *candidates)
    chosen = candidates[0]
    if chosen.problem or chosen.value is None:
        return unknown(Why(chosen.problem or "imprecise"), chosen, note=f"{sets[name].title} could not be read")
    return chosen


def days_apart(a: When, b: When) -> int:
    """The greatest number of days that may lie between two moments."""
    return max(abs((a.last - b.first) // timedelta(days=1)), abs((b.last - a.first) // timedelta(days=1)))


def _times(a: Number, b: Number, factor: Decimal) -> Number:
    """The product of two values that are not negative."""
    low = None if a.low is None or b.low is None else max(a.low, Decimal(0)) * b.low * factor
    high = None if a.high is None or b.high is None else a.high * b.high * factor
    return Interval(low, high, a.low_open or b.low_open, a.high_open or b.high_open)


def quotient(a: Number, b: Number) -> Number | None:
    """The quotient of two values that are not negative; nothing for a divisor that may be zero and above."""
    if b.high is not None and b.high <= 0:
        return None
    low = Decimal(0) if b.high is None or a.low is None else a.low / b.high
    high = None if b.low is None or b.low <= 0 or a.high is None else a.high / b.low
    return Interval(low, high, a.low_open or b.high_open, a.high_open or b.low_open)


def _rounded(value: Number) -> str:
    if value.exact and value.low is not None:
        return f"{value.low:.0f}"
    low = "" if value.low is None else f"at least {value.low:.0f}"
    high = "" if value.high is None else f"at most {value.high:.0f}"
    return " and ".join(part for part in (low, high) if part)
