"""When a drug was taken, as far as the chart says: the days of each exposure, and of several together."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from trials.interval import Interval
from trials.judging.chart import Chart, found
from trials.record import Exposure
from trials.truth import Truth

_DAY = timedelta(days=1)


class Days(NamedTuple):
    """A stretch of days, both ends included."""

    first: date
    last: date


def exposures(chart: Chart, names: Iterable[str]) -> list[Exposure]:
    """Systemic exposures to these drugs or classes that have begun."""
    facts = found(fact for name in names for fact in chart.record.medications.get(name, ()))
    return [
        fact
        for fact in facts
        if isinstance(fact, Exposure) and fact.systemic and (fact.start is None or fact.start.first <= chart.today)
    ]


def ending(chart: Chart, fact: Exposure) -> Interval[date] | None:
    """The days on which the exposure may have ended, none after the day of judging; `None` if nothing is known."""
    if fact.end is not None:
        return Interval(min(fact.end.first, chart.today), min(fact.end.last, chart.today))
    if fact.ongoing:
        return Interval(chart.today, chart.today)
    if fact.start is None:
        return None
    if fact.single:
        return Interval(fact.start.first, min(fact.start.last, chart.today))
    latest = fact.start.last + timedelta(days=chart.policy.order_without_end)
    return Interval(fact.start.first, min(latest, chart.today))


def certain(chart: Chart, fact: Exposure, since: date | None = None) -> Days | None:
    """The days on which it was taken for certain, of those from `since` on; nothing if there are none."""
    end = ending(chart, fact)
    if fact.undecided or fact.start is None or end is None or end.low is None:
        return None
    return _from(since, fact.start.last, end.low)


def possible(chart: Chart, fact: Exposure, since: date | None = None) -> Days | None:
    """The days on which it may have been taken, of those from `since` on; nothing if there are none.

    Without a start, any day; without an end, until today.
    """
    end = ending(chart, fact)
    last = chart.today if end is None or end.high is None else end.high
    return _from(since, date.min if fact.start is None else fact.start.first, last)


def _from(since: date | None, first: date, last: date) -> Days | None:
    start = first if since is None else max(first, since)
    return Days(start, last) if start <= last else None


def covered(stretches: Iterable[Days | None]) -> int:
    """How many days they cover together, overlaps counted once."""
    return sum((last - first).days + 1 for first, last in merged(stretches))


def merged(stretches: Iterable[Days | None]) -> Iterator[Days]:
    """The stretches without overlaps, in order."""
    current: Days | None = None
    for stretch in sorted(stretch for stretch in stretches if stretch is not None):
        if current is None:
            current = stretch
        elif stretch.first <= current.last:
            current = Days(current.first, max(current.last, stretch.last))
        else:
            yield current
            current = stretch
    if current is not None:
        yield current


def long_enough(chart: Chart, taken: Sequence[Exposure], days: int, since: date | None) -> Truth:
    """Whether the days of exposure reach `days`. Single doses far apart give no length and leave it open."""
    courses = [certain(chart, fact, since) for fact in taken if not fact.single]
    if covered([*courses, *_daily(certain(chart, fact, since) for fact in taken if fact.single)]) >= days:
        return Truth.TRUE
    if any(fact.single or fact.undecided for fact in taken):
        return Truth.UNKNOWN
    reached = covered(possible(chart, fact, since) for fact in taken) >= days
    return Truth.UNKNOWN if reached else Truth.FALSE


def _daily(doses: Iterable[Days | None]) -> list[Days]:
    """The stretches in which a dose was given day after day."""
    stretched = (Days(dose.first, _next(dose.last)) for dose in doses if dose is not None)
    runs = [Days(run.first, run.last - _DAY) for run in merged(stretched)]
    return [run for run in runs if run.first < run.last]


def dates_open(chart: Chart, taken: Iterable[Exposure], since: date | None) -> bool:
    """Whether a course may have been longer or shorter than is known."""
    courses = [fact for fact in taken if not fact.single and not fact.undecided]
    return any(certain(chart, fact, since) != possible(chart, fact, since) for fact in courses)


def segments(stretches: Sequence[Days]) -> Iterator[Days]:
    """The stretches cut wherever one of them begins or ends."""
    cuts = sorted({day for first, last in stretches for day in (first, _next(last))})
    for first, following in pairwise(cuts):
        yield Days(first, following - _DAY)


def _next(day: date) -> date:
    return day + _DAY if day < date.max else day
