"""One result against a chart: bounds, multiples of the normal limits, answers, titres and codes, and its age.

Which of several results decides is said in `picks`; changes over time are judged in `changes`, values that are
computed from others in `derived`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import partial

from mappings.value_set import ValueSet
from trials.interval import Interval, scaled
from trials.judging.chart import Chart, back
from trials.language import Bound, Observed
from trials.record import Answer, Gap, Result
from trials.truth import Truth, truth_of
from trials.verdict import Verdict, Why, first, unknown
from trials.when import When, before

Measure = Callable[[Result], Truth | Why]
"""What one result says of the statement, whatever its age: a truth, or why it says nothing."""


def visible(chart: Chart, name: str) -> list[Result]:
    """The results of a set that are not wholly after the day, newest first."""
    today = chart.today
    return [r for r in chart.record.results.get(name, ()) if r.when is None or r.when.first <= today]


def gap(chart: Chart, name: str) -> Gap | None:
    """How the search for results of a set fell short."""
    gaps = chart.record.gaps
    return gaps.get(name) or gaps.get("result")


def nothing(chart: Chart, name: str) -> Verdict:
    """No result at all is always unknown."""
    return unknown(Why.NOT_SEARCHED if gap(chart, name) else Why.NO_DATA)


def newest(results: Sequence[Result]) -> list[Result]:
    """The dated results that may be the most recent one: more than one at the same time, or where dates are partial."""
    dated = [(result.when, result) for result in results if result.when is not None]
    if not dated:
        return []
    start = max(when.earliest for when, _ in dated)
    return [result for when, result in dated if when.latest >= start]


def weighed(chart: Chart, result: Result, measure: Measure, node: Observed, value_set: ValueSet) -> Verdict:
    """What one result says, and whether it is recent enough to say it."""
    said = Why(result.problem) if result.problem else measure(result)
    whys = [said] if isinstance(said, Why) else []
    age = _age(chart, result.when, node, value_set, keeps=value_set.keeps_positive and positive(result) is Truth.TRUE)
    if age is not None:
        whys.append(age)
    reason = first(whys)
    if reason is not None:
        return unknown(reason, result)
    assert isinstance(said, Truth)
    return Verdict(said, None, (result,))


def _age(chart: Chart, when: When | None, node: Observed, value_set: ValueSet, *, keeps: bool) -> Why | None:
    if when is None:
        return Why.IMPRECISE
    if keeps and node.within is None:
        return None
    if node.within is not None:
        start = before(chart.today, node.within)
    else:
        days = chart.policy.fresh_days[value_set.freshness]
        if days is None:
            return None
        start = chart.today - timedelta(days=days)
    match when.days.inside(back(chart, start)):
        case Truth.TRUE:
            return None
        case Truth.FALSE:
            return Why.STALE
        case Truth.UNKNOWN:
            return Why.IMPRECISE


def agreed(verdicts: Sequence[Verdict]) -> Verdict:
    """The one answer of several results of the same time; a contradiction is for a person."""
    truths = {verdict.truth for verdict in verdicts}
    facts = tuple(dict.fromkeys(fact for verdict in verdicts for fact in verdict.facts))
    if len(truths) == 1 and Truth.UNKNOWN not in truths:
        return Verdict(truths.pop(), None, facts)
    whys = [verdict.why for verdict in verdicts if verdict.why]
    if {Truth.TRUE, Truth.FALSE} <= truths:
        whys.append(Why.CONFLICT if _at_odds(verdicts) else Why.IMPRECISE)
    return unknown(first(whys) or Why.NO_DATA, *facts)


def _at_odds(verdicts: Sequence[Verdict]) -> bool:
    """Whether two of one and the same time contradict each other; of partial dates one may be the older."""
    said: dict[tuple[float, float], set[Truth]] = {}
    for verdict in verdicts:
        for when in (fact.when for fact in verdict.facts if fact.when):
            said.setdefault((when.earliest, when.latest), set()).add(verdict.truth)
    return any({Truth.TRUE, Truth.FALSE} <= truths for truths in said.values())


def measure_of(node: Observed) -> Measure:
    """The test of a single result that a criterion asks for."""
    if node.bound is not None:
        return bounded(node.bound, on_limit=node.exact_unknown is not None)
    if node.codes:
        return lambda result: truth_of(result.code in node.codes) if result.code else Why.IMPRECISE
    match node.answer:
        case "detected":
            return _detected
        case "positive":
            return _positive_of(node)
        case "negative":
            asked = _positive_of(node)
            return lambda result: _negated(asked(result))
        case _:
            return lambda result: Why.IMPRECISE


def _positive_of(node: Observed) -> Measure:
    if node.number_never:
        return lambda result: positive(result._replace(value=None, high=None)) if result.answer else Why.NEEDS_PERSON
    return partial(positive, number_asks=node.number_asks)


def bounded(bound: Bound, *, on_limit: bool) -> Measure:
    """The test of a single result against a limit; with `on_limit`, the limit itself is for a person."""

    def measure(result: Result) -> Truth | Why:
        if result.value is None:
            # A non-reactive test of a titre has no titre at all.
            low = bound.interval.low
            return Truth.FALSE if result.answer == "negative" and low is not None and low > 0 else Why.IMPRECISE
        limit = bound.interval
        if bound.times is not None:
            normal = result.high if bound.times == "ULN" else result.low
            if normal is None or normal <= 0:
                return Why.NO_REFERENCE_RANGE
            limit = scaled(limit, normal)
        truth = result.value.inside(limit)
        if on_limit and truth is not result.value.inside(limit._replace(low_open=True, high_open=True)):
            return Why.NEEDS_PERSON
        return Why.IMPRECISE if truth is Truth.UNKNOWN else truth

    return measure


_ANSWERED: Mapping[Answer, Truth | Why] = {
    "positive": Truth.TRUE,
    "negative": Truth.FALSE,
    "indeterminate": Why.IMPRECISE,
}


def positive(result: Result, *, number_asks: bool = False) -> Truth | Why:
    """Whether a result is positive by its answer, else by its number above its own range, else by its flag."""
    if result.answer is not None:
        return _ANSWERED[result.answer]
    if result.value is None:
        return Why.IMPRECISE
    if result.high is not None:
        truth = result.value.inside(Interval(result.high, None, low_open=True))
        return Why.IMPRECISE if truth is Truth.UNKNOWN else truth
    match result.flag:
        case "high" | "abnormal":
            return Truth.TRUE
        case "normal" | "low":
            return Truth.FALSE
        case _:
            return Why.NEEDS_PERSON if number_asks else Why.NO_REFERENCE_RANGE


def _detected(result: Result) -> Truth | Why:
    """A number without a comparator was detected; a bare "<20" may be detected below quantification."""
    if result.answer is not None:
        return _ANSWERED[result.answer]
    if result.value is None or result.value.low is None or result.value.low <= Decimal(0):
        return Why.IMPRECISE
    return Truth.TRUE


def _negated(said: Truth | Why) -> Truth | Why:
    return said.negated if isinstance(said, Truth) else said
