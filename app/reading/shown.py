"""Short texts for clinicians out of whatever a chart holds: one line, no control characters, never long."""

import unicodedata
from decimal import Decimal
from functools import lru_cache

from app.reading.shapes import Concept, Quantity

LONGEST = 80
_READ = 400
"""How much of a text is looked at; a name does not stand behind that."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_LONGEST_NUMBER = 24
_LONGEST_UNIT = 40
_PLAIN_UP_TO = 9


def clean(text: str | None) -> str:
    """The text on one line, without control and direction characters, cut with an ellipsis."""
    if not text:
        return ""
    if len(text) <= LONGEST and text.isprintable() and "  " not in text and " " not in (text[0], text[-1]):
        return text
    text = text[:_READ]
    if not text.isprintable():
        text = "".join(" " if unicodedata.category(char) in _UNSEEN else char for char in text)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def concept_shown(concept: Concept | None) -> str:
    """Its text, else a display, else its codes."""
    if concept is None:
        return ""
    shown = clean(concept.text)
    for coding in concept.coding or ():
        shown = shown or clean(coding.display)
    return shown or clean(", ".join(coding.code for coding in (concept.coding or ())[:3] if coding.code))


def number_shown(value: Decimal) -> str:
    """The digits as reported; a number of absurd length is cut."""
    text = str(value)
    if "E" in text and -_PLAIN_UP_TO <= value.adjusted() <= _PLAIN_UP_TO:
        text = f"{value:f}"
    return text if len(text) <= _LONGEST_NUMBER else f"{value:.5e}"


def quantity_shown(quantity: Quantity) -> str:
    """Comparator, number and unit: "<20 IU/mL"."""
    if quantity.value is None:
        return ""
    comparator = clean(quantity.comparator)[:8] if quantity.comparator else ""
    return f"{comparator}{number_shown(quantity.value)}{_unit_shown((quantity.unit or quantity.code or '')[:LONGEST])}"


@lru_cache(maxsize=1_024)
def _unit_shown(unit: str) -> str:
    """A unit behind its number, with the blank that stands between them."""
    text = clean(unit)[:_LONGEST_UNIT]
    return "" if text in ("", "1") else text if text.startswith("%") else f" {text}"
