"""Windows before an event that lies ahead: nothing inside them bars today, and each has a day on which it clears."""

from datetime import date, timedelta

from trials.interval import Interval
from trials.judging.chart import Chart
from trials.record import Fact
from trials.truth import Truth
from trials.verdict import Verdict, Why, unknown
from trials.when import Span, after, before


def ahead(chart: Chart, fact: Fact, days: Interval[date] | None, span: Span) -> Verdict:
    """Whether `fact`, which happened or ended on one of `days`, lies within `span` before an event of today or later.

    Older than the window: false. Inside: unknown (`future`), with the day on which it clears at the latest; `imprecise`
    where it may be either.
    """
    if days is None or days.high is None:
        return unknown(Why.IMPRECISE, fact, note="no date")
    start = before(chart.today, span)
    if days.high < start:
        return Verdict(Truth.FALSE, None, (fact,))
    inside = days.low is not None and days.low >= start
    return unknown(Why.FUTURE if inside else Why.IMPRECISE, fact, clears=cleared(days.high, span))


def cleared(last: date, span: Span) -> date:
    """The first day before which `span` no longer reaches back to `last`.

    At the end of a month several days have the same day one month before, so that it is looked for.
    """
    day = after(last, span)
    while day < date.max and before(day, span) <= last:
        day += timedelta(days=1)
    return day
