"""The limits of normal that a result brings with it: the range that applies, in the block's unit."""

import re
from fractions import Fraction

from tests.differential import codes
from tests.differential.plain.amounts import alike, factor
from tests.differential.plain.chart import Chart, Json
from tests.differential.plain.days import completed_years, span
from tests.differential.plain.observed import Result

SEXES = {"female": ("248152002", "female", "f", "women"), "male": ("248153007", "male", "m", "men")}
Limits = tuple[Fraction | None, Fraction | None]


def limits_of(result: Result, chart: Chart, name: str | None) -> Limits:
    """The lower and upper limit of normal; without a block's name in the result's own unit."""
    found = set()
    for each in result.said.get("referenceRange", []):
        if _normal(each) and _for_sex(each, chart) and _for_age(each, result, chart):
            limits = _numbers(each, result, name)
            if limits != (None, None):
                found.add(_plausible(*limits, name))
    return found.pop() if len(found) == 1 else (None, None)


def _normal(each: Json) -> bool:
    kinds = [coding["code"] for coding in each.get("type", {}).get("coding", [])]
    return not kinds or "normal" in kinds


def _for_sex(each: Json, chart: Chart) -> bool:
    """A range that names a sex is for that sex alone."""
    said = {
        value.lower()
        for concept in each.get("appliesTo", [])
        for value in [concept.get("text", ""), *(coding["code"] for coding in concept.get("coding", []))]
    }
    named = [sex for sex, words in SEXES.items() if said & set(words)]
    return not named or chart.patient.get("gender", named[0]) in named


def _for_age(each: Json, result: Result, chart: Chart) -> bool:
    """A range that names an age is for that age on the day of the result, or for whom nobody knows it."""
    ages = each.get("age")
    born = span(chart.patient.get("birthDate"))
    if not ages or born is None:
        return True
    day = result.when.first if result.when else chart.today
    low, high = ages.get("low", {}).get("value", 0), ages.get("high", {}).get("value", 999)
    return any(low <= completed_years(birth, day) <= high for birth in (born.first, born.last))


def _numbers(each: Json, result: Result, name: str | None) -> Limits:
    if "low" not in each and "high" not in each:
        low, high = _of_text(each.get("text", ""))
        times = _own(result, name)
        return (_times(low, times), _times(high, times))
    return (_limit(each.get("low"), result, name), _limit(each.get("high"), result, name))


def _times(number: Fraction | None, times: Fraction | None) -> Fraction | None:
    return None if number is None or times is None else number * times


def _own(result: Result, name: str | None) -> Fraction | None:
    return Fraction(1) if name is None else factor(result.quantity or {}, name)


def _limit(quantity: Json | None, result: Result, name: str | None) -> Fraction | None:
    """A limit without a unit of its own has the result's."""
    if quantity is None or quantity.get("value") is None:
        return None
    own = quantity.get("unit") or quantity.get("code")
    said = (result.quantity or {}).get("unit") or (result.quantity or {}).get("code")
    if name is None and own and alike(own) != alike(said or ""):
        return None
    times = Fraction(1) if name is None else factor(quantity if own else result.quantity or {}, name)
    return _times(Fraction(str(quantity["value"])), times)


def _of_text(text: str) -> Limits:
    """ "3.5-9.5", "<40", ">= 60", "up to 35"."""
    number = r"(\d+(?:\.\d+)?)"
    if found := re.fullmatch(rf"\s*{number}\s*(?:-|–|to|~)\s*{number}.*", text):
        return (Fraction(found[1]), Fraction(found[2]))
    if found := re.fullmatch(rf"\s*(?:<=?|≤|up to)\s*{number}.*", text):
        return (None, Fraction(found[1]))
    if found := re.fullmatch(rf"\s*(?:>=?|≥)\s*{number}.*", text):
        return (Fraction(found[1]), None)
    return (None, None)


def _plausible(low: Fraction | None, high: Fraction | None, name: str | None) -> Limits:
    """An INR's upper limit outside 1.0-1.4 is a therapeutic range."""
    bounds = codes.blocks()[name].get("upper_normal") if name else None
    if bounds and (high is None or not Fraction(bounds[0]) <= high <= Fraction(bounds[1])):
        return (None, None)
    return (low, high)
