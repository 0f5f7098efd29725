"""The days on which a verdict may turn by itself: each date of the facts at hand, moved by each window that acts on it.

Between two such days next to each other a verdict turns at most once, so that whoever judges on these days alone, and
halves the time between two that differ, finds the first turn.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain

from mappings.value_set import ValueSet
from trials.judging.chart import Chart
from trials.judging.derived import INPUTS
from trials.judging.exposures import covered, possible
from trials.judging.formulas import ADULT_YEARS
from trials.judging.medications import washout
from trials.judging.windows import cleared
from trials.language import Age, Done, Found, HalfLives, Immunized, Node, Observed, Took
from trials.record import Event, Exposure, Result
from trials.tree import tests
from trials.when import Span, When, after, before, birthday

Sets = Mapping[str, ValueSet]

_DAY = Span(1, "days")
_LIFE = 120
"""Years after which nothing turns any more."""


def turning_days(node: Node, chart: Chart, sets: Sets) -> list[date]:
    """The days after the chart's own on which the node's verdict may turn, in order."""
    days = {day for test in tests(node) for day in _of_test(test, chart, sets)}
    return sorted(day for day in days if day > chart.today)


def _of_test(test: Node, chart: Chart, sets: Sets) -> Iterable[date]:
    match test:
        case Age(years=years):
            edges = (int(edge) + more for edge in years[:2] if edge is not None for more in (0, 1))
            return _birthdays(chart, edges)
        case Observed():
            return _of_results(test, chart, sets)
        case Found():
            return _of_diagnoses(test, chart)
        case Took():
            return _of_drugs(test, chart, sets)
        case Done():
            return _of_events(chart.record.procedures, test.names, test.within)
        case Immunized():
            return _of_events(chart.record.immunizations, test.names, test.within)
        case _:
            return ()


def _birthdays(chart: Chart, years: Iterable[int]) -> Iterator[date]:
    born = chart.record.person.birth
    if born is not None:
        for number in years:
            yield birthday(born.first, number)
            yield birthday(born.last, number)


def _of_diagnoses(test: Found, chart: Chart) -> Iterator[date]:
    current = {"pregnancy": chart.policy.pregnancy_current, "lactation": chart.policy.lactation_current}
    state = Span(current[test.currency], "days") if test.currency else None
    names = test.names + test.supported_by + test.refuted_by
    facts = (fact for name in names for fact in chart.record.diagnoses.get(name, ()))
    whens = chain.from_iterable((fact.onset, fact.recorded, fact.abated) for fact in facts)
    yield from _moved(_ends(whens), [test.within, test.onset_within, test.at_least_ago, test.cured_for, state])
    if test.onset_before_age:
        yield from _birthdays(chart, [test.onset_before_age])


def _of_events(facts: Mapping[str, tuple[Event, ...]], names: Iterable[str], span: Span | None) -> Iterator[date]:
    return _moved(_ends(fact.when for name in names for fact in facts.get(name, ())), [span])


def _of_results(test: Observed, chart: Chart, sets: Sets) -> Iterator[date]:
    inputs = INPUTS.get(test.name, ())
    names = [name for name in (test.name, test.in_place, test.confirmed_by, *inputs) if name]
    fresh = chart.policy.fresh_days
    if test.change is not None:
        spans = [test.change.over or Span(chart.policy.change_months, "months")]
    else:
        kinds = {sets[name].freshness for name in names} if test.within is None or inputs else set()
        limits = [days for kind in kinds if (days := fresh[kind]) is not None]
        spans = [Span(days, "days") for days in limits] + ([test.within] if test.within else [])
    results = [result for name in names for result in _still_counting(chart, name, spans)]
    yield from _moved(_ends(result.when for result in results), spans)
    for name in test.after:
        for fact in chart.record.medications.get(name, ()):
            yield from _moved(_course_ends(fact, chart), [])
    if inputs:
        yield from _birthdays(chart, _years_ahead(chart))
    yield from _ends_of_courses(chart, test.after)


def _ends_of_courses(chart: Chart, names: Iterable[str]) -> Iterator[date]:
    """The days on which a course ends or, where its end is not known, may have ended at the latest."""
    taken = {fact: None for name in names for fact in chart.record.medications.get(name, ())}
    without_end = Span(chart.policy.order_without_end, "days")
    dates = [*_ends(fact.start for fact in taken), *_ends(fact.end for fact in taken)]
    yield from _moved(dates, [None])
    yield from (after(day, without_end) for day in dates)


def _still_counting(chart: Chart, name: str, spans: Sequence[Span]) -> Iterator[Result]:
    """The results that a window reaches today or will reach; those before it never count again."""
    start = min((before(chart.today, span) for span in spans), default=chart.today)
    for result in chart.record.results.get(name, ()):
        if result.when is None or result.when.last >= start:
            yield result


def _years_ahead(chart: Chart) -> Iterator[int]:
    """Adulthood changes the formula, each further birthday the value, which only falls."""
    born = chart.record.person.birth
    yield ADULT_YEARS
    if born is not None:
        age = chart.today.year - born.first.year
        yield from (age - 1, age, age + 1, age + _LIFE)


def _of_drugs(test: Took, chart: Chart, sets: Sets) -> Iterator[date]:
    names = test.names + test.open_list + test.apart_from
    taken = {fact: None for name in names for fact in chart.record.medications.get(name, ())}
    length = test.length.days if test.length else 1
    for fact in taken:
        dates = list(_course_ends(fact, chart))
        span = _window(test, fact, sets)
        yield from _moved(dates, [span])
        if test.length is not None or test.dose is not None:
            yield from (after(day, Span(length + more, "days")) for day in dates for more in (-1, 0))
            if span is not None:
                yield from (after(after(day, span), Span(length, "days")) for day in dates)
    if test.length is not None or test.dose is not None:
        yield from _lengths_reached(chart, list(taken), length)


def _course_ends(fact: Exposure, chart: Chart) -> Iterator[date]:
    """The days on which a course began and ended, or must have ended."""
    yield from _ends((fact.start, fact.end))
    if fact.end is None and not fact.ongoing and fact.start is not None:
        yield after(fact.start.last, Span(chart.policy.order_without_end, "days"))


def _window(test: Took, fact: Exposure, sets: Sets) -> Span | None:
    if isinstance(test.within, HalfLives):
        return washout(test.within, sets[fact.ingredient])
    return test.within


def _lengths_reached(chart: Chart, taken: Sequence[Exposure], length: int) -> Iterator[date]:
    """The days on which courses that go on, together or drug by drug, may have lasted for long enough."""
    groups = [taken, *([one for one in taken if one.ingredient == name] for name in {one.ingredient for one in taken})]
    for group in groups:
        days = covered(possible(chart, fact) for fact in group if fact.start is not None)
        if any(fact.ongoing for fact in group):
            yield after(chart.today, Span(max(length - days, 1), "days"))
    yield after(chart.today, Span(length, "days"))


def _ends(whens: Iterable[When | None]) -> Iterator[date]:
    for when in whens:
        if when is not None:
            yield when.first
            yield when.last


def _moved(days: Iterable[date], spans: Sequence[Span | None]) -> Iterator[date]:
    """Each day and the one after it, and the first days on which a window no longer reaches back to it or before it."""
    for day in days:
        yield day
        yield after(day, _DAY)
        for span in spans:
            if span is not None:
                yield cleared(day, span)
                yield cleared(before(day, _DAY), span)
