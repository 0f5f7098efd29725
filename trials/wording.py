"""English sentences about limits, facts and verdicts; the only place in the domain that has any."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from mappings.value_set import ValueSet
from trials.interval import Interval
from trials.language import Bound
from trials.match import Standing
from trials.record import Allergy, Diagnosis, Entry, Event, Exposure, Fact, PersonAnswer, Result, Trait
from trials.verdict import Verdict, Why
from trials.when import When

STANDINGS: Mapping[Standing, str] = {
    "candidate": "candidate",
    "potential-candidate": "potential candidate",
    "ineligible": "not eligible",
    "not-assessable": "cannot be assessed",
}

REASONS: Mapping[Why, str] = {
    Why.TEXT_MISSING: "this part of the protocol is not in our copy",
    Why.NOT_WRITTEN: "this criterion is not written here yet",
    Why.UNDEFINED: "the protocol sets no limit",
    Why.NOT_SEARCHED: "the chart could not be searched for it",
    Why.CONFLICT: "the chart contradicts itself",
    Why.UNIT: "the unit of the result is missing or unknown",
    Why.NO_REFERENCE_RANGE: "the result has no normal range of its own",
    Why.STALE: "the latest result is too old",
    Why.IMPRECISE: "what the chart says is not exact enough",
    Why.FUTURE: "inside a waiting time before a later step",
    Why.NEEDS_PERSON: "a person has to say",
    Why.NO_DATA: "nothing in the chart",
    Why.NOT_IN_CHART: "not found in the chart",
    Why.NOT_APPLICABLE: "does not concern this patient",
}

_UNITS = {
    "10*9/L": "×10⁹/L",
    "umol/L": "µmol/L",
    "1": "",
    "{titre}": "",
    "g/(24.h)": "g/24 h",
    "mL/min/{1.73_m2}": "mL/min/1.73 m²",
    "mm[Hg]": "mmHg",
    "[IU]/mL": "IU/mL",
}


def unit_text(value_set: ValueSet) -> str:
    """The set's unit as people write it; empty for pure numbers."""
    unit = value_set.unit or ""
    return _UNITS.get(unit, unit)


def number_text(value: Decimal) -> str:
    """A number at no more than four significant digits, without an exponent."""
    rounded = Decimal(f"{value:.4g}") if value != value.to_integral_value() or abs(value) >= 10**6 else value
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def limit_text(bound: Bound, value_set: ValueSet) -> str:
    """A limit in words: "at least 0.5 ×10⁹/L", "at most 1.5 × ULN", "45 to 70 %"."""
    suffix = f" × {bound.times}" if bound.times else _suffix(value_set)
    prefix = "1:" if value_set.unit == "{titre}" and not bound.times else ""
    low, high, low_open, high_open = bound.interval
    if bound.times and (low, high) in ((None, Decimal(1)), (Decimal(1), None)):
        return _side_of_normal(bound)
    if low is not None and high is not None and not (low_open or high_open):
        return f"{prefix}{number_text(low)} to {prefix}{number_text(high)}{suffix}"
    sides = []
    if low is not None:
        sides.append(f"{'above' if low_open else 'at least'} {prefix}{number_text(low)}{suffix}")
    if high is not None:
        sides.append(f"{'below' if high_open else 'at most'} {prefix}{number_text(high)}{suffix}")
    return " and ".join(sides)


def outside_text(bound: Bound, value_set: ValueSet) -> str:
    """What lies outside a limit in words: of one with one side, the other side."""
    low, high, low_open, high_open = bound.interval
    if low is not None and high is not None:
        return f"not {limit_text(bound, value_set)}"
    other = Interval(high, None, not high_open) if low is None else Interval(None, low, high_open=not low_open)
    return limit_text(Bound(interval=other, times=bound.times), value_set)


def _side_of_normal(bound: Bound) -> str:
    limit = "upper limit of normal" if bound.times == "ULN" else "lower limit of normal"
    low, _, low_open, high_open = bound.interval
    word = ("above" if low_open else "at least") if low is not None else ("below" if high_open else "at most")
    return f"{word} the {limit}"


def _suffix(value_set: ValueSet) -> str:
    unit = unit_text(value_set)
    return f" {unit}" if unit else ""


