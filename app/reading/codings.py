"""CodeableConcepts in the form that the terminology takes, cut to lengths that names have."""

from typing import Final

from app.reading.shapes import Concept
from app.reading.shown import clean
from mappings.terminology import Coding

LONGEST_TEXT: Final = 500
"""How much of a text goes into the terminology; nobody names a disease or a drug behind that."""
MOST_CODINGS: Final = 50
NO_CODING: Final = Coding(None, None, None)


def codings_of(concept: Concept | None) -> tuple[Coding, ...]:
    """The codings as the terminology takes them."""
    if concept is None or not concept.coding:
        return ()
    return tuple(
        Coding(_cut(coding.system), _cut(coding.code), _cut(coding.display)) for coding in concept.coding[:MOST_CODINGS]
    )


def text_of(concept: Concept | None) -> str | None:
    """The text, cut to a length that a name may have."""
    return None if concept is None else _cut(concept.text)


def first_coding(concept: Concept | None) -> Coding:
    """The coding under which a concept is reported where no set knows it, with the words that come with it."""
    coded = next((coding for coding in codings_of(concept) if coding.code), NO_CODING)
    words = coded.display or (concept.text if concept is not None else None)
    return Coding(clean(coded.system) or None, clean(coded.code) or None, clean(words) or None)


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT]
