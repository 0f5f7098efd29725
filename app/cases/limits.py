"""The limits of a trial (results, ages, windows, lengths, changes) and whether cases stand on each and just past it."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from app.cases.places import (
    Place,
    Places,
    before_sample,
    born,
    changed,
    dosed,
    held,
    in_record,
    on_day,
    sustained,
    valued,
)
from app.cases.reading import groups
from app.cases.runs import Run
from mappings.value_set import ValueSet
from trials.judge import Trial
from trials.language import Age, Change, Done, Found, Immunized, Node, Observed, Took
from trials.record import Diagnosis, Event, Exposure, Result
from trials.tree import rows, tests
from trials.when import Span
from trials.wording import number_text

_PLACES: tuple[Place, ...] = ("on it", "just past it")
_Sets = Mapping[str, ValueSet]
_Measured = tuple[str, Places]


class Limit(NamedTuple):
    """One limit of one criterion, and where a judged case stands to it."""

    ref: str
    line: int
    text: str
    places: Places


def uncovered_limits(trial: Trial, runs: Sequence[Run]) -> Iterator[str]:
    """One line for each limit that has no case on it, or none just past it."""
    for limit in limits_of(trial):
        stands: set[Place | None] = set()
        for run in runs:
            if limit.ref in run.case.expected.claims:
                verdict = next(judged.verdict for judged in run.match.criteria if judged.ref == limit.ref)
                stands.update(limit.places(run, verdict))
        for place in _PLACES:
            if place not in stands:
                yield f"{trial.definition.file}:{limit.line}: {limit.ref} ({limit.text}) has no case {place}"


def limits_of(trial: Trial) -> Iterator[Limit]:
    """Every limit of the criteria that are written."""
    for group in groups(trial):
        for node in rows(group.node):
            assert node.row is not None
            for test in tests(node):
                for text, places in _of_test(test, trial.sets):
                    yield Limit(node.row.ref, node.row.line, text, places)


def _of_test(test: Node, sets: _Sets) -> Iterator[_Measured]:
    match test:
        case Age(years=years):
            yield from _ages(years.low, years.high)
        case Observed():
            yield from _results(test, sets[test.name])
        case Done(within=within) | Immunized(within=within) if within is not None:
            yield (
                f"within {within}",
                on_day(within, lambda fact: fact.end or fact.when if isinstance(fact, Event) else None),
            )
        case Found():
            yield from _courses(test)
        case Took():
            yield from _drugs(test)
        case _:
            return


def _ages(low: Decimal | None, high: Decimal | None) -> Iterator[_Measured]:
    if low is not None:
        yield f"from {low} years", born(Span(int(low), "years"), on=0, past=1)
    if high is not None:
        yield f"up to {high} years", born(Span(int(high) + 1, "years"), on=1, past=0)


def _results(node: Observed, value_set: ValueSet) -> Iterator[_Measured]:
    if node.bound is not None:
        low, high, low_open, high_open = node.bound.interval
        unit = node.bound.times or ("" if value_set.unit == "1" else value_set.unit or "")
        for limit, is_open, upper in ((low, low_open, False), (high, high_open, True)):
            if limit is not None:
                word = ("below" if is_open else "at most") if upper else ("above" if is_open else "at least")
                # Just past the limit is where the answer is another one than on it.
                places = valued(node, limit, value_set, above=upper is not is_open)
                yield f"{word} {number_text(limit)} {unit}".rstrip(), places
    if node.change is not None:
        yield from _changes(node, node.change, value_set)
    if node.within is not None:
        yield f"within {node.within}", on_day(node.within, lambda fact: fact.when if isinstance(fact, Result) else None)


def _changes(node: Observed, change: Change, value_set: ValueSet) -> Iterator[_Measured]:
    if change.sustained is not None:
        yield f"sustained for {change.sustained}", sustained(change.sustained)
        return
    least = f"{number_text(change.least * 100)} %" if change.relative else number_text(change.least)
    yield f"{change.direction} of {'more than' if change.strict else 'at least'} {least}", changed(change, value_set)
    if change.over is not None:
        yield f"over {change.over}", in_record(node.name, change.over)


def _courses(node: Found) -> Iterator[_Measured]:
    if node.within is not None:
        yield f"within {node.within}", on_day(node.within, lambda fact: getattr(fact, "abated", None))
    if node.onset_within is not None:
        yield f"onset within {node.onset_within}", on_day(node.onset_within, lambda fact: getattr(fact, "onset", None))
    if node.at_least_ago is not None:
        places = on_day(node.at_least_ago, lambda fact: fact.when if isinstance(fact, Diagnosis) else None, past=1)
        yield f"at least {node.at_least_ago} ago", places
    if node.cured_for is not None:
        yield f"cured for {node.cured_for}", on_day(node.cured_for, lambda fact: getattr(fact, "abated", None), past=1)


def _drugs(node: Took) -> Iterator[_Measured]:
    if isinstance(node.within, Span) and node.before == "sample":
        yield f"within {node.within} before the sample", before_sample(node.within)
    elif isinstance(node.within, Span):  # a washout in half-lives has another day for each drug
        ended = on_day(node.within, lambda fact: fact.end or fact.start if isinstance(fact, Exposure) else None)
        yield f"within {node.within}", ended
    if node.length is not None:
        yield f"for {node.length}", held(node.length, each=node.agents is not None)
    if node.dose is not None and not node.dose.per_kg:
        low, high, low_open, high_open = node.dose.mg
        if low is not None:
            yield f"from {number_text(low)} mg of prednisone a day", dosed(low, above=low_open)
        if high is not None:
            yield f"up to {number_text(high)} mg of prednisone a day", dosed(high, above=not high_open)
