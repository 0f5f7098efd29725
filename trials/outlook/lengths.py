"""Times, lengths, doses and changes of a row's facts as numbers beside their limits: days, half-lives, mg, per cent."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from mappings.value_set import ValueSet
from trials.interval import Interval, point
from trials.judging.chart import Chart
from trials.judging.doses import given
from trials.judging.exposures import certain, covered, ending, possible
from trials.judging.medications import since, washout
from trials.language import Change, Done, Dose, Found, HalfLives, Immunized, Node, Observed, Took
from trials.record import Diagnosis, Event, Exposure, Fact, Result
from trials.when import Span, When, before
from trials.wording import number_text, unit_text

Sets = Mapping[str, ValueSet]
Number = Interval[Decimal]

_DAYS = "days"
_HUNDRED = Decimal(100)


class Measured(NamedTuple):
    """A value and its limit in one unit; the test holds inside the limit."""

    value: Number
    limit: Number
    unit: str
    inside: str
    """The limit in words, and what is outside it."""
    outside: str
    fact: Fact | None = None
    unit_is: Decimal | None = None
    """How much one of the unit is in another one, where it is a multiple, and that one."""
    unit_name: str = ""


def measured(test: Node, facts: Sequence[Fact], chart: Chart, sets: Sets) -> Iterator[Measured]:
    """What the facts of a test measure that is no single result."""
    match test:
        case Done(within=span) | Immunized(within=span) if span is not None:
            for event in facts:
                if isinstance(event, Event) and event.when is not None:
                    yield _inside(chart, event, event.when.days, span)
        case Found():
            for finding in facts:
                if isinstance(finding, Diagnosis):
                    yield from _of_diagnosis(test, finding, chart)
        case Took():
            yield from _of_drugs(test, [fact for fact in facts if isinstance(fact, Exposure)], chart, sets)
        case Observed(change=change) if change is not None:
            yield from _of_change(change, [fact for fact in facts if isinstance(fact, Result)], sets[test.name])
        case _:
            return


def _inside(chart: Chart, fact: Fact, days: Interval[date], span: Span) -> Measured:
    """How long ago it was, against a window back from today or from a step that is no earlier."""
    limit = _length(chart, span)
    words = f"within {limit} days", f"more than {limit} days ago"
    return Measured(_days_ago(chart, days), Interval(None, Decimal(limit)), _DAYS, *words, fact)


def _at_least(chart: Chart, fact: Fact, when: When, span: Span) -> Measured:
    limit = _length(chart, span)
    words = f"at least {limit} days ago", f"less than {limit} days ago"
    return Measured(_days_ago(chart, when.days), Interval(Decimal(limit), None), _DAYS, *words, fact)


def _length(chart: Chart, span: Span) -> int:
    return (chart.today - before(chart.today, span)).days


def _days_ago(chart: Chart, days: Interval[date]) -> Number:
    first, last = days.low, days.high
    return Interval(
        None if last is None else Decimal((chart.today - last).days),
        None if first is None else Decimal((chart.today - first).days),
    )


def _of_diagnosis(test: Found, fact: Diagnosis, chart: Chart) -> Iterator[Measured]:
    if test.onset_within is not None and fact.onset is not None:
        yield _inside(chart, fact, fact.onset.days, test.onset_within)
    if test.within is not None and fact.abated is not None and fact.ended:
        yield _inside(chart, fact, fact.abated.days, test.within)
    if test.at_least_ago is not None and (when := fact.onset or fact.recorded) is not None:
        yield _at_least(chart, fact, when, test.at_least_ago)
    if test.cured_for is not None and fact.abated is not None:
        yield _at_least(chart, fact, fact.abated, test.cured_for)


def _of_drugs(test: Took, taken: Sequence[Exposure], chart: Chart, sets: Sets) -> Iterator[Measured]:
    if test.dose is not None:
        yield from _of_doses(test.dose, taken, chart)
    elif test.length is not None:
        yield from _of_length(test, test.length.days, taken, chart)
    elif test.agents is not None and test.within is None:
        number = Decimal(len({fact.ingredient for fact in taken}))
        words = f"at least {test.agents} drugs", f"fewer than {test.agents} drugs"
        yield Measured(point(number), Interval(Decimal(test.agents), None), "drugs", *words)
    elif test.within is not None:
        for fact in taken:
            end = ending(chart, fact)
            if end is not None:
                yield from _of_washout(test.within, fact, end, chart, sets)


def _of_washout(
    within: Span | HalfLives, fact: Exposure, end: Interval[date], chart: Chart, sets: Sets
) -> Iterator[Measured]:
    """The time since the last dose; of a washout in half-lives, in these."""
    if isinstance(within, Span):
        yield _inside(chart, fact, end, within)
        return
    ingredient = sets[fact.ingredient]
    span, hours = washout(within, ingredient), ingredient.half_life_hours
    if span is None or hours is None:
        return
    days = _days_ago(chart, end)
    lives = Interval(
        None if days.low is None else days.low * 24 / hours, None if days.high is None else days.high * 24 / hours
    )
    words = f"within {within} ({span.days} days)", f"more than {within} ago ({span.days} days)"
    limit = Interval(None, within.number)
    yield Measured(lives, limit, "half-lives", *words, fact, hours / 24, _DAYS)


def _of_length(test: Took, length: int, taken: Sequence[Exposure], chart: Chart) -> Iterator[Measured]:
    """How many days it was taken: the class together, or the last of the drugs that are needed."""
    names = dict.fromkeys(fact.ingredient for fact in taken)
    groups = (
        [list(taken)]
        if test.agents is None
        else [[fact for fact in taken if fact.ingredient == name] for name in names]
    )
    start = since(chart, test)
    lengths = sorted((_days_taken(chart, group, start) for group in groups), reverse=True)
    needed = test.agents or 1
    if len(lengths) >= needed:
        words = f"at least {length} days", f"less than {length} days"
        surely, most = lengths[needed - 1]
        yield Measured(Interval(Decimal(surely), Decimal(most)), Interval(Decimal(length), None), _DAYS, *words)


def _days_taken(chart: Chart, taken: Sequence[Exposure], start: date | None) -> tuple[int, int]:
    """For certain, and at most."""
    surely = covered(certain(chart, fact, start) for fact in taken)
    most = covered(possible(chart, fact, start) for fact in taken if fact.start is not None)
    return surely, max(surely, most)


def _of_doses(dose: Dose, taken: Sequence[Exposure], chart: Chart) -> Iterator[Measured]:
    """The daily dose of each course, in mg of prednisone."""
    unit = "mg/kg a day" if dose.per_kg else "mg a day"
    low, high, low_open, high_open = dose.mg
    inside = f"{'more than' if low_open else 'at least'} {number_text(low)} {unit}" if low is not None else ""
    upper = f"{'less than' if high_open else 'at most'} {number_text(high)} {unit}" if high is not None else ""
    inside = " and ".join(side for side in (inside, upper) if side)
    for fact in taken:
        amount = given(chart, fact, dose).amount
        if amount is not None:
            yield Measured(amount, dose.mg, unit, inside, f"not {inside}", fact)


def _of_change(change: Change, facts: Sequence[Result], value_set: ValueSet) -> Iterator[Measured]:
    """The change of the latest reading from each earlier one, in the way that the text gives first."""
    unit = "%" if change.relative else unit_text(value_set)
    least = change.least * _HUNDRED if change.relative else change.least
    suffix = f" {unit}" if unit else ""
    inside = f"a {change.direction} of {'more than' if change.strict else 'at least'} {number_text(least)}{suffix}"
    for earlier in facts[1:]:
        changed = _changed(earlier, facts[0], change)
        if changed is not None:
            limit = Interval(least, None, low_open=change.strict)
            yield Measured(point(changed), limit, unit, inside, f"less than {inside}", facts[0])


def _changed(earlier: Result, latest: Result, change: Change) -> Decimal | None:
    """How much it rose, or fell; nothing where one of the two is no single number."""
    if earlier.value is None or latest.value is None or not (earlier.value.exact and latest.value.exact):
        return None
    old, new = earlier.value.low, latest.value.low
    if old is None or new is None or (change.relative and old == 0):
        return None
    difference = new - old if change.direction == "rise" else old - new
    return difference / old * _HUNDRED if change.relative else difference
