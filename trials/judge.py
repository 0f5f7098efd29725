"""One chart against one trial: every row's verdict, each arm's standing and the trial's; the day is an argument."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from trials.judging.chart import Chart, diagnoses
from trials.judging.compile import Sets
from trials.language import (
    Arm,
    Asked,
    Definition,
    Group,
    Missing,
    Node,
    NotWritten,
    Observed,
    Row,
    Undefined,
    rows,
    tests,
)
from trials.match import ArmMatch, BarredBy, Judged, Standing, TrialMatch
from trials.outcome import Outcome, Plan, Verdicts, deciding, favourable, planned
from trials.policy import Policy
from trials.record import Record
from trials.truth import Truth
from trials.verdict import Verdict, Why

_Target = Literal["present", "provisional", "absent"]


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    """A group with its plan."""

    group: Group
    plan: Plan


@dataclass(frozen=True, slots=True)
class PlannedArm:
    """An arm with the plans of its groups."""

    arm: Arm
    groups: tuple[PlannedGroup, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """A definition that is ready to judge charts."""

    definition: Definition
    sets: Sets
    shared: tuple[PlannedGroup, ...]
    arms: tuple[PlannedArm, ...]

    @property
    def id(self) -> str:
        """The trial's own id here."""
        return self.definition.id

    @property
    def ref(self) -> str:
        """The trial's prefix in the criteria table."""
        return self.definition.ref

    @property
    def title(self) -> str:
        """The trial's title."""
        return self.definition.title

    @property
    def recruitment(self) -> str:
        """Whether it recruits, as far as our copy says; "unknown" is never taken as recruiting."""
        return self.definition.recruitment

    @property
    def registry(self) -> dict[str, str]:
        """Registry → number there, where it is certain."""
        return dict(self.definition.registry)


def ready(definition: Definition, sets: Sets) -> Trial:
    """The trial of a definition: every node compiled once."""
    arms = tuple(PlannedArm(arm, _planned(arm.groups, sets)) for arm in definition.arms)
    return Trial(definition, sets, _planned(definition.shared, sets), arms)


def _planned(groups: Sequence[Group], sets: Sets) -> tuple[PlannedGroup, ...]:
    return tuple(PlannedGroup(group, planned(group.node, sets, group.section)) for group in groups)


@dataclass(frozen=True, slots=True)
class _Standing:
    standing: Standing
    barred_by: BarredBy | None
    barriers: tuple[Outcome, ...]
    open: frozenset[str]


def match(trial: Trial, record: Record, today: date, policy: Policy) -> TrialMatch:
    """What the chart says of the trial on that day."""
    chart = Chart(record, today, policy)
    definition = trial.definition
    verdicts: Verdicts = {}
    shared = _run(trial.shared, chart, verdicts)
    arms = [_judged_arm(arm, shared, chart, verdicts) for arm in trial.arms]
    criteria = tuple(_criteria(trial, verdicts, policy))
    order = {judged.ref: place for place, judged in enumerate(criteria)}
    arm_matches = tuple(
        ArmMatch(
            arm.arm.id,
            arm.arm.title,
            stand.standing,
            target,
            stand.barred_by,
            _refs(stand.barriers),
            tuple(sorted(stand.open, key=order.__getitem__)),
        )
        for arm, (stand, target) in zip(trial.arms, arms, strict=True)
    )
    whole = _whole(definition, shared, arm_matches, arms)
    return TrialMatch(
        trial.id,
        trial.ref,
        trial.title,
        whole.standing,
        arm_matches,
        criteria,
        tuple(sorted(whole.open, key=order.__getitem__)),
        whole.barred_by,
        _refs(whole.barriers),
    )


def _run(groups: Iterable[PlannedGroup], chart: Chart, verdicts: Verdicts) -> list[tuple[Group, Outcome]]:
    return [(planned_group.group, planned_group.plan(chart, verdicts)) for planned_group in groups]


def _judged_arm(
    arm: PlannedArm, shared: list[tuple[Group, Outcome]], chart: Chart, verdicts: Verdicts
) -> tuple[_Standing, _Target]:
    own = _run(arm.groups, chart, verdicts)
    findings = diagnoses(chart, arm.arm.targets)
    target: _Target = "absent" if not findings else "provisional" if all(f.provisional for f in findings) else "present"
    if not arm.arm.written and target == "absent":
        return _Standing("ineligible", "absence", (), frozenset()), target
    return _standing(shared + own), target


