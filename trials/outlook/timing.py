"""When a verdict turns by itself: the same plans judged again on later days, with no fact added.

Orders that are active go on, as a chart of a later day would show them; what depends on that is said to.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NamedTuple

from mappings.value_set import ValueSet
from trials.judge import PlannedGroup, Trial
from trials.judging.chart import Chart
from trials.language import Gated, Node, Sampled, Took
from trials.match import Judged
from trials.outcome import Plan
from trials.outlook.polarity import wanted
from trials.outlook.turning import turning_days
from trials.policy import FRESH_DAYS
from trials.record import Exposure, Record
from trials.tree import parts, rows, tests
from trials.truth import Truth
from trials.verdict import Verdict
from trials.when import When

_DAY = timedelta(days=1)
_FOR_EVER = 10**5
"""Days of a policy without end."""

OrdersThat = Literal["go-on", "end-today"]


class Timing(NamedTuple):
    """What the days to come do to one row, if nobody adds a fact."""

    clears: date | None = None
    """The first day on which an open or failing row serves the patient's chance."""
    clears_if: OrdersThat | None = None
    """What the active orders have to do for that, where it depends on them."""
    expires: date | None = None
    """The first day on which what decides a row no longer decides it so."""
    expires_by: Literal["protocol", "policy"] | None = None
    """Whose limit that is: a window or limit of the text, or an age that the site sets."""


NEVER = Timing()


class _Later:
    """The verdicts of one group on later days, each day judged once."""

    def __init__(self, plan: Plan, chart: Chart, until: date) -> None:
        self.plan, self.chart, self.until = plan, chart, until
        self._days: dict[date, dict[str, Verdict]] = {}

    def truth(self, ref: str, day: date) -> Truth:
        """The row's truth on that day."""
        if day not in self._days:
            self._days[day] = {}
            self.plan(self.chart._replace(today=day), self._days[day])
        return self._days[day][ref].truth


class _Row(NamedTuple):
    """One row, what is wanted of it, and what else its verdict rests on."""

    ref: str
    node: Node
    """The row's own node, or the group's where the row depends on other rows."""
    want: Truth | None
    now: Verdict

    @property
    def wanting(self) -> bool:
        """Whether it is open or failing."""
        return self.want is not None and self.now.truth is not self.want


def timings(trial: Trial, chart: Chart, criteria: Iterable[Judged], until: date = date.max) -> dict[str, Timing]:
    """Row ref → its timing, for the criteria that are given; those that no day up to `until` turns are left out."""
    judged = {one.ref: one.verdict for one in criteria}
    said: dict[str, Timing] = {}
    if not judged:
        return said
    stopped = chart._replace(record=ended(chart.record, chart.today))
    concerned = {id(row.group) for row in trial.rows if row.row.ref in judged}
    groups = (*trial.shared, *(group for arm in trial.arms for group in arm.groups))
    for group in (one for one in groups if id(one.group) in concerned):
        going_on, ending = _Later(group.plan, chart, until), _Later(group.plan, stopped, until)
        for row in _rows(group, judged):
            said[row.ref] = _timing(row, going_on, ending, trial.sets)
    return {ref: timing for ref, timing in said.items() if timing != NEVER}


def _rows(group: PlannedGroup, judged: Mapping[str, Verdict]) -> Iterable[_Row]:
    whole = group.group.node
    wants = wanted(whole, group.group.section)
    conditional = _conditional(whole)
    for node in rows(whole):
        assert node.row is not None
        ref = node.row.ref
        if ref in judged:
            yield _Row(ref, whole if conditional else node, wants[ref], judged[ref])


def _conditional(node: Node) -> bool:
    """Whether a row may rest on others: on whom its group concerns, or on when a sample was drawn."""
    return isinstance(node, Gated | Sampled) or any(_conditional(part) for part in parts(node))


