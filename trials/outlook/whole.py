"""What may become of a trial for one chart: of each row, of each arm, and of the whole."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from trials.judge import PlannedGroup, Trial
from trials.judging.chart import Chart
from trials.match import TrialMatch
from trials.outlook.prospect import NONE, Prospect, prospects
from trials.outlook.rows import GroupOutcome, RowOutlook, outlooks
from trials.outlook.timing import timings
from trials.truth import Truth


class Outlook(NamedTuple):
    """What may become of a trial."""

    rows: Mapping[str, RowOutlook]
    """By ref; of a row that is not here there is nothing to say."""
    trial: Prospect
    arms: Mapping[str, Prospect]


NO_OUTLOOK = Outlook({}, NONE, {})


def outlook(trial: Trial, found: TrialMatch, chart: Chart) -> Outlook:
    """What may become of a trial that was judged on that chart."""
    outcomes: dict[str | None, list[GroupOutcome]] = {None: _judged(trial.shared, chart)}
    outcomes |= {arm.arm.id: _judged(arm.groups, chart) for arm in trial.arms}
    judged = {one.ref: one for one in found.criteria}
    days = timings(trial, chart, found.criteria)
    groups = [group for some in outcomes.values() for group in some]
    rows = outlooks(groups, judged, days, chart, trial.sets)
    return Outlook(rows, *prospects(trial, found, outcomes, rows, chart.today))


def _judged(groups: Iterable[PlannedGroup], chart: Chart) -> list[GroupOutcome]:
    return [
        GroupOutcome(group, group.plan(chart, {}), Truth.TRUE if group.group.section == "inclusion" else Truth.FALSE)
        for group in groups
    ]
