"""All published resources of the terminology, made once when somebody first asks for one."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec

from app.terminology.code_system import code_system
from app.terminology.concept_maps import concept_maps
from app.terminology.published import Resource, ResourceType
from app.terminology.value_sets import value_sets
from app.wire.canonical import resource_id
from mappings.terminology import Terminology

Shelf = Mapping[tuple[str, str], Resource]
"""(type, id) → resource."""


@lru_cache(maxsize=4)
def shelf(terminology: Terminology, base: str | None) -> Shelf:
    """Every resource, value sets first; `base` is the site's public URL. Takes about a second, then nothing."""
    found = (*value_sets(terminology, base), code_system(terminology, base), *concept_maps(terminology, base))
    return {(one.type, one.id): one for one in found}


def named(found: Shelf, type_: ResourceType, id: str) -> Resource | None:
    """The resource of that id; the name of a value set is understood too."""
    return found.get((type_, id)) or found.get((type_, resource_id(id)))


def listed(found: Shelf, type_: ResourceType, url: str | None, self_url: str) -> bytes:
    """A searchset Bundle of all resources of a type, or of the one with that canonical address."""
    wanted = [one for one in found.values() if one.type == type_ and url in (None, one.url)]
    entries = [{**_entry(one), "search": {"mode": "match"}} for one in wanted]
    return _bundle("searchset", entries, total=len(wanted), link=[{"relation": "self", "url": self_url}])


def transaction(resources: Iterable[Resource]) -> bytes:
    """A Bundle that puts these resources on a FHIR server that is sent it."""
    entries = [{**_entry(one), "request": {"method": "PUT", "url": f"{one.type}/{one.id}"}} for one in resources]
    return _bundle("transaction", entries)


def _bundle(type_: str, entries: list[dict[str, object]], **fields: object) -> bytes:
    return msgspec.json.encode({"resourceType": "Bundle", "type": type_, **fields, "entry": entries})


def _entry(one: Resource) -> dict[str, object]:
    return {"fullUrl": one.url, "resource": msgspec.Raw(one.content)}
