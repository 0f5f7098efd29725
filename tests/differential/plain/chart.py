"""Reads a chart of FHIR JSON as the rules say: whose it is, what counts, when it was; no code of the product."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from tests.differential import codes
from tests.differential.plain.days import Span, span

Json = dict[str, Any]

DIAGNOSES = ("diagnoses", "procedures")


@dataclass
class Finding:
    """A resource as far as it says what it is about."""

    resource: Json
    names: frozenset[str] = frozenset()
    history: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()
    """The names about which its words or codes raise a question."""
    lost: bool = False
    """Nobody can say what it is."""
    when: Span | None = None
    maybe_so: bool = False
    """Provisional, or of a status that says nothing."""


@dataclass
class Chart:
    """One patient's chart on one day."""

    bundle: Json
    today: date
    memory: dict[Any, Any] = field(default_factory=dict)
    """What was read of it already."""

    @cached_property
    def resources(self) -> list[Json]:
        return [entry["resource"] for entry in self.bundle["entry"]]

    @cached_property
    def patient(self) -> Json:
        return next(each for each in self.resources if each["resourceType"] == "Patient")

    def of_type(self, *types: str) -> list[Json]:
        """The patient's own resources of these types that were not entered in error, each in its newest version."""
        newest: dict[tuple[str, str], Json] = {}
        for each in self.resources:
            if each["resourceType"] in types and self._own(each):
                key = (each["resourceType"], each["id"])
                if key not in newest or version(each) > version(newest[key]):
                    newest[key] = each
        return [each for each in newest.values() if not in_error(each)]

    def _own(self, resource: Json) -> bool:
        subject = resource.get("subject") or resource.get("patient")
        reference = f"Patient/{self.patient['id']}"
        return subject is not None and (
            subject["reference"] == reference or subject["reference"].endswith("/" + reference)
        )


def version(resource: Json) -> tuple[int, str]:
    meta = resource.get("meta", {})
    return (int(meta.get("versionId", 0)), meta.get("lastUpdated", ""))


def word(text: str | None) -> str:
    """A status without stray blanks and capitals."""
    return (text or "").strip().lower()


def status_code(concept: Json | None) -> str | None:
    """The code of a status that is a CodeableConcept."""
    for coding in (concept or {}).get("coding", []):
        return word(coding.get("code"))
    return None


def in_error(resource: Json) -> bool:
    said = [word(resource.get("status")), status_code(resource.get("verificationStatus"))]
    return "entered-in-error" in said


def texts(concept: Json | None) -> list[str]:
    """Every text of a concept: its own and its displays."""
    concept = concept or {}
    found = [concept.get("text"), *(coding.get("display") for coding in concept.get("coding", []))]
    return [text for text in found if text and text.strip()]


def coded(concept: Json | None) -> list[tuple[str, str]]:
    """The codings of a concept whose system has a name here."""
    found = []
    for coding in (concept or {}).get("coding", []):
        system = codes.SYSTEMS.get(coding.get("system", ""))
        if system and coding.get("code"):
            found.append((system, coding["code"]))
    return found


def identified(concept: Json | None, kinds: tuple[str, ...]) -> Finding:
    """What a concept says by its codes, else by its text, else by its words; lost if by nothing."""
    found = Finding(resource={})
    pairs = coded(concept)
    known = [pair for pair in pairs if codes.known(*pair)]
    found.names = _of_kinds(frozenset().union(*(codes.named_by(*pair) for pair in known)), kinds)
    found.history = _of_kinds(frozenset().union(*(codes.named_by(*pair, "history") for pair in known)), kinds)
    found.maybe = _of_kinds(frozenset().union(*(codes.named_by(*pair, "hinted_by") for pair in known)), kinds)
    if known:
        return found
    if not (concept or {}).get("coding"):
        found.names = frozenset().union(*(codes.named_by_text(text, kinds) for text in texts(concept)))
    if not found.names:
        found.maybe = frozenset().union(*(codes.worded_by(text, kinds) for text in texts(concept)))
    plain_codes = [pair for pair in pairs if pair[0] not in ("snomed", "rxnorm")]
    found.lost = not texts(concept) and not plain_codes
    return found


def _of_kinds(found: frozenset[str], kinds: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name for name in found if codes.blocks()[name]["kind"] in kinds)


def moment(resource: Json, stem: str) -> Span | None:
    """A choice of dateTime, instant or Period; of a Period its start, else its end."""
    for ending in ("DateTime", "Instant"):
        if stem + ending in resource:
            return span(resource[stem + ending])
    limits = resource.get(stem + "Period", {})
    return span(limits.get("start") or limits.get("end"))
