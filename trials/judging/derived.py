"""Values computed from others: what they need, their inputs in the evidence, and why they could not be had."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from mappings.value_set import ValueSet
from trials.interval import Interval
from trials.judging.chart import Chart, Judge, back
from trials.judging.formulas import (
    ADULT_YEARS,
    Number,
    bedside_schwartz,
    ckd_epi_2021,
    cockcroft_gault,
    rest,
    share,
)
from trials.judging.results import Measure, agreed, gap, measure_of, newest, nothing, visible, weighed
from trials.language import Observed
from trials.record import Gap, Person, Result
from trials.truth import Truth
from trials.verdict import Verdict, Why, first, unknown
from trials.when import When, completed_years
from trials.wording import interval_text

Computed = list[Result] | Verdict
"""The value, or the unknown verdict that says which input is missing. Inputs that were reported twice at one time,
perhaps as mass and as amount, give a value each."""
Sets = Mapping[str, ValueSet]


def judge_derived(node: Observed, value_set: ValueSet, sets: Sets) -> Judge:
    """A fresh reported value decides, unless every input of the computed one is newer."""
    compute = DERIVED[node.name]
    measure = measure_of(node)

    def judge(chart: Chart) -> Verdict:
        applying = _applying(chart, node.name)
        reported = newest(applying)
        if reported and gap(chart, node.name) is Gap.CUT:
            return unknown(Why.NOT_SEARCHED, *reported)
        verdict = _of_reported(chart, applying, measure, node, value_set)
        computed = compute(chart, sets)
        if verdict is not None and not _set_aside(verdict, reported, computed):
            return verdict
        if not isinstance(computed, Verdict):
            return agreed([weighed(chart, value, measure, node, value_set) for value in computed])
        whys = [why for why in (verdict.why if verdict else None, computed.why) if why]
        passed_over = [] if applying else visible(chart, node.name)[:1]
        facts = (*(verdict.facts if verdict else passed_over), *computed.facts)
        note = "; ".join(filter(None, (_OF_ANOTHER_AGE if passed_over else None, computed.note)))
        return unknown(first(whys) or Why.NO_DATA, *facts, note=note or None)

    return judge


_OF_ANOTHER_AGE = "reported by a formula for another age"


def _of_reported(
    chart: Chart, applying: Sequence[Result], measure: Measure, node: Observed, value_set: ValueSet
) -> Verdict | None:
    reported = newest(applying)
    if reported:
        return agreed([weighed(chart, result, measure, node, value_set) for result in reported])
    return unknown(Why.IMPRECISE, applying[0], note="no clinical date") if applying else None


def _applying(chart: Chart, name: str) -> list[Result]:
    """The reported values, without those by a formula that is not one for the patient's age on that day."""
    results = visible(chart, name)
    for formula, ages in _ONLY_AT.get(name, {}).items():
        others = {result._replace(name=name) for result in visible(chart, formula)}
        results = [r for r in results if r._replace(name=name) not in others or _at_age(chart, r, ages)]
    return results


def _at_age(chart: Chart, result: Result, ages: Interval[Decimal]) -> bool:
    born = chart.record.person.birth
    if born is None:
        return False
    first, last = (result.when.first, result.when.last) if result.when else (chart.today, chart.today)
    age = Interval(Decimal(completed_years(born.last, first)), Decimal(completed_years(born.first, last)))
    return age.inside(ages) is Truth.TRUE


def _set_aside(verdict: Verdict, reported: Sequence[Result], computed: Computed) -> bool:
    """Whether a reported value is too old, unreadable, undated, or older than all that a computed one rests on."""
    if not reported or verdict.why is Why.STALE or any(result.problem for result in reported):
        return True
    if isinstance(computed, Verdict):
        return False
    latest = max(result.when.latest for result in reported if result.when)
    inputs = [part for value in computed for part in value.inputs]
    return all(part.when is not None and part.when.earliest > latest for part in inputs)