def _timing(row: _Row, going_on: _Later, ending: _Later, sets: Mapping[str, ValueSet]) -> Timing:
    """What becomes of one row, whose active orders go on; where they are in its way, what their end would do."""
    chart = going_on.chart
    days = _days(row, going_on, sets)
    clears = _served(row, going_on, days) if row.wanting else None
    expires, by = _expiry(row, going_on, days, clears)
    if not row.wanting or not _ongoing(row.node, chart):
        return Timing(clears, None, expires, by)
    if clears is not None:
        rests = ending.truth(row.ref, clears) is not row.want
        return Timing(clears, "go-on" if rests else None, expires, by)
    clears = _served(row, ending, _days(row, ending, sets))
    return Timing(clears, "end-today" if clears else None, expires, by)


def _days(row: _Row, later: _Later, sets: Mapping[str, ValueSet]) -> list[date]:
    """The days on which the row may turn: what the chart holds moves, and a person's answer runs out."""
    days = set(turning_days(row.node, later.chart, sets))
    answer = later.chart.answers.get(row.ref)
    if answer is not None and later.chart.today <= answer.until < date.max:
        days.add(answer.until + _DAY)
    return sorted(day for day in days if day <= later.until)


def _served(row: _Row, later: _Later, days: Iterable[date]) -> date | None:
    return _first(days, later.chart.today, lambda day: later.truth(row.ref, day) is row.want)


def _expiry(
    row: _Row, later: _Later, days: Sequence[date], clears: date | None
) -> tuple[date | None, Literal["protocol", "policy"] | None]:
    """When a decided row is decided otherwise or no more; of a failing one, when it stops being decided."""
    if row.now.truth is Truth.UNKNOWN:
        return None, None
    day = _first(days, later.chart.today, lambda day: later.truth(row.ref, day) is not row.now.truth)
    if day is None or (row.wanting and day == clears):
        return None, None
    kept = lasting(later.chart)._replace(today=day)
    verdicts: dict[str, Verdict] = {}
    later.plan(kept, verdicts)
    return day, "policy" if verdicts[row.ref].truth is row.now.truth else "protocol"


def lasting(chart: Chart) -> Chart:
    """The chart of a site that sets no ages after which a fact or an answer no longer counts."""
    policy = chart.policy._replace(
        fresh_days=dict.fromkeys(FRESH_DAYS),
        pregnancy_current=_FOR_EVER,
        lactation_current=_FOR_EVER,
        change_months=_FOR_EVER,
    )
    answers = {ref: answer._replace(until=date.max) for ref, answer in chart.answers.items()}
    return chart._replace(policy=policy, answers=answers)


def ended(record: Record, today: date) -> Record:
    """The record in which every order that is still active ends on that day."""
    if not any(fact.ongoing for facts in record.medications.values() for fact in facts):
        return record
    at = datetime.combine(today, time(), UTC).timestamp()
    end = When(today, today, at, at, today.isoformat())
    return record._replace(
        medications={name: tuple(_ended(fact, end) for fact in facts) for name, facts in record.medications.items()}
    )


def _ended(fact: Exposure, end: When) -> Exposure:
    if not fact.ongoing:
        return fact
    over = fact.end is not None and fact.end.last <= end.last
    return fact._replace(ongoing=False, end=fact.end if over else end)


def _ongoing(node: Node, chart: Chart) -> bool:
    """Whether an active order is among the drugs that the node names."""
    names = {name for test in tests(node) if isinstance(test, Took) for name in test.names + test.open_list}
    return any(fact.ongoing for name in names for fact in chart.record.medications.get(name, ()))


def _first(days: Iterable[date], today: date, holds: Callable[[date], bool]) -> date | None:
    """The first day after today on which it holds, if it does on one of these days."""
    before = today
    for day in days:
        if holds(day):
            return _halved(before, day, holds)
        before = day
    return None


def _halved(before: date, day: date, holds: Callable[[date], bool]) -> date:
    """The first of the days after `before` on which it holds, which it does on `day` and turns to once."""
    if day - _DAY == before or not holds(day - _DAY):
        return day
    while (day - before).days > 1:
        middle = before + (day - before) // 2
        before, day = (before, middle) if holds(middle) else (middle, day)
    return day
