"""The terminology of the service: what codes, texts, units and answers of a chart mean, in our own words.

Codes become names once, here. It knows no trial and no patient; the packaged files beside it are all that it reads.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Protocol, Self, TypeVar, assert_never, get_args

from mappings.additions import Addition, extended
from mappings.answers import Answer, Answers, Flag, read_answers
from mappings.blocks import Block, read_blocks
from mappings.codes import CodeIndex, Names, closed, index_beside, index_codes, sets_above
from mappings.coding import Coding
from mappings.concept_map import OWN, SiteCodes, read_concept_maps, translated
from mappings.drugs import Drugs, Forms, IdentifiedDrug, NameFinder, read_forms
from mappings.examinations import examines
from mappings.folding import by_words, folded, plain
from mappings.grades import Grades, grade_code, read_grades
from mappings.identified import KINDS, Domain, Identified, is_told, texts_of
from mappings.source import MappingError, suggestion
from mappings.systems import canonical_system
from mappings.ucum import NotUcum, measure
from mappings.units import (
    ONE,
    PERCENT,
    TITRE,
    Units,
    beyond_scale,
    check_unit,
    conversion,
    is_visual_scale,
    maybe_fraction,
    read_units,
)
from mappings.value_set import ValueSet

__all__ = [
    "Answer",
    "Coding",
    "Domain",
    "Flag",
    "Identified",
    "IdentifiedDrug",
    "MappingError",
    "Terminology",
    "load_terminology",
]

CACHED = 16_384
"""How many different codings, texts and units are remembered, of each kind."""

_LOST_EXPONENT = re.compile(r"10\d+/")
"""A power of ten of which a copy lost the superscript: 10⁹/L as 109/L, which UCUM would read as a number per litre."""


class Ends(Protocol):
    """A value between two ends, either of which may be missing (the domain's `Interval[Decimal]`)."""

    @property
    def low(self) -> Decimal | None: ...
    @property
    def high(self) -> Decimal | None: ...
    def _replace(self, *, low: Decimal | None = ..., high: Decimal | None = ...) -> Self: ...


Value = TypeVar("Value", bound=Ends)


class Terminology:
    """The loaded mappings. Nothing in it changes but its caches."""

    def __init__(
        self,
        blocks: Mapping[str, Block],
        units: Units,
        answers: Answers,
        forms: Forms,
        site: SiteCodes,
        expanded: Mapping[tuple[str, str], str] = {},  # nobody writes to it
    ) -> None:
        """`expanded`: codes that stand in a set by a terminology server's expansion alone, and the day of that."""
        self.expanded = expanded
        self.site = site
        self.sets: Mapping[str, ValueSet] = {name: block.value_set for name, block in blocks.items()}
        self._above = sets_above(self.sets)
        self._codes = {domain: index_codes(self._of(domain), self._above) for domain in KINDS}
        findings = (*self._of("diagnosis"), *self._of("vaccine"))
        self._history = index_beside(((s.name, s.history) for s in findings), self._above)
        self._hinted = index_beside(((s.name, s.hinted_by) for s in findings), self._above)
        self.scales = {name: block.grade_texts for name, block in blocks.items() if block.grade_texts}
        self._grades: Grades = read_grades(self.scales)
        self.units = units
        self.answers = answers
        ingredients = tuple(s for s in self.sets.values() if s.kind == "ingredient")
        self._drugs = Drugs(ingredients, self._codes["substance"], forms)
        self._names = {domain: self._name_index(domain) for domain in KINDS}
        self._words = {domain: self._word_index(domain) for domain in KINDS}
        self._substances = NameFinder((name, s.name) for s in self._of("substance") for name in s.names)
        self._identified = lru_cache(CACHED)(self._identify)
        self._drug = lru_cache(CACHED)(self._identify_drug)
        self._answer = lru_cache(CACHED)(self._read_answer)
        self._factor = lru_cache(CACHED)(self._unit_factor)

    def identify(self, domain: Domain, codings: tuple[Coding, ...], text: str | None) -> Identified:
        """What a result, diagnosis, procedure, vaccine or allergy is."""
        return self._identified(domain, codings, text)

    def drug(self, codings: tuple[Coding, ...], text: str | None) -> IdentifiedDrug:
        """What a drug entry holds, by its codes, else by an ingredient's or brand's name in its text."""
        return self._drug(codings, text)

    def classes(self, ingredient: str) -> Names:
        """The drug classes that an ingredient belongs to."""
        return self._above.get(ingredient, ())

    def members(self, name: str) -> Names:
        """The set itself and every set that it includes, directly or through others."""
        return closed((name,), {name: value_set.includes for name, value_set in self.sets.items()})

    def own_codes(self) -> frozenset[str]:
        """Every code of our own code system: names of sets, grades of scales, answers."""
        grades = (grade_code(name, grade) for name, scale in self.scales.items() for grade in scale)
        return frozenset((*self.sets, *grades, *get_args(Answer)))

    def site_codes(self, name: str) -> tuple[Coding, ...]:
        """The site's own codes that mean the set or a set that it includes, by its ConceptMaps."""
        domains = [domain for domain, kinds in KINDS.items() if self.sets[name].kind in kinds]
        return tuple(
            Coding(system, code, None)
            for (system, code), targets in sorted(self.site.items())
            if any(name in self._by_code(self._codes[domain], targets) for domain in domains)
        )

    def answer(self, codings: tuple[Coding, ...], text: str | None) -> Answer | None:
        """What a qualitative answer says; `None` if it cannot be read or contradicts itself."""
        return self._answer(codings, text)

    def interpretation(self, codings: tuple[Coding, ...]) -> Answer | Flag | None:
        """What the laboratory's flag beside a result says."""
        return self.answers.interpretation(codings)

    def ordinal(self, set_name: str, codings: tuple[Coding, ...], text: str | None) -> str | None:
        """The grade on an ordinal scale ("II"); `None` if it cannot be read or contradicts itself."""
        return self._grades.read(set_name, translated(codings, self.site), texts_of(codings, text))

    def convert(
        self, value: Value, value_set: ValueSet, system: str | None, code: str | None, unit: str | None
    ) -> Value | None:
        """`value` in the set's own unit; `None` if its unit is missing, unknown or of another dimension.

        `system` says nothing: sites put home-made spellings under UCUM's name and UCUM under none.
        """
        factor = self._factor(value_set.name, code, unit)
        if factor is None:
            return None
        low, high = value.low, value.high
        if is_visual_scale(value_set) and factor == 1 and beyond_scale(low, high):
            return None
        if value_set.unit == PERCENT and self.units.is_plain(code, unit) and maybe_fraction(low, high):
            return None
        if factor == 1:
            return value
        return value._replace(low=None if low is None else low * factor, high=None if high is None else high * factor)

    def author_unit(self, text: str, value_set: ValueSet) -> Decimal | None:
        """The factor from a unit that a definition's author wrote, in exact UCUM, into the set's own."""
        if value_set.unit is None:
            return None
        if value_set.unit in (ONE, TITRE, PERCENT):
            plain_number = value_set.unit != PERCENT and text in ("", ONE)
            return Decimal(1) if plain_number or text == value_set.unit else None
        if _LOST_EXPONENT.match(text):
            return None
        try:
            return conversion(value_set, text, measure(text))
        except NotUcum:
            return None

    def _of(self, domain: Domain) -> Iterable[ValueSet]:
        return (value_set for value_set in self.sets.values() if value_set.kind in KINDS[domain])

    def _unit_factor(self, name: str, code: str | None, unit: str | None) -> Decimal | None:
        return self.units.factor(self.sets[name], code, unit)

    def _name_index(self, domain: Domain) -> Mapping[str, Names]:
        """Folded name → sets; of results only scores, since laboratory tests are never known by text."""
        found: dict[str, list[str]] = {}
        for value_set in self._of(domain):
            if domain != "result" or value_set.kind == "score":
                for name in value_set.names:
                    found.setdefault(folded(name), []).append(value_set.name)
        return {name: closed(names, self._above) for name, names in found.items()}

    def _word_index(self, domain: Domain) -> tuple[tuple[int, str, str], ...]:
        """Where to look (0: the text, 1: its words), for what, and the set that it hints at."""
        words = ((word, value_set.name) for value_set in self._of(domain) for word in value_set.words)
        return tuple((1, by_words(word), name) if word[0] == "_" else (0, plain(word), name) for word, name in words)

    def _read_answer(self, codings: tuple[Coding, ...], text: str | None) -> Answer | None:
        return self.answers.answer(translated(codings, self.site), text)

    def _identify(self, domain: Domain, codings: tuple[Coding, ...], text: str | None) -> Identified:
        codings = translated(codings, self.site)
        names = self._by_code(self._codes[domain], codings)
        texts = texts_of(codings, text)
        match domain:
            case "result":
                by_name = () if names else self._by_name(domain, texts)
                return Identified(names or by_name, by_name=bool(by_name), known=bool(texts) or is_told(codings))
            case "substance":
                by_name = () if names else closed(self._found(self._substances, texts), self._above)
                known = bool(names) or bool(texts) or is_told(codings)
                return Identified(names or by_name, by_name=bool(by_name), known=known)
            case "diagnosis" | "procedure" | "vaccine":
                return self._finding(domain, codings, names, texts)
            case _:
                assert_never(domain)

    def _finding(self, domain: Domain, codings: tuple[Coding, ...], names: Names, texts: Names) -> Identified:
        history = self._by_code(self._history, codings)
        hinted = tuple(name for name in self._by_code(self._hinted, codings) if name not in names)
        if names or history or hinted or self._grades.hold(codings):
            hinted += tuple(name for name in self._open_hints(domain, codings, texts) if name not in (*names, *hinted))
            return Identified(names, history, hints=hinted)
        if not any(coding.code and coding.code.strip() for coding in codings):
            by_name = self._by_name(domain, texts)
            if by_name:
                return Identified(by_name, by_name=True)
        return Identified(hints=self._hints(domain, texts), known=bool(texts) or is_told(codings))

    def snapshot_of(self, codings: Iterable[Coding]) -> str | None:
        """The day of the snapshot by which alone one of these codes is known; `None` where none is."""
        if not self.expanded:
            return None
        keys = ((canonical_system(coding.system) or "", (coding.code or "").strip()) for coding in codings)
        return next((self.expanded[key] for key in keys if key in self.expanded), None)

    def _open_hints(self, domain: Domain, codings: tuple[Coding, ...], texts: Names) -> Names:
        """What the words hint at where the code is known by an expansion alone: other sets may not be expanded."""
        return self._hints(domain, texts) if self.snapshot_of(codings) else ()

    def _by_code(self, index: CodeIndex, codings: tuple[Coding, ...]) -> Names:
        if len(codings) == 1:
            return index.names(codings[0])
        return tuple(dict.fromkeys(name for coding in codings for name in index.names(coding)))

    def _by_name(self, domain: Domain, texts: Names) -> Names:
        index = self._names[domain]
        return tuple(dict.fromkeys(name for text in texts for name in index.get(folded(text), ())))

    def _found(self, finder: NameFinder, texts: Names) -> Names:
        return tuple(dict.fromkeys(name for text in texts for name in finder.found(text)))

    def _hints(self, domain: Domain, texts: Names) -> Names:
        if not texts or (domain == "procedure" and examines(texts)):
            return ()
        said = (" | ".join(map(plain, texts)), by_words(" | ".join(texts)))
        return closed((name for where, word, name in self._words[domain] if word in said[where]), self._above)

    def _identify_drug(self, codings: tuple[Coding, ...], text: str | None) -> IdentifiedDrug:
        codings = translated(codings, self.site)
        texts = texts_of(codings, text)
        drug = self._drugs.identify(codings, texts)
        return drug._replace(known=bool(drug.ingredients) or bool(texts) or is_told(codings))


def load_terminology(
    folder: Path | None = None, concept_maps: Iterable[Path] = (), additions: Iterable[Addition] = ()
) -> Terminology:
    """The terminology in `folder`, else the packaged one, with a site's own codes and what was added to its sets.

    Raises `MappingError` with file, line, what was found and what would be right.
    """
    source = folder or Path(__file__).parent
    blocks = read_blocks(source)
    for block in blocks.values():
        check_unit(block)
    units, answers, forms = source / "units.yaml", source / "answers.yaml", source / "drug_forms.yaml"
    site = read_concept_maps(concept_maps)
    added = extended(blocks, additions)
    tables = read_units(units), read_answers(answers), read_forms(forms)
    known = Terminology(added.blocks, *tables, site, added.expanded)
    ours = known.own_codes()
    for target in {target for targets in site.values() for target in targets if target.system == OWN}:
        if target.code not in ours:
            hint = suggestion(target.code or "", ours)
            raise MappingError(f"a ConceptMap:1: found the target {target.code!r}, which is no value set; {hint}")
    return known
