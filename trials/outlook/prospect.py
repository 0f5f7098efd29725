"""What a whole trial and each arm may come to: the first day on which it could be, and why it is not one today."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from trials.judge import Trial
from trials.match import ArmMatch, TrialMatch
from trials.outcome import Outcome
from trials.outlook.rows import NOTHING_TO_SAY, GroupOutcome, RowOutlook
from trials.truth import Truth
from trials.verdict import Why

_Day = Callable[[Outcome], date | None]


class WhyNot(NamedTuple):
    """What bars a trial or an arm."""

    first: str
    """The first of `fails` in the protocol's order."""
    fails: tuple[str, ...]
    by_time: tuple[str, ...] = ()
    """Those that clear by themselves, or once a treatment ends."""
    by_fact: tuple[str, ...] = ()
    """Those that a new fact could turn."""
    fixed: tuple[str, ...] = ()
    """Those that neither a day nor a fact turns."""


class Prospect(NamedTuple):
    """What may become of a trial or an arm."""

    earliest: date | None
    """The first day on which it could be a candidate if nobody does anything; `None` if something never clears so."""
    possible_from: date | None
    """The same, if all that is open today is answered in its favour; `None` where a bar clears on no day."""
    why_not: WhyNot | None = None


NONE = Prospect(None, None)


class Prospects(NamedTuple):
    """Of the trial, and of each arm by its id."""

    trial: Prospect
    arms: Mapping[str, Prospect]


def prospects(
    trial: Trial,
    found: TrialMatch,
    outcomes: Mapping[str | None, Sequence[GroupOutcome]],
    outlooks: Mapping[str, RowOutlook],
    today: date,
) -> Prospects:
    """What may become of the trial, by its rows and the outcomes of its groups: by arm, `None` for the shared ones."""
    order = {one.ref: place for place, one in enumerate(found.criteria)}
    shared = _days(outcomes[None], today, outlooks)
    arms: dict[str, Prospect] = {}
    for planned, arm in zip(trial.arms, found.arms, strict=True):
        own = _days(outcomes[arm.id], today, outlooks)
        days = _latest((shared[0], own[0])), _latest((shared[1], own[1]))
        arms[arm.id] = Prospect(*days, _why_not(arm.barriers, order, outlooks)) if planned.arm.written else NONE
    if trial.definition.not_assessable is not None:
        return Prospects(NONE, arms)
    why_not = _why_not(found.barriers, order, outlooks)
    if not arms:
        return Prospects(Prospect(*shared, why_not), arms)
    here = [arms[arm.id] for arm in _concerned(found.arms)]
    earliest = min((one.earliest for one in here if one.earliest), default=None)
    possible = min((one.possible_from for one in here if one.possible_from), default=None)
    return Prospects(Prospect(earliest, possible, why_not), arms)


def _concerned(arms: Sequence[ArmMatch]) -> Sequence[ArmMatch]:
    """The arms whose target disease is in the chart, if there are any."""
    return [arm for arm in arms if arm.target != "absent"] or arms


def _why_not(fails: Sequence[str], order: Mapping[str, int], outlooks: Mapping[str, RowOutlook]) -> WhyNot | None:
    if not fails:
        return None
    ordered = tuple(sorted(fails, key=order.__getitem__))
    known = [(ref, outlooks[ref]) for ref in ordered if ref in outlooks]
    return WhyNot(
        ordered[0],
        ordered,
        tuple(ref for ref, one in known if one.timing.clears is not None),
        tuple(ref for ref, one in known if any(fact.kind not in ("time", "stop") for fact in one.change.facts)),
        tuple(ref for ref, one in known if one.fixed),
    )


def _days(
    groups: Iterable[GroupOutcome], today: date, outlooks: Mapping[str, RowOutlook]
) -> tuple[date | None, date | None]:
    """The first days on which all groups could serve: by themselves, and with what is open answered in their favour."""

    def alone(leaf: Outcome) -> date | None:
        timing = outlooks.get(leaf.ref or "", NOTHING_TO_SAY).timing
        return None if timing.clears_if == "end-today" else timing.clears

    def helped(leaf: Outcome) -> date | None:
        if leaf.truth is Truth.UNKNOWN and leaf.why is not Why.FUTURE:
            return today
        return outlooks.get(leaf.ref or "", NOTHING_TO_SAY).timing.clears

    judged = list(groups)
    by_itself = (first_day(one.outcome, one.want, today, alone) for one in judged)
    with_answers = (first_day(one.outcome, one.want, today, helped) for one in judged)
    return _latest((today, *by_itself)), _latest((today, *with_answers))


def _latest(days: Iterable[date | None]) -> date | None:
    latest = date.min
    for day in days:
        if day is None:
            return None
        latest = max(latest, day)
    return latest


def first_day(outcome: Outcome, want: Truth, today: date, day: _Day) -> date | None:
    """The first day on which an outcome could be `want`, by the days of its rows; `None` if there is none."""
    if outcome.truth is want:
        return today
    if not outcome.parts:
        return day(outcome)
    if outcome.negative:
        return first_day(outcome.parts[0], want.negated, today, day)
    needed = outcome.count if want is Truth.TRUE else len(outcome.parts) - outcome.count + 1
    days = sorted(found for part in outcome.parts if (found := first_day(part, want, today, day)) is not None)
    return days[needed - 1] if len(days) >= needed else None
