"""From CodeableConcepts to what they are: each concept that is worded alike is decoded and looked up once.

A chart says the same few hundred concepts over and over, in the same bytes. What those bytes mean is kept as long as
the terminology is, for every chart.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final, NamedTuple, TypeVar

import msgspec

from app.reading.codings import NO_CODING, codings_of, first_coding, text_of
from app.reading.ranges import Limits
from app.reading.routes import is_local_route
from app.reading.shapes import Concept, concept_in, concepts_in
from app.reading.shown import clean, concept_shown
from app.reading.units import Units
from mappings.terminology import Answer, Coding, Domain, Flag, Identified, Terminology

REMEMBERED: Final = 4_096
"""How many concepts are kept, of each kind."""
LONGEST_REMEMBERED: Final = 2_048


Key = TypeVar("Key")
What = TypeVar("What")
LimitsKey = tuple[bytes, str, str | None, str | None]
"""A referenceRange undecoded, a set's name, and the code and the text of the value's unit."""


class Known:
    """What a finding, a result or a substance is; of its names only those that are needed."""

    __slots__ = ("by_name", "first", "grades", "hints", "history", "is_known", "is_mapped", "names", "shown")

    def __init__(
        self, concept: Concept | None, identified: Identified, wanted: Callable[[Iterable[str]], tuple[str, ...]]
    ) -> None:
        self.names = wanted(identified.names)
        self.history = wanted(identified.history)
        self.hints = wanted(identified.hints)
        self.by_name = identified.by_name
        self.is_known = identified.known
        self.is_mapped = bool(identified.names or identified.history)
        self.shown = concept_shown(concept)
        self.first = first_coding(concept)
        self.grades: tuple[tuple[str, str], ...] = ()
        """Scales and the grade on each that it is a code of: a Condition "NYHA class II" is one."""


class KnownDrug:
    """What drug an entry is about; of its ingredients only those that are needed."""

    __slots__ = ("by_text", "first", "ingredients", "is_known", "is_mapped", "local_form", "parts", "shown")

    def __init__(self, shown: str = "", first: Coding = NO_CODING) -> None:
        self.shown = shown
        self.first = first
        self.ingredients: tuple[str, ...] = ()
        self.parts = 0
        """How many ingredients are known, needed or not."""
        self.by_text = False
        self.local_form: bool | None = None
        self.is_known = False
        self.is_mapped = False


class Said(NamedTuple):
    """The laboratory's own reading beside a result."""

    means: Answer | Flag | None = None
    shown: str = ""


class Lexicon:
    """What concepts are by one terminology, as far as somebody needs it: `needed` names the value sets that matter."""

    def __init__(self, terminology: Terminology, needed: frozenset[str] | None) -> None:
        self.terminology = terminology
        self._needed = needed
        graded = (name for name, value_set in terminology.sets.items() if value_set.grades)
        self._graded = self.wanted(graded)
        self._concepts: dict[Domain, dict[bytes, Known]] = {}
        self._drugs: dict[bytes, KnownDrug] = {}
        self._interpretations: dict[bytes, Said] = {}
        self._local_routes: dict[bytes, bool | None] = {}
        self.units = Units(terminology)
        self.limits: dict[LimitsKey, Limits] = {}
        """Limits of normal that hold for everybody, by the bytes that say them."""

    def wanted(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of the names that are needed."""
        return tuple(names) if self._needed is None else tuple(name for name in names if name in self._needed)

    def known(self, domain: Domain, raw: msgspec.Raw) -> Known:
        """What an undecoded concept is; raises `ValueError` if it is broken."""
        table = self._concepts.get(domain)
        if table is None:
            table = self._concepts[domain] = {}
        key = bytes(raw)
        return table.get(key) or kept(table, key, self.known_concept(domain, concept_in(raw)), len(key))

    def known_concept(self, domain: Domain, concept: Concept | None) -> Known:
        """What a concept is."""
        codings = codings_of(concept)
        known = Known(concept, self.terminology.identify(domain, codings, text_of(concept)), self.wanted)
        if domain == "diagnosis":
            known.grades = self._grades(codings)
        if day := self.terminology.snapshot_of(codings):
            known.shown += f" (known by the snapshot of {day})"
        return known

    def drug(self, raw: msgspec.Raw) -> KnownDrug:
        """What drug an undecoded concept is; raises `ValueError` if it is broken."""
        key = bytes(raw)
        return self._drugs.get(key) or kept(self._drugs, key, self.known_drug(concept_in(raw)), len(key))

    def known_drug(self, concept: Concept | None) -> KnownDrug:
        """What drug a concept is."""
        drug = self.terminology.drug(codings_of(concept), text_of(concept))
        known = KnownDrug(concept_shown(concept), first_coding(concept))
        known.ingredients = tuple(name for name in drug.ingredients if self.names_of(name))
        known.parts = len(drug.ingredients)
        known.by_text, known.local_form, known.is_known = drug.by_text, drug.local_form, drug.known
        known.is_mapped = bool(drug.ingredients)
        return known

    def names_of(self, ingredient: str) -> tuple[str, ...]:
        """The ingredient and the classes that hold it, as far as they are needed."""
        return self.wanted((ingredient, *self.terminology.classes(ingredient)))

    def interpretation(self, raw: msgspec.Raw) -> Said:
        """What the undecoded interpretations beside a result say; raises `ValueError` if they are broken."""
        key = bytes(raw)
        return self._interpretations.get(key) or kept(
            self._interpretations, key, self._read(concepts_in(raw) or []), len(key)
        )

    def is_local_route(self, raw: msgspec.Raw) -> bool | None:
        """Whether an undecoded route is a local one; raises `ValueError` if it is broken."""
        key = bytes(raw)
        if key in self._local_routes:
            return self._local_routes[key]
        return kept(self._local_routes, key, is_local_route(concept_in(raw), self.terminology), len(key))

    def _read(self, concepts: list[Concept]) -> Said:
        codings = tuple(coding for concept in concepts for coding in codings_of(concept))
        texts = tuple(text for concept in concepts if (text := text_of(concept)))
        means = self.terminology.interpretation(codings)
        if means is None:
            # A text may be the code itself ("H"), or the answer in words.
            means = self.terminology.interpretation(tuple(Coding(None, text, None) for text in texts))
        if means is None:
            means = self.terminology.answer(codings, texts[0] if len(texts) == 1 else None)
        return Said(means, clean(", ".join(filter(None, map(concept_shown, concepts)))))

    def _grades(self, codings: tuple[Coding, ...]) -> tuple[tuple[str, str], ...]:
        coded = tuple(coding._replace(display=None) for coding in codings if coding.code)
        found = ((name, self.terminology.ordinal(name, coded, None)) for name in self._graded if coded)
        return tuple((name, grade) for name, grade in found if grade is not None)


@lru_cache(maxsize=8)
def lexicon(terminology: Terminology, needed: frozenset[str] | None) -> Lexicon:
    """The lexicon of a terminology and a need; the same one as long as both live."""
    return Lexicon(terminology, needed)


def kept(table: dict[Key, What], key: Key, what: What, length: int) -> What:
    """Remembers it, unless it is too long to come again; a full table starts anew."""
    if length <= LONGEST_REMEMBERED:
        if len(table) >= REMEMBERED:
            table.clear()
        table[key] = what
    return what
