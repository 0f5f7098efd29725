"""Units as charts write them, and the factor that brings a number into a value set's own unit: a plain table."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

from mappings.blocks import Block
from mappings.source import Part, read_part
from mappings.ucum import Measure, NotUcum, measure, rounded
from mappings.value_set import ValueSet

ONE: Final = "1"
"""UCUM for "no unit"."""
PERCENT: Final = "%"
TITRE: Final = "{titre}"
SCALE_LENGTH_CM: Final = Decimal(10)
"""A visual analogue scale is ten centimetres long; a reading without a unit that lies beyond it is on another scale."""

_ANNOTATION = re.compile(r"\{[^}]*\}")
_SUPERSCRIPT = re.compile("[\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+")
_PLAIN_DIGITS = str.maketrans("\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079", "0123456789")
_SUBSTANCE_PER_VOLUME = "[substance] / [length] ** 3"
_MASS_PER_VOLUME = "[mass] / [length] ** 3"


class Units(NamedTuple):
    """Every unit that a chart may use."""

    measures: Mapping[str, Measure]
    """UCUM code → what it measures."""
    spellings: Mapping[str, str]
    """A home-made spelling, in its compared form → the UCUM code that it means."""
    loose: Mapping[str, str]
    """The same without regard to case, where only one meaning is left: "MG/DL"."""

    def recognised(self, text: str) -> str | None:
        """The UCUM code that a unit means; `ONE` for a bare annotation such as "{INR}"; `None` if it is not known."""
        if text in self.measures:
            return text
        spelled = _compared(text)
        known = self.spellings.get(spelled) or self.loose.get(spelled.casefold())
        if known:
            return known
        bare = _ANNOTATION.sub("", spelled)
        if bare == spelled:
            return None
        return self.recognised(bare) if bare else ONE

    def factor(self, value_set: ValueSet, code: str | None, unit: str | None) -> Decimal | None:
        """What a number in this unit is multiplied by to be in the set's own; `None` where it cannot be.

        The code decides; the unit's text where there is no code, or none that anyone knows. A set without a unit has
        answers or quantities that only their own reference range can judge: its numbers stay as they are.
        """
        if value_set.unit is None:
            return Decimal(1)
        meant = self._meant(code, unit)
        return None if meant is None else self._into(value_set, meant)

    def _meant(self, code: str | None, unit: str | None) -> str | None:
        """The UCUM code that is meant, `ONE` where nothing is written; `None` if nobody knows what is."""
        written = [text for text in ((code or "").strip(), (unit or "").strip()) if text]
        return next(filter(None, map(self.recognised, written)), None) if written else ONE

    def is_plain(self, code: str | None, unit: str | None) -> bool:
        """Whether a number comes without a unit, or with one that says as much ("1", "{...}")."""
        return self._meant(code, unit) == ONE

    def _into(self, value_set: ValueSet, code: str) -> Decimal | None:
        assert value_set.unit is not None
        if code == ONE:
            return Decimal(1) if value_set.unit in (ONE, TITRE, PERCENT) or is_visual_scale(value_set) else None
        if value_set.unit in (ONE, TITRE):
            return None
        return conversion(value_set, code, self.measures[code])


def is_visual_scale(value_set: ValueSet) -> bool:
    """A score that is read off a line of ten centimetres."""
    return value_set.kind == "score" and value_set.unit == "cm"


def maybe_fraction(low: Decimal | None, high: Decimal | None) -> bool:
    """Whether a percentage without its sign may be a fraction of one: 0.97 may be 97 %."""
    return any(end is not None and end <= 1 for end in (low, high))


def beyond_scale(low: Decimal | None, high: Decimal | None) -> bool:
    """Whether a reading without a unit lies beyond the ten centimetres of a visual analogue scale."""
    return any(end is not None and end > SCALE_LENGTH_CM for end in (low, high))


def conversion(value_set: ValueSet, code: str, given: Measure) -> Decimal | None:
    """The factor from a UCUM unit into the set's own, through the molar mass if need be."""
    if code in value_set.equivalents:
        return value_set.equivalents[code]
    own = measure(value_set.unit or ONE)
    if given.dimension == own.dimension:
        return rounded(given.factor / own.factor)
    if value_set.molar_mass is None:
        return None
    kilograms_per_mole = value_set.molar_mass / 1000
    match given.dimension, own.dimension:
        case (d, e) if d == _SUBSTANCE_PER_VOLUME and e == _MASS_PER_VOLUME:
            return rounded(given.factor * kilograms_per_mole / own.factor)
        case (d, e) if d == _MASS_PER_VOLUME and e == _SUBSTANCE_PER_VOLUME:
            return rounded(given.factor / kilograms_per_mole / own.factor)
        case _:
            return None


def check_unit(block: Block) -> None:
    """Refuses a block whose unit is no UCUM."""
    unit = block.value_set.unit
    for code in (unit, *block.value_set.equivalents):
        if code in (None, ONE, TITRE):
            continue
        try:
            measure(code)
        except NotUcum:
            block.part.fail(
                f"{block.value_set.name!r} has the unit {code!r}, which is no UCUM; such as 10*9/L would be"
            )


def read_units(path: Path) -> Units:
    """The table of units: UCUM code → home-made spellings."""
    measures: dict[str, Measure] = {}
    spellings: dict[str, str] = {}
    meanings: dict[str, set[str]] = {}
    for code, (key, value) in read_part(path).entries().items():
        measures[code] = _measured(code, key)
        meanings.setdefault(_compared(code).casefold(), set()).add(code)
        for item in value.items():
            spelled = _compared(item.text())
            if spellings.setdefault(spelled, code) != code:
                item.fail(f"{item.text()!r} means {spellings[spelled]!r} already; a spelling has one meaning")
            meanings.setdefault(spelled.casefold(), set()).add(code)
    loose = {spelled: next(iter(codes)) for spelled, codes in meanings.items() if len(codes) == 1}
    return Units(measures, spellings, loose)


def _measured(code: str, part: Part) -> Measure:
    try:
        return measure(code)
    except NotUcum:
        part.fail(f"{code!r} is no UCUM code; write the UCUM code as the key and other spellings behind it")


def _compared(text: str) -> str:
    """A unit without blanks, with one mu, one multiplication sign and plain exponents."""
    raised = _SUPERSCRIPT.sub(lambda digits: "^" + digits[0].translate(_PLAIN_DIGITS), text)
    normal = unicodedata.normalize("NFKC", raised).replace("\u03bc", "u").replace("\u00d7", "x")
    return "".join(normal.split())
