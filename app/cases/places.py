"""Where one judged case stands to one limit: on it, just past it, or neither; read off the facts that were used."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from app.cases.runs import Run
from mappings.value_set import ValueSet
from trials.judging.doses import prednisone_equivalent
from trials.language import Change, Observed
from trials.record import Exposure, Fact, Result
from trials.truth import Truth
from trials.verdict import Verdict
from trials.when import Span, When, before

Place = Literal["on it", "just past it"]
Places = Callable[[Run, Verdict], Iterable[Place | None]]

NEAR = Decimal("0.1")
"""Just past a limit is within a tenth of it; of a score within one point, of a titre within one dilution."""


def valued(node: Observed, limit: Decimal, value_set: ValueSet, *, above: bool) -> Places:
    """A result to a limit of its value; past it is `above` or below."""
    times = node.bound.times if node.bound else None

    def place(result: Result) -> Place | None:
        normal = {"ULN": result.high, "LLN": result.low, None: Decimal(1)}[times]
        value = _exact(result)
        return None if normal is None or value is None else _placed(value, limit * normal, value_set, above=above)

    def places(_: Run, verdict: Verdict) -> Iterator[Place | None]:
        # Of a limit that is printed without a comparator, the case on it is for a person.
        if verdict.truth is not Truth.UNKNOWN or node.exact_unknown is not None:
            yield from (place(fact) for fact in verdict.facts if isinstance(fact, Result) and fact.name == node.name)

    return places


def changed(change: Change, value_set: ValueSet) -> Places:
    """The most recent result, which comes first, to each earlier one."""
    sign = 1 if change.direction == "rise" else -1

    def places(_: Run, verdict: Verdict) -> Iterator[Place | None]:
        values = [value for fact in verdict.facts if isinstance(fact, Result) and (value := _exact(fact)) is not None]
        for earlier in values[1:]:
            wanted = change.least * earlier if change.relative else change.least
            yield _placed(sign * (values[0] - earlier), wanted, value_set, above=change.strict)

    return places


def sustained(span: Span) -> Places:
    """The last result to the days that a change has to stand."""

    def places(_: Run, verdict: Verdict) -> Iterator[Place | None]:
        days = sorted(fact.when.first for fact in verdict.facts if isinstance(fact, Result) and fact.when)
        for day in days[:-1]:
            yield _counted((days[-1] - day).days, span.days, past=-1)

    return places


def born(span: Span, *, on: int, past: int) -> Places:
    """A birth so many days after the day `span` back."""

    def places(run: Run, _: Verdict) -> Iterator[Place | None]:
        yield _distance(run.record.person.birth, before(run.as_of, span), on, past)

    return places


def on_day(span: Span, when: Callable[[Fact], When | None], *, past: int = -1) -> Places:
    """A fact's day to the day exactly `span` back."""

    def places(run: Run, verdict: Verdict) -> Iterator[Place | None]:
        yield from (_distance(when(fact), before(run.as_of, span), 0, past) for fact in verdict.facts)

    return places


def before_sample(span: Span) -> Places:
    """The end of an exposure to the day `span` before a result of the chart."""

    def places(run: Run, verdict: Verdict) -> Iterator[Place | None]:
        ends = [fact.end or fact.start for fact in verdict.facts if isinstance(fact, Exposure)]
        drawn = {result.when.first for results in run.record.results.values() for result in results if result.when}
        yield from (_distance(end, before(day, span), 0, -1) for end in ends for day in sorted(drawn))

    return places


def in_record(name: str, span: Span) -> Places:
    """Any result of the chart to the day exactly `span` back; one before it is no longer used."""

    def places(run: Run, _: Verdict) -> Iterator[Place | None]:
        results = run.record.results.get(name, ())
        yield from (_distance(result.when, before(run.as_of, span), 0, -1) for result in results)

    return places


def held(span: Span, *, each: bool) -> Places:
    """Days of exposure, pooled or of `each` ingredient, to a length."""

    def places(_: Run, verdict: Verdict) -> Iterator[Place | None]:
        taken = [fact for fact in verdict.facts if isinstance(fact, Exposure)]
        for name in {fact.ingredient if each else None for fact in taken}:
            days = _days_covered(fact for fact in taken if name is None or fact.ingredient == name)
            yield _counted(days, span.days, past=-1)

    return places


def dosed(limit: Decimal, *, above: bool) -> Places:
    """A daily dose in mg of prednisone to a limit."""

    def places(_: Run, verdict: Verdict) -> Iterator[Place | None]:
        for fact in verdict.facts:
            dose = prednisone_equivalent(fact) if isinstance(fact, Exposure) else None
            if dose is not None and dose.exact and dose.low is not None:
                yield _placed(dose.low, limit, None, above=above)

    return places


def _exact(result: Result) -> Decimal | None:
    return result.value.low if result.value is not None and result.value.exact else None


def _placed(value: Decimal, limit: Decimal, value_set: ValueSet | None, *, above: bool) -> Place | None:
    if value == limit:
        return "on it"
    return "just past it" if (value > limit) is above and abs(value - limit) <= _near(limit, value_set) else None


def _near(limit: Decimal, value_set: ValueSet | None) -> Decimal:
    if value_set is not None and value_set.unit == "{titre}":
        return limit
    tenth = abs(limit) * NEAR
    return (
        max(tenth, Decimal(1))
        if value_set is not None and value_set.kind == "score" and value_set.unit == "1"
        else tenth
    )


def _counted(days: int, limit: int, *, past: int) -> Place | None:
    return "on it" if days == limit else "just past it" if days == limit + past else None


def _distance(when: When | None, day: date, on: int, past: int) -> Place | None:
    if when is None or when.first != when.last:
        return None
    distance = (when.first - day).days
    return "on it" if distance == on else "just past it" if distance == past else None


def _days_covered(taken: Iterable[Exposure]) -> int:
    days: set[date] = set()
    for fact in taken:
        if fact.start is not None and fact.end is not None:
            length = (fact.end.last - fact.start.first).days + 1
            days.update(fact.start.first + timedelta(days=count) for count in range(length))
    return len(days)
