"""Statuses as charts write them, with stray blanks and capitals, and which of them make a resource count."""

from functools import lru_cache
from typing import Final

import msgspec

from app.reading.lazy import NOTHING
from app.reading.shapes import Concept

ENTERED_IN_ERROR: Final = "entered-in-error"

_NONE: Final[frozenset[str]] = frozenset()
_DECODER: msgspec.json.Decoder[Concept | None] = msgspec.json.Decoder(Concept | None)
_LONGEST_REMEMBERED = 1_024
_SHOWN = frozenset(
    """
    registered cancelled unknown draft not-taken not-done intended declined preparation on-hold stopped completed
    in-progress refuted resolved
    """.split()  # noqa: SIM905 - a sentence of words reads better than a list of quoted ones
)
"""Statuses that a report may repeat; any other text stays out of it."""


def plain_status(text: str | None) -> str:
    """The code without blanks around it and in lower case; empty where there is none."""
    return text.strip().lower() if text else ""


def is_entered_in_error(text: str | None) -> bool:
    """Whether a status says that the resource never was true."""
    return plain_status(text).replace(" ", "-") == ENTERED_IN_ERROR


def codes_of(raw: msgspec.Raw) -> frozenset[str]:
    """Every code of an undecoded status that is a CodeableConcept; raises `ValueError` if it is broken."""
    if raw is NOTHING:
        return _NONE
    key = bytes(raw)
    return _codes_in(key) if len(key) <= _LONGEST_REMEMBERED else _codes_in.__wrapped__(key)


@lru_cache(maxsize=1_024)
def _codes_in(raw: bytes) -> frozenset[str]:
    concept = _DECODER.decode(raw)
    return _NONE if concept is None else _codes_of(concept)


def _codes_of(concept: Concept) -> frozenset[str]:
    """The codes; the text, where there is no code."""
    codes = frozenset(
        plain_status(coding.code) for coding in concept.coding or () if coding.code and coding.code.strip()
    )
    return codes or frozenset({plain_status(concept.text).replace(" ", "-")} - {""})


def not_counting(status: str) -> str:
    """Why a resource of this status is ignored."""
    if is_entered_in_error(status):
        return "entered in error"
    if not status:
        return "no status"
    return f"status {status}" if status in _SHOWN else "a status that FHIR does not know"
