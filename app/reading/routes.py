"""Whether a drug acts where it is put or in the whole body: by its route, else by the product's own form."""

import re
from collections.abc import Iterable
from typing import Final

from app.reading.shapes import Concept
from mappings.terminology import Terminology

LOCAL_ROUTES: Final = {
    "6064005": "Topical route",
    "10547007": "Otic route",
    "12130007": "Intra-articular route",
    "16857009": "Vaginal route",
    "37161004": "Rectal route",
    "46713006": "Nasal route",
    "54485002": "Ophthalmic route",
    "372449004": "Dental route",
    "372457001": "Gingival route",
    "372459003": "Intrabursal route",
    "372466002": "Intralesional route",
    "372468001": "Intraocular route",
    "372471009": "Intravesical route",
    "372474001": "Periarticular route",
    "372476004": "Subconjunctival route",
    "418091004": "Intratympanic route",
    "418321004": "Retrobulbar route",
    "418401004": "Intravitreal route",
    "418586008": "Intratendinous route",
    "418608002": "Intracorneal route",
    "418722009": "Peribulbar route",
    "447694001": "Respiratory tract route",
}
"""SNOMED CT code → name. Source: HL7 FHIR R4, value set "SNOMED CT Route Codes"."""

_LOCAL_WORDS = re.compile(
    r"topical|(?<!sub)(?<!per)(?<!trans)cutaneous|\bskin\b|scalp|inhal|\binh\b|respiratory|nebuli[sz]|\bneb\b|ophthalm"
    r"|ocular|conjunctiv|\beyes?\b|\botic\b|\bears?\b|auricular|nasal|nostril|articular|lesional|vagina|rectal"
    r"|vitre|vesical|外用|局部|吸入|雾化|滴眼|眼|耳|鼻(?!饲|胃)|关节|阴道|直肠",
    re.IGNORECASE,
)
_SYSTEMIC_WORDS = re.compile(
    r"transdermal|nasogastric|\bp\.?o\.?\b|\bi\.?v\.?\b|\boral(?:ly)?\b|by mouth", re.IGNORECASE
)


def is_local_route(route: Concept | None, terminology: Terminology) -> bool | None:
    """Whether a route is a local one; `None` where none is said, or in words that say neither."""
    if route is None:
        return None
    codes = {(coding.code or "").strip() for coding in route.coding or ()} - {""}
    if codes & LOCAL_ROUTES.keys():
        return True
    said = is_local_text([route.text, *(coding.display for coding in route.coding or ())], terminology)
    # A coded route that is none of the local ones is systemic, whatever its name.
    return False if said is None and codes else said


def is_local_text(texts: Iterable[str | None], terminology: Terminology) -> bool | None:
    """Whether the words for a route or a form say a local one."""
    said = [text[:200] for text in texts if text]
    if any(_LOCAL_WORDS.search(text) for text in said):
        return True
    if any(_SYSTEMIC_WORDS.search(text) for text in said):
        return False
    forms = [terminology.drug((), text).local_form for text in said]
    return next((form for form in forms if form is not None), None)
