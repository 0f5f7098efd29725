"""What is left of a body that did not decode as a whole: every sound entry, and the name of each broken one."""

import re
from typing import Any, Final, NamedTuple

import msgspec

from app.reading.bundle import TYPES, Entry, Link
from app.reading.shown import clean
from app.reading.status import is_entered_in_error

BROKEN: Final = "broken"
UNKNOWN_TYPE: Final = "no resource type of FHIR R4"
TOO_DEEP: Final = "broken: nested too deep"

DEEPEST: Final = 200
"""Levels inside one entry; FHIR's deepest questionnaires stay far below."""
MOST_TOKENS: Final = 1_000_000
"""How many brackets and strings are looked through for the entry that is nested too deep."""

_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[{\[]|[}\]]', re.DOTALL)
_NAMED = re.compile(rb'"(resourceType|id)"\s*:\s*"([A-Za-z0-9\-.]{1,64})"')
_TYPE_NAME = re.compile(r"[A-Z][A-Za-z]{1,63}")


class Broken(NamedTuple):
    """A resource that could not be decoded."""

    reference: str
    """Its type and id as far as they could be made out."""
    reason: str
    subject: str | None = None
    """Whose it says it is."""
    void: bool = False
    """Whether it says that it was entered in error."""


class Salvaged(NamedTuple):
    """The parts of a body."""

    entries: list[Entry]
    broken: list[Broken]
    link: list[Link] | None = None
    link_broken: bool = False
    is_bundle: bool = True


class _Outer(msgspec.Struct, gc=False, rename="camel"):
    resource_type: str
    link: msgspec.Raw = msgspec.Raw()
    entry: list[msgspec.Raw] | None = None


class _PeekedEntry(msgspec.Struct, gc=False):
    resource: msgspec.Raw = msgspec.Raw()


class _Peeked(msgspec.Struct, gc=False, rename="camel"):
    resource_type: msgspec.Raw = msgspec.Raw()
    id: msgspec.Raw = msgspec.Raw()
    subject: msgspec.Raw = msgspec.Raw()
    patient: msgspec.Raw = msgspec.Raw()
    status: msgspec.Raw = msgspec.Raw()
    verification_status: msgspec.Raw = msgspec.Raw()


_OUTER = msgspec.json.Decoder(_Outer)
_ENTRY = msgspec.json.Decoder(Entry)
_LINKS = msgspec.json.Decoder(list[Link] | None)


def salvaged(body: bytes) -> Salvaged | None:
    """The parts of a Bundle, or of a single broken resource; `None` if it is not JSON or no FHIR resource."""
    deep: list[Broken] = []
    try:
        try:
            outer = _OUTER.decode(body)
        except RecursionError:
            body = _without_deep_entries(body, deep)
            outer = _OUTER.decode(body)
    except (ValueError, RecursionError):
        return None
    if outer.resource_type != "Bundle":
        return Salvaged([], [_broken(body)], is_bundle=False) if outer.resource_type in TYPES else None
    return _parts(outer, deep)


def _parts(outer: _Outer, broken: list[Broken]) -> Salvaged:
    entries: list[Entry] = []
    for raw in outer.entry or ():
        try:
            entries.append(_ENTRY.decode(raw))
        except (ValueError, RecursionError):
            if bytes(raw) != b"null":
                broken.append(_broken_entry(raw))
    try:
        return Salvaged(entries, broken, _LINKS.decode(outer.link) if bytes(outer.link) else None)
    except (ValueError, RecursionError):
        return Salvaged(entries, broken, link_broken=True)


def _broken_entry(raw: msgspec.Raw) -> Broken:
    entry = _decoded(raw, _PeekedEntry)
    return _broken(bytes(entry.resource)) if entry is not None else Broken("Bundle.entry", BROKEN)


def _broken(resource: bytes) -> Broken:
    peeked = _decoded(resource, _Peeked)
    if peeked is None:
        return Broken("Bundle.entry", BROKEN)
    kind = _decoded(peeked.resource_type, str) or ""
    name = kind if _TYPE_NAME.fullmatch(kind) else "Resource"
    id_ = clean(_decoded(peeked.id, str))
    return Broken(
        reference=f"{name}/{id_}" if id_ else name,
        reason=BROKEN if kind in TYPES else UNKNOWN_TYPE,
        subject=_reference(peeked.subject) or _reference(peeked.patient),
        void=_void(peeked),
    )


def _reference(raw: msgspec.Raw) -> str | None:
    found = _decoded(raw, dict[str, msgspec.Raw])
    return _decoded(found["reference"], str) if found and "reference" in found else None


def _void(peeked: _Peeked) -> bool:
    status = _decoded(peeked.status, str) or ""
    # A verificationStatus that says so anywhere says so; it is too broken to be read any other way.
    verification = bytes(peeked.verification_status).lower()
    return is_entered_in_error(status) or b'"entered-in-error"' in verification


def _decoded(raw: msgspec.Raw | bytes, type_: Any) -> Any:
    """The value if it has that type, else `None`."""
    try:
        return msgspec.json.decode(raw, type=type_)
    except (ValueError, RecursionError):
        return None


def _without_deep_entries(body: bytes, deep: list[Broken]) -> bytes:
    """The body with `null` for each object of a list at its top that is nested too deep; these are added to `deep`.

    Raises `ValueError` where that cannot be seen within `MOST_TOKENS`.
    """
    kept: list[bytes] = []
    copied = start = depth = deepest = 0
    for count, token in enumerate(_TOKEN.finditer(body)):
        if count > MOST_TOKENS:
            raise ValueError("too many brackets")
        match body[token.start()]:
            case 0x7B | 0x5B:  # { [
                if depth == 2:
                    start, deepest = token.start(), depth
                depth += 1
                deepest = max(deepest, depth)
            case 0x7D | 0x5D:  # } ]
                depth -= 1
                if depth == 2 and deepest > DEEPEST:
                    kept += [body[copied:start], b"null"]
                    copied = token.end()
                    deep.append(_named(body[start:copied]))
    return b"".join([*kept, body[copied:]])


def _named(entry: bytes) -> Broken:
    """What a too deep entry calls itself first; no more can be made out without reading it."""
    named = {key: value.decode() for key, value in reversed(_NAMED.findall(entry[:10_000]))}
    kind, id_ = named.get(b"resourceType", "Resource"), named.get(b"id")
    return Broken(f"{kind}/{id_}" if id_ else kind, TOO_DEEP)
