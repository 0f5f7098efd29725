"""One chart against one trial: every row's verdict, each arm's standing and the trial's; the day is an argument."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

from trials.answered import in_force
from trials.asking import question
from trials.definition import Arm, Definition, Group
from trials.judging.chart import Chart, diagnoses
from trials.judging.compile import Sets
from trials.judging.diagnoses import is_of_childhood
from trials.language import Done, Missing, Row, Took
from trials.match import ArmMatch, BarredBy, Judged, Standing, TrialMatch
from trials.outcome import Outcome, Plan, Verdicts, deciding, favourable, planned, unfound
from trials.policies import Acting, acting, policy_text
from trials.policy import Policy
from trials.record import Diagnosis, PersonAnswer, Record
from trials.tree import aside, rows, tests, windows
from trials.truth import Truth
from trials.verdict import Verdict, Why
from trials.when import Span

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


class PlannedRow(NamedTuple):
    """One row in the protocol's order, with what a report says of it beside the verdict."""

    row: Row
    arm: str | None
    group: Group
    policies: frozenset[Acting]
    """The site's numbers that act on it, where the protocol gives none."""
    lost: bool
    """A part of the protocol that is not in our copy."""
    question: str | None = None
    """What a person may be asked; `None` where only data can answer."""
    aside: bool = False
    """It stands beside a criterion and decides nothing."""
    treatment: bool = False
    """It rests on drugs or procedures alone."""
    windows: tuple[Span, ...] = ()
    """The windows of the text that act on it, of any kind."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A definition that is ready to judge charts."""

    definition: Definition
    sets: Sets
    shared: tuple[PlannedGroup, ...]
    arms: tuple[PlannedArm, ...]
    rows: tuple["PlannedRow", ...]

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
    return Trial(definition, sets, _planned(definition.shared, sets), arms, tuple(_planned_rows(definition, sets)))


def _planned_rows(definition: Definition, sets: Sets) -> Iterator[PlannedRow]:
    sections: list[tuple[str | None, Group]] = [(None, group) for group in definition.shared]
    sections += [(arm.id, group) for arm in definition.arms for group in arm.groups]
    for arm, group in sections:
        beside = aside(group.node)
        for node in rows(group.node):
            row = node.row
            assert row is not None
            lost, drugs = isinstance(node, Missing), all(isinstance(test, Took | Done) for test in tests(node))
            known = acting(node, sets), lost, question(node), row.ref in beside, drugs, windows(node)
            yield PlannedRow(row, arm, group, *known)


def _planned(groups: Sequence[Group], sets: Sets) -> tuple[PlannedGroup, ...]:
    return tuple(PlannedGroup(group, planned(group.node, sets, group.section)) for group in groups)


@dataclass(frozen=True, slots=True)
class _Standing:
    standing: Standing
    barred_by: BarredBy | None
    barriers: tuple[Outcome, ...]
    open: frozenset[str]
    unfound: frozenset[str] | None = frozenset()
    """The earlier treatments by whose absence alone it bars; `None` where there is more."""


def narrowed(trial: Trial, record: Record, today: date, policy: Policy) -> Trial | None:
    """The trial with only those arms whose target disease is in the chart; nothing if it has arms and none is.

    For the hook: a trial is worth a card only where one is, and a chart need not pay for arms that it never meets.
    """
    chart = Chart(record, today, policy)
    arms = tuple(arm for arm in trial.arms if _targets(arm.arm, chart))
    if len(arms) == len(trial.arms):
        return trial
    here = {None, *(arm.arm.id for arm in arms)}
    return replace(trial, arms=arms, rows=tuple(row for row in trial.rows if row.arm in here)) if arms else None


def _targets(arm: Arm, chart: Chart) -> list[Diagnosis]:
    """The findings of the arm's target diseases."""
    young = diagnoses(chart, arm.targets_of_childhood) if arm.targets_of_childhood else []
    return diagnoses(chart, arm.targets) + [fact for fact in young if is_of_childhood(chart, fact)]


def charted(record: Record, today: date, policy: Policy, answers: Iterable[PersonAnswer] = ()) -> Chart:
    """The chart as it is judged on that day, with the answers that are in force."""
    return Chart(record, today, policy, answers=in_force(answers, today))


