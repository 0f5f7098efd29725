"""A site's own ConceptMaps (FHIR R4): from its local codes to codes that we carry, or straight to a value set of ours.

A score that has no standard code is reached through `OWN`, our own code system, whose codes are the value sets' names.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

from mappings.coding import Coding
from mappings.source import MappingError, read_json
from mappings.systems import canonical_system

OWN: Final = "urn:trialhook:value-set"
"""Our own code system: its codes are the names of the value sets."""

SAYS_AS_MUCH: Final = frozenset({"equal", "equivalent", "wider", "subsumes"})
"""Equivalences with which the local code is a case of the target, so that what holds of the target is said of it.
A narrower target says more than the site did; `relatedto` and `inexact` say nothing firm. Those are left out."""

SiteCodes = Mapping[tuple[str, str], tuple[Coding, ...]]


def read_concept_maps(paths: Iterable[Path]) -> SiteCodes:
    """(local system, local code) → what it means. Raises `MappingError` for a file that is no R4 ConceptMap."""
    found: dict[tuple[str, str], list[Coding]] = {}
    for path in paths:
        for group in _groups(path):
            for element in _list_of(group, "element", path):
                source, code = _text_of(group, "source", path), _text_of(element, "code", path)
                source = canonical_system(source)
                if not source or not code:
                    _refuse(path, "an element without its group's `source` or without `code`", "both of them")
                for target in _targets(group, element, path):
                    found.setdefault((source, code.strip()), []).append(target)
    return {key: tuple(dict.fromkeys(targets)) for key, targets in found.items()}


def translated(codings: tuple[Coding, ...], site: SiteCodes) -> tuple[Coding, ...]:
    """The codings and, behind them, what the site says that they mean."""
    if not site:
        return codings
    keys = ((canonical_system(coding.system) or "", (coding.code or "").strip()) for coding in codings)
    return codings + tuple(target for key in keys for target in site.get(key, ()))


def _groups(path: Path) -> list[dict[str, Any]]:
    resource = read_json(path)
    if not isinstance(resource, dict) or resource.get("resourceType") != "ConceptMap":
        _refuse(path, "another resource", "a ConceptMap of FHIR R4")
    return _list_of(resource, "group", path)


def _targets(group: dict[str, Any], element: dict[str, Any], path: Path) -> Iterable[Coding]:
    for target in _list_of(element, "target", path):
        if "relationship" in target:
            _refuse(path, "a target with `relationship`, which is FHIR R5", "`equivalence`, as FHIR R4 has it")
        if (_text_of(target, "equivalence", path) or "equivalent") in SAYS_AS_MUCH:
            system, code = _text_of(group, "target", path), _text_of(target, "code", path)
            if not system or not code:
                _refuse(path, "a target without its group's `target` or without `code`", "both of them")
            yield Coding(system, code, None)


def _text_of(parent: dict[str, Any], key: str, path: Path) -> str | None:
    value = parent.get(key)
    if value is not None and not isinstance(value, str):
        _refuse(path, f"{key!r} that is no text", "a text")
    return value


def _list_of(parent: dict[str, Any], key: str, path: Path) -> list[dict[str, Any]]:
    items = parent.get(key, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        _refuse(path, f"{key!r} that is no list of objects", "what FHIR R4 defines")
    return items


def _refuse(path: Path, found: str, right: str) -> NoReturn:
    raise MappingError(f"{path.name}:1: found {found}; expected {right}")
