"""Which trials a chart is told of, and in which order; says nothing of how a card looks."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from trials.judge import Trial
from trials.match import ArmMatch, Judged, TrialMatch
from trials.truth import Truth

Pair = tuple[Trial, TrialMatch]

_SHOWN = ("candidate", "potential-candidate")
"""Standings that get a card, best first."""


class Choice(NamedTuple):
    """A trial that gets a card, by the arms whose target disease is in the chart."""

    trial: Trial
    match: TrialMatch
    arms: tuple[ArmMatch, ...]
    """Best first: standing, then the fewest open."""
    unwritten: tuple[ArmMatch, ...]
    """Arms with their target in the chart that this service does not have in full: no card rests on them alone."""
    criteria: tuple[Judged, ...]
    """The shared ones and those of `arms`, in the protocol's order."""

    @property
    def best(self) -> ArmMatch:
        """The arm that the card rests on first."""
        return self.arms[0]

    @property
    def decided(self) -> int:
        """How many of the criteria are decided."""
        return sum(1 for judged in self.criteria if judged.verdict.truth is not Truth.UNKNOWN)


class Absent(NamedTuple):
    """A trial that only earlier treatments bar, none of which was found in the chart."""

    trial: Trial
    statements: tuple[str, ...]


class Liftable(NamedTuple):
    """A trial that nothing bars but what can be lifted: a washout, a later day, an unclear clause."""

    trial: Trial
    bars: tuple[Judged, ...]


def choices(matches: Iterable[Pair]) -> list[Choice]:
    """The trials worth a card, best first: standing, then the share of decided leaves, then the fewest open."""
    found = [choice for trial, match in matches if (choice := _choice(trial, match)) is not None]
    return sorted(found, key=_rank)


def absent(matches: Iterable[Pair]) -> list[Absent]:
    """Trials whose target is in the chart and that nothing but unfound earlier treatment bars."""
    return [missed for trial, match in matches if (missed := _absent(trial, match)) is not None]


def liftable(matches: Iterable[Pair]) -> list[Liftable]:
    """Trials whose target is in the chart and whose every bar can be lifted."""
    return [barred for trial, match in matches if (barred := _liftable(trial, match)) is not None]


def _choice(trial: Trial, match: TrialMatch) -> Choice | None:
    if match.standing not in _SHOWN:
        return None
    written = {planned.arm.id for planned in trial.arms if planned.arm.written}
    possible = [arm for arm in match.arms if arm.target != "absent" and arm.standing in _SHOWN]
    arms = sorted((arm for arm in possible if arm.id in written), key=_arm_rank)
    if not arms:
        return None
    ids = {arm.id for arm in arms}
    return Choice(
        trial,
        match,
        tuple(arms),
        tuple(arm for arm in possible if arm.id not in written),
        tuple(judged for judged in match.criteria if judged.arm is None or judged.arm in ids),
    )


def _arm_rank(arm: ArmMatch) -> tuple[int, bool, int]:
    return _SHOWN.index(arm.standing), arm.target == "provisional", len(arm.open)


def _rank(choice: Choice) -> tuple[int, Fraction, int, str]:
    share = Fraction(choice.decided, len(choice.criteria)) if choice.criteria else Fraction(0)
    return _SHOWN.index(choice.best.standing), -share, len(choice.best.open), choice.trial.id


def _absent(trial: Trial, match: TrialMatch) -> Absent | None:
    if match.standing != "ineligible" or match.barred_by != "absence":
        return None
    for arm in match.arms:
        if arm.target != "absent" and arm.barred_by == "absence" and arm.unfound:
            return Absent(trial, _statements(match.criteria, arm.unfound))
    return None


def _liftable(trial: Trial, match: TrialMatch) -> Liftable | None:
    """By the arm with the fewest bars."""
    if match.standing != "ineligible":
        return None
    can_be = {judged.ref: judged for judged in match.criteria if judged.modifiable}
    arms = [arm for arm in match.arms if arm.target != "absent" and arm.barriers and can_be.keys() >= set(arm.barriers)]
    if not arms:
        return None
    fewest = min(arms, key=lambda arm: len(arm.barriers))
    return Liftable(trial, tuple(can_be[ref] for ref in fewest.barriers))


def _statements(criteria: Sequence[Judged], refs: Sequence[str]) -> tuple[str, ...]:
    return tuple(judged.statement for judged in criteria if judged.ref in refs)
