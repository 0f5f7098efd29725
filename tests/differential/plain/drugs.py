"""Drugs: ever, now, for how long, how many, inside which window; lists of examples leave others to a person."""

from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from tests.differential import codes
from tests.differential.definitions import Node, names
from tests.differential.plain.chart import Chart
from tests.differential.plain.days import back, length_in_days
from tests.differential.plain.doses import at_dose
from tests.differential.plain.events import in_window
from tests.differential.plain.observed import results
from tests.differential.plain.results import newest_of
from tests.differential.plain.taken import Exposure, exposures
from tests.differential.plain.truth import ABSENT, FALSE, TRUE, Said, any_of, at_least, decided, unknown


def medication(node: Node, chart: Chart) -> Said:
    """What the drugs of a chart say of a statement."""
    taken = exposures(chart)
    without = set(names(node.get("apart_from"))) - set(names(node["medication"]))
    wanted = [each for each in taken if each.names & set(names(node["medication"])) and not each.names & without]
    said = _of_class(node, chart, wanted) if wanted else ABSENT
    if said[0] == "true":
        return said
    reasons = [said[1]] if said[0] == "unknown" else []
    others = _others(node, chart, taken, without)
    reasons += ["needs-person" if each == TRUE else each[1] for each in others if each != FALSE]
    if any(each.lost for each in taken):
        reasons.append("no-data")
    if node.get("absent") == "ask":
        reasons.append("needs-person")
    if reasons:
        return unknown(*reasons)
    return FALSE if others else said


def _others(node: Node, chart: Chart, taken: list[Exposure], without: set[str]) -> list[Said]:
    """What drugs of a wider class say, which the list of examples does not name."""
    wider = set(names(node.get("or_others")))
    listed = set(names(node["medication"])) | without
    others = [each for each in taken if each.names & wider and not each.names & listed]
    return [_doubted(each, _at_the_time(node, each, chart)) for each in others]


def _of_class(node: Node, chart: Chart, wanted: list[Exposure]) -> Said:
    if "agents" in node:
        ingredients = sorted({name for each in wanted for name in each.ingredients if _meant(name, node)})
        each_one = [_long_enough(node, [one for one in wanted if name in one.names], chart) for name in ingredients]
        return at_least(int(node["agents"]), [*each_one, *[FALSE] * int(node["agents"])])
    return _long_enough(node, wanted, chart)


def _meant(ingredient: str, node: Node) -> bool:
    holders = codes.holders(ingredient)
    return bool(holders & set(names(node["medication"]))) and not holders & set(names(node.get("apart_from")))


def _long_enough(node: Node, wanted: list[Exposure], chart: Chart) -> Said:
    if "daily_dose" in node:
        wanted, open_ = at_dose(node["daily_dose"], wanted, chart)
        said = _at_any_time(node, wanted, chart)
        return said if said[0] == "true" or not open_ else unknown(*open_, said[1] if said[0] == "unknown" else None)
    return _at_any_time(node, wanted, chart)


def _at_any_time(node: Node, wanted: list[Exposure], chart: Chart) -> Said:
    if not wanted:
        return FALSE
    if "for" in node:
        return _length(wanted, length_in_days(node["for"]), chart.today)
    return any_of([_doubted(each, _at_the_time(node, each, chart)) for each in wanted])


def _doubted(each: Exposure, said: Said) -> Said:
    return unknown("needs-person") if each.doubted else said


def _at_the_time(node: Node, each: Exposure, chart: Chart) -> Said:
    if node.get("when") == "current":
        return _now(each, chart.today)
    within = node.get("within", "")
    if "half-li" in within:
        return _washed_out(each, Fraction(within.split()[0]), chart)
    if node.get("before") == "sample":
        return _before_sample(node, each, chart)
    return in_window(node, each.start, each.end, chart)


def _before_sample(node: Node, each: Exposure, chart: Chart) -> Said:
    """Whether a drug was taken in the time before the newest sample of a test, its day included."""
    dated = [one for one in results(chart, node["sample_of"]) if one.when]
    if not dated:
        return unknown("no-data")
    if each.start is None or each.end is None:
        return unknown("imprecise")
    said = set()
    for sample in newest_of(dated):
        assert sample.when is not None
        for day in {sample.when.first, sample.when.last}:
            begun, over = each.start.last <= day, each.end.first >= back(day, node["within"])
            may_be = each.start.first <= day and each.end.last >= back(day, node["within"])
            said |= {begun and over, may_be}
    return decided(said.pop()) if len(said) == 1 else unknown("imprecise")


def _now(each: Exposure, today: date) -> Said:
    """Active, and the days cover today."""
    if not each.going_on:
        return FALSE
    if each.end is None:
        return unknown("imprecise")
    if each.end.last < today:
        return FALSE
    return TRUE if each.end.first >= today else unknown("imprecise")


def _washed_out(each: Exposure, count: Fraction, chart: Chart) -> Said:
    """Whether less than so many half-lives have passed since the last day; a drug without one is for a person."""
    told = []
    for name in sorted(each.ingredients):
        half_life = codes.blocks()[name].get("half_life")
        if half_life is None:
            told.append(unknown("needs-person"))
            continue
        whole = ceil(count * Fraction(half_life["hours"]) / 24)
        told.append(_since_days(each, whole, chart.today))
    return any_of(told)


def _since_days(each: Exposure, days: int, today: date) -> Said:
    if each.end is None:
        return unknown("imprecise")
    said = {(today - day).days <= days for day in (each.end.first, each.end.last)}
    return decided(said.pop()) if len(said) == 1 else unknown("imprecise")


def _length(wanted: list[Exposure], days: int, today: date) -> Said:
    """Days of exposure, both ends included, overlaps once; infusions alone have no length."""
    sure = [each for each in wanted if not each.single and not each.doubted]
    least = _covered([(each.start.last, each.end.first) for each in sure if each.start and each.end])
    if least >= days:
        return TRUE
    reaches = _most(sure) >= days or any(each.start is None for each in sure)
    if any(each.single or each.doubted for each in wanted):
        return unknown("needs-person", "imprecise" if any(map(_open, sure)) else None)
    return unknown("imprecise") if reaches else FALSE


def _open(each: Exposure) -> bool:
    """Whether a course may have been longer or shorter than is known."""
    return (
        each.start is None or each.end is None or each.start.first != each.start.last or each.end.first != each.end.last
    )


def _most(some: list[Exposure]) -> int:
    return _covered([(each.start.first, each.end.last) for each in some if each.start and each.end])


def _covered(spans: list[tuple[date, date]]) -> int:
    """The number of different days in spans."""
    seen: set[date] = set()
    for first, last in spans:
        seen |= {first + timedelta(days=count) for count in range((last - first).days + 1)}
    return len(seen)
