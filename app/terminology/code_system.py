"""Our own code system as a FHIR CodeSystem: the names of the value sets, the grades of scales, and the answers.

Where no standard code exists (most scores), a site can chart under these codes; the reader takes them like any other.
"""

from collections.abc import Iterator
from typing import Final, get_args

from app.terminology.published import Frame, Json, Resource, published
from app.terminology.value_sets import lacks_standard_code
from mappings.answers import Answer
from mappings.concept_map import OWN
from mappings.grades import grade_code
from mappings.terminology import Terminology
from mappings.value_set import ValueSet

NAME: Final = "trialhook"

_PROPERTIES: Final = (
    ("kind", "string", "What it is: diagnosis, laboratory, score, grade, answer and so on"),
    ("unit", "string", "UCUM unit in which it is compared"),
    ("noStandardCode", "boolean", "No standard code is known for this score or measurement: chart it under this one"),
)
_SAID: Final = (
    "The names of Trialhook's value sets, the grades of its scales and the answers of qualitative tests. Codes with "
    "noStandardCode are meant to be charted; all are targets for a site's ConceptMaps."
)


def code_system(terminology: Terminology, base: str | None) -> Resource:
    """The whole code system. Its address is the system that charts use, whatever the site's public URL."""
    concepts = list(_concepts(terminology))
    body: Json = {
        "caseSensitive": True,
        "content": "complete",
        "count": len(concepts),
        "property": [{"code": code, "type": type_, "description": said} for code, type_, said in _PROPERTIES],
        "concept": concepts,
    }
    return published(Frame("CodeSystem", NAME, "Trialhook's own codes", _SAID, ()), body, base, url=OWN)


def _concepts(terminology: Terminology) -> Iterator[Json]:
    for one in terminology.sets.values():
        yield _concept(one)
    for name, scale in terminology.scales.items():
        for grade in scale:
            yield _named(grade_code(name, grade), f"{terminology.sets[name].title}: {grade}", "grade")
    for answer in get_args(Answer):
        yield _named(answer, f"Answer: {answer}", "answer")


def _concept(one: ValueSet) -> Json:
    concept = _named(one.name, one.title, one.kind)
    if one.unit is not None:
        concept["property"].append({"code": "unit", "valueString": one.unit})
    if lacks_standard_code(one):
        concept["property"].append({"code": "noStandardCode", "valueBoolean": True})
    others = [name for name in one.names if name != one.title]
    if others:
        concept["designation"] = [{"value": name} for name in others]
    return concept


def _named(code: str, display: str, kind: str) -> Json:
    return {"code": code, "display": display, "property": [{"code": "kind", "valueString": kind}]}
