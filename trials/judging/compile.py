"""Nodes become judges: one plain function per node, made once at start-up."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from mappings.value_set import ValueSet
from trials.interval import Interval
from trials.judging.aftermath import judge_after
from trials.judging.changes import judge_change
from trials.judging.chart import Chart, Judge
from trials.judging.components import judge_components
from trials.judging.derived import DERIVED, age_years, judge_derived
from trials.judging.diagnoses import judge_cured, judge_found
from trials.judging.events import judge_allergic, judge_done, judge_immunized
from trials.judging.joining import joined
from trials.judging.medications import judge_took
from trials.judging.oxygen import on_room_air
from trials.judging.picks import judge_observed
from trials.judging.questions import beside, confirmed, first_of, in_place, open_list
from trials.judging.shown import asked
from trials.language import (
    Age,
    Allergic,
    AllOf,
    AnyOf,
    Asked,
    AtLeast,
    Beside,
    Done,
    FirstOf,
    Found,
    Immunized,
    Missing,
    Node,
    Not,
    NotWritten,
    Observed,
    SexIs,
    Took,
    Undefined,
)
from trials.record import Trait
from trials.truth import Truth, all_of, any_of, at_least, truth_of
from trials.verdict import Verdict, Why, unknown

Sets = Mapping[str, ValueSet]


def compiled(node: Node, sets: Sets) -> Judge:
    """The judge of a node and all that stands inside it."""
    match node:
        case Age():
            return lambda chart: _age(chart, node.years)
        case SexIs():
            return lambda chart: _sex(chart, node.sex)
        case Observed(in_place=other) if other is not None:
            own = replace(node, in_place=None)
            return in_place(compiled(own, sets), compiled(replace(own, name=other), sets))
        case Observed(confirmed_by=other) if other is not None:
            own = replace(node, confirmed_by=None)
            confirming = replace(own, name=other, answer="positive" if own.answer == "detected" else own.answer)
            return confirmed(compiled(own, sets), compiled(confirming, sets))
        case Observed(on_room_air=True):
            return on_room_air(compiled(replace(node, on_room_air=False), sets))
        case Observed() if node.components is not None:
            return judge_components(node, node.components, sets[node.name])
        case Observed() if node.after:
            return judge_after(node, sets[node.name])
        case Observed() if node.change is not None:
            return judge_change(node, sets[node.name])
        case Observed() if node.name in DERIVED:
            return judge_derived(node, sets[node.name], sets)
        case Observed():
            return judge_observed(node, sets[node.name])
        case Found() if node.cured_for is not None:
            return judge_cured(node, node.cured_for)
        case Found():
            return judge_found(node, sets)
        case Took():
            return judge_took(node, sets)
        case Done():
            return judge_done(node)
        case Immunized():
            return judge_immunized(node)
        case Allergic():
            return judge_allergic(node)
        case Asked() | Undefined():
            return asked(node, sets)
        case Missing():
            return lambda _: unknown(Why.TEXT_MISSING)
        case NotWritten():
            return lambda _: unknown(Why.NOT_WRITTEN)
        case AllOf():
            return _all([compiled(part, sets) for part in node.parts])
        case AnyOf(open=True):
            return open_list([compiled(part, sets) for part in node.parts])
        case AnyOf():
            return _any([compiled(part, sets) for part in node.parts])
        case AtLeast():
            return _at_least(node.count, [compiled(part, sets) for part in node.parts])
        case FirstOf():
            return first_of([compiled(part, sets) for part in node.parts])
        case Beside():
            return beside(compiled(node.part, sets), compiled(node.code, sets))
        case Not():
            inner = compiled(node.part, sets)
            return lambda chart: _negated(inner(chart))
        case _:
            raise TypeError(f"{type(node).__name__} has no meaning inside a row")


def _age(chart: Chart, years: Interval[Decimal]) -> Verdict:
    person = chart.record.person
    if person.birth is None:
        return unknown(Why.NO_DATA)
    age = age_years(person, chart)
    shown = f"{age.low} years" if age.exact else f"{age.low} to {age.high} years"
    born = Trait(person.reference, shown)
    truth = age.inside(years)
    return unknown(Why.IMPRECISE, born) if truth is Truth.UNKNOWN else Verdict(truth, None, (born,))


def _sex(chart: Chart, sex: str) -> Verdict:
    person = chart.record.person
    if person.sex is None:
        return unknown(Why.NO_DATA)
    trait = Trait(person.reference, person.sex)
    if person.sex == "other":
        return unknown(Why.NEEDS_PERSON, trait)
    return Verdict(truth_of(person.sex == sex), None, (trait,))


def _negated(verdict: Verdict) -> Verdict:
    return verdict._replace(truth=verdict.truth.negated)


def _all(judges: Sequence[Judge]) -> Judge:
    def judge(chart: Chart) -> Verdict:
        verdicts = [inner(chart) for inner in judges]
        return joined(verdicts, all_of(verdict.truth for verdict in verdicts), decisive=Truth.FALSE)

    return judge


def _any(judges: Sequence[Judge]) -> Judge:
    def judge(chart: Chart) -> Verdict:
        verdicts = [inner(chart) for inner in judges]
        return joined(verdicts, any_of(verdict.truth for verdict in verdicts), decisive=Truth.TRUE)

    return judge


def _at_least(count: int, judges: Sequence[Judge]) -> Judge:
    def judge(chart: Chart) -> Verdict:
        verdicts = [inner(chart) for inner in judges]
        return joined(verdicts, at_least(count, (verdict.truth for verdict in verdicts)), decisive=Truth.TRUE)

    return judge