def _clearance(chart: Chart, sets: Sets) -> Computed:
    person = chart.record.person
    if person.sex not in ("female", "male") or person.birth is None:
        return unknown(Why.NO_DATA, note="Cockcroft-Gault needs the birth date and the sex")
    age = age_years(person, chart)
    if age.low is None or age.low < ADULT_YEARS:
        return unknown(Why.NO_DATA, note="Cockcroft-Gault does not hold under 18 years")
    creatinine = _input(chart, "creatinine", sets)
    if isinstance(creatinine, Verdict):
        return creatinine
    weight = _input(chart, "body_weight", sets, near=creatinine[0])
    if isinstance(weight, Verdict):
        return weight
    if _too_far(chart, creatinine[0], weight[0]):
        apart = chart.policy.inputs_apart
        return unknown(Why.STALE, *creatinine, *weight, note=f"weight and creatinine lie more than {apart} days apart")
    sex = person.sex
    values = [((one, kg), cockcroft_gault(age, _number(kg), _number(one), sex)) for one in creatinine for kg in weight]
    return _computed("creatinine_clearance", "by Cockcroft-Gault", values, sets)


def _filtration(chart: Chart, sets: Sets) -> Computed:
    """By CKD-EPI 2021 of adults, by the bedside Schwartz formula of minors, whose height must be fresh."""
    person = chart.record.person
    if person.birth is None:
        return unknown(Why.NO_DATA, note="the filtration rate needs the birth date")
    age = age_years(person, chart)
    grown = age.inside(Interval(Decimal(ADULT_YEARS), None))
    if grown is Truth.UNKNOWN:
        return unknown(Why.IMPRECISE, note="18 years or not yet: the formulas differ")
    if grown is Truth.TRUE and person.sex not in ("female", "male"):
        return unknown(Why.NO_DATA, note="CKD-EPI needs the sex")
    creatinine = _input(chart, "creatinine", sets)
    if isinstance(creatinine, Verdict):
        return creatinine
    if grown is Truth.TRUE:
        assert person.sex is not None
        rates = [((one,), ckd_epi_2021(age, _number(one), person.sex)) for one in creatinine]
        return _computed("egfr", "by CKD-EPI 2021", rates, sets)
    height = _input(chart, "body_height", sets, near=creatinine[0])
    if isinstance(height, Verdict):
        return height
    days = chart.policy.fresh_days["vital"]
    measured = height[0].when
    assert measured is not None
    if days is not None and measured.days.inside(back(chart, chart.today - timedelta(days=days))) is not Truth.TRUE:
        return unknown(Why.STALE, *creatinine, *height, note=f"a child's height counts for {days} days")
    values = [((one, cm), bedside_schwartz(_number(cm), _number(one))) for one in creatinine for cm in height]
    return _computed("egfr", "by the bedside Schwartz formula", values, sets)


def _indirect_share(chart: Chart, sets: Sets) -> Computed:
    """Indirect bilirubin in % of the total, from the indirect value, else from the direct one."""
    total = _input(chart, "total_bilirubin", sets)
    if isinstance(total, Verdict):
        return total
    indirect = _input(chart, "indirect_bilirubin", sets, near=total[0])
    part = _input(chart, "direct_bilirubin", sets, near=total[0]) if isinstance(indirect, Verdict) else indirect
    if isinstance(part, Verdict):
        assert isinstance(indirect, Verdict)
        reason = first([why for why in (indirect.why, part.why) if why]) or Why.NO_DATA
        return unknown(reason, *indirect.facts, *part.facts, note="no usable indirect or direct bilirubin")
    if _too_far(chart, total[0], part[0]):
        return unknown(Why.STALE, *total, *part, note="the two bilirubin values lie too far apart")
    shares = [((whole, one), share(_number(one), _number(whole))) for whole in total for one in part]
    if part is not indirect:
        shares = [(inputs, None if percent is None else rest(percent)) for inputs, percent in shares]
    return _computed("indirect_bilirubin_share", "of the total", shares, sets)


