"""What a person is shown beside a question: the chart's own facts, which decide nothing."""

from collections.abc import Iterable, Mapping

from mappings.value_set import ValueSet
from trials.judging.chart import Chart, Judge, diagnoses, seen
from trials.judging.exposures import exposures
from trials.judging.results import visible
from trials.language import Asked, Undefined
from trials.record import Fact, Kind
from trials.verdict import Verdict, Why, unknown

MOST = 3
"""So many results of one test: the latest of them, and how they came about."""


def asked(node: Asked | Undefined, sets: Mapping[str, ValueSet]) -> Judge:
    """A question for a person, or a statement without a limit in print, with what the chart knows beside it."""
    why = Why.UNDEFINED if isinstance(node, Undefined) else Why.NEEDS_PERSON
    if not node.shows:
        return lambda _: unknown(why)
    shown = tuple(sets[name] for name in node.shows)

    def judge(chart: Chart) -> Verdict:
        facts = (fact for value_set in shown for fact in _facts(chart, value_set))
        return unknown(why, *dict.fromkeys(facts))

    return judge


def shown_kind(value_set: ValueSet) -> Kind:
    """The kind of facts that have to be searched for to show those of the set."""
    match value_set.kind:
        case "laboratory" | "vital" | "score":
            return "result"
        case "ingredient" | "drug_class":
            return "medication"
        case "procedure":
            return "procedure"
        case _:
            return "diagnosis"


def _facts(chart: Chart, value_set: ValueSet) -> Iterable[Fact]:
    match shown_kind(value_set):
        case "result":
            return visible(chart, value_set.name)[:MOST]
        case "medication":
            return exposures(chart, (value_set.name,))
        case "procedure":
            return seen(chart, chart.record.procedures.get(value_set.name, ()))
        case _:
            return diagnoses(chart, (value_set.name,))
