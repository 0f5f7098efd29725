"""A single test as FHIR can say it: what it is about, which value, when, how long; and what of it FHIR cannot say."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple

from app.wire.canonical import value_set_url
from app.wire.lost import lost_of
from mappings.concept_map import OWN
from mappings.grades import grade_code
from mappings.systems import UCUM
from mappings.value_set import ValueSet
from trials.interval import Interval
from trials.language import Age, Allergic, Bound, Done, Found, HalfLives, Immunized, Node, Observed, SexIs, Took
from trials.when import Span, Unit
from trials.wording import unit_text

Json = dict[str, Any]
Release = Literal["r4", "r5"]
Sets = Mapping[str, ValueSet]

VALUE_SET_OF: Final = "http://hl7.org/fhir/StructureDefinition/valueset-reference"
"""FHIR's own extension of a coding: the value set that it stands for."""
_TYPES: Final[Mapping[Release, str]] = {
    "r4": "http://hl7.org/fhir/resource-types",
    "r5": "http://hl7.org/fhir/fhir-types",
}
_GENDER: Final = "http://hl7.org/fhir/administrative-gender"
_OFFSET: Final = "http://hl7.org/fhir/characteristic-offset"
_LIMITS: Final = {"ULN": ("UNL", "Upper Normal Limit"), "LLN": ("LNL", "Lower Normal Limit")}
_UCUM: Final[Mapping[Unit, str]] = {"days": "d", "weeks": "wk", "months": "mo", "years": "a"}


class Window(NamedTuple):
    """A time from an event: `low` and `high` are amounts of time, negative before it."""

    words: str
    event: str
    low: Json | None
    high: Json | None


class Leaf(NamedTuple):
    """A test that FHIR can say in codes and numbers."""

    about: Json
    """CodeableConcept: of a result the result itself, of anything else its kind."""
    values: tuple[Json, ...]
    """Each with one `value[x]`."""
    joined: Literal["any", "all"] = "any"
    offset: Json | None = None
    window: Window | None = None
    duration: Json | None = None
    times: int = 1
    method: str | None = None
    partial: bool = False
    """Whoever meets the test meets this, and not the other way round."""
    lost: tuple[str, ...] = ()


class Words(NamedTuple):
    """What names things in one export."""

    sets: Sets
    public_url: str | None
    release: Release

    def concept(self, name: str) -> Json:
        """A value set as a concept: our own code for it, and where its codes are."""
        reference = {"url": VALUE_SET_OF, "valueUri": value_set_url(self.public_url, name)}
        coding = {"extension": [reference], "system": OWN, "code": name, "display": self.sets[name].title}
        return {"coding": [coding], "text": self.sets[name].title}

    def kind(self, type_: str, text: str) -> Json:
        """A type of resource as a concept."""
        return {"coding": [{"system": _TYPES[self.release], "code": type_}], "text": text}


def leaf(test: Node, words: Words) -> Leaf | None:
    """The test in codes and numbers; `None` where only words can say it."""
    found = _leaf(test, words)
    if found is None:
        return None
    lost = tuple(lost_of(test, words.sets, offsets=words.release == "r5"))
    return found._replace(partial=_partial(test), lost=lost)


def _leaf(test: Node, words: Words) -> Leaf | None:
    match test:
        case Age(years=years):
            about = {"text": "Age in completed years"}
            return Leaf(about, tuple(_amounts(years, "years", "a")), joined="all")
        case SexIs(sex=sex):
            coding = {"system": _GENDER, "code": sex}
            return Leaf({"text": "Administrative sex"}, ({"valueCodeableConcept": {"coding": [coding], "text": sex}},))
        case Observed(change=None):
            return _result(test, words)
        case Found():
            concepts = _concepts(test.names, words)
            return Leaf(words.kind("Condition", "Diagnosis"), concepts, window=_course(test), times=test.times)
        case Took(within=within):
            window = None if isinstance(within, HalfLives) else _window(within, test.before)
            duration = _quantity(Decimal(test.length.number), *_unit(test.length), ">=") if test.length else None
            window = window or (NOW if test.when == "current" and within is None else None)
            kind = words.kind("MedicationStatement", "Medication")
            return Leaf(kind, _concepts(test.names, words), window=window, duration=duration)
        case Done():
            window = _window(test.within, test.before)
            return Leaf(words.kind("Procedure", "Procedure"), _concepts(test.names, words), window=window)
        case Immunized():
            window = _window(test.within, test.before)
            return Leaf(words.kind("Immunization", "Vaccine"), _concepts(test.names, words), window=window)
        case Allergic():
            return Leaf(words.kind("AllergyIntolerance", "Allergy or intolerance"), _concepts(test.names, words))
        case _:
            return None


