"""What may become of each row of a trial: its days, how far it is from its limit, and what would turn it."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mappings.value_set import ValueSet
from trials.judge import PlannedGroup
from trials.judging.chart import Chart
from trials.language import Node
from trials.match import Judged
from trials.outcome import Outcome
from trials.outlook.change import NOTHING, Change, change
from trials.outlook.distance import Distance, distance
from trials.outlook.polarity import wanted
from trials.outlook.timing import NEVER, Timing
from trials.tree import rows
from trials.truth import Truth
from trials.verdict import Why

Sets = Mapping[str, ValueSet]


class GroupOutcome(NamedTuple):
    """A group with its outcome on the day, and the outcome that serves."""

    group: PlannedGroup
    outcome: Outcome
    want: Truth


class RowOutlook(NamedTuple):
    """What may become of one row."""

    timing: Timing = NEVER
    distance: Distance | None = None
    change: Change = NOTHING
    fixed: bool = False
    """It stands in the way, and neither a day nor a new fact turns it."""


NOTHING_TO_SAY = RowOutlook()


def outlooks(
    groups: Iterable[GroupOutcome], judged: Mapping[str, Judged], days: Mapping[str, Timing], chart: Chart, sets: Sets
) -> dict[str, RowOutlook]:
    """Row ref → what may become of it; rows of which there is nothing to say are left out."""
    said = {
        ref: _outlook(node, want, judged[ref], days.get(ref, NEVER), one, chart, sets)
        for one in groups
        for ref, node, want in _rows(one.group)
    }
    return {ref: one for ref, one in said.items() if one != NOTHING_TO_SAY}


def _rows(group: PlannedGroup) -> Iterable[tuple[str, Node, Truth | None]]:
    wants = wanted(group.group.node, group.group.section)
    for node in rows(group.group.node):
        assert node.row is not None
        yield node.row.ref, node, wants[node.row.ref]


def _outlook(
    node: Node, want: Truth | None, judged: Judged, timing: Timing, group: GroupOutcome, chart: Chart, sets: Sets
) -> RowOutlook:
    verdict = judged.verdict
    if verdict.why in (Why.NOT_APPLICABLE, Why.NOT_WRITTEN, Why.TEXT_MISSING):
        return RowOutlook(timing)
    serves = Truth.TRUE if want is None else want
    apart = distance(node, serves, verdict, chart, sets) if verdict.facts else None
    fails = verdict.truth is serves.negated and want is not None
    in_the_way = group.outcome.truth is not group.want
    if not (verdict.truth is Truth.UNKNOWN or (fails and in_the_way)):
        return RowOutlook(timing, apart)
    turned = change(node, want, verdict, timing, judged.question, chart, sets)
    return RowOutlook(timing, apart, turned, fails and not turned.facts)
