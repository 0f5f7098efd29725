"""Diagnoses against a chart: ever, now, within a window, newly, cured, supported and refuted."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Literal

from mappings.value_set import ValueSet, closure
from trials.interval import Interval
from trials.judging.chart import Chart, Judge, back, concluded, conjoined, diagnoses, silence
from trials.judging.formulas import ADULT_YEARS
from trials.judging.recurrence import recurrent
from trials.language import Found
from trials.record import Diagnosis, Entry
from trials.truth import Truth, truth_of
from trials.verdict import Verdict, Why, unknown
from trials.when import Span, When, before, birthday

_Test = Callable[[Chart, Diagnosis], Verdict]
Sets = Mapping[str, ValueSet]


def judge_found(node: Found, sets: Sets) -> Judge:
    """The judge of a diagnosis criterion."""
    searched = node.names + node.supported_by
    events = tuple(sorted(name for name in closure(searched, sets) if sets[name].event))
    window = _of_events(_window_test(node), node.within, events) if node.within and events else _window_test(node)
    test = _severe(window) if node.severe else window

    def counts(chart: Chart, entry: Entry) -> bool:
        return entry.diagnosis is None or window(chart, entry.diagnosis).truth is not Truth.FALSE

    def judge(chart: Chart) -> Verdict:
        apart = {fact.reference for fact in diagnoses(chart, node.apart_from)}
        found = [fact for fact in diagnoses(chart, node.names) if fact.reference not in apart]
        verdicts = [_capped(test(chart, fact), fact) for fact in found]
        silent = silence(chart, ("diagnosis",), searched, node.absent == "ask", counts)
        if node.times > 1:
            return concluded([recurrent(verdicts, node.times)] if verdicts else [], silent)
        if not any(verdict.truth is Truth.TRUE for verdict in verdicts):
            against = [fact for fact in diagnoses(chart, node.refuted_by) if not fact.provisional]
            if against:
                return Verdict(Truth.FALSE, None, tuple(against))
            # What lies outside the window supports nothing in it; what may lie inside is for a person.
            support = [fact for fact in diagnoses(chart, node.supported_by) if fact.reference not in apart]
            verdicts += [_supported(window(chart, fact), fact) for fact in support]
        return concluded(verdicts, silent)

    return judge


def _supported(verdict: Verdict, fact: Diagnosis) -> Verdict:
    return unknown(Why.NEEDS_PERSON, fact) if verdict.truth is Truth.TRUE else verdict


def _capped(verdict: Verdict, fact: Diagnosis) -> Verdict:
    """A provisional diagnosis never makes anything true."""
    if fact.provisional and verdict.truth is Truth.TRUE:
        return unknown(Why.NEEDS_PERSON, fact)
    return verdict


def _of_events(test: _Test, span: Span, events: tuple[str, ...]) -> _Test:
    """A stroke or a haemorrhage is inside a window by its onset, however long the chart keeps it as active."""
    by_onset = _onset_within(span)

    def either(chart: Chart, fact: Diagnosis) -> Verdict:
        filed = (one for name in events for one in chart.record.diagnoses.get(name, ()))
        return (by_onset if any(one.reference == fact.reference for one in filed) else test)(chart, fact)

    return either


def _severe(test: _Test) -> _Test:
    def severe(chart: Chart, fact: Diagnosis) -> Verdict:
        verdict = test(chart, fact)
        if verdict.truth is Truth.FALSE or fact.severity == "severe":
            return verdict
        return Verdict(Truth.FALSE, None, (fact,)) if fact.severity else unknown(Why.NEEDS_PERSON, fact)

    return severe


def _window_test(node: Found) -> _Test:
    if node.onset_within:
        return _onset_within(node.onset_within)
    if node.onset_before_age:
        return partial(_onset_before_age, node.onset_before_age)
    if node.at_least_ago:
        return _at_least_ago(node.at_least_ago)
    if node.within:
        return _within(node.within)
    if node.currency:
        return _while_current(node.currency)
    return _COURSES[node.when]


def _ever(_: Chart, fact: Diagnosis) -> Verdict:
    return Verdict(Truth.TRUE, None, (fact,))


def _current(chart: Chart, fact: Diagnosis) -> Verdict:
    over = _over(chart, fact)
    return unknown(Why.IMPRECISE, fact) if over is Truth.UNKNOWN else Verdict(over.negated, None, (fact,))


def _past(chart: Chart, fact: Diagnosis) -> Verdict:
    verdict = _current(chart, fact)
    return verdict._replace(truth=verdict.truth.negated)


def _relapsed(_: Chart, fact: Diagnosis) -> Verdict:
    """A status that says so is a finding of its own; without one nobody knows."""
    return Verdict(truth_of(fact.relapsed), None, (fact,))


_COURSES: Mapping[str, _Test] = {"ever": _ever, "current": _current, "past": _past, "relapsed": _relapsed}


def _over(chart: Chart, fact: Diagnosis) -> Truth:
    """Whether it has ended by the day. A status that says so is believed of today and of every day since the end."""
    if fact.history or (fact.ended and fact.abated is None):
        return Truth.TRUE
    if not fact.ended or fact.abated is None:
        return Truth.FALSE
    if fact.resolved in ("remission", "resolved", "inactive"):
        return truth_of(fact.abated.first <= chart.today)
    return fact.abated.days.inside(Interval(None, chart.today, high_open=True))


def _while_current(state: Literal["pregnancy", "lactation"]) -> _Test:
    """A state that nobody ends in the chart: current for so many days from its onset or recording, then undecided."""

    def test(chart: Chart, fact: Diagnosis) -> Verdict:
        verdict = _current(chart, fact)
        if verdict.truth is not Truth.TRUE or fact.abated is not None:
            return verdict
        days = chart.policy.pregnancy_current if state == "pregnancy" else chart.policy.lactation_current
        if fact.when is None:
            return unknown(Why.IMPRECISE, fact, note="no date")
        inside = fact.when.days.inside(back(chart, chart.today - timedelta(days=days)))
        whys = {Truth.FALSE: Why.STALE, Truth.UNKNOWN: Why.IMPRECISE}
        return verdict if inside is Truth.TRUE else unknown(whys[inside], fact)

    return test


def _within(span: Span) -> _Test:
    """Any part of the course: still going on, begun inside, or ended no earlier than the window's start."""

    def test(chart: Chart, fact: Diagnosis) -> Verdict:
        if not fact.ended and not fact.history:
            return Verdict(Truth.TRUE, None, (fact,))
        window = Interval(before(chart.today, span), None)
        begun_inside = fact.onset is not None and fact.onset.days.inside(window) is Truth.TRUE
        if begun_inside and not fact.history:
            return Verdict(Truth.TRUE, None, (fact,))
        if fact.abated is None:
            return unknown(Why.IMPRECISE, fact, note="no date of the end")
        return _dated(fact, fact.abated, window)

    return test


