"""What an Observation or a component says: its value[x] as reported, and what that means in a value set's own terms."""

from typing import Final, Literal

from msgspec import Struct

from app.reading.codings import codings_of, text_of
from app.reading.numbers import Number, bounded, measured, written_number
from app.reading.shapes import Concept, Quantity, Range, Ratio, Valued
from app.reading.shown import clean, concept_shown, number_shown, quantity_shown
from app.reading.units import Units
from mappings.terminology import Coding, Terminology
from mappings.value_set import ValueSet
from trials.interval import Interval
from trials.record import Answer, Flag
from trials.truth import Truth

TITRE: Final = "{titre}"
"""The unit of value sets whose numbers are titres."""
_ANSWERS = frozenset({"positive", "negative", "indeterminate"})


class Reported(Struct, frozen=True, gc=False):
    """A value in the chart's own words, whatever its FHIR type."""

    shown: str
    number: Number | None = None
    system: str | None = None
    code: str | None = None
    unit: str | None = None
    titre: bool = False
    codings: tuple[Coding, ...] = ()
    text: str | None = None
    answer: Answer | None = None


class Meaning(Struct, frozen=True, gc=False):
    """The value in a value set's terms; see `trials.record.Result`."""

    value: Number | None = None
    answer: Answer | None = None
    code: str | None = None
    flag: Flag | None = None
    problem: Literal["unit", "imprecise", "conflict"] | None = None


def reported(valued: Valued) -> Reported | None:
    """The value that is there; nothing if there is none of a kind that a criterion could rest on."""
    if valued.value_quantity is not None:
        return _quantity(valued.value_quantity)
    if valued.value_codeable_concept is not None:
        return _concept(valued.value_codeable_concept)
    if valued.value_string is not None:
        return _text(valued.value_string)
    if valued.value_boolean is not None:
        return Reported("Yes", answer="positive") if valued.value_boolean else Reported("No", answer="negative")
    if valued.value_integer is not None:
        return Reported(number_shown(valued.value_integer), bounded(valued.value_integer, None))
    if valued.value_range is not None:
        return _range(valued.value_range)
    return None if valued.value_ratio is None else _ratio(valued.value_ratio)


def meaning(
    said: Reported | None,
    interpretation: Answer | Flag | None,
    value_set: ValueSet,
    terminology: Terminology,
    units: Units,
) -> Meaning:
    """What a reported value and the laboratory's reading beside it say in the set's terms."""
    value = None if said is None or said.number is None else _converted(said, value_set, units)
    answer = None if said is None else _answer(said, terminology)
    grade = _grade(said, value_set, terminology) if said is not None and value_set.grades else None
    flag: Flag | None = None
    if interpretation in _ANSWERS:
        if answer is not None and answer != interpretation:
            return Meaning(problem="conflict")
        answer = interpretation  # type: ignore[assignment] # one of the answers, which the type checker cannot see
    else:
        flag = interpretation  # type: ignore[assignment]
    if answer is None and value is not None and value_set.positive_from is not None:
        answer = _answered(value.inside(Interval(value_set.positive_from, None)))
    if value is not None or answer is not None or grade is not None:
        return Meaning(value, answer, grade, flag)
    return Meaning(flag=flag, problem="imprecise" if said is None or said.number is None else "unit")


def _converted(said: Reported, value_set: ValueSet, units: Units) -> Number | None:
    assert said.number is not None
    if said.titre:
        return said.number if value_set.unit in (TITRE, None) else None
    return units.converted(said.number, value_set, said.system, said.code, said.unit)


def _answer(said: Reported, terminology: Terminology) -> Answer | None:
    if said.answer is not None or not (said.codings or said.text):
        return said.answer
    return terminology.answer(said.codings, said.text)


def _answered(positive: Truth) -> Answer:
    """What a number says where it is an answer as well; one that may be either says nothing."""
    return "indeterminate" if positive is Truth.UNKNOWN else "positive" if positive is Truth.TRUE else "negative"


def _grade(said: Reported, value_set: ValueSet, terminology: Terminology) -> str | None:
    text = said.text
    if text is None and said.number is not None and said.number.exact and said.number.low is not None:
        text = f"{said.number.low.normalize():f}"
    return terminology.ordinal(value_set.name, said.codings, text)


def _quantity(quantity: Quantity) -> Reported | None:
    if quantity.value is None:
        return None
    number = bounded(quantity.value, quantity.comparator)
    return Reported(quantity_shown(quantity), number, quantity.system, quantity.code, quantity.unit)


def _concept(concept: Concept) -> Reported | None:
    shown = concept_shown(concept)
    if not shown:
        return None
    words = concept.text or next((coding.display for coding in concept.coding or () if coding.display), None)
    written = written_number(words) if words else None
    codings = codings_of(concept)
    if written is None:
        return Reported(shown, codings=codings, text=text_of(concept))
    return Reported(
        shown, written.value, unit=written.unit, titre=written.titre, codings=codings, text=text_of(concept)
    )


def _text(text: str) -> Reported | None:
    shown = clean(text)
    if not shown:
        return None
    written = written_number(text)
    cut = text_of(Concept(text=text))
    if written is None:
        return Reported(shown, text=cut)
    return Reported(shown, written.value, unit=written.unit, titre=written.titre, text=cut)


def _range(value: Range) -> Reported | None:
    low, high = value.low or Quantity(), value.high or Quantity()
    if low.value is None and high.value is None:
        return None
    shown = " to ".join(filter(None, (quantity_shown(low), quantity_shown(high))))
    one = low if low.code or low.unit else high
    units = {(end.code or end.unit) for end in (low, high) if end.value is not None and (end.code or end.unit)}
    ends = measured(low.value), measured(high.value)
    lost = any(end.value is not None and kept is None for end, kept in zip((low, high), ends, strict=True))
    reversed_ = ends[0] is not None and ends[1] is not None and ends[0] > ends[1]
    number = None if lost or reversed_ or len(units) > 1 else Interval(*ends)
    return Reported(clean(shown), number, one.system, one.code, one.unit)


def _bare(quantity: Quantity) -> bool:
    """Without a unit; an annotation such as "{titer}" is none."""
    return all(not unit or unit == "1" or unit.startswith("{") for unit in (quantity.code, quantity.unit))


def _ratio(ratio: Ratio) -> Reported | None:
    """A titre 1:8, or an amount per time or volume (3.5 g in 24 h), whose unit says the second number."""
    above, below = ratio.numerator or Quantity(), ratio.denominator or Quantity()
    if above.value is None or below.value is None:
        return None
    if _bare(above) and _bare(below):
        comparator = (below.comparator or "").strip()
        shown = clean(f"{comparator}{number_shown(above.value)}:{number_shown(below.value)}")
        number = bounded(below.value, below.comparator) if above.value == 1 and not above.comparator else None
        return Reported(shown, number, titre=True)
    shown = clean(f"{quantity_shown(above)} / {quantity_shown(below)}")
    number = None if below.comparator else bounded(above.value, above.comparator)
    below_unit = below.code or below.unit or "1"
    if below.value == 1:
        unit = f"{above.code or above.unit or '1'}/{below_unit}"
    else:
        unit = f"{above.code or above.unit or '1'}/({number_shown(below.value)}.{below_unit})"
    return Reported(shown, number, unit=clean(unit))
