"""Changes over time: the most recent reading against earlier ones, relative or in the quantity's unit."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from mappings.value_set import ValueSet
from trials.interval import Interval
from trials.judging.chart import Chart, Judge, back
from trials.judging.results import gap, newest, nothing, visible
from trials.language import Change, Observed
from trials.record import Gap, Result
from trials.truth import Truth, any_of
from trials.verdict import Verdict, Why, unknown
from trials.when import Span, before

Number = Interval[Decimal]
_HUNDRED = Decimal(100)


def judge_change(node: Observed, value_set: ValueSet) -> Judge:
    """True if the change holds against any earlier reading in the window, false if it holds against none of them."""
    change = node.change
    assert change is not None

    def judge(chart: Chart) -> Verdict:
        results = visible(chart, node.name)
        if not results:
            return nothing(chart, node.name)
        if gap(chart, node.name) is Gap.CUT:
            return unknown(Why.NOT_SEARCHED, results[0])
        over = change.over or Span(chart.policy.change_months, "months")
        window = back(chart, before(chart.today, over))
        fault = _fault(results, window)
        if fault is not None:
            return fault
        readings = [r for r in results if r.value is not None and r.when and r.when.days.inside(window) is Truth.TRUE]
        latest, earlier = readings[0], readings[1:]
        if not earlier:
            return unknown(Why.NO_DATA, latest, note=f"no earlier value within {over}")
        if change.sustained is not None:
            return _sustained(list(reversed(readings)), change, change.sustained)
        return _against(latest, earlier, change)

    return judge


def _fault(results: Sequence[Result], window: Interval[date]) -> Verdict | None:
    """Why the most recent reading cannot be compared."""
    candidates = newest(results)
    if not candidates:
        return unknown(Why.IMPRECISE, results[0], note="no clinical date")
    if len({candidate.value for candidate in candidates}) > 1:
        return unknown(Why.CONFLICT, *candidates)
    latest = candidates[0]
    if latest.problem or latest.value is None:
        return unknown(Why(latest.problem or "imprecise"), latest)
    assert latest.when is not None
    inside = latest.when.days.inside(window)
    if inside is Truth.TRUE:
        return None
    return unknown(Why.STALE if inside is Truth.FALSE else Why.IMPRECISE, latest)


def _against(latest: Result, earlier: Sequence[Result], change: Change) -> Verdict:
    qualified, unclear = [], False
    for reading in earlier:
        fits = Truth.TRUE if change.baseline is None or reading.value is None else reading.value.inside(change.baseline)
        unclear |= fits is Truth.UNKNOWN
        if fits is Truth.TRUE:
            qualified.append(reading)
    facts = (latest, *(qualified or earlier))
    if unclear:
        return unknown(Why.IMPRECISE, *facts)
    truths = [_held(latest, qualified, change, relative=change.relative)]
    if change.both_ways:
        truths.append(_held(latest, qualified, change, relative=not change.relative))
    if len(set(truths)) > 1:
        return unknown(Why.NEEDS_PERSON, *facts, note="relative and in points the answers differ")
    return unknown(Why.IMPRECISE, *facts) if truths[0] is Truth.UNKNOWN else Verdict(truths[0], None, facts)


def _held(latest: Result, earlier: Sequence[Result], change: Change, *, relative: bool) -> Truth:
    return any_of(_holds(reading, latest, change, relative=relative) for reading in earlier)


def _holds(earlier: Result, latest: Result, change: Change, *, relative: bool) -> Truth:
    """Whether the change from `earlier` to `latest` is at least (or more than) what is asked for."""
    assert earlier.value is not None
    assert latest.value is not None
    rising = change.direction == "rise"
    if relative:
        factor, points = 1 + change.least if rising else 1 - change.least, Decimal(0)
        if rising and earlier.value == Interval(Decimal(0), Decimal(0)):
            # From nothing, any rise is more than any share of it; no change is none.
            return latest.value.inside(Interval(Decimal(0), None, low_open=True))
    else:
        factor = Decimal(1)
        points = change.least * _HUNDRED if change.relative else change.least
        points = points if rising else -points
    low, high = earlier.value.low, earlier.value.high
    limit_low = None if low is None else low * factor + points
    limit_high = None if high is None else high * factor + points
    return _reaches(latest.value, limit_low, limit_high, rising=rising, strict=change.strict)


def _reaches(value: Number, low: Decimal | None, high: Decimal | None, *, rising: bool, strict: bool) -> Truth:
    """Whether `value` reaches a limit that lies between `low` and `high`."""
    sure, possible = (high, low) if rising else (low, high)
    if sure is not None and value.inside(_beyond(sure, rising=rising, strict=strict)) is Truth.TRUE:
        return Truth.TRUE
    if possible is not None and value.inside(_beyond(possible, rising=rising, strict=strict)) is Truth.FALSE:
        return Truth.FALSE
    return Truth.UNKNOWN


def _beyond(limit: Decimal, *, rising: bool, strict: bool) -> Number:
    return Interval(limit, None, low_open=strict) if rising else Interval(None, limit, high_open=strict)


def _sustained(readings: Sequence[Result], change: Change, length: Span) -> Verdict:
    """Whether a rise still stands `length` after it was first seen, and in every reading between (oldest first)."""
    truth = any_of(
        _stands(readings[start], readings[first:], change, length)
        for start in range(len(readings))
        for first in range(start + 1, len(readings))
    )
    return unknown(Why.IMPRECISE, *readings) if truth is Truth.UNKNOWN else Verdict(truth, None, tuple(readings))


def _stands(baseline: Result, later: Sequence[Result], change: Change, length: Span) -> Truth:
    seen, last = later[0].when, later[-1].when
    if seen is None or last is None or (last.first - seen.last).days < length.days:
        return Truth.FALSE
    return min(_holds(baseline, reading, change, relative=change.relative) for reading in later)