def match(
    trial: Trial, record: Record, today: date, policy: Policy, answers: Iterable[PersonAnswer] = ()
) -> TrialMatch:
    """What the chart says of the trial on that day, and where it leaves a row open, what a person said of it."""
    chart = charted(record, today, policy, answers)
    definition = trial.definition
    verdicts: Verdicts = {}
    treatments = frozenset(row.row.ref for row in trial.rows if row.treatment)
    shared = _standing(_run(trial.shared, chart, verdicts), treatments)
    arms = [_judged_arm(arm, shared, chart, verdicts, treatments) for arm in trial.arms]
    criteria = tuple(_judged(row, verdicts[row.row.ref], policy) for row in trial.rows)
    order = {one.ref: place for place, one in enumerate(criteria) if one.verdict.truth is Truth.UNKNOWN}
    arm_matches = tuple(
        ArmMatch(
            arm.arm.id,
            arm.arm.title,
            stand.standing,
            target,
            stand.barred_by,
            _refs(stand.barriers),
            tuple(sorted(stand.open & order.keys(), key=order.__getitem__)),
            tuple(one.ref for one in criteria if one.ref in (stand.unfound or ())),
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
        tuple(sorted(whole.open & order.keys(), key=order.__getitem__)),
        whole.barred_by,
        _refs(whole.barriers),
    )


def _run(groups: Iterable[PlannedGroup], chart: Chart, verdicts: Verdicts) -> list[tuple[Group, Outcome]]:
    return [(planned_group.group, planned_group.plan(chart, verdicts)) for planned_group in groups]


def _judged_arm(
    arm: PlannedArm, shared: _Standing, chart: Chart, verdicts: Verdicts, treatments: frozenset[str]
) -> tuple[_Standing, _Target]:
    own = _run(arm.groups, chart, verdicts)
    findings = _targets(arm.arm, chart)
    target: _Target = "absent" if not findings else "provisional" if all(f.provisional for f in findings) else "present"
    if not arm.arm.written and target == "absent":
        return _Standing("ineligible", "absence", (), frozenset()), target
    return _both(shared, _standing(own, treatments)), target


def _standing(outcomes: Sequence[tuple[Group, Outcome]], treatments: frozenset[str]) -> _Standing:
    """Barred whatever is unknown, a candidate if everything is decided, else what is open."""
    barriers = [
        bar for group, outcome in outcomes if outcome.truth is _wanted(group).negated for bar in deciding(outcome)
    ]
    if barriers:
        lifting = [unfound(outcome, _wanted(group), treatments) for group, outcome in outcomes]
        return _Standing("ineligible", _barred_by(barriers), tuple(barriers), frozenset(), _together(lifting))
    undecided = [(group, outcome) for group, outcome in outcomes if outcome.truth is Truth.UNKNOWN]
    openings = [favourable(outcome, _wanted(group)) or frozenset() for group, outcome in undecided]
    standing: Standing = "potential-candidate" if undecided else "candidate"
    return _Standing(standing, None, (), frozenset().union(*openings))


def _both(shared: _Standing, own: _Standing) -> _Standing:
    """The standing of an arm, which includes the shared criteria."""
    barriers = shared.barriers + own.barriers
    if barriers:
        lifting = _together([shared.unfound, own.unfound])
        return _Standing("ineligible", _barred_by(barriers), barriers, frozenset(), lifting)
    undecided = "potential-candidate" in (shared.standing, own.standing)
    return _Standing("potential-candidate" if undecided else "candidate", None, (), shared.open | own.open)


def _together(refs: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
    return None if None in refs else frozenset().union(*(some for some in refs if some))


def _wanted(group: Group) -> Truth:
    return Truth.TRUE if group.section == "inclusion" else Truth.FALSE


def _barred_by(barriers: Iterable[Outcome]) -> BarredBy:
    return "absence" if all(bar.why is Why.NOT_IN_CHART for bar in barriers) else "fact"


def _whole(
    definition: Definition,
    shared: _Standing,
    arms: Sequence[ArmMatch],
    judged: Sequence[tuple[_Standing, _Target]],
) -> _Standing:
    if definition.not_assessable is not None:
        return _Standing("not-assessable", None, (), frozenset())
    if not arms:
        return shared
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


def _judged(planned_row: PlannedRow, verdict: Verdict, policy: Policy) -> Judged:
    row, arm, group = planned_row.row, planned_row.arm, planned_row.group
    return Judged(
        row.ref,
        arm,
        group.section,
        group.name,
        row.statement,
        verdict,
        planned_row.question,
        policy_text(_acting(planned_row, verdict), policy),
        row.reading,
        row.source_suspect,
        planned_row.aside,
        row.modifiable,
    )


def _acting(planned_row: PlannedRow, verdict: Verdict) -> frozenset[Acting]:
    """The site's numbers that act on a row; how long an answer counts only where there is one."""
    by_person = any(isinstance(fact, PersonAnswer) for fact in verdict.facts)
    return planned_row.policies | {"answer_days"} if by_person else planned_row.policies
