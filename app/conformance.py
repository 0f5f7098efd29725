"""What FHIR's own model says of a resource: where it is broken and how, never what stands there.

The model of `fhir.resources` is slow to load and slow to run, so nothing but a diagnosis of a broken chart asks it.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec

MOST_FAULTS: Final = 10
"""Faults that are told of one resource."""

# Messages of these kinds are about the model alone; any other may hold a piece of the input.
_TELLING = frozenset(
    {
        "bool_parsing", "bool_type", "date_from_datetime_parsing", "date_parsing", "date_type", "decimal_parsing",
        "decimal_type", "dict_type", "extra_forbidden", "float_parsing", "int_from_float", "int_parsing", "int_type",
        "list_type", "missing", "model_type", "string_pattern_mismatch", "string_too_short", "string_type", "too_short",
    }
)  # fmt: skip
_OF_PATTERN = re.compile(r"Value error, (\w+ value string does not match spec regex\.)")
_OF_MODEL = re.compile(r"Value is expected from the instance of \w+, but got type <class '[\w.]+'>")
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_KIND = re.compile(r"[a-z_-]{1,64}")


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong with a resource."""

    location: str
    """A path such as `Observation.referenceRange[0].low`."""
    message: str


def faults(resource: dict[str, Any]) -> tuple[Fault, ...]:
    """What `fhir.resources.R4B` finds wrong with the resource; empty where it finds nothing."""
    from fhir.resources.R4B import get_fhir_model_class
    from pydantic import ValidationError

    kind = resource.get("resourceType")
    name = kind if isinstance(kind, str) and _FIELD.fullmatch(kind) else "Resource"
    try:
        model = get_fhir_model_class(name)
    except (KeyError, ValueError):
        return (Fault("Resource.resourceType", "no resource type of FHIR R4B"),)
    try:
        model.model_validate(resource)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        told = dict.fromkeys(Fault(_path(name, one["loc"]), _message(one["type"], one["msg"])) for one in found)
        return tuple(told)[:MOST_FAULTS]
    except Exception as error:  # a model was not made for what nobody should send; its text may hold the input
        return (Fault(name, f"its model gives up on it ({type(error).__name__})"),)
    return ()


def _path(name: str, location: Iterable[int | str]) -> str:
    """A path of field names; a key that is none, and might be anything, is left out."""
    path = name
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part if _FIELD.fullmatch(part) else '?'}"
    return path


def _message(kind: str, message: str) -> str:
    words = " ".join(message.split())
    if kind in _TELLING or _OF_MODEL.fullmatch(words):
        return words
    pattern = _OF_PATTERN.fullmatch(words)
    if pattern is not None:
        return pattern[1]
    return f"not what FHIR allows here ({kind if _KIND.fullmatch(kind) else 'error'})"
