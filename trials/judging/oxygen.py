"""Oxygen saturation on room air: a value taken on oxygen proves only that it is too low."""

from trials.judging.chart import Chart, Judge
from trials.judging.exposures import certain
from trials.record import Diagnosis, Event, Exposure, Fact, Kind, Result
from trials.truth import Truth
from trials.verdict import Verdict, Why, unknown

ROOM_AIR_PERCENT = 21
OXYGEN_SETS = ("inhaled_oxygen_flow", "inhaled_oxygen_concentration", "oxygen_therapy", "oxygen_dependence", "oxygen")
"""The sets that say whether oxygen was given; they are searched for with the saturation."""
OXYGEN_KINDS: tuple[Kind, ...] = ("procedure", "diagnosis", "medication")
"""The kinds of facts, beside the results, whose silence is taken as room air."""


def on_room_air(judge: Judge) -> Judge:
    """The judge of a saturation on room air, which a value is taken to be unless the chart says oxygen."""

    def judged(chart: Chart) -> Verdict:
        verdict = judge(chart)
        if verdict.truth is not Truth.TRUE:
            return verdict
        unsaid = [fact for fact in verdict.facts if isinstance(fact, Result) and not _says_room_air(chart, fact)]
        given = [fact for result in unsaid for fact in _oxygen(chart, result)]
        if given:
            return unknown(Why.NEEDS_PERSON, *verdict.facts, *dict.fromkeys(given), note="on oxygen")
        if unsaid and any(kind in chart.record.gaps for kind in OXYGEN_KINDS):
            return unknown(Why.NOT_SEARCHED, *verdict.facts, note="oxygen could not be searched for")
        return verdict

    return judged


def _says_room_air(chart: Chart, saturation: Result) -> bool:
    said = chart.record.results.get("oxygen_saturation_on_room_air", ())
    return any(result.reference == saturation.reference for result in said)


def _oxygen(chart: Chart, saturation: Result) -> list[Fact]:
    record = chart.record
    flows = [r for r in record.results.get("inhaled_oxygen_flow", ()) if _above(r, 0)]
    shares = [r for r in record.results.get("inhaled_oxygen_concentration", ()) if _above(r, ROOM_AIR_PERCENT)]
    therapies = record.procedures.get("oxygen_therapy", ())
    given: list[Fact] = [*flows, *shares, *therapies]
    same_day = [fact for fact in given if _goes_on(fact) or _same_day(fact, saturation)]
    lasting: list[Fact] = [fact for fact in record.diagnoses.get("oxygen_dependence", ()) if _active(fact)]
    orders = [order for order in record.medications.get("oxygen", ()) if _ordered(chart, order, saturation)]
    return [*same_day, *lasting, *orders]


def _above(result: Result, limit: int) -> bool:
    return result.value is not None and result.value.low is not None and result.value.low > limit


def _goes_on(fact: Fact) -> bool:
    """An oxygen therapy in progress of which nobody says since when."""
    return isinstance(fact, Event) and fact.ongoing and fact.when is None


def _same_day(fact: Fact, saturation: Result) -> bool:
    if fact.when is None or saturation.when is None:
        return False
    lasting = isinstance(fact, Event) and fact.ongoing
    return fact.when.first <= saturation.when.last and (lasting or fact.when.last >= saturation.when.first)


def _ordered(chart: Chart, order: Exposure, saturation: Result) -> bool:
    """Whether oxygen was ordered or given on the day of the saturation, or is to be given for long."""
    taken = certain(chart, order)
    if taken is None or saturation.when is None:
        return order.ongoing
    return taken.first <= saturation.when.last and saturation.when.first <= taken.last


def _active(fact: Diagnosis) -> bool:
    return not (fact.ended or fact.history)
