"""How a chart was read: what it holds, what was left out and why, which codes nobody knows, what was not searched.

For whoever connects a site. It judges no trial.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

import msgspec

from app.conformance import Fault, faults
from app.direct import TYPES, read
from app.fhir.chart import Chart
from app.library import Library
from app.outcome import Refused
from app.reading.bundle import READ
from app.reading.record import UNREADABLE, Ignored, Reading
from app.reading.salvage import BROKEN, TOO_DEEP, UNKNOWN_TYPE
from app.reading.shown import clean
from app.reading.versions import distinct
from app.terminology.nearest import Names
from app.terminology.unmapped import UnmappedCode, unmapped_code
from cds_hooks.mending import mended
from trials.record import Kind

UNUSED: Final = "no verdict rests on this type"
_REFUSED: Final = frozenset({BROKEN, UNREADABLE, TOO_DEEP, UNKNOWN_TYPE})
_OF_VERDICTS: Final = frozenset(kind.__name__ for kind in READ)


class OfType(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """The resources of one type."""

    type: str
    read: int
    """Different resources that could be decoded."""
    ignored: int
    note: str | None = None


class IgnoredResource(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A resource that was not used, and why; of a refused one also what FHIR's own model says."""

    reference: str
    reason: str
    faults: tuple[Fault, ...] = ()
    accepted_by_model: bool = False
    """FHIR's own model takes it although our reader does not."""


class UnidentifiedEntry(msgspec.Struct, frozen=True):
    """An entry of this patient without a readable code or text."""

    reference: str
    kind: Kind
    text: str


class NotSearched(msgspec.Struct, frozen=True):
    """A kind of fact, or a value set of results, whose search fell short."""

    what: str
    how: str


class Diagnosis(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """The whole answer; with `trouble` there is no chart that could be judged."""

    patient: str | None
    as_of: date
    types: tuple[OfType, ...]
    ignored: tuple[IgnoredResource, ...]
    unidentified: tuple[UnidentifiedEntry, ...]
    unmapped: tuple[UnmappedCode, ...]
    not_searched: tuple[NotSearched, ...]
    not_needed: tuple[Kind, ...] = ()
    """Kinds that were not asked of the FHIR server, because no loaded trial needs them."""
    trouble: str | None = None


def diagnosis(
    chart: Chart, bodies: Iterable[bytes], library: Library, today: date, *, patient_id: str | None
) -> Diagnosis:
    """How `chart` was read; `bodies` are the answers that it was decoded from. A pulled chart has a `patient_id`."""
    reading, trouble = _reading(chart, library, today, patient_id)
    broken = (Ignored(one.reference, one.reason) for page in chart.pages for one in page.broken)
    ignored = reading.ignored if reading else tuple(dict.fromkeys(broken))
    unidentified = reading.record.unidentified if reading else {}
    names = Names(library)
    return Diagnosis(
        patient=reading.record.person.reference if reading else None,
        as_of=today,
        types=tuple(_types(chart, ignored)),
        ignored=tuple(_explained(ignored, bodies)),
        unidentified=tuple(
            UnidentifiedEntry(one.reference, one.kind, one.shown)
            for entries in unidentified.values()
            for one in entries
        ),
        unmapped=tuple(unmapped_code(one, names) for one in (reading.unmapped if reading else ())),
        not_searched=tuple(NotSearched(name, gap.value) for name, gap in sorted(chart.gaps.items())),
        not_needed=() if patient_id is None else tuple(sorted(TYPES.keys() - library.needs.kinds)),
        trouble=trouble,
    )


def encoded(found: Diagnosis) -> bytes:
    """The diagnosis as JSON."""
    return msgspec.json.encode(found)


def _reading(chart: Chart, library: Library, today: date, patient_id: str | None) -> tuple[Reading | None, str | None]:
    """A chart without its patient still has broken resources to tell of, the Patient among them."""
    try:
        return read(chart, library, today, patient_id), None
    except Refused as error:
        return None, error.text


def _types(chart: Chart, ignored: Iterable[Ignored]) -> Iterator[OfType]:
    read_of = Counter(type(one).__name__ for one in distinct(chart.pages).resources)
    ignored_of = Counter(one.reference.partition("/")[0] for one in ignored)
    for name in sorted(read_of.keys() | ignored_of.keys()):
        note = UNUSED if read_of[name] and name not in _OF_VERDICTS else None
        yield OfType(name, read_of[name], ignored_of[name], note)


def _explained(ignored: Iterable[Ignored], bodies: Iterable[bytes]) -> Iterator[IgnoredResource]:
    refused = {one.reference for one in ignored if one.reason in _REFUSED}
    told: dict[str, dict[Fault, None]] = {}
    for reference, resource in _resources(bodies if refused else ()):
        if reference in refused:
            told.setdefault(reference, {}).update(dict.fromkeys(faults(resource)))
    for one in ignored:
        found = told.get(one.reference) if one.reason in _REFUSED else None
        yield IgnoredResource(one.reference, one.reason, tuple(found or ()), accepted_by_model=found == {})


def _resources(bodies: Iterable[bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every resource under the name that the reader has for it; a body that cannot be decoded at all has none."""
    for body in bodies:
        try:
            yield from _held(msgspec.json.decode(mended(body.removeprefix(b"\xef\xbb\xbf"))))
        except (ValueError, RecursionError):
            continue


def _held(resource: Any, url: Any = None) -> Iterator[tuple[str, dict[str, Any]]]:
    if not isinstance(resource, dict):
        return
    kind, id = resource.get("resourceType"), resource.get("id")
    name = kind if isinstance(kind, str) and kind.isascii() and kind.isalpha() else "Resource"
    if isinstance(id, str) and id:
        yield f"{name}/{clean(id)}", resource
    else:
        yield name, resource
        if id is None and isinstance(url, str):  # the reader takes the id of a resource that it decoded from there
            yield f"{name}/{clean(url.rstrip('/').replace(':', '/').rpartition('/')[2])}", resource
    entries = resource.get("entry")
    for entry in entries if name == "Bundle" and isinstance(entries, list) else ():
        if isinstance(entry, dict):
            yield from _held(entry.get("resource"), entry.get("fullUrl"))
