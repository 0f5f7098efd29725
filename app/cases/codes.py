"""Which code a fact of a case carries: the one its author chose, else the value set's own first.

`code: snomed 89155008` must be a code of that value set, whose display it gets; a code that no set holds is written
with its display, `code: {snomed: {254837009: Malignant neoplasm of breast (disorder)}}`, so that it can be checked.
"""

from collections.abc import Mapping
from typing import Any

import yaml

from app.cases.short import OTHER, Fact
from mappings.coding import Coding
from mappings.source import Part, suggestion
from mappings.systems import ICD10CM, OIDS, SYSTEMS, canonical_code, canonical_system, code_fault
from mappings.terminology import Domain, Terminology
from mappings.value_set import ValueSet

Json = dict[str, Any]

_DOMAIN: Mapping[str, Domain | None] = {
    "results": "result",
    "conditions": "diagnosis",
    "procedures": "procedure",
    "immunizations": "vaccine",
    "allergies": "substance",
    "medications": None,
}
_SHORT = {uri: name for name, uri in SYSTEMS.items()}


def concept(fact: Fact, terminology: Terminology) -> Json:
    """The CodeableConcept that says what the fact is about."""
    code, text, display = fact.said("code"), fact.said("text"), fact.said("display")
    if code is not None:
        built = _written(code, fact, terminology)
    elif text is not None or "code" in fact.rest:
        built = {}
    else:
        built = _usual(terminology.sets[fact.name], terminology)
    if "display" in fact.rest and "coding" in built:
        bare = [{key: value for key, value in coding.items() if key != "display"} for coding in built["coding"]]
        built["coding"] = [{**coding, "display": display.text()} for coding in bare] if display else bare
    return {**built, "text": text.text()} if text is not None else built


def coded(part: Part) -> Json:
    """A CodeableConcept written out: `{snomed: {10828004: Positive}}`, or a text alone."""
    if isinstance(part.node, yaml.ScalarNode):
        return {"text": part.text()}
    codings = []
    for system, (key, codes) in part.entries().items():
        uri = _uri(system, key)
        for code, (code_key, display) in codes.entries().items():
            short = _SHORT.get(canonical_system(uri) or "")
            fault = code_fault(short, code) if short else None
            if fault:
                code_key.fail(fault)
            codings.append({"system": uri, "code": code, "display": display.text()})
    return {"coding": codings}


def _usual(value_set: ValueSet, terminology: Terminology) -> Json:
    """The set's own first code, else that of the first set that it includes, else its name."""
    for system, codes in value_set.codes.items():
        for code, display in codes.items():
            return {"coding": [{"system": system, "code": _dotted(system, code), "display": display}]}
    for system, prefixes in value_set.prefixes.items():
        return {"coding": [{"system": system, "code": _dotted(system, prefixes[0])}], "text": value_set.title}
    for name in value_set.includes:
        return _usual(terminology.sets[name], terminology)
    return {"text": value_set.names[0]}


def _dotted(system: str, code: str) -> str:
    """A code as charts write it; value sets hold ICD-10-CM without its dot."""
    return f"{code[:3]}.{code[3:]}" if system == ICD10CM and len(code) > 3 else code


def _written(part: Part, fact: Fact, terminology: Terminology) -> Json:
    if isinstance(part.node, yaml.MappingNode):
        return coded(part)
    if isinstance(part.node, yaml.SequenceNode):
        return {"coding": [_coding(item, fact, terminology) for item in part.items()]}
    return {"coding": [_coding(part, fact, terminology)]}


def _coding(part: Part, fact: Fact, terminology: Terminology) -> Json:
    system, _, code = part.text().rpartition(" ")
    if not system:
        part.fail(f"found {part.text()!r}; expected a system and a code, such as 'snomed 89155008' or 'icd10cm M34.9'")
    uri = _uri(system.strip(), part)
    known = canonical_system(uri) or uri
    if known in _SHORT and fact.name != OTHER and fact.name not in _meaning(fact, Coding(uri, code, None), terminology):
        part.fail(
            f"{part.text()!r} is no code of {fact.name!r} in mappings; "
            f"write it with its display to have it checked: {{{system}: {{{code}: its official display}}}}"
        )
    display = next(filter(None, (_display(s, known, code) for s in terminology.sets.values())), None)
    return {"system": uri, "code": code, **({"display": display} if display else {})}


def _meaning(fact: Fact, coding: Coding, terminology: Terminology) -> tuple[str, ...]:
    domain = _DOMAIN[fact.list]
    if domain is None:
        ingredients = terminology.drug((coding,), None).ingredients
        return (*ingredients, *(name for ingredient in ingredients for name in terminology.classes(ingredient)))
    found = terminology.identify(domain, (coding,), None)
    return found.names + found.history


def _display(value_set: ValueSet, system: str, code: str) -> str | None:
    codes = {**value_set.history.get(system, {}), **value_set.codes.get(system, {})}
    wanted = canonical_code(system, code)
    return next((display for key, display in codes.items() if canonical_code(system, key) == wanted), None)


def _uri(system: str, part: Part) -> str:
    if system in SYSTEMS:
        return SYSTEMS[system]
    if system in OIDS or "://" in system or system.startswith("urn:"):
        return system
    part.fail(f"unknown code system {system!r}; {suggestion(system, SYSTEMS)}")
