"""Says in plain clinical English how a result or its change decides, and what leaves it open."""

from collections.abc import Iterable, Mapping
from typing import Final

from mappings.value_set import ValueSet
from trials.judging.derived import INPUTS
from trials.language import Change, Observed, Pick
from trials.policy import Policy
from trials.wording import limit_text, number_text, unit_text

Sets = Mapping[str, ValueSet]

_PICKED: Final[Mapping[Pick, str]] = {
    "latest": "The most recent result decides",
    "recent": "The most recent result decides",
    "lowest": "The lowest result decides",
    "highest": "The highest result decides",
    "any": "One result is enough",
    "all": "Every result has to be so",
    "ever": "The most recent result decides",
}
_CONTRADICTED: Final[Mapping[Pick, str]] = {
    "recent": "A fresh positive one beside it contradicts it.",
    "ever": "An earlier positive one contradicts a later negative one.",
}
_AFTER: Final = {"any": "One is enough", "all": "It has to hold of each"}


def result_words(test: Observed, sets: Sets, policy: Policy) -> str:
    """How a result decides."""
    value_set = sets[test.name]
    limit = limit_text(test.bound, value_set) if test.bound is not None else test.answer or " or ".join(test.codes)
    said = [f"{value_set.title}: {limit}{', on room air' if test.on_room_air else ''}."]
    if test.after:
        said.append(f"{_AFTER[test.pick]} of the results after the first course of {_titles(test.after, sets)}.")
        said.append(f"The last of them counts {_age(test, value_set, policy)}.")
    else:
        said.append(f"{_PICKED[test.pick]}, {_age(test, value_set, policy)}.")
        said += [_CONTRADICTED[test.pick]] if test.pick in _CONTRADICTED else []
    if test.components:
        said.append(f"Counted over the components of the panel: {test.components} of them at least.")
    if test.bound is not None and test.bound.times is not None:
        said.append("The limit of normal is the one that the result itself carries.")
    elif test.bound is not None and unit_text(value_set):
        said.append(f"Other units are converted to {unit_text(value_set)}.")
    if test.number_never:
        said.append("Only the laboratory's own answer counts, no number.")
    if test.name in INPUTS:
        inputs = ", ".join(sets[name].title for name in INPUTS[test.name])
        said.append(f"Where it is not reported it is computed ({inputs}).")
    if test.on_room_air:
        said.append("Taken as room air where nothing of that day says oxygen.")
    if test.in_place:
        said.append(
            f"{sets[test.in_place].title} answers the same question: where it is negative, this test is not needed."
        )
    if test.confirmed_by:
        said.append(f"{sets[test.confirmed_by].title} confirms or denies it.")
    return " ".join(said)


def _age(test: Observed, value_set: ValueSet, policy: Policy) -> str:
    if test.within is not None:
        return f"if it is of the last {test.within}"
    days = policy.fresh_days.get(value_set.freshness)
    fresh = "of any age" if days is None else f"if it is not older than {days} days"
    return fresh + ("; a positive one does not go stale" if value_set.keeps_positive and days is not None else "")


def open_results(test: Observed, value_set: ValueSet) -> Iterable[str]:
    """What leaves a result open."""
    yield "the result is missing"
    if test.within is not None or value_set.freshness != "unlimited":
        yield "too old"
    if test.after:
        yield "after a course whose end is not known"
    if test.components is not None:
        yield "of a panel that leaves out organs which could decide it"
    if test.bound is not None:
        if test.bound.times is not None:
            yield "without a normal range of its own"
        if value_set.unit not in (None, "1", "{titre}"):
            yield "in an unknown unit"
        yield "not exact enough to tell (such as <5)"
    if test.answer is not None:
        yield "not readable as an answer"
    if test.exact_unknown is not None:
        yield f"exactly on the limit ({test.exact_unknown})"
    if test.number_asks or test.number_never:
        yield "a number without the laboratory's own reading"
    if test.on_room_air:
        yield "taken on oxygen and not too low"
    yield "contradicted by another one of the same moment"


def change_words(test: Observed, change: Change, sets: Sets, policy: Policy) -> str:
    """How a change against earlier results decides."""
    amount = f"{number_text(change.least * 100)} %" if change.relative else _points(change, sets[test.name])
    times = str(change.over) if change.over else f"{policy.change_months} months"
    said = [
        f"The most recent {sets[test.name].title} is compared with the earlier results of the last {times}: "
        f"a {change.direction} of {'more than' if change.strict else 'at least'} {amount}, against any of them."
    ]
    if change.both_ways:
        said.append("Relative change and change in points are both computed, and only their agreement decides.")
    elif change.relative:
        said.append("The change is relative to the earlier result.")
    if change.baseline is not None:
        low, high = change.baseline.low, change.baseline.high
        ends = [f"at least {low}"] * (low is not None) + [f"at most {high}"] * (high is not None)
        said.append(f"Only earlier results of {' and '.join(ends)} count.")
    if change.sustained is not None:
        said.append(f"It has to stand for {change.sustained}, in every result between.")
    return " ".join(said)


def _points(change: Change, value_set: ValueSet) -> str:
    unit = unit_text(value_set)
    points = "point" if change.least == 1 else "points"
    return f"{number_text(change.least)} {points if unit in ('', '%') else unit}"


def _titles(names: Iterable[str], sets: Sets) -> str:
    return " or ".join(sets[name].title for name in names)
