"""One value set: the codes, names, words and units that a clinical name stands for."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

SetKind = Literal[
    "diagnosis", "laboratory", "vital", "score", "ingredient", "drug_class", "procedure", "vaccine", "substance"
]
Freshness = Literal[
    "laboratory", "vital", "pregnancy_test", "score", "function", "serology", "autoantibody", "viral_load", "unlimited"
]


class ValueSet(NamedTuple):
    """A clinical name and everything that a chart may call it."""

    name: str
    kind: SetKind
    title: str
    """For people: "Neutrophils"."""
    codes: Mapping[str, Mapping[str, str]] = {}
    """System URI → code → official display."""
    prefixes: Mapping[str, tuple[str, ...]] = {}
    """System URI → code prefixes (ICD-10-CM): the code itself and everything below it."""
    but_not: Mapping[str, tuple[str, ...]] = {}
    """System URI → codes and prefixes that are left out of `prefixes`."""
    is_a: tuple[str, ...] = ()
    """SNOMED CT codes of `codes` below which everything belongs to this set, as a terminology server can tell."""
    is_a_but_not: Mapping[str, str] = {}
    """SNOMED CT codes that are left out of that, with everything below them."""
    history: Mapping[str, Mapping[str, str]] = {}
    """Codes and prefixes of a personal history of this disease."""
    hinted_by: Mapping[str, Mapping[str, str]] = {}
    """Codes and prefixes that do not say this and make it a question: a neoplasm of uncertain behaviour."""
    includes: tuple[str, ...] = ()
    """Names of other sets whose codes, names and words belong to this one too; of a class, its ingredients."""
    names: tuple[str, ...] = ()
    """What a text without a code may equal (diagnosis, score) or hold as whole words (ingredient), any language."""
    words: tuple[str, ...] = ()
    """Parts of words that make an unmapped diagnosis or procedure a question about this set."""
    event: bool = False
    """It happens on a day (infarction, haemorrhage, attempt): its onset says whether it lies inside a window."""
    unit: str | None = None
    """UCUM; "1" for a dimensionless number or a score, "{titre}" for titres, `None` where the answer is qualitative."""
    plausible: tuple[Decimal, Decimal] | None = None
    """In `unit`: beyond these a value is a slip of the pen or of the unit. No verdict rests on it."""
    molar_mass: Decimal | None = None
    """g/mol, where mass and molar reports of the analyte are converted."""
    equivalents: Mapping[str, Decimal] = {}
    """UCUM units of another dimension in which the analyte is reported → how many `unit` one of them is."""
    grades: tuple[str, ...] = ()
    """The ordered answers of an ordinal scale, in our own words ("I" to "IV")."""
    components: int | None = None
    """How many organs a scale grades one by one (BILAG); a panel with fewer leaves the others open."""
    freshness: Freshness = "laboratory"
    """Which policy says how old a deciding result may be."""
    keeps_positive: bool = False
    """A positive answer does not go stale."""
    positive_from: Decimal | None = None
    """From this number on the result is positive as well: a titre, a level of a scale of which nought is "no"."""
    half_life_hours: Decimal | None = None
    """Of an ingredient: its terminal half-life, the longest that the source gives."""
    form_of: str | None = None
    """Of an ingredient: the ingredient of which it is one form, told by `form_words` (a pen kept at hand)."""
    form_words: tuple[str, ...] = ()
    upper_normal: tuple[Decimal, Decimal] | None = None
    """Where the upper limit of a normal range must lie (INR); a range with another limit is a therapeutic one."""


def closure(names: Iterable[str], sets: Mapping[str, ValueSet]) -> frozenset[str]:
    """These sets and all that they include; names that no set has stay as they are."""
    closed: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in closed:
            closed.add(name)
            waiting += sets[name].includes if name in sets else ()
    return frozenset(closed)
