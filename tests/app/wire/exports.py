"""Walks exported resources as a receiver would: JSON alone, without any of our own code."""

import json
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

CRITERION = "urn:trialhook:extension:criterion"
NOT_SAID = "urn:trialhook:extension:not-said"


def every(value: Any) -> Iterator[Json]:
    """Each object in a document, at whatever depth."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from every(part)
    elif isinstance(value, list):
        for part in value:
            yield from every(part)


def resources(content: bytes) -> list[Json]:
    return [entry["resource"] for entry in json.loads(content)["entry"]]


def of_type(content: bytes, type_: str) -> list[Json]:
    return [one for one in resources(content) if one["resourceType"] == type_]


def parts_of(extension: Json, key: str) -> list[str]:
    return [
        value
        for part in extension["extension"]
        if part["url"] == key
        for name, value in part.items()
        if name.startswith("value")
    ]


def criteria(content: bytes) -> list[Json]:
    """The extension of each row, in order."""
    return [one for one in every(json.loads(content)) if one.get("url") == CRITERION]


def refs(content: bytes) -> list[str]:
    return [ref for one in criteria(content) for ref in parts_of(one, "ref")]


def losses(content: bytes) -> list[tuple[tuple[str, ...], str]]:
    """What could not be said: refs and text."""
    found = (one for one in every(json.loads(content)) if one.get("url") == NOT_SAID)
    return [(tuple(parts_of(one, "ref")), parts_of(one, "lost")[0]) for one in found]
