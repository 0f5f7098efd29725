"""A site's own ValueSets: which of our sets each extends, and the codes that it adds, by expansion or by explicit list.

What cannot be said without a terminology server (a whole code system, a filter but for families of ICD-10-CM) is
refused with what would do instead; so are sets that import each other in a circle and expansions that are incomplete.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Final, NoReturn

from app.terminology.resources import Json, json_files, resources_of
from mappings.additions import Addition
from mappings.source import MappingError
from mappings.systems import ICD10CM, canonical_system
from mappings.value_set import ValueSet, closure

MOST_CODES: Final = 200_000
PARTIAL: Final = frozenset(
    {
        "http://hl7.org/fhir/StructureDefinition/valueset-toocostly",
        "http://hl7.org/fhir/StructureDefinition/valueset-unclosed",
    }
)
_FAMILY: Final = re.compile(r"([A-Z]\d?)\.\*")
_SETTING: Final = "a ValueSet of FHIR R4 (TRIALHOOK_VALUE_SETS)"


def additions(paths: Iterable[Path], sets: Mapping[str, ValueSet]) -> tuple[Addition, ...]:
    """The codes that these files add. Raises `MappingError`."""
    files = json_files(paths, _SETTING)
    found = [one for file in files for one in resources_of(file, "ValueSet")]
    return tuple(_Site(found, sets).additions()) if found else ()


class _Site:
    """The site's ValueSets, which may import each other."""

    def __init__(self, found: Iterable[tuple[str, Json]], sets: Mapping[str, ValueSet]) -> None:
        self._found = tuple(found)
        self._sets = sets
        self._by_url: dict[str, tuple[str, Json]] = {}
        for place, resource in self._found:
            for url in (resource.get("url"), f"{resource.get('url')}|{resource.get('version')}"):
                if url:
                    self._by_url[url] = place, resource
        self._imported = {
            url.partition("|")[0]
            for _, resource in self._found
            for part in resource.get("compose", {}).get("include", ())
            for url in part.get("valueSet", ())
        }
        self._left = MOST_CODES

    def additions(self) -> Iterator[Addition]:
        for place, resource in self._found:
            name = self._name(place, resource)
            if name is not None:
                yield from self._codes(name, place, resource, ())

    def _name(self, place: str, resource: Json) -> str | None:
        """The set that a ValueSet extends; `None` for one that is there to be imported by another."""
        spelled = {field: resource[field] for field in ("url", "id", "name") if resource.get(field)}
        called = {field: last_part(text) for field, text in spelled.items()}
        ours = {plain_name(name): name for name in self._sets}
        meant = {field: ours[plain_name(text)] for field, text in called.items() if plain_name(text) in ours}
        if len(set(meant.values())) > 1:
            said = " and ".join(f"{field} {spelled[field]!r}" for field in meant)
            _refuse(place, said, "one value set of ours by all of them")
        if meant:
            return next(iter(meant.values()))
        if resource.get("url") in self._imported:
            return None
        said = ", ".join(f"{field} {text!r}" for field, text in spelled.items()) or "neither url nor id nor name"
        _refuse(place, said, f"one that ends in the name of a value set of ours{_hint(called.values(), self._sets)}")

    def _codes(self, name: str, place: str, resource: Json, above: tuple[str, ...]) -> Iterator[Addition]:
        if place in above:
            _refuse(place, f"a circle of imports, {' → '.join((*above, place))}", "sets that do not import themselves")
        if "expansion" in resource:
            found = self._contained(name, f"{place}.expansion", resource["expansion"])
        elif "compose" in resource:
            found = self._composed(name, f"{place}.compose", resource["compose"], (*above, place))
        else:
            _refuse(place, "neither `expansion` nor `compose`", "codes in one of them")
        for one in found:
            self._spend(place)
            yield one

    def _spend(self, place: str) -> None:
        """Counts codes and imports, so that sets that import each other many times over come to an end."""
        self._left -= 1
        if self._left < 0:
            _refuse(place, f"more than {MOST_CODES:,} codes and imports in all", "fewer")

    def _contained(self, name: str, place: str, expansion: Json) -> Iterator[Addition]:
        """The codes of an expansion, nested ones too; a heading (`abstract`) is no code of the set."""
        if any(one.get("url") in PARTIAL and one.get("valueBoolean", True) for one in expansion.get("extension", ())):
            _refuse(place, "an expansion that says of itself that it is incomplete", "a complete one")
        waiting = [(f"{place}.contains[{at}]", one) for at, one in enumerate(expansion.get("contains", ()))]
        total = expansion.get("total")
        count = 0
        while waiting:
            where, one = waiting.pop()
            waiting += [(f"{where}.contains[{at}]", below) for at, below in enumerate(one.get("contains", ()))]
            count += 1
            if not one.get("abstract"):
                yield _addition(name, where, one.get("system"), one)
        if total is not None and total > count:
            _refuse(place, f"{count:,} of {total:,} codes", "a complete expansion, all its pages in one file")

    def _composed(self, name: str, place: str, compose: Json, above: tuple[str, ...]) -> Iterator[Addition]:
        left_out = {
            (one.system, one.code, one.family)
            for at, part in enumerate(compose.get("exclude", ()))
            for one in self._part(name, f"{place}.exclude[{at}]", part, above)
        }
        known = self._sets[name].but_not.get(ICD10CM, ())
        for system, code, family in left_out:
            if family and code.replace(".", "") not in known:
                _refuse(f"{place}.exclude", f"the family {code} of {system}", "the codes one by one")
        for at, part in enumerate(compose["include"]):
            for one in self._part(name, f"{place}.include[{at}]", part, above):
                if (one.system, one.code, one.family) not in left_out:
                    yield one

    def _part(self, name: str, place: str, part: Json, above: tuple[str, ...]) -> Iterator[Addition]:
        system, imported = part.get("system"), part.get("valueSet", [])
        if (system and imported) or len(imported) > 1:
            _refuse(place, "an intersection (`valueSet` beside `system`, or several)", "one or the other")
        for url in imported:
            yield from self._import(name, f"{place}.valueSet", url, above)
        for at, concept in enumerate(part.get("concept", ())):
            yield _addition(name, f"{place}.concept[{at}]", system, concept)
        for at, rule in enumerate(part.get("filter", ())):
            yield _family(name, f"{place}.filter[{at}]", system, rule, len(part["filter"]))
        if system and not part.get("concept") and not part.get("filter"):
            _refuse(place, f"the whole of {system}", "its codes one by one, or an expansion by a terminology server")

    def _import(self, name: str, place: str, url: str, above: tuple[str, ...]) -> Iterator[Addition]:
        ours = {plain_name(one): one for one in closure((name,), self._sets)}
        if plain_name(last_part(url.partition("|")[0])) in ours:
            return  # a member already
        self._spend(place)
        if url not in self._by_url:
            _refuse(place, f"{url!r}, which is in none of these files", "a ValueSet beside it, or the codes themselves")
        yield from self._codes(name, *self._by_url[url], above)