def _partial(test: Node) -> bool:
    """Whether codes and numbers say less than the test asks."""
    match test:
        case Found():
            narrower = test.severe or test.onset_within or test.onset_before_age or test.cured_for or test.times > 1
            return bool(narrower or test.apart_from or test.when in ("past", "relapsed"))
        case Observed():
            return bool(test.components or test.after)
        case Took(within=within):
            return bool(isinstance(within, HalfLives) or test.dose or test.agents or test.apart_from)
        case Allergic(severe=severe):
            return severe
        case _:
            return False


def _result(test: Observed, words: Words) -> Leaf:
    value_set = words.sets[test.name]
    found = Leaf(
        about=words.concept(test.name),
        values=(),
        window=_window(test.within, "today"),
        method="on room air" if test.on_room_air else None,
    )
    if test.answer is not None:
        return found._replace(values=(_own(test.answer, test.answer),))
    if test.codes:
        return found._replace(values=tuple(_own(grade_code(test.name, code), code) for code in test.codes))
    assert test.bound is not None
    offset = _offset(test.bound) if words.release == "r5" else None
    return found._replace(values=tuple(_limits(test.bound, value_set, offset)), joined="all", offset=offset)


def _own(code: str, text: str) -> Json:
    coding = [] if code == "detected" else [{"system": OWN, "code": code}]
    return {"valueCodeableConcept": {"coding": coding, "text": text} if coding else {"text": text}}


def _concepts(names: Iterable[str], words: Words) -> tuple[Json, ...]:
    return tuple({"valueCodeableConcept": words.concept(name)} for name in names)


def _limits(bound: Bound, value_set: ValueSet, offset: Json | None) -> Iterator[Json]:
    """The limit in UCUM; a multiple of a normal limit as a number annotated so, beside `offset` no distance from it."""
    if bound.times is None:
        yield from _amounts(bound.interval, *_measured(value_set))
    elif offset is None:
        yield from _amounts(bound.interval, f"× {bound.times}", f"{{{bound.times}}}")
    else:
        at_limit = bound.interval._replace(
            low=None if bound.interval.low is None else Decimal(0),
            high=None if bound.interval.high is None else Decimal(0),
        )
        yield from _amounts(at_limit, *_measured(value_set))


def _measured(value_set: ValueSet) -> tuple[str, str | None]:
    return unit_text(value_set) or ("titre, 1 to" if value_set.unit == "{titre}" else "1"), value_set.unit


def _offset(bound: Bound) -> Json | None:
    """The normal limit itself ("above the upper limit") as a reference point; a multiple of it is none."""
    if bound.times is None or {bound.interval.low, bound.interval.high} != {None, Decimal(1)}:
        return None
    code, display = _LIMITS[bound.times]
    return {"coding": [{"system": _OFFSET, "code": code, "display": display}]}


def _amounts(interval: Interval[Decimal], unit: str, code: str | None) -> Iterator[Json]:
    """A range where both ends belong to it, else a quantity with a comparator for each end."""
    low, high, low_open, high_open = interval
    if low is not None and high is not None and not low_open and not high_open:
        yield {"valueRange": {"low": _quantity(low, unit, code), "high": _quantity(high, unit, code)}}
        return
    if low is not None:
        yield {"valueQuantity": _quantity(low, unit, code, ">" if low_open else ">=")}
    if high is not None:
        yield {"valueQuantity": _quantity(high, unit, code, "<" if high_open else "<=")}


def _quantity(number: Decimal, unit: str, code: str | None, comparator: str | None = None) -> Json:
    value = int(number) if number == number.to_integral_value() else float(number)
    found: Json = {"value": value}
    found |= {"comparator": comparator} if comparator else {}
    return found | ({"unit": unit, "system": UCUM, "code": code} if code else {})


def _unit(span: Span) -> tuple[str, str]:
    return span.unit, _UCUM[span.unit]


_DAY: Final = "day of judging"
_NO_TIME: Final[Json] = {"value": 0, "unit": "days", "system": UCUM, "code": "d"}
NOW: Final = Window("on the", _DAY, _NO_TIME, _NO_TIME)
"""The window of what has to be so now."""


def _course(test: Found) -> Window | None:
    if test.within or test.onset_within:
        return _window(test.within or test.onset_within, "today")
    ago = test.at_least_ago or test.cured_for
    if ago:
        return Window(f"at least {ago} before the", _DAY, None, _quantity(Decimal(-ago.number), *_unit(ago)))
    return NOW if test.when == "current" else None


def _window(within: Span | HalfLives | None, before: str) -> Window | None:
    if within is None or isinstance(within, HalfLives):
        return None
    event = _DAY if before == "today" else before
    first, last = (_quantity(Decimal(number), *_unit(within)) for number in (-within.number, 0))
    return Window(f"within {within} before the", event, first, last)
