"""References between resources: relative, absolute, versioned, contained, by `urn:uuid`, by identifier.

What a reference points to is told by type and id; the server part of an absolute one is not compared, since servers
behind proxies write several of their own addresses.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from app.reading.lazy import NOTHING, lazy
from app.reading.page import Page
from app.reading.shapes import DrugEntry, Identifier, Medication, Patient, Reference, Resource, reference_in
from cds_hooks.request import is_fhir_id

_Kind = TypeVar("_Kind", Medication, Patient)

_LONGEST = 1_000
_BY_IDENTIFIER = re.compile(r"([A-Z][A-Za-z]+)\?identifier=(?:([^|]*)\|)?(.+)")
_contained_in = lazy(list[msgspec.Raw])


def target(reference: str | None) -> str | None:
    """What a reference points to in the form that addresses are kept by: `Type/id`, or the bare id of a `urn:uuid`."""
    if not reference or len(reference) > _LONGEST:
        return None
    plain = reference.strip().split("#", 1)[0].split("/_history/", 1)[0].rstrip("/")
    if plain[:4].lower() == "urn:":
        return plain.rpartition(":")[2].lower() or None
    parts = plain.rsplit("/", 2)
    return "/".join(parts[-2:]) if len(parts) > 1 and all(parts[-2:]) else None


def addresses(resource: Resource, url: str | None) -> Iterable[str]:
    """Every form in which other resources of the same chart may point to this one."""
    if resource.id:
        yield f"{type(resource).__name__}/{resource.id}"
        yield resource.id.lower()  # `urn:uuid:` and the resource's own id, whatever fullUrl says
    at_url = target(url)
    if at_url:
        yield at_url


class Subjects:
    """Tells the resources of the chart's patient from those of others."""

    def __init__(self, patient: Patient, url: str | None) -> None:
        self._addresses = frozenset(addresses(patient, url))
        self._identifiers = _keys(patient.identifier)
        self._known: dict[bytes, bool] = {}

    def are(self, raw: msgspec.Raw, contained: msgspec.Raw) -> bool:
        """Whether an undecoded subject is the patient; raises `ValueError` if it is broken.

        One that is not said, or said in words alone, is: the chart is the patient's.
        """
        if raw is NOTHING:
            return True
        key = bytes(raw)
        known = self._known.get(key)
        if known is None:
            subject = reference_in(raw) or Reference()
            if subject.reference and subject.reference.startswith("#"):
                return self.named(subject.reference, contained)
            known = self._known[key] = (
                self.named(subject.reference, contained) if subject.reference else self._may_be(subject.identifier)
            )
        return known

    def named(self, reference: str, contained: msgspec.Raw = NOTHING) -> bool:
        """Whether a reference is to the patient."""
        if reference.startswith("#"):
            inside = within(contained, reference, Patient)
            return inside is not None and bool(_keys(inside.identifier) & self._identifiers)
        conditional = _BY_IDENTIFIER.fullmatch(reference[:_LONGEST])
        if conditional is not None:
            return conditional[1] == "Patient" and self._may_be(Identifier(conditional[2], conditional[3]))
        return target(reference) in self._addresses

    def _may_be(self, identifier: Identifier | None) -> bool:
        """Whether an identifier is the patient's, or cannot be compared since the patient has none of its system."""
        value = identifier.value.strip() if identifier is not None and identifier.value else ""
        if identifier is None or not value:
            return True
        system = (identifier.system or "").strip()
        comparable = {own for of, own in self._identifiers if not of or not system or of == system}
        return not comparable or value in comparable


class Medications:
    """The Medications that a chart's pages hold, by every address."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self._at: dict[str, Medication] = {}
        for page in pages:
            for resource, url in zip(page.resources, page.urls, strict=True):
                if type(resource) is Medication:
                    self.add(resource, url)

    def add(self, medication: Medication, url: str | None) -> None:
        """Makes it known under its addresses."""
        for address in addresses(medication, url):
            self._at[address] = medication

    def found(self, reference: str | None, contained: msgspec.Raw) -> Medication | None:
        """The Medication that an entry points to."""
        if reference and reference.startswith("#"):
            return within(contained, reference, Medication)
        pointed = target(reference)
        return None if pointed is None else self._at.get(pointed)


def within(contained: msgspec.Raw, reference: str, kind: type[_Kind]) -> _Kind | None:
    """The contained resource of this kind that `#id` names."""
    try:
        candidates = _contained_in(contained) or ()
    except (ValueError, RecursionError):
        return None
    for raw in candidates:
        try:
            found = msgspec.json.decode(raw, type=kind)
        except (ValueError, RecursionError):
            continue  # of another kind, or broken: then nothing is known of it
        if found.id == reference[1:]:
            return found
    return None


def unresolved_medications(pages: Iterable[Page]) -> set[str]:
    """The ids of Medications that these pages refer to and do not hold; only of the server that the pages come from."""
    known_pages = list(pages)
    medications = Medications(known_pages)
    bases = {base for page in known_pages for url in page.urls if url and (base := _base(url))}
    missing: set[str] = set()
    for reference, contained in _drug_references(known_pages):
        if reference and not reference.startswith("#") and medications.found(reference, contained) is None:
            kind, _, id_ = (target(reference) or "").rpartition("/")
            base = _base(reference)
            if kind == "Medication" and is_fhir_id(id_) and (not base or base in bases):
                missing.add(id_)
    return missing


def _drug_references(pages: Iterable[Page]) -> Iterator[tuple[str | None, msgspec.Raw]]:
    for page in pages:
        for resource in page.resources:
            if isinstance(resource, DrugEntry):
                if resource.medication_reference is not None:
                    yield resource.medication_reference.reference, resource.contained
            elif type(resource) is Medication:
                for ingredient in resource.ingredient or ():
                    if ingredient.item_reference is not None:
                        yield ingredient.item_reference.reference, resource.contained


def _base(url: str) -> str:
    """The part of an absolute address before type and id; empty for a relative one."""
    if "://" not in url[:_LONGEST]:
        return ""
    return "/".join(url.split("/_history/", 1)[0].rstrip("/").rsplit("/", 2)[:-2])


def _keys(identifiers: Iterable[Identifier] | None) -> frozenset[tuple[str, str]]:
    """System and value of each identifier that has a value."""
    found = [((one.system or "").strip(), (one.value or "").strip()) for one in identifiers or ()]
    return frozenset(key for key in found if key[1])
