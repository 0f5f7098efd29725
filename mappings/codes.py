"""The value sets turned round: from a code to the names of every set that holds it."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mappings.coding import Coding
from mappings.concept_map import OWN
from mappings.systems import ICD10CM, canonical_code, canonical_system
from mappings.value_set import ValueSet

Names = tuple[str, ...]


class CodeIndex(NamedTuple):
    """Codes of some value sets → names, closed over `includes`."""

    exact: Mapping[tuple[str, str], Names]
    prefix: Mapping[str, Names]
    """ICD-10-CM alone has prefixes."""
    but_not: Mapping[str, tuple[str, ...]]
    """Name → ICD-10-CM codes and prefixes that its own prefixes leave out."""
    above: Mapping[str, Names]

    def names(self, coding: Coding) -> Names:
        """Every set that holds the code; the narrowest first."""
        system = canonical_system(coding.system)
        if not system or not coding.code:
            return ()
        code = canonical_code(system, coding.code)
        found = self.exact.get((system, code), ())
        if system == ICD10CM and self.prefix:
            found = narrowest_first((*found, *self._below(code)), self.above)
        return found

    def _below(self, code: str) -> Iterable[str]:
        for length in range(len(code), 0, -1):
            for name in self.prefix.get(code[:length], ()):
                if not code.startswith(self.but_not.get(name, ())):
                    yield name


def sets_above(sets: Mapping[str, ValueSet]) -> Mapping[str, Names]:
    """Name → the sets that include it, directly or through others; the nearest first."""
    parents: dict[str, list[str]] = {name: [] for name in sets}
    for name, value_set in sets.items():
        for member in value_set.includes:
            parents[member].append(name)
    return {name: closed(parents[name], parents) for name in sets}


def closed(names: Iterable[str], above: Mapping[str, Iterable[str]]) -> Names:
    """The names and all above them, once each: what was given first, then step by step upwards."""
    found = dict.fromkeys(names)
    queue = list(found)
    for name in queue:
        for parent in above.get(name, ()):
            if parent not in found:
                found[parent] = None
                queue.append(parent)
    return tuple(found)


def narrowest_first(names: Iterable[str], above: Mapping[str, Names]) -> Names:
    """The names and all above them; no set before one that it includes."""
    found = closed(names, above)
    return tuple(sorted(found, key=lambda name: sum(name in above[other] for other in found)))


def index_codes(sets: Iterable[ValueSet], above: Mapping[str, Names]) -> CodeIndex:
    """The index of what the sets themselves mean."""
    exact: dict[tuple[str, str], list[str]] = {}
    prefix: dict[str, list[str]] = {}
    but_not: dict[str, tuple[str, ...]] = {}
    for value_set in sets:
        exact[OWN, value_set.name] = [value_set.name]
        for system, codes in value_set.codes.items():
            for code in codes:
                exact.setdefault((system, code), []).append(value_set.name)
        for code in value_set.prefixes.get(ICD10CM, ()):
            prefix.setdefault(code, []).append(value_set.name)
        but_not[value_set.name] = value_set.but_not.get(ICD10CM, ())
    return CodeIndex(_closed(exact, above), {code: tuple(names) for code, names in prefix.items()}, but_not, above)


def index_beside(
    beside: Iterable[tuple[str, Mapping[str, Mapping[str, str]]]], above: Mapping[str, Names]
) -> CodeIndex:
    """The index of codes beside a set's own (of a history, of a hint), where an ICD-10-CM code is always a prefix."""
    exact: dict[tuple[str, str], list[str]] = {}
    prefix: dict[str, list[str]] = {}
    for name, by_system in beside:
        for system, codes in by_system.items():
            for code in codes:
                if system == ICD10CM:
                    prefix.setdefault(code, []).append(name)
                else:
                    exact.setdefault((system, code), []).append(name)
    return CodeIndex(_closed(exact, above), {code: tuple(names) for code, names in prefix.items()}, {}, above)


def _closed(exact: Mapping[tuple[str, str], list[str]], above: Mapping[str, Names]) -> Mapping[tuple[str, str], Names]:
    return {key: narrowest_first(names, above) for key, names in exact.items()}
