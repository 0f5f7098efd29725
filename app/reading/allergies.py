"""AllergyIntolerances into allergies, one for each value-set name; "no known allergy" is none."""

import re
from typing import Final

from app.reading.reader import Reader, filed, reference_of
from app.reading.shapes import AllergyIntolerance, Concept
from app.reading.shown import concept_shown
from app.reading.status import ENTERED_IN_ERROR, codes_of, plain_status
from trials.record import Allergy, Entry

NONE_KNOWN: Final = {
    "716186003": "No known allergy (situation)",
    "409137002": "No known drug allergy (situation)",
    "428607008": "No known environmental allergy (situation)",
    "429625007": "No known food allergy (situation)",
}
"""SNOMED CT code → name."""

_NONE_KNOWN_WORDS = re.compile(
    r"(?:patient has )?no (?:known )?(?:\w+ )?allerg(?:y|ies)\b.*|n\.?k\.?[dfl]?\.?a\.?|none(?: known)?"
    r"|无(?:已知)?(?:药物|食物)?过敏(?:史)?|否认(?:药物|食物)?过敏(?:史)?",
    re.IGNORECASE,
)


def read_allergy(allergy: AllergyIntolerance, reader: Reader) -> str | None:
    """Files its allergies; why it does not count."""
    verification = codes_of(allergy.verification_status)
    if ENTERED_IN_ERROR in verification:
        return "entered in error"
    if "refuted" in verification:
        return "refuted"
    if "resolved" in codes_of(allergy.clinical_status):
        return "status resolved"
    if says_none(allergy.code):
        return None
    substances = [allergy.code, *(reaction.substance for reaction in allergy.reaction or ())]
    found = [reader.lexicon.known_concept("substance", one) for one in substances if one is not None]
    for one in found:
        if not one.is_mapped:
            reader.unmapped.add(one, "allergy")
    names = dict.fromkeys(name for one in found for name in one.names)
    shown = next(filter(None, map(concept_shown, substances)), "")
    when = reader.dates.when(allergy.onset_date_time) or reader.dates.when(allergy.recorded_date)
    if names:
        common = Allergy(reference_of(allergy), "", shown, when, severe(allergy))
        for name in names:
            filed(reader.facts.allergies, name, common._replace(name=name))
    elif not any(one.is_known for one in found):
        entry = Entry(reference_of(allergy), "allergy", shown or "an allergy without a code or a text", when)
        filed(reader.facts.unidentified, "allergy", entry)
    return None


def severe(allergy: AllergyIntolerance) -> bool | None:
    """Whether a reaction was severe, or a next one may be; `None` where nothing is said."""
    reactions = {plain_status(reaction.severity) for reaction in allergy.reaction or ()} - {""}
    if "severe" in reactions or plain_status(allergy.criticality) == "high":
        return True
    return False if reactions & {"mild", "moderate"} else None


def says_none(concept: Concept | None) -> bool:
    """Whether an entry says that no allergy is known."""
    if concept is None:
        return False
    if any((coding.code or "").strip() in NONE_KNOWN for coding in concept.coding or ()):
        return True
    said = [concept.text, *(coding.display for coding in concept.coding or ())]
    return any(text and _NONE_KNOWN_WORDS.fullmatch(text[:200].strip()) for text in said)
