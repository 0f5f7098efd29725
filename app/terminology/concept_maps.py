"""What is translated, as FHIR ConceptMaps: home-made units into UCUM, standard codes into ours, a site's own codes."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from app.terminology.published import Frame, Json, Resource, published
from mappings.concept_map import OWN
from mappings.grades import grade_code
from mappings.systems import UCUM
from mappings.terminology import Terminology

SPELLINGS: Final = "urn:trialhook:unit-spelling"
"""Units as charts write them, blanks left out; no code system of anybody's."""

Pairs = Iterable[tuple[tuple[str, str], tuple[str, str]]]
"""(system, code) → (system, code)."""


def concept_maps(terminology: Terminology, base: str | None) -> Iterator[Resource]:
    """The maps; the site's own only where it gave any."""
    said = "Spellings of units in charts and the UCUM code that each means."
    yield _map("units", "Units", said, _units(terminology), base)
    said = "Standard codes of scores, grades and answers, and the code of ours that means the same."
    yield _map("own_codes", "Standard codes to our own", said, _standard(terminology), base)
    if terminology.site:
        said = "What the site says that its own codes mean, as the service has read it."
        yield _map("site_codes", "The site's codes", said, _site(terminology), base)


def _units(terminology: Terminology) -> Pairs:
    for spelling, code in sorted(terminology.units.spellings.items()):
        yield (SPELLINGS, spelling), (UCUM, code)


def _standard(terminology: Terminology) -> Pairs:
    for one in terminology.sets.values():
        if one.kind == "score":
            yield from (((system, code), (OWN, one.name)) for system, codes in one.codes.items() for code in codes)
    for name, scale in terminology.scales.items():
        for grade, known in scale.items():
            target = OWN, grade_code(name, grade)
            yield from (((system, code), target) for system, codes in known.codes.items() for code in codes)
    for (system, code), answer in terminology.answers.coded.items():
        if system != OWN:
            yield (system, code), (OWN, answer)


def _site(terminology: Terminology) -> Pairs:
    for source, targets in sorted(terminology.site.items()):
        for target in targets:
            yield source, (target.system or "", target.code or "")


def _map(name: str, title: str, said: str, pairs: Pairs, base: str | None) -> Resource:
    grouped: dict[tuple[str, str], dict[str, list[str]]] = {}
    for (system, code), (target_system, target) in pairs:
        grouped.setdefault((system, target_system), {}).setdefault(code, []).append(target)
    groups = [_group(systems, elements) for systems, elements in grouped.items()]
    systems = {system for pair in grouped for system in pair}
    return published(Frame("ConceptMap", name, title, said, systems), {"group": groups}, base)


def _group(systems: tuple[str, str], elements: Mapping[str, Iterable[str]]) -> Json:
    return {
        "source": systems[0],
        "target": systems[1],
        "element": [
            {"code": code, "target": [{"code": target, "equivalence": "equivalent"} for target in targets]}
            for code, targets in elements.items()
        ],
    }
