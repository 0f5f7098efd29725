"""Oxygen saturation on room air: what of the same day, or of a lasting kind, says that oxygen was given."""

from datetime import date

from tests.differential.plain.amounts import Amount, amount, factor, inside
from tests.differential.plain.chart import Chart
from tests.differential.plain.events import procedures
from tests.differential.plain.found import conditions, current
from tests.differential.plain.observed import Result, results
from tests.differential.plain.truth import Said, unknown


def on_room_air(said: Said, chart: Chart, result: Result) -> Said:
    """Without oxygen the number decides; with it too little is too little, and enough is for a person."""
    if "oxygen_saturation_on_room_air" in result.names or said[0] != "true" or result.when is None:
        return said
    day = result.when.first
    on_oxygen = _flows(chart, day) or _therapy(chart, day) or _lasting(chart)
    return unknown("needs-person") if on_oxygen else said


def _flows(chart: Chart, day: date) -> bool:
    return _above(chart, day, "inhaled_oxygen_flow", 0) or _above(chart, day, "inhaled_oxygen_concentration", 21)


def _above(chart: Chart, day: date, name: str, limit: int) -> bool:
    for each in results(chart, name):
        if each.when and each.when.first <= day <= each.when.last and each.quantity:
            value, times = amount(each.quantity), factor(each.quantity, name)
            if value and times and inside(value * times, Amount(None, limit)) is not True:  # type: ignore[arg-type]
                return True
    return False


def _therapy(chart: Chart, day: date) -> bool:
    done = [each for each in procedures(chart) if "oxygen_therapy" in each.names]
    return any(each.when is not None and each.when.first <= day <= each.when.last for each in done)


def _lasting(chart: Chart) -> bool:
    found = [each for each in conditions(chart) if "oxygen_dependence" in each.names]
    return any(current(each.resource, chart) != ("false", None) for each in found)
