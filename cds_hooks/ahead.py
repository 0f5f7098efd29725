"""What the next days do to a card: when a waiting time ends, and which decided criteria will not be so for long."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from trials.judge import PlannedRow, Trial, charted
from trials.judging.chart import Chart
from trials.match import Judged
from trials.outlook.timing import Timing, timings
from trials.policy import Policy
from trials.record import Diagnosis, Exposure, Fact, PersonAnswer, Record, Trait
from trials.truth import Truth
from trials.verdict import Why
from trials.when import When, birthday

SOON = timedelta(days=7)
"""What expires within a week: our own choice of what is worth a line."""

_ABOUT = 4
"""Days by which months of calendar and of counting may differ."""

_IF = {None: " by itself", "go-on": " if the treatment goes on", "end-today": " if the treatment ends today"}


class Ahead(NamedTuple):
    """What a card says of the days to come."""

    clears: Mapping[str, str]
    """Ref of a waiting criterion → "clears on 2026-12-12 by itself"."""
    expiring: Sequence[tuple[Judged, str]]
    """Criteria decided in the patient's favour, the first to expire first: "expires in 2 days"."""


def looking_ahead(
    trial: Trial,
    criteria: Sequence[Judged],
    record: Record,
    today: date,
    policy: Policy,
    answers: Iterable[PersonAnswer],
) -> Ahead:
    """What a card says of the days to come, of these criteria."""
    chart = charted(record, today, policy, answers)
    waiting = [judged for judged in criteria if judged.verdict.why is Why.FUTURE]
    rows = {row.row.ref: row for row in trial.rows}
    favourable = [
        judged for judged in criteria if _in_favour(judged) and _may_expire(judged, rows.get(judged.ref), chart)
    ]
    waits = timings(trial, chart, waiting)
    expiries = timings(trial, chart, favourable, until=today + SOON)
    soon = [(expiries[judged.ref].expires, judged) for judged in favourable if judged.ref in expiries]
    found = sorted(((day, judged) for day, judged in soon if day is not None), key=lambda one: one[0])
    return Ahead(
        {ref: clears_text(timing) for ref, timing in waits.items() if timing.clears},
        [(judged, _expires_text((day - today).days, expiries[judged.ref])) for day, judged in found],
    )


def _in_favour(judged: Judged) -> bool:
    return judged.verdict.truth is (Truth.TRUE if judged.section == "inclusion" else Truth.FALSE)


def _may_expire(judged: Judged, row: PlannedRow | None, chart: Chart) -> bool:
    """Whether a day within a week may turn it: a quick look, so that a card costs no more than its few lines."""
    if row is None:
        return False
    ages = [age for name, age in chart.policy.fresh_days.items() if name in row.policies and age is not None]
    days = [*ages, *(span.days for span in row.windows)]
    return any(_runs_out(fact, days, chart) for fact in judged.verdict.facts)


def _runs_out(fact: Fact, days: Iterable[int], chart: Chart) -> bool:
    match fact:
        case PersonAnswer(until=until):
            return until <= chart.today + SOON
        case Trait():
            return _birthday_near(chart)
        case Exposure(end=When() as end):
            when: When | None = end
        case Diagnosis(abated=When() as abated):
            when = abated
        case _:
            when = fact.when
    if when is None:
        return False
    gone = (chart.today - when.first).days, (chart.today - when.last).days
    return any(length - gone[0] <= SOON.days + _ABOUT and length - gone[1] >= -_ABOUT for length in days)


def _birthday_near(chart: Chart) -> bool:
    born = chart.record.person.birth
    if born is None:
        return False
    age = chart.today.year - born.first.year
    nears = (birthday(day, age + more) - chart.today for day in (born.first, born.last) for more in (0, 1))
    return any(timedelta() < near <= SOON for near in nears)


def clears_text(timing: Timing) -> str:
    """When a waiting time ends, and on what that rests."""
    assert timing.clears is not None
    return f"clears on {timing.clears.isoformat()}{_IF[timing.clears_if]}"


def _expires_text(days: int, timing: Timing) -> str:
    when = "tomorrow" if days == 1 else f"in {days} days"
    return f"expires {when}" + (" (site policy)" if timing.expires_by == "policy" else "")
