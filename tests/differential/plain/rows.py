"""A row of a definition judged: tests by their kind, combinations by Kleene, the gates above it last."""

from fractions import Fraction

from tests.differential.definitions import Node, Row
from tests.differential.plain.aftermath import after_course
from tests.differential.plain.amounts import Amount, exactly, inside
from tests.differential.plain.chart import Chart
from tests.differential.plain.days import completed_years, span
from tests.differential.plain.derived import computed, is_derived
from tests.differential.plain.drugs import medication
from tests.differential.plain.events import allergy, immunization, procedure
from tests.differential.plain.found import diagnosis
from tests.differential.plain.observed import results
from tests.differential.plain.results import of_results
from tests.differential.plain.truth import FALSE, TRUE, Said, all_of, any_of, at_least, decided, opposite, unknown


def judged(row: Row, chart: Chart) -> Said:
    """What the chart says of a row: elsewhere than where its gates hold it does not apply."""
    for gate in row.gates:
        if said(gate, chart)[0] == "false":
            return ("true" if row.section == "inclusion" else "false", "not-applicable")
    return said(row.node, chart)


def said(node: Node, chart: Chart) -> Said:
    """What the chart says of a node, whatever stands above it."""
    for test, judge in TESTS.items():
        if test in node:
            return judge(node, chart)
    if "all_of" in node:
        return all_of([said(part, chart) for part in node["all_of"]])
    if "any_of" in node:
        return _any_of(node, chart)
    if "at_least" in node:
        return at_least(int(node["at_least"]), [said(part, chart) for part in node["of"]])
    if "first_of" in node:
        return _first_of(node["first_of"], chart)
    if "beside" in node:
        return _beside(said(node["beside"], chart), said(node["code"], chart))
    if "not" in node:
        return opposite(said(node["not"], chart))
    assert "ask" in node, sorted(node)
    return unknown("needs-person")


def _observation(node: Node, chart: Chart) -> Said:
    if "after" in node:
        return after_course(node, chart)
    found = results(chart, node["observation"])
    return computed(node, chart, found) if is_derived(node["observation"]) else of_results(node, chart, found)


def _any_of(node: Node, chart: Chart) -> Said:
    told = [said(part, chart) for part in node["any_of"]]
    whole = any_of(told)
    if node.get("open") != "true" or whole[0] == "true":
        return whole
    tested = any(part[0] == "false" for part in told)
    return unknown("needs-person" if tested else None, whole[1] if whole[1] != "no-data" or not tested else None)


def _first_of(parts: list[Node], chart: Chart) -> Said:
    """The first part that decides by a fact, else the first of which the chart holds anything, else an absence."""
    told = [said(part, chart) for part in parts]
    facts = [each for each in told if each[0] != "unknown" and each[1] is None]
    held = [each for each in told if each[1] not in ("no-data", "not-in-chart")]
    absent = [each for each in told if each[0] != "unknown"]
    return (facts or held or absent or told)[0]


def _beside(test: Said, code: Said) -> Said:
    """A code answers where the test does not, and contradicts a test that says no."""
    if code[0] == "true":
        return unknown("conflict") if test[0] == "false" else TRUE
    if test[0] == "unknown" and code[0] == "unknown":
        return unknown(test[1], code[1])
    return test


def _age(node: Node, chart: Chart) -> Said:
    """ "18..65 years", "18 and over": completed years, both ends included."""
    born = span(chart.patient.get("birthDate"))
    if born is None:
        return unknown("no-data")
    text = node["age"].removesuffix("years").strip()
    low, _, high = text.partition("..") if ".." in text else (text.removesuffix("and over").strip(), "", "")
    limits = Amount(Fraction(low) if low else None, Fraction(high) if high else None)
    within = {inside(exactly(Fraction(completed_years(day, chart.today))), limits) for day in (born.first, born.last)}
    return decided(bool(within.pop())) if len(within) == 1 else unknown("imprecise")


def _sex(node: Node, chart: Chart) -> Said:
    gender = chart.patient.get("gender")
    if gender not in ("female", "male"):
        return unknown("no-data")
    return TRUE if gender == node["sex"] else FALSE


def _missing(node: Node, chart: Chart) -> Said:
    return unknown("text-missing")


def _undefined(node: Node, chart: Chart) -> Said:
    return unknown("undefined")


TESTS = {
    "age": _age,
    "sex": _sex,
    "observation": _observation,
    "condition": diagnosis,
    "supported_by": diagnosis,
    "medication": medication,
    "procedure": procedure,
    "immunization": immunization,
    "allergy": allergy,
    "missing": _missing,
    "undefined": _undefined,
}
