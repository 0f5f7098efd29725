"""Results after a course of treatment: which of them come after it, and whether the last one is recent enough."""

from collections.abc import Sequence
from datetime import date, timedelta

from mappings.value_set import ValueSet
from trials.interval import Interval
from trials.judging.chart import Chart, Judge
from trials.judging.exposures import ending, exposures, merged, possible
from trials.judging.results import Measure, agreed, gap, measure_of, newest, nothing, visible, weighed
from trials.language import Observed
from trials.record import Exposure, Result
from trials.truth import Truth
from trials.verdict import Verdict, Why, first, unknown

_DAY = timedelta(days=1)


def judge_after(node: Observed, value_set: ValueSet) -> Judge:
    """Any or all of the results after the first course of these drugs; the last of them must be fresh."""
    measure = measure_of(node)

    def judge(chart: Chart) -> Verdict:
        results = visible(chart, node.name)
        if not results:
            return nothing(chart, node.name)
        dated = [result for result in results if result.when is not None]
        if not dated:
            return unknown(Why.IMPRECISE, results[0], note="no clinical date")
        taken = exposures(chart, node.after)
        course = _first_course(chart, [fact for fact in taken if not fact.undecided])
        if not course:
            return _without_course(chart, dated[0], taken)
        end = _end(chart, course)
        if end is None:
            return unknown(Why.NO_DATA, *course, note="the course goes on, or when it ended is not known")
        sure = _among(chart, _after(dated, end, Truth.TRUE), measure, node, value_set)
        possible_too = _among(chart, _after(dated, end, Truth.UNKNOWN), measure, node, value_set)
        if (sure.truth, sure.why) == (possible_too.truth, possible_too.why):
            return sure._replace(facts=(*sure.facts, *course))
        return unknown(Why.IMPRECISE, *possible_too.facts, *course, note="when the course ended is not exact enough")

    return judge


def _without_course(chart: Chart, latest: Result, undecided: Sequence[Exposure]) -> Verdict:
    """Why no course is known: not searched for, of a status that decides nothing, or not in the chart."""
    whys = [Why.NOT_SEARCHED] if "medication" in chart.record.gaps else []
    whys += [Why.NEEDS_PERSON] if undecided else [Why.NO_DATA]
    return unknown(first(whys) or Why.NO_DATA, latest, *undecided, note="no course of it in the chart")


def _first_course(chart: Chart, taken: Sequence[Exposure]) -> list[Exposure]:
    """The exposures of the first stretch of treatment, a day of which follows another or the same."""
    counting = {fact: days for fact in taken if (days := possible(chart, fact))}
    stretches = list(merged(days._replace(last=days.last + _DAY) for days in counting.values()))
    return [fact for fact, days in counting.items() if days.first <= stretches[0].last]


def _end(chart: Chart, course: Sequence[Exposure]) -> Interval[date] | None:
    """The days on which the course may have ended, all of it; `None` while a part goes on or has no date at all."""
    if any(fact.ongoing and (fact.end is None or fact.end.last >= chart.today) for fact in course):
        return None
    ends = [ending(chart, fact) for fact in course]
    if any(end is None for end in ends):
        return None
    lows = [end.low for end in ends if end is not None and end.low is not None]
    highs = [end.high for end in ends if end is not None and end.high is not None]
    return Interval(max(lows), max(highs))


def _after(results: Sequence[Result], end: Interval[date], least: Truth) -> list[Result]:
    """The results that come after the end for certain, or may."""
    return [result for result in results if _comes_after(result, end) >= least]


def _comes_after(result: Result, end: Interval[date]) -> Truth:
    assert result.when is not None
    assert end.low is not None
    assert end.high is not None
    if result.when.first > end.high:
        return Truth.TRUE
    return Truth.UNKNOWN if result.when.last > end.low else Truth.FALSE


def _among(chart: Chart, results: Sequence[Result], measure: Measure, node: Observed, value_set: ValueSet) -> Verdict:
    """These results together, of which one decides "any" as true and "all" as false."""
    if not results:
        return unknown(Why.NO_DATA, note="no result after the course")
    recent = agreed([weighed(chart, one, lambda _: Truth.TRUE, node, value_set) for one in newest(results)])
    if recent.truth is not Truth.TRUE:
        return recent
    said = {one: Why(one.problem) if one.problem else measure(one) for one in results}
    decisive = Truth.FALSE if node.pick == "all" else Truth.TRUE
    deciding = [one for one, what in said.items() if what is decisive]
    if deciding:
        return Verdict(decisive, None, tuple(deciding))
    whys = [what for what in said.values() if isinstance(what, Why)]
    whys += [Why.NOT_SEARCHED] if gap(chart, node.name) else []
    reason = first(whys)
    return unknown(reason, *results) if reason else Verdict(decisive.negated, None, tuple(results))
