"""Results against a chart: bounds, multiples of the normal limits, answers, titres and codes, by the most recent.

Changes over time are judged in `changes`, values that are computed from others in `derived`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import partial

from mappings.value_set import ValueSet
from trials.interval import Interval, scaled
from trials.judging.chart import Chart, Judge, back
from trials.language import Bound, Observed, Pick
from trials.record import Gap, Result
from trials.truth import Truth, truth_of
from trials.verdict import Verdict, Why, first, unknown
from trials.when import When, before

Measure = Callable[[Result], Truth | Why]
"""What one result says of the statement, whatever its age: a truth, or why it says nothing."""


def judge_observed(node: Observed, value_set: ValueSet) -> Judge:
    """The judge of a result criterion."""
    measure = measure_of(node)
    pick = _PICKS[node.pick]

    def judge(chart: Chart) -> Verdict:
        results = visible(chart, node.name)
        return pick(chart, results, measure, node, value_set) if results else nothing(chart, node.name)

    return judge


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


def latest_decides(
    chart: Chart, results: Sequence[Result], measure: Measure, node: Observed, value_set: ValueSet
) -> Verdict:
    """The most recent counting result decides if it is fresh enough and alone in what it says."""
    candidates = newest(results)
    if not candidates:
        return unknown(Why.IMPRECISE, results[0], note="no clinical date")
    if gap(chart, node.name) is Gap.CUT:
        return unknown(Why.NOT_SEARCHED, *candidates)
    return agreed([weighed(chart, result, measure, node, value_set) for result in candidates])


def ever_decides(
    chart: Chart, results: Sequence[Result], measure: Measure, node: Observed, value_set: ValueSet
) -> Verdict:
    """As the latest, but an earlier positive result that a newer one denies is a contradiction for a person."""
    verdict = latest_decides(chart, results, measure, node, value_set)
    positive = [result for result in results if measure(result) is Truth.TRUE]
    if positive and verdict.truth is not Truth.TRUE and verdict.why is not Why.NOT_SEARCHED:
        return unknown(Why.CONFLICT, *verdict.facts, *positive[:1])
    return verdict


def recent_decides(
    chart: Chart, results: Sequence[Result], measure: Measure, node: Observed, value_set: ValueSet
) -> Verdict:
    """As the latest, but a fresh positive result that a newer one denies is a contradiction for a person."""
    fresh = [r for r in results if weighed(chart, r, lambda _: Truth.TRUE, node, value_set).truth is Truth.TRUE]
    verdict = latest_decides(chart, results, measure, node, value_set)
    positive = [result for result in fresh if result.answer == "positive"]
    denied = any(isinstance(fact, Result) and fact.answer == "negative" for fact in verdict.facts)
    return unknown(Why.CONFLICT, *verdict.facts, *positive[:1]) if positive and denied else verdict


def any_decides(
    chart: Chart, results: Sequence[Result], measure: Measure, node: Observed, value_set: ValueSet
) -> Verdict:
    """One result inside the window is enough."""
    verdicts = [weighed(chart, result, measure, node, value_set) for result in results]
    return _best(chart, node.name, verdicts, Truth.TRUE)


def all_decide(
    chart: Chart, results: Sequence[Result], measure: Measure, node: Observed, value_set: ValueSet
) -> Verdict:
    """Every result inside the window."""
    fresh = [v for v in (weighed(chart, r, measure, node, value_set) for r in results) if v.why is not Why.STALE]
    return _best(chart, node.name, fresh, Truth.FALSE) if fresh else unknown(Why.STALE, results[0])


def lowest_decides(
    chart: Chart, results: Sequence[Result], measure: Measure, node: Observed, value_set: ValueSet
) -> Verdict:
    """The lowest value inside the window decides."""
    return _extreme(chart, results, measure, node, value_set, lowest=True)


def highest_decides(
    chart: Chart, results: Sequence[Result], measure: Measure, node: Observed, value_set: ValueSet
) -> Verdict:
    """The highest value inside the window decides."""
    return _extreme(chart, results, measure, node, value_set, lowest=False)


def _extreme(
    chart: Chart, results: Sequence[Result], measure: Measure, node: Observed, value_set: ValueSet, *, lowest: bool
) -> Verdict:
    """The verdict by the extreme of the values inside the window; one that cannot be placed leaves it undecided."""
    weighed_all = [(result, weighed(chart, result, measure, node, value_set)) for result in results]
    inside = [(result, verdict) for result, verdict in weighed_all if verdict.why is not Why.STALE]
    if not inside:
        return unknown(Why.STALE, results[0])
    exact = [(result.value.low, verdict) for result, verdict in inside if result.value and result.value.exact]
    if gap(chart, node.name) or len(exact) < len(inside):
        whys = [verdict.why for _, verdict in inside if verdict.why]
        short = [Why.NOT_SEARCHED] if gap(chart, node.name) else []
        return unknown(first(whys + short) or Why.IMPRECISE, *(result for result, _ in inside))
    key = min if lowest else max
    return key(exact, key=lambda pair: pair[0] or Decimal(0))[1]


_PICKS: Mapping[Pick, Callable[[Chart, Sequence[Result], Measure, Observed, ValueSet], Verdict]] = {
    "latest": latest_decides,
    "ever": ever_decides,
    "recent": recent_decides,
    "any": any_decides,
    "all": all_decide,
    "lowest": lowest_decides,
    "highest": highest_decides,
}


def _best(chart: Chart, name: str, verdicts: Sequence[Verdict], decisive: Truth) -> Verdict:
    deciding = next((verdict for verdict in verdicts if verdict.truth is decisive), None)
    if deciding is not None:
        return deciding
    open_ones = [v for v in verdicts if v.truth is Truth.UNKNOWN]
    whys = [v.why for v in open_ones if v.why]
    if gap(chart, name):
        whys.append(Why.NOT_SEARCHED)
    reason = first(whys)
    return unknown(reason, *(f for v in open_ones for f in v.facts)) if reason else verdicts[0]


def weighed(chart: Chart, result: Result, measure: Measure, node: Observed, value_set: ValueSet) -> Verdict:
    """What one result says, and whether it is recent enough to say it."""
    said = Why(result.problem) if result.problem else measure(result)
    whys = [said] if isinstance(said, Why) else []
    age = _age(chart, result.when, node, value_set, keeps=value_set.keeps_positive and _positive(result) is Truth.TRUE)
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
    if truths == {Truth.TRUE, Truth.FALSE}:
        spans = {(fact.when.earliest, fact.when.latest) for fact in facts if fact.when}
        return unknown(Why.CONFLICT if len(spans) == 1 else Why.IMPRECISE, *facts)
    whys = [verdict.why for verdict in verdicts if verdict.why]
    if {Truth.TRUE, Truth.FALSE} <= truths:
        whys.append(Why.CONFLICT)
    return unknown(first(whys) or Why.NO_DATA, *facts)


def measure_of(node: Observed) -> Measure:
    """The test of a single result that a criterion asks for."""
    if node.bound is not None:
        return _bounded(node.bound, on_limit=node.exact_unknown is not None)
    if node.codes:
        return lambda result: truth_of(result.code in node.codes) if result.code else Why.IMPRECISE
    match node.answer:
        case "detected":
            return _detected
        case "positive":
            return partial(_positive, number_asks=node.number_asks)
        case "negative":
            return lambda result: _negated(_positive(result, number_asks=node.number_asks))
        case _:
            return lambda result: Why.IMPRECISE


def _bounded(bound: Bound, *, on_limit: bool) -> Measure:
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
        if on_limit and result.value.exact and result.value.low in (limit.low, limit.high):
            return Why.NEEDS_PERSON
        truth = result.value.inside(limit)
        return Why.IMPRECISE if truth is Truth.UNKNOWN else truth

    return measure


def _positive(result: Result, *, number_asks: bool = False) -> Truth | Why:
    match result.answer:
        case "positive":
            return Truth.TRUE
        case "negative":
            return Truth.FALSE
        case "indeterminate":
            return Why.IMPRECISE
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
    match result.answer:
        case "positive":
            return Truth.TRUE
        case "negative":
            return Truth.FALSE
        case "indeterminate":
            return Why.IMPRECISE
    if result.value is None or result.value.low is None or result.value.low <= Decimal(0):
        return Why.IMPRECISE
    return Truth.TRUE


def _negated(said: Truth | Why) -> Truth | Why:
    return said.negated if isinstance(said, Truth) else said
