"""Results: which of them decides, whether it is fresh, and what it says of a limit or an answer."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

from tests.differential import codes
from tests.differential.definitions import Node
from tests.differential.plain import oxygen
from tests.differential.plain.amounts import Amount, amount, exactly, factor, inside
from tests.differential.plain.answers import answer, detected, positive
from tests.differential.plain.chart import Chart
from tests.differential.plain.days import back, completed_years, span
from tests.differential.plain.observed import Result, results
from tests.differential.plain.ranges import limits_of
from tests.differential.plain.truth import FALSE, TRUE, Said, decided, opposite, unknown

FRESH_DAYS = {
    "laboratory": 90,
    "vital": 90,
    "pregnancy_test": 7,
    "score": 180,
    "function": 180,
    "serology": 365,
    "autoantibody": 365,
    "viral_load": 90,
    "unlimited": None,
}
LIMITS = ("min", "max", "above", "below")


def of_results(node: Node, chart: Chart, found: list[Result]) -> Said:
    """What the results of one test say of a statement about it."""
    if "confirmed_by" in node:
        return _confirmed(node, chart, found)
    if not found:
        return _in_place(node, chart)
    dated = [each for each in found if each.when is not None]
    return picked(node, chart, dated, found) if dated else unknown("imprecise")


def _in_place(node: Node, chart: Chart) -> Said:
    """A test that was not done does not apply where another one of the same question is negative."""
    other = node.get("in_place")
    asked = {"observation": other, "is": "positive"}
    if other and of_results(asked, chart, results(chart, other)) == FALSE:
        return ("false", "not-applicable")
    return unknown("no-data")


def _confirmed(node: Node, chart: Chart, found: list[Result]) -> Said:
    """A confirming test decides if it is positive, denies if it is negative, and without it only a yes counts."""
    own = {key: value for key, value in node.items() if key != "confirmed_by"}
    others = results(chart, node["confirmed_by"])
    first = of_results(own, chart, found)
    second = of_results({**own, "observation": node["confirmed_by"], "is": "positive"}, chart, others)
    if second == TRUE or first == FALSE:
        return second
    if first == TRUE:
        return unknown("conflict") if second == FALSE and not _all_before(others, found) else first
    return second if second == FALSE else unknown(first[1], second[1])


def _all_before(some: list[Result], others: list[Result]) -> bool:
    """Whether the newest of some results lie on days before those of others."""
    last = [each.when.last for each in newest_of([one for one in some if one.when]) if each.when]
    first = [each.when.first for each in newest_of([one for one in others if one.when]) if each.when]
    return max(last) < min(first)


def picked(node: Node, chart: Chart, dated: list[Result], all_: list[Result]) -> Said:
    """What dated results say, by which of them the criterion picks."""
    newest = newest_of(dated)
    now = _of_one_time(node, chart, newest)
    return _contradicted(node, chart, now, newest, all_) if node.get("pick") in ("ever", "recent") else now


def newest_of(dated: list[Result]) -> list[Result]:
    """The results that may be the last: none of them ended before another one began."""
    begin = max(each.when.begin for each in dated if each.when)
    return [each for each in dated if each.when and each.when.end >= begin]


def _of_one_time(node: Node, chart: Chart, some: list[Result]) -> Said:
    """What results that may be of one time say together; those that are contradict each other, else one is older."""
    told = [(each.when, aged(node, chart, [each], judged(node, chart, each))) for each in some]
    said = {each for _, each in told}
    reasons = [why for _, why in said if why]
    if {TRUE, FALSE} <= said:
        at_odds = any({TRUE, FALSE} <= {each for when, each in told if when == one} for one, _ in told)
        reasons.append("conflict" if at_odds else "imprecise")
    return unknown(*reasons) if reasons else said.pop()


def judged(node: Node, chart: Chart, result: Result) -> Said:
    """What one result says, whatever its age."""
    if "is" in node:
        return _answered(node, chart, result)
    if "one_of" in node:
        raise NotImplementedError("grades are of class S")
    said = limited(node, chart, result)
    return oxygen.on_room_air(said, chart, result) if node.get("on_room_air") == "true" else said


def _answered(node: Node, chart: Chart, result: Result) -> Said:
    if codes.blocks()[node["observation"]].get("unit") == "{titre}":
        said = {"positive": TRUE, "negative": FALSE, "indeterminate": unknown("imprecise")}.get(answer(result) or "")
        return said or titre({**node, "min": "1:1"}, result)
    if node["is"] == "detected":
        return detected(result, chart)
    if result.quantity is not None and answer(result) is None and factor(result.quantity, node["observation"]) is None:
        return unknown("unit")
    said = positive(result, chart)
    if said == unknown("no-reference-range") and node.get("number") == "ask":
        return unknown("needs-person")
    return opposite(said) if node["is"] == "negative" else said


def limited(node: Node, chart: Chart, result: Result) -> Said:
    """A number against the limits of a criterion."""
    name = node["observation"]
    if codes.blocks()[name].get("unit") == "{titre}":
        return titre(node, result)
    if result.quantity is None or (own := amount(result.quantity)) is None:
        return unknown("imprecise")
    times = factor(result.quantity, name)
    if times is None:
        return unknown("unit")
    limits = limits_in_unit(node, chart, result)
    return unknown("no-reference-range") if limits is None else against(node, own * times, limits)


def against(node: Node, value: Amount, limits: Amount) -> Said:
    """A value against limits; exactly on a limit that is printed without a comparator a person decides."""
    within = inside(value, limits)
    if "on_limit" in node and within is not inside(value, limits._replace(low_open=True, high_open=True)):
        return unknown("needs-person")
    return unknown("imprecise") if within is None else decided(within)


def limits_in_unit(node: Node, chart: Chart, result: Result | None) -> Amount | None:
    """The criterion's limits in the block's unit; `None` where the range that they multiply is not there."""
    ends: dict[str, Fraction] = {}
    for key in LIMITS:
        if key in node:
            number = _limit(node[key], node["observation"], chart, result)
            if number is None:
                return None
            ends[key] = number
    low, high = ends.get("min", ends.get("above")), ends.get("max", ends.get("below"))
    return Amount(low, high, "above" in ends, "below" in ends)


def _limit(text: str, name: str, chart: Chart, result: Result | None) -> Fraction | None:
    number, _, unit = text.partition(" ")
    if unit in ("ULN", "LLN"):
        assert result is not None
        low, high = limits_of(result, chart, name)
        normal = high if unit == "ULN" else low
        return None if normal is None else normal * Fraction(number)
    times = factor({"code": unit} if unit else {}, name)
    assert times is not None, text
    return Fraction(number) * times


def titre(node: Node, result: Result) -> Said:
    """A titre of 1:n as text, Ratio or number; a test that did not react has none."""
    if result.quantity is not None and factor(result.quantity, node["observation"]) is None:
        return unknown("unit")
    found = _titre_of(result)
    if found is not None:
        within = inside(found, Amount(Fraction(node["min"].partition(":")[2]), None))
        return unknown("imprecise") if within is None else decided(within)
    return FALSE if answer(result) == "negative" else unknown("imprecise")


def _titre_of(result: Result) -> Amount | None:
    if "valueRatio" in result.said:
        ratio: dict[str, Any] = result.said["valueRatio"]
        return exactly(Fraction(str(ratio["denominator"]["value"])) / Fraction(str(ratio["numerator"]["value"])))
    if result.quantity is not None:
        return amount(result.quantity)
    text = "".join((result.text or "").split())
    return exactly(Fraction(text[2:])) if text.startswith("1:") and text[2:].isdigit() else None


def aged(node: Node, chart: Chart, some: list[Result], said: Said) -> Said:
    """The verdict of the newest results, or that they are too old."""
    if said == TRUE and _keeps(node):
        return said
    if said == FALSE and node.get("is") == "negative" and _keeps(node):
        return said
    start = earliest_day(node, chart)
    spans = [each.when for each in some if each.when]
    if all((start is None or each.first >= start) and each.last <= chart.today for each in spans):
        return said
    age = "stale" if start is not None and all(each.last < start for each in spans) else "imprecise"
    return unknown(age, said[1] if said[0] == "unknown" else None)


def _keeps(node: Node) -> bool:
    return codes.blocks()[node["observation"]].get("keeps_positive") == "true" and "is" in node


def earliest_day(node: Node, chart: Chart) -> Any:
    """The first day on which a result may have been taken; `None` without a limit."""
    if "within" in node:
        return back(chart.today, node["within"])
    kind = codes.freshness(node["observation"])
    if node["observation"] == "body_height" and _child(chart):
        kind = "vital"
    days = FRESH_DAYS[kind]
    return None if days is None else chart.today - timedelta(days=days)


def _child(chart: Chart) -> bool:
    born = span(chart.patient.get("birthDate"))
    return born is not None and completed_years(born.first, chart.today) < 18


def _contradicted(node: Node, chart: Chart, now: Said, newest: list[Result], all_: list[Result]) -> Said:
    """ "Ever" and "recent": what is not positive now and was positive, or may have been, is contradicted."""
    if now[0] != "unknown" and positive_now(node, now):
        return now
    if not any(positive(each, chart) == FALSE for each in newest):
        return now
    found = [each for each in all_ if positive(each, chart) == TRUE]
    if node["pick"] == "recent":
        start = earliest_day(node, chart)
        found = [each for each in found if each.when and (start is None or each.when.first >= start)]
        found = [each for each in found if each.when and each.when.last <= chart.today]
    return unknown("conflict") if found else now


def positive_now(node: Node, said: Said) -> bool:
    """Whether a verdict says that the test is positive."""
    return said == (FALSE if node.get("is") == "negative" else TRUE)