def _addition(name: str, place: str, system: str | None, concept: Json) -> Addition:
    code = concept.get("code")
    if not system or not code:
        _refuse(
            place, f"{'code ' + repr(code) if code else 'a concept'} without {'code' if system else 'system'}", "both"
        )
    return Addition(name, system, code, concept.get("display") or code, place)


def _family(name: str, place: str, system: str | None, rule: Json, count: int) -> Addition:
    """A family of ICD-10-CM, which needs no server: everything whose code begins so."""
    said = rule.get("property"), rule.get("op")
    value = str(rule.get("value", ""))
    pattern = _FAMILY.fullmatch(value)
    if count == 1 and canonical_system(system) == ICD10CM:
        if said in (("concept", "is-a"), ("code", "is-a")):
            return Addition(name, ICD10CM, value, value, place, family=True)
        if said == ("code", "regex") and pattern:
            return Addition(name, ICD10CM, pattern[1], value, place, family=True)
    found = f"the filter {said[0]} {said[1]} {value!r} of {system}"
    _refuse(place, found, "its codes one by one, or an expansion by a terminology server")


def plain_name(text: str) -> str:
    """A set's name as it is compared: LupusNephritis, lupus-nephritis and lupus_nephritis are one."""
    return re.sub(r"[\W_]+", "", text).casefold()


def last_part(text: str) -> str:
    """What a canonical address ends in."""
    return re.split(r"[/:]", text.rstrip("/"))[-1]


def _hint(called: Iterable[str], sets: Mapping[str, ValueSet]) -> str:
    known = {plain_name(name): name for name in sets}
    close = [match for text in called for match in get_close_matches(plain_name(text), known, n=1, cutoff=0.7)]
    return f"; did you mean {known[close[0]]!r}?" if close else " (trialhook check --names lists them)"


def _refuse(place: str, found: str, right: str) -> NoReturn:
    raise MappingError(f"{place}: found {found}; expected {right}")
