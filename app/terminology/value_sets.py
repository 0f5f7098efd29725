"""Our value sets as FHIR ValueSets: every code with its name, families of ICD-10-CM as filters, members by address.

What FHIR cannot say in `compose` (the words by which a text without a code is known) stands in an extension and in the
description. What is beside a set, a history or a hint, is no member of it and gets a ValueSet of its own.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from app.terminology.published import Frame, Json, Resource, published
from app.wire.canonical import value_set_url
from mappings.answers import Answer
from mappings.concept_map import OWN
from mappings.grades import grade_code
from mappings.systems import ICD10CM, SNOMED, dotted
from mappings.terminology import Terminology
from mappings.value_set import ValueSet

EXTENSION: Final = "urn:trialhook:extension:"
"""Our extensions: `name` (a text that equals it means the set), `word` (a text that holds it raises the question),
`formOf` and `formWord` (an ingredient's special form), `isA` and `isANot` (roots for a terminology server)."""

_BY_TEXT: Final = {
    "diagnosis": "Without a code, a text that equals one of its names means it.",
    "procedure": "Without a code, a text that equals one of its names means it.",
    "score": "Without a code that is known, a text that equals one of its names means it.",
    "ingredient": "Without a code that is known, a text that holds one of its names as whole words means it.",
    "substance": "Without a code that is known, a text that holds one of its names as whole words means it.",
}


def value_sets(terminology: Terminology, base: str | None) -> Iterator[Resource]:
    """Every value set; behind each what lies beside it: its history, its hints, the grades of its scale."""
    for one in terminology.sets.values():
        yield _value_set(one, base)
        if one.history:
            said = f"Codes of a personal history of: {one.title}. They say that it was, not that it is."
            yield _beside(f"{one.name}_history", f"{one.title}, personal history", said, one.history, base)
        if one.hinted_by:
            said = f"Codes that raise the question of: {one.title}. They do not say it."
            yield _beside(f"{one.name}_question", f"{one.title}, in question", said, one.hinted_by, base)
        if one.name in terminology.scales:
            yield _grades(one, terminology, base)
    yield from _answers(terminology, base)
    yield _without_standard_code(terminology, base)


def lacks_standard_code(one: ValueSet) -> bool:
    """Whether a score or measurement can be charted under no code but ours, or by name."""
    return one.kind == "score" and not one.codes


def _value_set(one: ValueSet, base: str | None) -> Resource:
    include = [*_coded(one.codes), _own([(one.name, one.title)])]
    include += [_family(prefix) for prefix in one.prefixes.get(ICD10CM, ())]
    include += [{"valueSet": [value_set_url(base, member)]} for member in one.includes]
    compose: Json = {"include": include}
    exclude = [_family(prefix) for prefix in one.but_not.get(ICD10CM, ())]
    if exclude:
        compose["exclude"] = exclude
    body: Json = {"compose": compose}
    extension = list(_unsayable(one))
    if extension:
        body["extension"] = extension
    return published(Frame("ValueSet", one.name, one.title, _said(one), _systems(include)), body, base)


def _unsayable(one: ValueSet) -> Iterator[Json]:
    """What no ValueSet can hold, and what only a snapshot makes true: it must not stand in `compose`."""
    texts = {"name": one.names, "word": one.words, "formOf": (one.form_of,) if one.form_of else ()}
    for kind, said in {**texts, "formWord": one.form_words}.items():
        yield from ({"url": EXTENSION + kind, "valueString": text} for text in said)
    for kind, codes in {"isA": one.is_a, "isANot": one.is_a_but_not}.items():
        yield from ({"url": EXTENSION + kind, "valueCoding": {"system": SNOMED, "code": code}} for code in codes)


def _said(one: ValueSet) -> str:
    said = [f"{one.title} ({one.kind.replace('_', ' ')})."]
    if one.prefixes:
        said.append("ICD-10-CM is given by families: a code and everything below it.")
    if one.names and one.kind in _BY_TEXT:
        said.append(_BY_TEXT[one.kind] + " The names are an extension, since no ValueSet can hold them.")
    if one.is_a:
        said.append("What lies below the SNOMED CT codes of the extension isA is in it once a snapshot holds it.")
    if one.words:
        said.append("Words that make an unknown entry a question about it are an extension too.")
    return " ".join(said)


def _beside(name: str, title: str, said: str, beside: Mapping[str, Mapping[str, str]], base: str | None) -> Resource:
    """Codes beside a set's own, where an ICD-10-CM code stands for its whole family."""
    include = list(_coded({system: codes for system, codes in beside.items() if system != ICD10CM}))
    include += [_family(prefix) for prefix in beside.get(ICD10CM, ())]
    return published(Frame("ValueSet", name, title, said, _systems(include)), {"compose": {"include": include}}, base)


def _grades(one: ValueSet, terminology: Terminology, base: str | None) -> Resource:
    include: list[Json] = []
    for grade, known in terminology.scales[one.name].items():
        include += _coded(known.codes)
        include.append(_own([(grade_code(one.name, grade), f"{one.title}: {grade}")]))
    frame = Frame(
        "ValueSet",
        f"{one.name}_grades",
        f"{one.title}, grades",
        f"The answers of the scale: {one.title}.",
        _systems(include),
    )
    return published(frame, {"compose": {"include": include}}, base)


def _answers(terminology: Terminology, base: str | None) -> Iterator[Resource]:
    known = terminology.answers
    by_answer: dict[Answer, dict[str, dict[str, str]]] = {}
    for (system, code), answer in known.coded.items():
        display = known.displays.get((system, code), answer.capitalize())
        by_answer.setdefault(answer, {}).setdefault(system, {})[code] = display
    for answer, codes in by_answer.items():
        include = list(_coded(codes))
        said = f"Coded values that answer a qualitative test with {answer}."
        frame = Frame("ValueSet", f"answer_{answer}", f"Answer: {answer}", said, _systems(include))
        yield published(frame, {"compose": {"include": include}}, base)


def _without_standard_code(terminology: Terminology, base: str | None) -> Resource:
    concepts = [(one.name, one.title) for one in terminology.sets.values() if lacks_standard_code(one)]
    said = (
        "Scores and measurements for which no standard code is known. A site can chart them under these codes of ours, "
        "under codes of its own by a ConceptMap, or by name."
    )
    frame = Frame("ValueSet", "scores_without_standard_code", "Scores without a standard code", said, (OWN,))
    return published(frame, {"compose": {"include": [_own(concepts)]}}, base)


def _coded(codes: Mapping[str, Mapping[str, str]]) -> Iterator[Json]:
    for system, displays in codes.items():
        spelled = ((dotted(code) if system == ICD10CM else code, display) for code, display in displays.items())
        if displays:
            yield {"system": system, "concept": [{"code": code, "display": display} for code, display in spelled]}


def _own(concepts: Iterable[tuple[str, str]]) -> Json:
    return {"system": OWN, "concept": [{"code": code, "display": display} for code, display in concepts]}


def _family(prefix: str) -> Json:
    """Everything below an ICD-10-CM code, itself too; a prefix that is no code itself can only be a pattern."""
    if len(prefix) >= 3:
        rule = {"property": "concept", "op": "is-a", "value": dotted(prefix)}
    else:
        rule = {"property": "code", "op": "regex", "value": f"{re.escape(prefix)}.*"}
    return {"system": ICD10CM, "filter": [rule]}


def _systems(include: Iterable[Json]) -> tuple[str, ...]:
    return tuple(part["system"] for part in include if "system" in part)
