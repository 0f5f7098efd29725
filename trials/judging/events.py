"""Procedures, vaccines and allergies against a chart."""

from datetime import date

from trials.interval import Interval
from trials.judging.chart import Chart, Judge, back, concluded, found, seen, silence
from trials.judging.windows import ahead
from trials.language import FUTURE_ANCHORS, Allergic, Anchor, Done, Immunized
from trials.record import Allergy, Entry, Event, Fact
from trials.truth import Truth
from trials.verdict import Verdict, Why, unknown
from trials.when import Span, before


def judge_done(node: Done) -> Judge:
    """The judge of a procedure criterion."""

    def judge(chart: Chart) -> Verdict:
        facts = found(fact for name in node.names for fact in chart.record.procedures.get(name, ()))
        verdicts = [_inside(chart, fact, node.within, node.before) for fact in seen(chart, facts)]
        if node.supported:
            verdicts = [
                unknown(Why.NEEDS_PERSON, *verdict.facts) if verdict.truth is Truth.TRUE else verdict
                for verdict in verdicts
            ]
        return concluded(verdicts, silence(chart, ("procedure",), node.names, node.absent == "ask", counts))

    def counts(chart: Chart, entry: Entry) -> bool:
        event = Event(entry.reference, "", entry.shown, entry.when)
        return _inside(chart, event, node.within, node.before).truth is not Truth.FALSE

    return judge


def judge_immunized(node: Immunized) -> Judge:
    """The judge of a vaccine criterion."""

    def judge(chart: Chart) -> Verdict:
        facts = found(fact for name in node.names for fact in chart.record.immunizations.get(name, ()))
        verdicts = [_inside(chart, fact, node.within, node.before) for fact in seen(chart, facts)]
        return concluded(verdicts, silence(chart, ("immunization",), node.names, ask=False))

    return judge


def judge_allergic(node: Allergic) -> Judge:
    """The judge of an allergy criterion; a severe one must say so, or a person does."""

    def test(fact: Allergy) -> Verdict:
        if node.severe and fact.severe is False:
            return Verdict(Truth.FALSE, None, (fact,))
        if node.supported or (node.severe and fact.severe is None):
            return unknown(Why.NEEDS_PERSON, fact)
        return Verdict(Truth.TRUE, None, (fact,))

    def judge(chart: Chart) -> Verdict:
        facts = found(fact for name in node.names for fact in chart.record.allergies.get(name, ()))
        verdicts = [test(fact) for fact in seen(chart, facts) if isinstance(fact, Allergy)]
        return concluded(verdicts, silence(chart, ("allergy",), node.names, ask=False))

    return judge


def _inside(chart: Chart, fact: Fact, within: Span | None, anchor: Anchor) -> Verdict:
    if within is None:
        return Verdict(Truth.TRUE, None, (fact,))
    assert isinstance(fact, Event)
    days = _last_days(chart, fact)
    if anchor in FUTURE_ANCHORS:
        return ahead(chart, fact, days, within)
    truth = Truth.UNKNOWN if days is None else days.inside(back(chart, before(chart.today, within)))
    return unknown(Why.IMPRECISE, fact) if truth is Truth.UNKNOWN else Verdict(truth, None, (fact,))


def _last_days(chart: Chart, event: Event) -> Interval[date] | None:
    """The days of which one was its last so far: any part of a course counts in a window, so that its end decides."""
    if event.ongoing:
        return Interval(chart.today, chart.today)
    if event.end is not None:
        return Interval(min(event.end.first, chart.today), min(event.end.last, chart.today))
    return event.when.days if event.when else None
