"""A result's value, flag and normal range, from the short form into FHIR: numbers, titres, words and codes."""

import re
from decimal import Decimal
from typing import Any

import yaml

from app.cases.codes import coded
from app.cases.short import Fact
from mappings.source import Part
from mappings.systems import UCUM

Json = dict[str, Any]

_NUMBER = re.compile(r"(?P<comparator>[<>]=?)?\s*(?P<number>\d+(?:\.\d+)?)(?:\s+(?P<unit>\S.*))?")
_TITRE = re.compile(r"(?P<comparator>[<>]=?)?\s*1\s*:\s*(?P<number>\d+)")
_RANGE = re.compile(r"(?P<low>\d+(?:\.\d+)?)?\.\.(?P<high>\d+(?:\.\d+)?)?")
_HL7 = "http://terminology.hl7.org/CodeSystem/"


def measured(fact: Fact) -> Json:
    """`value[x]`, `interpretation` and `referenceRange`.

    "0.5 10*9/L" and "<20 [IU]/mL" are Quantities, "1:8" and other words a text; `as: ratio`, `as: quantity` and
    `as: text` choose otherwise; `{snomed: {…}}` is a coded answer, "none" no value.
    """
    flag = fact.said("flag")
    built = _value(fact)
    if flag is not None:
        built["interpretation"] = [hl7("v3-ObservationInterpretation", flag.text())]
    return built | _range(fact, _unit(fact))


def components(fact: Fact) -> Json:
    """The parts of a panel, each with a text for its code and a text for its value: `{Renal: A, Mucocutaneous: B}`."""
    part = fact.said("components")
    if part is None:
        return {}
    parts = part.texts_by_key()
    return {"component": [{"code": {"text": name}, "valueString": text} for name, text in parts.items()]}


def hl7(system: str, code: str) -> Json:
    """A CodeableConcept with one code of HL7's own code systems."""
    return {"coding": [{"system": _HL7 + system, "code": code}]}


def _value(fact: Fact) -> Json:
    part = fact.value
    if isinstance(part.node, yaml.MappingNode):
        return {"valueCodeableConcept": coded(part)}
    text = part.text()
    form = _form(fact)
    titre, number = _TITRE.fullmatch(text), _NUMBER.fullmatch(text)
    if text == "none":
        return {}
    match form, titre, number:
        case "ratio", re.Match(), _:
            return {"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": int(titre["number"])}}}
        case "quantity", re.Match(), _:
            return {"valueQuantity": _quantity(titre["number"], titre["comparator"], {"unit": "{titre}"})}
        case "text", _, _:
            return {"valueString": text}
        case None | "quantity", None, re.Match():
            return {"valueQuantity": _quantity(number["number"], number["comparator"], _unit(fact))}
        case None, _, _:
            return {"valueString": text}
        case _:
            part.fail(f"{text!r} cannot be said as a {form}; expected a titre such as 1:8, or a number")


def _form(fact: Fact) -> str | None:
    form = fact.said("as")
    return form.one_of(("text", "ratio", "quantity")) if form is not None else None


def _unit(fact: Fact) -> Json:
    """The unit behind the number, as text and as UCUM; `unit_code: none` leaves the code out."""
    text = fact.value.text() if isinstance(fact.value.node, yaml.ScalarNode) else ""
    number = _NUMBER.fullmatch(text)
    if number is None or number["unit"] is None:
        return {}
    if "unit_code" not in fact.rest:
        return {"unit": number["unit"], "system": UCUM, "code": number["unit"]}
    code = fact.said("unit_code")
    return {"unit": number["unit"], **({"system": UCUM, "code": code.text()} if code else {})}


def _quantity(number: str, comparator: str | None, unit: Json) -> Json:
    return {"value": Decimal(number), **({"comparator": comparator} if comparator else {}), **unit}


def _range(fact: Fact, unit: Json) -> Json:
    part = fact.said("range")
    if part is None:
        return {}
    meaning = fact.said("range_means")
    kind = {"type": hl7("referencerange-meaning", meaning.text())} if meaning else {}
    if isinstance(part.node, yaml.MappingNode):
        return {"referenceRange": [{**kind, "text": _text_range(part)}]}
    found = _RANGE.fullmatch(part.text())
    if found is None or not (found["low"] or found["high"]):
        part.fail(
            f"found {part.text()!r}; expected a range such as 1.8..7.5, ..40, 3.5.. or {{text: 3.5-9.5}}, or none"
        )
    ends = {end: _quantity(found[end], None, unit) for end in ("low", "high") if found[end]}
    return {"referenceRange": [{**kind, **ends}]}


def _text_range(part: Part) -> str:
    fields = part.fields(("text",))
    if "text" not in fields:
        part.fail("found no `text`; expected a range in words, such as {text: 3.5-9.5}")
    return fields["text"].text()
