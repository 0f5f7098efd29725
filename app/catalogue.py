"""The loaded trials, for a reader without any patient: what each asks, how that is decided, what is missing."""

from collections.abc import Mapping

import msgspec

from app.library import Library
from app.means import means
from mappings.value_set import ValueSet
from trials.definition import Arm
from trials.judge import PlannedRow, Trial
from trials.language import Asked, Missing, Node, NotWritten, Undefined
from trials.match import Section
from trials.policies import policy_text
from trials.tree import rows, tests


class ArmEntry(msgspec.Struct, frozen=True, rename="camel"):
    """One arm and the diseases that it is for."""

    id: str
    title: str
    target: tuple[str, ...]
    written: bool
    """False where this service does not judge the arm in full yet."""


class Tally(msgspec.Struct, frozen=True, rename="camel"):
    """How many criteria of a trial are decided in which way."""

    from_data: int
    asked: int
    """A person has to answer, or the protocol sets no limit."""
    missing: int
    """Not in our copy of the protocol."""
    not_written: int
    """Not judged by this service yet."""

    def __str__(self) -> str:
        said = f"{self.from_data} criteria decided from data, {self.asked} asked of people"
        said += f", {self.missing} not in our copy" if self.missing else ""
        return said + (f", {self.not_written} not written yet" if self.not_written else "")


class TrialEntry(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """One trial in the list."""

    id: str
    ref: str
    title: str
    recruitment: str
    registry: dict[str, str]
    arms: tuple[ArmEntry, ...]
    tally: Tally
    not_assessable: str | None = None
    """Why the trial cannot be assessed at all."""


class CriterionEntry(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """One leaf as the protocol groups it."""

    ref: str
    arm: str | None
    kind: Section
    group: str
    statement: str
    decided_by: str
    question: str | None = None
    policy: str | None = None
    reading: str | None = None
    source_suspect: str | None = None
    modifiable: str | None = None


class TrialDetail(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """One trial with its criteria."""

    trial: TrialEntry
    summary: str
    source: str
    missing: tuple[str, ...]
    """Parts of the protocol that are not in our copy."""
    not_written: tuple[str, ...]
    """Refs of criteria that this service does not judge yet."""
    criteria: tuple[CriterionEntry, ...]


class TrialList(msgspec.Struct, frozen=True):
    """Every loaded trial."""

    trials: tuple[TrialEntry, ...]


def trial_list(library: Library) -> TrialList:
    """All trials, in the library's order."""
    return TrialList(tuple(trial_entry(trial, library) for trial in library.trials))


def trial_detail(trial: Trial, library: Library) -> TrialDetail:
    """Everything that can be said of a trial without a patient."""
    return TrialDetail(
        trial=trial_entry(trial, library),
        summary=trial.definition.summary,
        source=trial.definition.source,
        missing=tuple(one.row.statement for one in trial.rows if _holds(one, Missing)),
        not_written=tuple(one.row.ref for one in trial.rows if _holds(one, NotWritten)),
        criteria=tuple(_criterion(one, library) for one in trial.rows),
    )


def tally(trial: Trial) -> Tally:
    """How many criteria are decided from data, asked, missing and not written; their sum is all of them."""
    from_data, others = _counts(trial)
    missing = sum(1 for one in trial.rows if _is_only(one, Missing))
    not_written = sum(1 for one in trial.rows if _is_only(one, NotWritten))
    return Tally(from_data, others - missing - not_written, missing, not_written)


def _counts(trial: Trial) -> tuple[int, int]:
    """How many rows the trial decides from data, and how many it asks of a person or cannot decide."""
    found = [node for row in trial.rows for node in rows(row.group.node) if node.row is row.row]
    asked = sum(1 for node in found if not _from_data(node))
    return len(found) - asked, asked


def _from_data(node: Node) -> bool:
    return any(not isinstance(test, Asked | Missing | Undefined | NotWritten) for test in tests(node))


def trial_entry(trial: Trial, library: Library) -> TrialEntry:
    """The trial as the list shows it."""
    titles = library.terminology.sets
    return TrialEntry(
        id=trial.id,
        ref=trial.ref,
        title=trial.title,
        recruitment=trial.recruitment,
        registry=trial.registry,
        arms=tuple(ArmEntry(arm.id, arm.title, _targets(arm, titles), arm.written) for arm in trial.definition.arms),
        tally=tally(trial),
        not_assessable=trial.definition.not_assessable,
    )


def _targets(arm: Arm, sets: Mapping[str, ValueSet]) -> tuple[str, ...]:
    young = (f"{sets[name].title} (begun before the age of 18 years)" for name in arm.targets_of_childhood)
    return (*(sets[name].title for name in arm.targets), *young)


def _criterion(one: PlannedRow, library: Library) -> CriterionEntry:
    return CriterionEntry(
        ref=one.row.ref,
        arm=one.arm,
        kind=one.group.section,
        group=one.group.name,
        statement=one.row.statement,
        decided_by=means(_node(one), library.terminology.sets),
        question=one.row.question,
        policy=policy_text(one.policies, library.policy),
        reading=one.row.reading,
        source_suspect=one.row.source_suspect,
        modifiable=one.row.modifiable,
    )


def _node(one: PlannedRow) -> Node:
    """The node of a row."""
    return next(node for node in rows(one.group.node) if node.row is one.row)


def _holds(one: PlannedRow, kind: type[Node]) -> bool:
    return any(isinstance(test, kind) for test in tests(_node(one)))


def _is_only(one: PlannedRow, kind: type[Node]) -> bool:
    return all(isinstance(test, kind) for test in tests(_node(one)))
