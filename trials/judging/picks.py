"""Which of several results decides: the most recent, any or all in a window, the lowest or the highest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from mappings.value_set import ValueSet
from trials.interval import Interval
from trials.judging.chart import Chart, Judge
from trials.judging.results import (
    Measure,
    agreed,
    bounded,
    gap,
    measure_of,
    newest,
    nothing,
    positive,
    visible,
    weighed,
)
from trials.language import Bound, Observed, Pick
from trials.record import Gap, Result
from trials.truth import Truth
from trials.verdict import Verdict, Why, first, unknown


def judge_observed(node: Observed, value_set: ValueSet) -> Judge:
    """The judge of a result criterion."""
    measure = measure_of(node)
    pick = _PICKS[node.pick]

    def judge(chart: Chart) -> Verdict:
        results = visible(chart, node.name)
        return pick(chart, results, measure, node, value_set) if results else nothing(chart, node.name)

    return judge


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
    if verdict.truth is Truth.TRUE or verdict.why is Why.NOT_SEARCHED:
        return verdict
    read = [result for result in results if not result.problem]
    found = [result for result in read if measure(result) is Truth.TRUE]
    denied = any(measure(result) is Truth.FALSE for result in newest(read))
    return unknown(Why.CONFLICT, *verdict.facts, *found[:1]) if found and denied else verdict


def recent_decides(
    chart: Chart, results: Sequence[Result], measure: Measure, node: Observed, value_set: ValueSet
) -> Verdict:
    """As the latest, but a fresh positive result that a newer one denies is a contradiction for a person."""
    fresh = [r for r in results if weighed(chart, r, lambda _: Truth.TRUE, node, value_set).truth is Truth.TRUE]
    verdict = latest_decides(chart, results, measure, node, value_set)
    found = [result for result in fresh if not result.problem and positive(result) is Truth.TRUE]
    denied = any(not result.problem and positive(result) is Truth.FALSE for result in newest(results))
    return unknown(Why.CONFLICT, *verdict.facts, *found[:1]) if found and denied else verdict


def any_decides(
    chart: Chart, results: Sequence[Result], measure: Measure, node: Observed, value_set: ValueSet
) -> Verdict:
    """One result inside the window is enough."""
    return _among(chart, results, measure, node, value_set, decisive=Truth.TRUE)


def all_decide(
    chart: Chart, results: Sequence[Result], measure: Measure, node: Observed, value_set: ValueSet
) -> Verdict:
    """Every result inside the window."""
    return _among(chart, results, measure, node, value_set, decisive=Truth.FALSE)


def lowest_decides(
    chart: Chart, results: Sequence[Result], measure: Measure, node: Observed, value_set: ValueSet
) -> Verdict:
    """The lowest value inside the window: it is at least a limit if all are, and at most a limit if any is."""
    return _extreme(chart, results, node, value_set, low=Truth.FALSE, high=Truth.TRUE)


def highest_decides(
    chart: Chart, results: Sequence[Result], measure: Measure, node: Observed, value_set: ValueSet
) -> Verdict:
    """The highest value inside the window: it is at least a limit if any is, and at most a limit if all are."""
    return _extreme(chart, results, node, value_set, low=Truth.TRUE, high=Truth.FALSE)


def _extreme(
    chart: Chart, results: Sequence[Result], node: Observed, value_set: ValueSet, *, low: Truth, high: Truth
) -> Verdict:
    """The extreme against each end of the limit that the criterion has; `low` and `high` decide that end alone."""
    assert node.bound is not None
    ends = [(end, decisive) for end, decisive in zip(_ends(node.bound), (low, high), strict=True) if end is not None]
    verdicts = [
        _among(
            chart, results, bounded(end, on_limit=node.exact_unknown is not None), node, value_set, decisive=decisive
        )
        for end, decisive in ends
    ]
    return min(verdicts, key=lambda verdict: verdict.truth)


def _ends(bound: Bound) -> tuple[Bound | None, Bound | None]:
    low, high, low_open, high_open = bound.interval
    return (
        None if low is None else replace(bound, interval=Interval(low, None, low_open=low_open)),
        None if high is None else replace(bound, interval=Interval(None, high, high_open=high_open)),
    )


def _among(
    chart: Chart,
    results: Sequence[Result],
    measure: Measure,
    node: Observed,
    value_set: ValueSet,
    *,
    decisive: Truth,
) -> Verdict:
    """The results inside the window together, of which a single `decisive` one decides."""
    weights = [weighed(chart, result, measure, node, value_set) for result in results]
    fresh = [verdict for verdict in weights if verdict.why is not Why.STALE]
    deciding = next((verdict for verdict in fresh if verdict.truth is decisive), None)
    if deciding is not None:
        return deciding
    undecided = [verdict for verdict in fresh if verdict.truth is Truth.UNKNOWN]
    whys = [verdict.why for verdict in undecided if verdict.why]
    whys += [Why.NOT_SEARCHED] if gap(chart, node.name) else []
    whys += [] if fresh else [Why.STALE]
    reason = first(whys)
    if reason is None:
        return fresh[0]._replace(facts=tuple(dict.fromkeys(fact for verdict in fresh for fact in verdict.facts)))
    return unknown(reason, *(fact for verdict in undecided or fresh or weights[:1] for fact in verdict.facts))


_PICKS: Mapping[Pick, Callable[[Chart, Sequence[Result], Measure, Observed, ValueSet], Verdict]] = {
    "latest": latest_decides,
    "ever": ever_decides,
    "recent": recent_decides,
    "any": any_decides,
    "all": all_decide,
    "lowest": lowest_decides,
    "highest": highest_decides,
}
