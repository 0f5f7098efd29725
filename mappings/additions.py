"""Codes that a site, or a terminology server's snapshot, adds to the packaged sets; says which cannot be and why."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, NoReturn

from mappings.blocks import Block
from mappings.codes import sets_above
from mappings.concept_map import OWN
from mappings.source import MappingError
from mappings.systems import ICD10CM, SYSTEMS, canonical_code, canonical_system, code_fault, dotted, prefix_fault
from mappings.value_set import ValueSet

_SHORT: Final = {uri: short for short, uri in SYSTEMS.items()}
_RESULTS: Final = frozenset({"laboratory", "vital", "score"})


class Addition(NamedTuple):
    """One code more for a set."""

    name: str
    """The set."""
    system: str
    code: str
    display: str
    place: str
    """Where it stands, for complaints: a file and a path in it."""
    family: bool = False
    """The code and everything below it (ICD-10-CM)."""
    snapshot: str = ""
    """The day of the terminology server's expansion that it comes from; empty where a person wrote it. What we say of a
    code goes before a server's word."""


class Extended(NamedTuple):
    """The sets with what was added, and which codes stand there by an expansion alone."""

    blocks: Mapping[str, Block]
    expanded: Mapping[tuple[str, str], str]
    """Code → the day of that expansion."""


def extended(blocks: Mapping[str, Block], additions: Iterable[Addition]) -> Extended:
    """The blocks with the additions. Raises `MappingError` for one that a person has to put right."""
    sets = {name: block.value_set for name, block in blocks.items()}
    said = _holders(sets)
    above = sets_above(sets)
    expanded: dict[tuple[str, str], str] = {}
    more: dict[str, list[tuple[str, str, str]]] = {}
    for one in sorted(additions, key=lambda one: one.snapshot):  # what persons say first, since it goes before
        key = _checked(one, sets[one.name])
        holders = said.get(key, ())
        if one.name in holders or key[0] == OWN or _below_prefix(sets[one.name], *key):
            continue
        if one.snapshot:
            if _said_otherwise(one, key, holders, sets, above):
                continue
            expanded[key] = one.snapshot
        else:
            _one_quantity(one, holders, sets, above)
            said[key] = (*holders, one.name)
        if one.family:
            sets[one.name] = _with_family(sets[one.name], *key)
        else:
            more.setdefault(one.name, []).append((*key, one.display))
    sets.update({name: _with_codes(sets[name], codes) for name, codes in more.items()})
    changed = {name: block._replace(value_set=sets[name]) for name, block in blocks.items()}
    return Extended(changed, {key: day for key, day in expanded.items() if key not in said})


def _said_otherwise(
    one: Addition,
    key: tuple[str, str],
    holders: Iterable[str],
    sets: Mapping[str, ValueSet],
    above: Mapping[str, Iterable[str]],
) -> bool:
    """Whether we say of a code that it is something else, so that a terminology server's word does not count."""
    elsewhere = bool(tuple(holders)) and not any(one.name in above[name] for name in holders)
    return elsewhere or key[1] in sets[one.name].is_a_but_not


def _one_quantity(
    one: Addition, holders: Iterable[str], sets: Mapping[str, ValueSet], above: Mapping[str, Iterable[str]]
) -> None:
    """A code of a result cannot mean two quantities, unless one set includes the other."""
    if sets[one.name].kind in _RESULTS:
        for other in holders:
            if one.name not in above[other] and other not in above[one.name]:
                _refuse(one, f"{one.code}, which means {other!r} already", "a code that means this quantity alone")


def _checked(one: Addition, value_set: ValueSet) -> tuple[str, str]:
    """The system and code as they are compared."""
    system = canonical_system(one.system) or ""
    code = canonical_code(system, one.code)
    if system == OWN and code != one.name:
        _refuse(one, f"our own code {code!r}", f"{one.name!r}, or codes of other systems")
    if value_set.kind == "drug_class" and system != OWN:
        _refuse(one, f"a code for the class {one.name!r}", "codes for its ingredients, of which a class is made")
    if one.family and system != ICD10CM:
        _refuse(one, f"a family of {one.system}", "a family of ICD-10-CM, or the codes one by one")
    if system in _SHORT:
        short, spelled = _SHORT[system], dotted(code) if system == ICD10CM else code
        fault = prefix_fault(short, spelled) if one.family else code_fault(short, spelled)
        if fault:
            raise MappingError(f"{one.place}: {fault}")
    left_out = value_set.but_not.get(system, ())
    if left_out and code.startswith(left_out):
        _refuse(one, f"{one.code}, which {one.name!r} leaves out on purpose", "the codes that belong to it")
    return system, code


def _below_prefix(value_set: ValueSet, system: str, code: str) -> bool:
    return bool(value_set.prefixes.get(system)) and code.startswith(value_set.prefixes[system])


def _with_family(value_set: ValueSet, system: str, code: str) -> ValueSet:
    families = (*value_set.prefixes.get(system, ()), code)
    return value_set._replace(prefixes={**value_set.prefixes, system: families})


def _with_codes(value_set: ValueSet, more: Iterable[tuple[str, str, str]]) -> ValueSet:
    """The set with these codes behind its own; of a code that is given twice the first display stands."""
    codes = {system: dict(listed) for system, listed in value_set.codes.items()}
    for system, code, display in more:
        codes.setdefault(system, {}).setdefault(code, display)
    return value_set._replace(codes=codes)


def _holders(sets: Mapping[str, ValueSet]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Every code → the sets that say it themselves."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for one in sets.values():
        for system, codes in one.codes.items():
            for code in codes:
                found[system, code] = (*found.get((system, code), ()), one.name)
    return found


def _refuse(one: Addition, found: str, right: str) -> NoReturn:
    raise MappingError(f"{one.place}: found {found}; expected {right}")
