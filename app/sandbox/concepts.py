"""Builds the FHIR data types that the sandbox's resources share: concepts, quantities, ranges, references."""

from typing import Any, Final

from app.sandbox.compact import Finding, Number, Term
from mappings.systems import SYSTEMS, UCUM

Json = dict[str, Any]

CATALOGUE: Final = "https://hospital.example/drug-catalogue"
"""The invented hospital's own code system, which nobody else knows."""

_SHOWN: Final = {
    "10*9/L": "×10⁹/L",
    "umol/L": "µmol/L",
    "mm[Hg]": "mmHg",
    "[IU]/mL": "IU/mL",
    "[lb_av]": "lb",
    "{score}": "points",
}
"""UCUM code → what a laboratory prints."""

_HL7: Final = "http://terminology.hl7.org/CodeSystem/"


def concept(term: Term) -> Json:
    """A CodeableConcept with every coding of `term` and its text, whichever it has."""
    coding = [
        {"system": uri, "code": code} | ({"display": display} if display else {})
        for name, uri in (*SYSTEMS.items(), ("local", CATALOGUE))
        for code, display in getattr(term, name, {}).items()
    ]
    return ({"coding": coding} if coding else {}) | ({"text": term.text} if term.text else {})


def hl7(system: str, code: str) -> Json:
    """A CodeableConcept with one code of HL7's own code systems."""
    return {"coding": [{"system": _HL7 + system, "code": code}]}


def quantity(value: Number | str, unit: str | None) -> Json:
    """A Quantity; `value` may carry a comparator. `unit` is UCUM; "text: X" has no code, "none" is no unit."""
    written = str(value)
    comparator = written[: len(written) - len(written.lstrip("<>="))]
    built: Json = {"value": _number(written[len(comparator) :]) if comparator else value}
    if comparator:
        built["comparator"] = comparator
    if unit is None or unit == "none":
        return built
    if unit.startswith("text: "):
        return {**built, "unit": unit.removeprefix("text: ")}
    return {**built, "unit": _SHOWN.get(unit, unit), "system": UCUM, "code": unit}


def reference_range(finding: Finding, term: Term, unit: str | None) -> list[Json]:
    """The result's normal range in its own unit; nothing if it has none."""
    limits = term.range if finding.range is None else finding.range
    if limits is None or limits == "none":
        return []
    meaning = {"type": hl7("referencerange-meaning", finding.range_means)} if finding.range_means else {}
    if isinstance(limits, str):
        return [{**meaning, "text": limits}]
    low, high = limits
    ends = {"low": low, "high": high}
    return [{**{end: quantity(limit, unit) for end, limit in ends.items() if limit is not None}, **meaning}]


def _number(text: str) -> Number:
    return float(text) if "." in text else int(text)