def interval_text(value: Interval[Decimal], value_set: ValueSet) -> str:
    """A value in the set's unit: "95 g/L", "<5 mL/min"."""
    prefix = "1:" if value_set.unit == "{titre}" else ""
    low, high, low_open, high_open = value
    if low is not None and low == high:
        return f"{prefix}{number_text(low)}{_suffix(value_set)}"
    if low is None and high is not None:
        return f"{'<' if high_open else '≤'}{prefix}{number_text(high)}{_suffix(value_set)}"
    if high is None and low is not None:
        return f"{'>' if low_open else '≥'}{prefix}{number_text(low)}{_suffix(value_set)}"
    if low is not None and high is not None:
        return f"{prefix}{number_text(low)}–{prefix}{number_text(high)}{_suffix(value_set)}"
    return "unreadable"


def evidence_text(fact: Fact, sets: Mapping[str, ValueSet]) -> str:
    """One fact as a clinician reads it: as reported, as converted, the normal range, and what marks it."""
    match fact:
        case Result():
            return _result_text(fact, sets)
        case Diagnosis():
            return _marked(fact.shown, _diagnosis_marks(fact))
        case Exposure():
            return _marked(fact.shown, _exposure_marks(fact))
        case Allergy(severe=severe):
            return _marked(fact.shown, ["severe"] if severe else [])
        case Event(by_name=by_name):
            return _marked(fact.shown, ["by name"] if by_name else [])
        case Trait():
            return fact.shown
        case PersonAnswer():
            return _answer_text(fact)
        case Entry():
            return fact.shown or "entry without a readable code or text"


def _answer_text(answer: PersonAnswer) -> str:
    said = f"answered {'yes' if answer.yes else 'no'} by {answer.by} on {day_text(answer.when.first)}"
    return f"{said}, until {day_text(answer.until)}" + (f": {answer.note}" if answer.note else "")


def _result_text(result: Result, sets: Mapping[str, ValueSet]) -> str:
    value_set = sets[result.name]
    marks = []
    if result.value is not None and not result.inputs:
        converted = interval_text(result.value, value_set)
        if _squeezed(converted) != _squeezed(result.shown) and not _same_score(result, value_set):
            marks.append(f"= {converted}")
    if result.low is not None or result.high is not None:
        normal = interval_text(Interval(result.low, result.high), value_set)
        marks.append(f"normal {normal}")
    if result.inputs:
        inputs = (f"{sets[part.name].title} {part.shown} ({date_text(part.when)})" for part in result.inputs)
        marks.append("from " + ", ".join(inputs))
    if result.preliminary:
        marks.append("preliminary")
    return _marked(f"{value_set.title} {result.shown}", marks)


def _same_score(result: Result, value_set: ValueSet) -> bool:
    """Whether a pure number is only shown with other words around it: "126 points", "1.0"."""
    if value_set.unit != "1" or result.value is None or not result.value.exact:
        return False
    number = result.shown.split()[0] if result.shown.split() else ""
    return number.replace(".", "", 1).isdecimal() and Decimal(number) == result.value.low


def _squeezed(text: str) -> str:
    plain = text.replace("×10⁹/L", "10*9/L").replace("10^9/L", "10*9/L").replace("µ", "u").replace("μ", "u")
    return plain.replace(" ", "").casefold()


def _diagnosis_marks(fact: Diagnosis) -> list[str]:
    marks = []
    if fact.provisional:
        marks.append("not confirmed")
    if fact.history:
        marks.append("history")
    elif fact.ended:
        marks.append(
            f"{fact.resolved or 'ended'} {date_text(fact.abated)}" if fact.abated else fact.resolved or "ended"
        )
    if fact.relapsed:
        marks.append("came back")
    if fact.by_name:
        marks.append("by name")
    return marks


def _exposure_marks(fact: Exposure) -> list[str]:
    marks = []
    if fact.ongoing:
        marks.append(f"since {date_text(fact.start)}" if fact.start else "current")
    elif fact.end is not None and fact.start is not None and fact.end.text != fact.start.text:
        marks.append(f"{date_text(fact.start)} to {date_text(fact.end)}")
    if fact.by_text:
        marks.append("by its text")
    return marks


def _marked(text: str, marks: list[str]) -> str:
    return f"{text} ({'; '.join(marks)})" if marks else text


def date_text(when: When | None) -> str:
    """The day, or as much of it as is known."""
    return when.text[:10] if when is not None else "no date"


def reason_text(verdict: Verdict) -> str | None:
    """Why no fact decided it, in words, with the remark and the day on which it clears."""
    if verdict.why is None:
        return None
    text = REASONS[verdict.why]
    if verdict.note:
        text += f": {verdict.note}"
    if verdict.clears:
        text += f"; clears on {day_text(verdict.clears)}"
    return text


def day_text(day: date) -> str:
    """A day as in the report: 2026-11-21."""
    return day.isoformat()
