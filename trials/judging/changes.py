"""Changes over time: the most recent reading against earlier ones, relative or in the quantity's unit."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from mappings.value_set import ValueSet
from trials.interval import Interval
from trials.judging.chart import Chart, Judge, back
from trials.judging.results import agreed, gap, newest, nothing, visible
from trials.language import Change, Observed
from trials.record import Gap, Result
from trials.truth import Truth, any_of
from trials.verdict import Verdict, Why, unknown
from trials.when import Span, When, before

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
        latest = newest(results)
        if not latest:
            return unknown(Why.IMPRECISE, results[0], note="no clinical date")
        over = change.over or Span(chart.policy.change_months, "months")
        window = back(chart, before(chart.today, over))
        earlier = [result for result in results if result not in latest and result.when]
        verdicts = [_since(earlier, reading, window, change, over) for reading in latest]
        verdict = agreed(verdicts)
        of_one_time = len({(reading.when.earliest, reading.when.latest) for reading in latest if reading.when}) == 1
        opposed = {Truth.TRUE, Truth.FALSE} <= {each.truth for each in verdicts}
        if opposed and of_one_time:
            return unknown(Why.CONFLICT, *verdict.facts)
        return _missed(verdict) if gap(chart, node.name) else verdict

    return judge


def _missed(verdict: Verdict) -> Verdict:
    """An earlier reading that a search did not bring may prove what those at hand do not."""
    if verdict.truth is Truth.FALSE or verdict.why is Why.NO_DATA:
        return unknown(Why.NOT_SEARCHED, *verdict.facts)
    return verdict


def _since(earlier: Sequence[Result], latest: Result, window: Interval[date], change: Change, over: Span) -> Verdict:
    """The change up to one latest reading. Where readings may lie outside the window, both answers have to agree."""
    fault = _fault(latest, window)
    if fault is not None:
        return fault
    inside = {reading: reading.when.days.inside(window) for reading in earlier if reading.when}
    sure = [reading for reading, truth in inside.items() if truth is Truth.TRUE]
    possible = [reading for reading, truth in inside.items() if truth is not Truth.FALSE]
    verdict, wider = (_among(readings, latest, change, over) for readings in (sure, possible))
    if (verdict.truth, verdict.why) == (wider.truth, wider.why):
        return wider
    return unknown(Why.IMPRECISE, *wider.facts)


def _fault(latest: Result, window: Interval[date]) -> Verdict | None:
    """Why the most recent reading cannot be compared."""
    if latest.problem or latest.value is None:
        return unknown(Why(latest.problem or "imprecise"), latest)
    assert latest.when is not None
    inside = latest.when.days.inside(window)
    if inside is Truth.TRUE:
        return None
    return unknown(Why.STALE if inside is Truth.FALSE else Why.IMPRECISE, latest)


def _among(earlier: Sequence[Result], latest: Result, change: Change, over: Span) -> Verdict:
    """The change against these earlier readings; an unreadable one leaves open what the others do not prove."""
    readable = [reading for reading in earlier if reading.value is not None and not reading.problem]
    unread = [reading for reading in earlier if reading not in readable]
    if not readable and not unread:
        return unknown(Why.NO_DATA, latest, note=f"no earlier value within {over}")
    if not readable:
        verdict = Verdict(Truth.FALSE, None, (latest,))
    elif change.sustained is not None:
        verdict = _sustained([*reversed(readable), latest], change, change.sustained)
    else:
        verdict = _against(latest, readable, change)
    if verdict.truth is Truth.FALSE and unread:
        return unknown(Why(unread[0].problem or "imprecise"), *verdict.facts, *unread)
    return verdict


def _against(latest: Result, earlier: Sequence[Result], change: Change) -> Verdict:
    fits = {reading: _qualifies(reading, change) for reading in earlier}
    possible = [reading for reading in earlier if fits[reading] is not Truth.FALSE]
    facts = (latest, *(possible or earlier))
    ways = [change.relative, not change.relative] if change.both_ways else [change.relative]
    truths = {_held(latest, fits, change, relative=relative) for relative in ways}
    if len(truths) > 1:
        return unknown(Why.NEEDS_PERSON, *facts, note="relative and in points the answers differ")
    truth = truths.pop()
    return unknown(Why.IMPRECISE, *facts) if truth is Truth.UNKNOWN else Verdict(truth, None, facts)


def _qualifies(reading: Result, change: Change) -> Truth:
    """Whether a reading is the baseline that the change is asked of."""
    if change.baseline is None or reading.value is None:
        return Truth.TRUE
    return reading.value.inside(change.baseline)


def _held(latest: Result, earlier: Mapping[Result, Truth], change: Change, *, relative: bool) -> Truth:
    return any_of(min(fits, _holds(reading, latest, change, relative=relative)) for reading, fits in earlier.items())


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
    if seen is None or last is None:
        return Truth.FALSE
    return min(
        _qualifies(baseline, change),
        _lasted(seen, last, length),
        *(_holds(baseline, reading, change, relative=change.relative) for reading in later),
    )


def _lasted(seen: When, last: When, length: Span) -> Truth:
    """Whether `length` lies between two moments, either of which may be known in part."""
    if (last.first - seen.last).days >= length.days:
        return Truth.TRUE
    return Truth.FALSE if (last.last - seen.first).days < length.days else Truth.UNKNOWN
