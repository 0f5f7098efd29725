"""The limits of a result's own normal range, where exactly one applies to this patient; none from anywhere else."""

from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from app.reading.ages import age_span, reached
from app.reading.numbers import Number, measured, written_range
from app.reading.shapes import Concept, Quantity, Range, ReferenceRange
from app.reading.values import TITRE, Reported
from mappings.terminology import Terminology
from mappings.value_set import ValueSet
from trials.interval import Interval
from trials.record import Person
from trials.truth import Truth
from trials.when import Span

NORMAL_CODE: Final = "normal"
_NORMAL_TEXTS = frozenset({"normal", "normal range", "reference range", "reference interval", "参考范围", "正常范围"})
_FEMALE = frozenset({"f", "female", "females", "woman", "women", "女", "女性", "248152002"})
_MALE = frozenset({"m", "male", "males", "man", "men", "男", "男性", "248153007"})
"""Codes of HL7 and of SNOMED CT ("Female (finding)", "Male (finding)"), and the words that stand in their place."""
_ADULT = frozenset({"adult", "adults", "成人"})
_ADULT_FROM = Span(18, "years")


class Limits(NamedTuple):
    """The lower and the upper limit of normal, in the value set's unit."""

    low: Decimal | None = None
    high: Decimal | None = None


NONE: Final = Limits()


def normal_limits(
    ranges: list[ReferenceRange],
    value_set: ValueSet,
    said: Reported | None,
    *,
    person: Person,
    day: date,
    terminology: Terminology,
) -> Limits:
    """The limits of the range that applies on that day; none if no range can be read or several differ."""
    found: Limits | None = None
    for one in ranges:
        if not _is_normal(one.type) or _applies(one, person, day) is Truth.FALSE:
            continue
        limits = _limits(one, value_set, said, terminology)
        if limits is None:
            if one.low or one.high:
                return NONE  # it applies and cannot be compared with the value
            continue
        if found is not None and found != limits:
            return NONE
        found = limits
    if found is None or not _plausible(found, value_set):
        return NONE
    return found


def _plausible(limits: Limits, value_set: ValueSet) -> bool:
    """Whether it is a normal range, where the set knows where its upper limit lies (INR: not a therapeutic one)."""
    if value_set.upper_normal is None:
        return True
    lowest, highest = value_set.upper_normal
    return limits.high is not None and lowest <= limits.high <= highest


def _is_normal(kind: Concept | None) -> bool:
    if kind is None or not (kind.coding or kind.text):
        return True
    codes = {(coding.code or "").strip().lower() for coding in kind.coding or ()} - {""}
    if codes:
        return NORMAL_CODE in codes
    return (kind.text or "").strip().lower() in _NORMAL_TEXTS


def _applies(one: ReferenceRange, person: Person, day: date) -> Truth:
    """Whether the range is for people like this one. A population that we cannot tell is not theirs."""
    populations = [_population(concept, person, day) for concept in one.applies_to or ()]
    return min([*populations, _of_age(one.age, person, day)])


def _population(concept: Concept, person: Person, day: date) -> Truth:
    said = {(coding.code or "").strip().lower() for coding in concept.coding or ()}
    said |= {(coding.display or "").strip().lower() for coding in concept.coding or ()}
    said.add((concept.text or "").strip().lower())
    for sex, words in (("female", _FEMALE), ("male", _MALE)):
        if said & words:
            return Truth.UNKNOWN if person.sex is None else Truth.TRUE if person.sex == sex else Truth.FALSE
    if said & _ADULT:
        return reached(_ADULT_FROM, person, day)
    return Truth.FALSE


def _of_age(age: Range | None, person: Person, day: date) -> Truth:
    """Completed years (months, weeks, days) from the lower to the upper limit, both included."""
    if age is None:
        return Truth.TRUE
    truths = [Truth.TRUE]
    if age.low is not None and age.low.value is not None:
        span = age_span(age.low)
        truths.append(Truth.UNKNOWN if span is None else reached(span, person, day))
    if age.high is not None and age.high.value is not None:
        span = age_span(age.high)
        past = Truth.UNKNOWN if span is None else reached(span._replace(number=span.number + 1), person, day)
        truths.append(past.negated)
    return min(truths)


def _limits(one: ReferenceRange, value_set: ValueSet, said: Reported | None, terminology: Terminology) -> Limits | None:
    low, high = one.low, one.high
    has_low = low is not None and low.value is not None
    has_high = high is not None and high.value is not None
    if has_low or has_high:
        assert low is not None or high is not None
        ends = measured(low.value) if low else None, measured(high.value) if high else None
        if (has_low and ends[0] is None) or (has_high and ends[1] is None):
            return None
        units = [end for end in (low, high) if end is not None and (end.code or end.unit)]
        if len({unit.code or unit.unit for unit in units}) > 1:
            return None
        unit = units[0] if units else None
        return _converted(Interval(*ends), unit, value_set, said, terminology)
    written = written_range(one.text) if one.text else None
    if written is None or (written.titre and value_set.unit not in (TITRE, None)):
        return None
    unit = Quantity(unit=written.unit) if written.unit else None
    plain = Interval(written.value.low, written.value.high)
    return Limits(*plain[:2]) if written.titre else _converted(plain, unit, value_set, said, terminology)


def _converted(
    ends: Number, unit: Quantity | None, value_set: ValueSet, said: Reported | None, terminology: Terminology
) -> Limits | None:
    """The limits in the set's unit; a range without a unit has the value's."""
    if ends.low is not None and ends.high is not None and ends.low > ends.high:
        return None
    values = said or Reported("")
    if unit is None:
        converted = terminology.convert(ends, value_set, values.system, values.code, values.unit)
    else:
        if value_set.unit is None and not _same_unit(unit, values):
            return None  # nothing is converted in a set without a unit: only like can be compared with like
        converted = terminology.convert(ends, value_set, unit.system, unit.code, unit.unit)
    return None if converted is None else Limits(converted.low, converted.high)


def _same_unit(unit: Quantity, said: Reported) -> bool:
    theirs = {text.strip() for text in (said.code, said.unit) if text}
    return bool(theirs & {text.strip() for text in (unit.code, unit.unit) if text})
