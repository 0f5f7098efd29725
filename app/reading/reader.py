"""What the readers of single resources share: the patient, the day, the terminology, and the facts found so far."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any, TypeVar

import msgspec

from app.reading.concepts import Known, KnownDrug, Lexicon
from app.reading.dates import Dates
from app.reading.references import Medications
from app.reading.shapes import Resource
from app.reading.shown import clean
from app.reading.unmapped import UnmappedCount
from mappings.terminology import Domain, Terminology
from trials.record import Allergy, Diagnosis, Entry, Event, Exposure, Fact, Kind, Person, Result

_Fact = TypeVar("_Fact", bound=Fact)

Index = dict[str, list[_Fact]]


_KIND_OF: Mapping[Domain, Kind] = {
    "result": "result",
    "diagnosis": "diagnosis",
    "procedure": "procedure",
    "vaccine": "immunization",
    "substance": "allergy",
}


@dataclass(slots=True)
class Facts:
    """The facts of a chart while it is read, by value-set name."""

    results: Index[Result] = field(default_factory=dict)
    diagnoses: Index[Diagnosis] = field(default_factory=dict)
    medications: Index[Exposure] = field(default_factory=dict)
    procedures: Index[Event] = field(default_factory=dict)
    immunizations: Index[Event] = field(default_factory=dict)
    allergies: Index[Allergy] = field(default_factory=dict)
    suspected: Index[Entry] = field(default_factory=dict)
    unidentified: dict[Kind, list[Entry]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reader:
    """One chart being read."""

    lexicon: Lexicon
    unmapped: UnmappedCount
    dates: Dates
    person: Person
    today: date
    medications: Medications
    facts: Facts

    @property
    def terminology(self) -> Terminology:
        """The terminology behind the lexicon."""
        return self.lexicon.terminology

    def known(self, domain: Domain, raw: msgspec.Raw) -> Known:
        """What a concept is; counted where no set knows it."""
        known = self.lexicon.known(domain, raw)
        if not known.is_mapped:
            self.unmapped.add(known, _KIND_OF[domain])
        return known

    def drug(self, raw: msgspec.Raw) -> KnownDrug:
        """What drug a concept is; counted where no set knows it."""
        drug = self.lexicon.drug(raw)
        if not drug.is_mapped:
            self.unmapped.add(drug, "medication")
        return drug


LONGEST_ID = 64
_BY_NAME = attrgetter("reference", "shown")
_BY_DATE = attrgetter("when.latest", "when.earliest")

Read = Callable[[Any, Reader], str | None]
"""Reads one resource into the facts; says why where it does not count."""


def filed(index: dict[Any, list[_Fact]], name: str, fact: _Fact) -> None:
    """Puts a fact under a name."""
    at = index.get(name)
    if at is None:
        index[name] = [fact]
    else:
        at.append(fact)


def newest_first(index: Mapping[Any, list[_Fact]]) -> dict[Any, tuple[_Fact, ...]]:
    """The index as a record holds it: newest first, undated last, the same for every order of arrival."""
    return {name: _ordered(index[name]) for name in sorted(index)}


def reference_of(resource: Resource) -> str:
    """`Type/id`."""
    kind, id_ = type(resource).__name__, resource.id
    if not id_:
        return kind
    return f"{kind}/{id_}" if len(id_) <= LONGEST_ID and id_.isprintable() else f"{kind}/{clean(id_)}"


def _ordered(facts: list[_Fact]) -> tuple[_Fact, ...]:
    if len(facts) == 1:
        return tuple(facts)
    facts.sort(key=_BY_NAME)
    dated = [fact for fact in facts if fact.when is not None]
    dated.sort(key=_BY_DATE, reverse=True)  # which leaves in place what is of the same time
    return (*dated, *(fact for fact in facts if fact.when is None))