def _onset_within(span: Span) -> _Test:
    """The onset decides; a recorded date alone can refute, since the onset is no later, and never prove."""

    def test(chart: Chart, fact: Diagnosis) -> Verdict:
        window = back(chart, before(chart.today, span))
        if fact.onset is not None:
            return _dated(fact, fact.onset, window)
        if fact.history or (fact.recorded is not None and fact.recorded.days.inside(window) is Truth.FALSE):
            return Verdict(Truth.FALSE, None, (fact,))
        return unknown(Why.IMPRECISE, fact, note="no onset date")

    return test


def _onset_before_age(years: int, chart: Chart, fact: Diagnosis) -> Verdict:
    """Begun before a birthday; being on record before it proves it as well, and so does a birthday yet to come."""
    born = chart.record.person.birth
    if born is None:
        return unknown(Why.NO_DATA, fact, note="no birth date")
    if birthday(born.first, years) > chart.today:
        return Verdict(Truth.TRUE, None, (fact,))
    when = fact.when
    if when is not None and when.last < birthday(born.first, years):
        return Verdict(Truth.TRUE, None, (fact,))
    if fact.onset is not None and fact.onset.first >= birthday(born.last, years):
        return Verdict(Truth.FALSE, None, (fact,))
    return unknown(Why.IMPRECISE, fact, note=None if fact.onset else "no onset date")


def is_of_childhood(chart: Chart, fact: Diagnosis) -> bool:
    """Whether it certainly began before the eighteenth birthday."""
    return _onset_before_age(ADULT_YEARS, chart, fact).truth is Truth.TRUE


def _at_least_ago(span: Span) -> _Test:
    """Diagnosed so long ago: an onset proves or refutes, a recorded date alone can only prove."""

    def test(chart: Chart, fact: Diagnosis) -> Verdict:
        long_ago = Interval[date](None, before(chart.today, span))
        answers = {when.days.inside(long_ago) for when in (fact.onset, fact.recorded) if when is not None}
        if answers == {Truth.TRUE}:
            return Verdict(Truth.TRUE, None, (fact,))
        if fact.onset is not None and answers == {Truth.FALSE}:
            return Verdict(Truth.FALSE, None, (fact,))
        return unknown(Why.IMPRECISE, fact)

    return test


def judge_cured(node: Found, span: Span) -> Judge:
    """Every finding of these sets is gone for so long; of none, a person is asked."""

    def judge(chart: Chart) -> Verdict:
        verdicts = [_cured(chart, fact, span) for fact in diagnoses(chart, node.names)]
        silent = silence(chart, ("diagnosis",), node.names, ask=not verdicts)
        if not verdicts:
            return silent
        return conjoined([*verdicts, silent] if silent.truth is Truth.UNKNOWN else verdicts)

    return judge


def _cured(chart: Chart, fact: Diagnosis, span: Span) -> Verdict:
    """Gone for so long: abated that long ago true, otherwise ended unknown, active false; a provisional one unknown."""
    if fact.provisional:
        return unknown(Why.NEEDS_PERSON, fact)
    if fact.abated is not None and fact.abated.last <= before(chart.today, span):
        return Verdict(Truth.TRUE, None, (fact,))
    if _over(chart, fact) is Truth.FALSE:
        return Verdict(Truth.FALSE, None, (fact,))
    return unknown(Why.NEEDS_PERSON, fact)


def _dated(fact: Diagnosis, when: When, window: Interval[date]) -> Verdict:
    truth = when.days.inside(window)
    return unknown(Why.IMPRECISE, fact) if truth is Truth.UNKNOWN else Verdict(truth, None, (fact,))
