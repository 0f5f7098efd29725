"""A terminology server's word on what lies below our roots, kept in files with its address, version and day.

Each file is a FHIR ValueSet with its expansion. The same answer on the same day gives the same bytes.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from app.terminology.behind import SnapshotReport, TerminologyReport
from app.terminology.incoming import plain_name
from app.terminology.published import VERIFIED, accepted, computable
from app.terminology.resources import Json, json_files, resources_of
from app.terminology.server import Concept, Expansion
from app.wire.canonical import resource_id, value_set_url
from mappings.additions import Addition
from mappings.source import MappingError
from mappings.systems import SNOMED
from mappings.value_set import ValueSet

_WHAT: Final = "a folder that `trialhook terminology expand` wrote (TRIALHOOK_TERMINOLOGY_SNAPSHOT)"


class Snapshot(NamedTuple):
    """What a server said of one set."""

    name: str
    server: str
    versions: tuple[str, ...]
    day: str
    concepts: tuple[Concept, ...]
    place: str = ""

    def __str__(self) -> str:
        return f"{self.server} on {self.day}" + (f" ({', '.join(self.versions)})" if self.versions else "")


class Difference(NamedTuple):
    """How a new expansion differs from what was known."""

    new: tuple[Concept, ...]
    gone: tuple[Concept, ...]
    """In the snapshot before and no longer below the roots: kept as inactive until they are forgotten."""
    gone_before: tuple[Concept, ...]
    """Kept as inactive by an earlier snapshot, and still not there."""


def question(value_set: ValueSet, codes: Iterable[str]) -> Json:
    """The ValueSet to expand: everything below these codes."""
    return {
        "resourceType": "ValueSet",
        "url": value_set_url(None, value_set.name),
        "status": "active",
        "compose": {"include": [_below(code) for code in codes]},
    }


def difference(before: Snapshot | None, found: Expansion) -> Difference:
    """What is new, and what is gone."""
    known = {(one.system, one.code): one for one in before.concepts} if before is not None else {}
    now = {(one.system, one.code) for one in found.concepts}
    new = tuple(one for one in found.concepts if (one.system, one.code) not in known)
    absent = [one for key, one in sorted(known.items()) if key not in now]
    return Difference(
        new, tuple(one for one in absent if not one.inactive), tuple(one for one in absent if one.inactive)
    )


def taken(
    value_set: ValueSet, server: str, day: str, found: Expansion, gone: Iterable[Concept] = ()
) -> tuple[Snapshot, bytes]:
    """The snapshot and its file; `gone` codes stay in it as inactive ones, since charts still hold them."""
    kept = (one._replace(inactive=True) for one in gone)
    snapshot = Snapshot(value_set.name, server, found.versions, day, tuple(sorted({*found.concepts, *kept})))
    asked = question(value_set, value_set.is_a)
    if value_set.is_a_but_not:
        asked["compose"]["exclude"] = [_below(code) for code in value_set.is_a_but_not]
    resource = {
        **asked,
        "id": resource_id(value_set.name),
        "meta": {"source": server},
        "name": computable(value_set.name),
        "title": value_set.title,
        "date": day,
        "expansion": {
            "timestamp": day,
            "total": len(snapshot.concepts),
            "parameter": [{"name": "version", "valueUri": version} for version in found.versions],
            "contains": [_contained(one) for one in snapshot.concepts],
        },
    }
    if not found.versions:
        del resource["expansion"]["parameter"]
    written = json.loads(accepted(resource))
    return snapshot, (json.dumps(written, ensure_ascii=False, indent=1) + "\n").encode()


def snapshots(folder: Path, sets: Mapping[str, ValueSet]) -> dict[str, Snapshot]:
    """The snapshots of a folder, by set. Raises `MappingError`."""
    found: dict[str, Snapshot] = {}
    for file in json_files((folder,), _WHAT):
        for place, resource in resources_of(file, "ValueSet"):
            one = _read(place, resource, sets)
            if one.name in found:
                raise MappingError(f"{place}: found {one.name!r} a second time; expected one file for each set")
            found[one.name] = one
    return found


def snapshot_additions(found: Iterable[Snapshot]) -> Iterator[Addition]:
    """The codes of the snapshots as additions to our sets."""
    for snapshot in found:
        for one in snapshot.concepts:
            yield Addition(snapshot.name, one.system, one.code, one.display, snapshot.place, snapshot=snapshot.day)


def terminology_report(found: Iterable[Snapshot]) -> TerminologyReport | None:
    """What a report says of the snapshots; nothing where there are none."""
    sets = Counter((one.server, one.day, one.versions) for one in found)
    if not sets:
        return None
    return TerminologyReport(VERIFIED, tuple(SnapshotReport(*key, count) for key, count in sorted(sets.items())))


def _read(place: str, resource: Json, sets: Mapping[str, ValueSet]) -> Snapshot:
    names = {plain_name(name): name for name in sets}
    name = names.get(plain_name(resource.get("id", "")))
    if name is None:
        raise MappingError(f"{place}.id: found {resource.get('id')!r}; expected the name of a value set of ours")
    expansion = resource.get("expansion")
    server, day = resource.get("meta", {}).get("source"), resource.get("date")
    if expansion is None or server is None or day is None:
        raise MappingError(f"{place}: found no expansion with `meta.source` and `date`; expected {_WHAT}")
    contains = expansion.get("contains", [])
    if expansion.get("total") != len(contains):
        said = f"{len(contains):,} codes and a total of {expansion.get('total')}"
        raise MappingError(f"{place}.expansion: found {said}; expected a whole expansion")
    parameters = expansion.get("parameter", [])
    versions = tuple(one["valueUri"] for one in parameters if one.get("valueUri"))
    concepts = tuple(
        Concept(one.get("system", ""), one.get("code", ""), one.get("display", ""), bool(one.get("inactive")))
        for one in contains
    )
    return Snapshot(name, server, versions, day, concepts, f"{place}.expansion")


def _below(code: str) -> Json:
    return {"system": SNOMED, "filter": [{"property": "concept", "op": "is-a", "value": code}]}


def _contained(one: Concept) -> Json:
    found: Json = {"system": one.system, "code": one.code, "display": one.display}
    return {**found, "inactive": True} if one.inactive else found