DERIVED: Mapping[str, Callable[[Chart, Sets], Computed]] = {
    "creatinine_clearance": _clearance,
    "egfr": _filtration,
    "indirect_bilirubin_share": _indirect_share,
}
_ONLY_AT: Mapping[str, Mapping[str, Interval[Decimal]]] = {
    "egfr": {
        "egfr_of_adults": Interval(Decimal(ADULT_YEARS), None),
        "egfr_of_children": Interval(None, Decimal(ADULT_YEARS), high_open=True),
    }
}
"""Reported values that hold at certain ages alone: the formulas of adults say nothing of a child's kidneys."""
INPUTS: Mapping[str, tuple[str, ...]] = {
    "creatinine_clearance": ("creatinine", "body_weight"),
    "egfr": ("creatinine", "body_height"),
    "indirect_bilirubin_share": ("total_bilirubin", "indirect_bilirubin", "direct_bilirubin"),
}
"""The sets whose results a derived value is computed from; they are searched for with it."""


def age_years(person: Person, chart: Chart) -> Interval[Decimal]:
    """Completed years at the day of judging; an interval where the birth date is partial."""
    assert person.birth is not None
    oldest = completed_years(person.birth.first, chart.today)
    youngest = completed_years(person.birth.last, chart.today)
    return Interval(Decimal(youngest), Decimal(oldest))


def _computed(name: str, how: str, values: Sequence[tuple[tuple[Result, ...], Number | None]], sets: Sets) -> Computed:
    """Each value as a result; no value of one of them leaves all of it open."""
    made = [_result(name, how, value, inputs, sets) for inputs, value in values if value is not None]
    if len(made) < len(values):
        return unknown(Why.IMPRECISE, *(part for inputs, _ in values for part in inputs))
    return made


def _result(name: str, how: str, value: Number, inputs: tuple[Result, ...], sets: Sets) -> Result:
    """A result of the day of its oldest input."""
    dates = [part.when for part in inputs if part.when is not None]
    return Result(
        reference=inputs[0].reference,
        name=name,
        when=min(dates, key=lambda when: when.earliest),
        shown=f"{interval_text(value, sets[name])} {how}",
        value=value,
        inputs=inputs,
    )


def _input(chart: Chart, name: str, sets: Sets, near: Result | None = None) -> list[Result] | Verdict:
    """The most recent values of an input, or readable ones nearest in time to `near`; a reason where there is none."""
    results = visible(chart, name)
    title = sets[name].title
    if not results:
        return nothing(chart, name)._replace(note=f"{title} is missing")
    if near is None and gap(chart, name) is Gap.CUT:
        return unknown(Why.NOT_SEARCHED, results[0], note=f"{title} may have a newer value")
    candidates = newest(results) if near is None else _nearest(results, near)
    if not candidates:
        return unknown(Why.IMPRECISE, results[0], note=f"{title} has no clinical date")
    if unread := [one for one in candidates if one.problem or one.value is None]:
        reason = first([Why(one.problem or "imprecise") for one in unread]) or Why.IMPRECISE
        return unknown(reason, *unread, note=f"{title} could not be read")
    return [one for index, one in enumerate(candidates) if one.value not in [two.value for two in candidates[:index]]]


def _nearest(results: Sequence[Result], near: Result) -> list[Result]:
    """The results of the time nearest to another one's, of two as near the newer; of the readable ones, if any is."""
    assert near.when is not None
    apart = {result: days_apart(result.when, near.when) for result in results if result.when is not None}
    readable = {result: days for result, days in apart.items() if result.value is not None and not result.problem}
    apart = readable or apart
    closest = [result for result, days in apart.items() if days == min(apart.values())]
    return [result for result in closest if result.when == closest[0].when]


def days_apart(a: When, b: When) -> int:
    """The greatest number of days that may lie between two moments."""
    return max(abs((a.last - b.first) // timedelta(days=1)), abs((b.last - a.first) // timedelta(days=1)))


def _too_far(chart: Chart, a: Result, b: Result) -> bool:
    assert a.when is not None
    assert b.when is not None
    return days_apart(a.when, b.when) > chart.policy.inputs_apart


def _number(result: Result) -> Number:
    assert result.value is not None
    return result.value
