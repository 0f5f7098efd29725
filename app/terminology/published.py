"""The frame that every published resource has: id, address, version, status, notices; and FHIR's own model as judge."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, Final, Literal, NamedTuple

from app.terminology.notices import copyright_of
from app.version import VERSION
from app.wire.canonical import resource_id, terminology_url

Json = dict[str, Any]
ResourceType = Literal["ValueSet", "CodeSystem", "ConceptMap"]

VERIFIED: Final = "2026-11-21"
"""The day of the public sources against which the packaged codes and names were checked."""

_PURPOSE: Final = (
    "Written to find clinical trials for which a patient may be a candidate; not for coding, billing or reporting."
)


class Resource(NamedTuple):
    """A resource that FHIR's own model accepts."""

    type: ResourceType
    id: str
    url: str
    content: bytes


class Frame(NamedTuple):
    """What heads a resource: how it is called, what it says and whose codes it has."""

    type: ResourceType
    name: str
    title: str
    description: str
    systems: Iterable[str]


def published(frame: Frame, body: Json, base: str | None, *, url: str | None = None) -> Resource:
    """The whole resource. Its version changes with what it says, and with nothing else.

    `url` is set where an address must not depend on the site: charts hold codes of our code system.
    """
    address = url or terminology_url(base, frame.type, frame.name)
    head: Json = {
        "resourceType": frame.type,
        "id": resource_id(frame.name),
        "url": address,
        "version": f"{VERSION}+{_digest(body)}",
        "name": computable(frame.name),
        "title": frame.title,
        "status": "active",
        "experimental": False,
        "date": VERIFIED,
        "publisher": "Trialhook",
        "description": frame.description,
        "purpose": _PURPOSE,
    }
    notice = copyright_of(frame.systems)
    if notice is not None:
        head["copyright"] = notice
    return Resource(frame.type, head["id"], address, accepted({**head, **body}))


def accepted(resource: Json) -> bytes:
    """The resource as the model of FHIR R4B writes it. What the model refuses is our fault, and is raised."""
    from fhir.resources.R4B import get_fhir_model_class  # slow to load, and nothing in a hook needs it

    model = get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    return model.model_dump_json().encode()


def computable(name: str) -> str:
    """A name that programs may use: `lupus_nephritis` is LupusNephritis."""
    return "".join(part[:1].upper() + part[1:] for part in name.replace("-", "_").split("_"))


def _digest(body: Json) -> str:
    written = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()[:8]
