"""Several tests of one question: which of them answers, and what it means that they disagree or are only examples."""

from collections.abc import Sequence

from trials.judging.chart import Chart, Judge
from trials.judging.joining import joined
from trials.record import Fact
from trials.truth import Truth, any_of
from trials.verdict import Verdict, Why, unknown


def first_of(judges: Sequence[Judge]) -> Judge:
    """Tests of one question: the first that a fact decides, else the first of which the chart holds anything."""

    def judge(chart: Chart) -> Verdict:
        verdicts = [inner(chart) for inner in judges]
        by_fact = [verdict for verdict in verdicts if verdict.truth is not Truth.UNKNOWN and verdict.why is None]
        charted = [verdict for verdict in verdicts if verdict.why is not Why.NO_DATA]
        return next(iter(by_fact + charted + verdicts))

    return judge


def beside(test: Judge, code: Judge) -> Judge:
    """A test, and a code that says the same: it decides where the test does not, and may contradict it."""

    def judge(chart: Chart) -> Verdict:
        tested, coded = test(chart), code(chart)
        if tested.truth is Truth.TRUE:
            return tested
        if coded.truth is Truth.FALSE:
            return tested if tested.facts else tested._replace(facts=coded.facts)
        if tested.truth is Truth.FALSE:
            contradicted = coded.truth is Truth.TRUE
            return unknown(Why.CONFLICT, *tested.facts, *coded.facts) if contradicted else tested
        return coded if coded.truth is Truth.TRUE else joined([tested, coded], Truth.UNKNOWN, decisive=Truth.TRUE)

    return judge


def in_place(own: Judge, other: Judge) -> Judge:
    """A test, and another one of the same question: where that one is negative, this one need not be done."""

    def judge(chart: Chart) -> Verdict:
        verdict = own(chart)
        if verdict.why is not Why.NO_DATA:
            return verdict
        instead = other(chart)
        return Verdict(Truth.FALSE, Why.NOT_APPLICABLE, instead.facts) if instead.truth is Truth.FALSE else verdict

    return judge


def confirmed(screening: Judge, confirming: Judge) -> Judge:
    """A screening test and the one that confirms it: a positive confirming test decides, a negative one denies.

    Without one, a positive screening test counts and a negative one proves nothing. A denial of the same day or later
    is a contradiction for a person.
    """

    def judge(chart: Chart) -> Verdict:
        first, second = screening(chart), confirming(chart)
        if first.truth is Truth.UNKNOWN and second.truth is Truth.UNKNOWN:
            return joined([first, second], Truth.UNKNOWN, decisive=Truth.TRUE)
        if first.truth is not Truth.TRUE or second.truth is Truth.TRUE:
            return second
        denied = second.truth is Truth.FALSE and not _before(second.facts, first.facts)
        return unknown(Why.CONFLICT, *first.facts, *second.facts) if denied else first

    return judge


def _before(facts: Sequence[Fact], others: Sequence[Fact]) -> bool:
    """Whether all of these lie on days before the others."""
    days = [fact.when.last for fact in facts if fact.when]
    later = [fact.when.first for fact in others if fact.when]
    return bool(days and later) and max(days) < min(later)


def open_list(judges: Sequence[Judge]) -> Judge:
    """A list of examples: never false by the tests that we can name, and for a person as soon as one was done."""

    def judge(chart: Chart) -> Verdict:
        verdicts = [inner(chart) for inner in judges]
        verdict = joined(verdicts, any_of(each.truth for each in verdicts), decisive=Truth.TRUE)
        tested = [each for each in verdicts if each.truth is Truth.FALSE]
        if verdict.truth is Truth.TRUE or not tested or verdict.why not in (None, Why.NO_DATA):
            return verdict
        return unknown(Why.NEEDS_PERSON, *(fact for each in tested for fact in each.facts))

    return judge
