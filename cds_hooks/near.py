"""Which decided criteria lie close to their limit, nearest first, so that the next result may say otherwise."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from trials.judge import Trial
from trials.language import Bound, Observed
from trials.match import Judged
from trials.outlook.distance import result_nearness
from trials.record import Result
from trials.tree import rows
from trials.truth import Truth

CLOSE = Decimal("0.1")
"""A tenth of the limit: our own choice of what is worth a second look, not the protocol's."""


class Near(NamedTuple):
    """A criterion that one result decided, not far from its limit."""

    judged: Judged
    result: Result
    bound: Bound


def near(trial: Trial, criteria: Iterable[Judged]) -> list[Near]:
    """The decided criteria whose deciding result lies within a tenth of the limit, by their share of it."""
    decided = [
        (judged, result)
        for judged in criteria
        if judged.verdict.truth is not Truth.UNKNOWN and judged.verdict.why is None
        for result in judged.verdict.facts[:1]
        if isinstance(result, Result) and result.value is not None and result.value.exact
    ]
    bounds = _bounds(trial, {judged.ref for judged, _ in decided})
    found = [
        (nearness, Near(judged, result, bound))
        for judged, result in decided
        if (bound := bounds.get(judged.ref)) is not None and (nearness := result_nearness(result, bound)) is not None
    ]
    return [one for nearness, one in sorted(found, key=lambda one: one[0]) if nearness <= CLOSE]


def _bounds(trial: Trial, refs: Collection[str]) -> Mapping[str, Bound]:
    """Row ref → its limit, for rows that are one test against a limit and take the latest result."""
    return {
        one.row.ref: node.bound
        for one in trial.rows
        if one.row.ref in refs
        for node in rows(one.group.node)
        if node.row is one.row and isinstance(node, Observed) and node.bound is not None and node.pick == "latest"
    }