def _standing(outcomes: Iterable[tuple[Group, Outcome]]) -> _Standing:
    """Barred whatever is unknown, a candidate if everything is decided, else what is open."""
    barriers: list[Outcome] = []
    openings: frozenset[str] = frozenset()
    decided = True
    for group, outcome in outcomes:
        want = _wanted(group)
        if outcome.truth is want.negated:
            barriers += deciding(outcome)
            continue
        if outcome.truth is Truth.UNKNOWN:
            decided = False
            openings |= favourable(outcome, want) or frozenset()
    if barriers:
        return _Standing("ineligible", _barred_by(barriers), tuple(barriers), frozenset())
    return _Standing("candidate" if decided else "potential-candidate", None, (), openings)


def _wanted(group: Group) -> Truth:
    return Truth.TRUE if group.section == "inclusion" else Truth.FALSE


def _barred_by(barriers: Iterable[Outcome]) -> BarredBy:
    return "absence" if all(bar.why is Why.NOT_IN_CHART for bar in barriers) else "fact"


def _whole(
    definition: Definition,
    shared: list[tuple[Group, Outcome]],
    arms: Sequence[ArmMatch],
    judged: Sequence[tuple[_Standing, _Target]],
) -> _Standing:
    if definition.not_assessable is not None:
        return _Standing("not-assessable", None, (), frozenset())
    own = _standing(shared)
    if own.standing == "ineligible" or not arms:
        return own
    possible = [arm for arm in arms if arm.standing != "ineligible"]
    if not possible:
        standings = [stand for stand, target in judged if target != "absent"] or [stand for stand, _ in judged]
        barriers = tuple(bar for stand in standings for bar in stand.barriers)
        barred: BarredBy = "absence" if all(stand.barred_by == "absence" for stand in standings) else "fact"
        return _Standing("ineligible", barred, barriers, frozenset())
    best = min(possible, key=lambda arm: (arm.standing != "candidate", arm.target == "absent", len(arm.open)))
    return _Standing(best.standing, None, (), frozenset(best.open))


def _refs(barriers: Iterable[Outcome]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(bar.ref for bar in barriers if bar.ref))


def _criteria(trial: Trial, verdicts: Verdicts, policy: Policy) -> Iterable[Judged]:
    definition = trial.definition
    sections: list[tuple[str | None, Group]] = [(None, group) for group in definition.shared]
    sections += [(arm.id, group) for arm in definition.arms for group in arm.groups]
    for arm_id, group in sections:
        for node in rows(group.node):
            assert node.row is not None
            verdict = verdicts[node.row.ref]
            yield _judged(trial, arm_id, group, node, node.row, verdict, policy)


def _judged(
    trial: Trial, arm: str | None, group: Group, node: Node, row: Row, verdict: Verdict, policy: Policy
) -> Judged:
    return Judged(
        row.ref,
        arm,
        group.section,
        group.name,
        row.statement,
        verdict,
        row.question,
        freshness(trial, node, policy),
        row.reading,
        row.source_suspect,
    )


def freshness(trial: Trial, node: Node, policy: Policy) -> str | None:
    """The site's limit on the age of a deciding result, where the protocol gives none."""
    days = {
        policy.fresh_days[trial.sets[test.name].freshness]
        for test in tests(node)
        if isinstance(test, Observed) and test.within is None
    }
    limits = sorted(limit for limit in days if limit is not None)
    return f"result not older than {limits[0]} days" if limits else None


def counts(trial: Trial) -> tuple[int, int]:
    """How many rows the trial decides from data, and how many it asks of a person or cannot decide."""
    found = [
        node
        for groups in (trial.definition.shared, *(arm.groups for arm in trial.definition.arms))
        for group in groups
        for node in rows(group.node)
    ]
    asked = sum(1 for node in found if not _from_data(node))
    return len(found) - asked, asked


def _from_data(node: Node) -> bool:
    return any(not isinstance(test, Asked | Missing | Undefined | NotWritten) for test in tests(node))
