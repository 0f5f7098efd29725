"""Results after the first course of a drug: any or all of them, if the last is fresh."""

from datetime import date, timedelta

from tests.differential.definitions import Node, names
from tests.differential.plain.chart import Chart
from tests.differential.plain.observed import Result, results
from tests.differential.plain.results import aged, judged, newest_of
from tests.differential.plain.taken import Exposure, exposures
from tests.differential.plain.truth import FALSE, TRUE, Said, unknown


def after_course(node: Node, chart: Chart) -> Said:
    """What the results after the first course say; nothing while it goes on."""
    found = results(chart, node["observation"])
    dated = [each for each in found if each.when]
    if not dated:
        return unknown("imprecise" if found else "no-data")
    wanted = set(names(node["after"]))
    given = [each for each in exposures(chart) if each.names & wanted]
    course = first_stretch([each for each in given if not each.doubted and each.start and each.end])
    if not course:
        return unknown("needs-person" if any(each.doubted for each in given) else "no-data")
    if any(each.going_on and each.end and each.end.last >= chart.today for each in course):
        return unknown("no-data")
    ends = [each.end for each in course if each.end]
    low, high = max(end.first for end in ends), max(end.last for end in ends)
    sure = _together(node, chart, [each for each in dated if each.when and each.when.first > high])
    perhaps = _together(node, chart, [each for each in dated if each.when and each.when.last > low])
    return sure if sure == perhaps else unknown("imprecise")


def first_stretch(taken: list[Exposure]) -> list[Exposure]:
    """The exposures of the first stretch of days that follow each other."""
    last: date | None = None
    stretch = []
    for each in sorted(taken, key=lambda one: one.start.first if one.start else date.min):
        assert each.start
        assert each.end
        if last is not None and each.start.first > last + timedelta(days=1):
            break
        stretch.append(each)
        last = max(last or each.end.last, each.end.last)
    return stretch


def _together(node: Node, chart: Chart, some: list[Result]) -> Said:
    if not some:
        return unknown("no-data")
    age = aged(node, chart, newest_of(some), TRUE)
    if age != TRUE:
        return age
    decisive = FALSE if node.get("pick") == "all" else TRUE
    said = [judged(node, chart, each) for each in some]
    if decisive in said:
        return decisive
    reasons = [why for truth, why in said if truth == "unknown"]
    return unknown(*reasons) if reasons else (FALSE if decisive == TRUE else TRUE)
