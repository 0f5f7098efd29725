"""The code systems that we carry: their URIs, the object identifiers some servers send, and what a code looks like."""

import re
from typing import Final

LOINC: Final = "http://loinc.org"
SNOMED: Final = "http://snomed.info/sct"
ICD10CM: Final = "http://hl7.org/fhir/sid/icd-10-cm"
RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
CVX: Final = "http://hl7.org/fhir/sid/cvx"
ATC: Final = "http://www.whocc.no/atc"
UCUM: Final = "http://unitsofmeasure.org"

SYSTEMS: Final = {"loinc": LOINC, "snomed": SNOMED, "icd10cm": ICD10CM, "rxnorm": RXNORM, "cvx": CVX, "atc": ATC}
"""What a mapping file calls a system → its URI."""

NEEDS_TEXT: Final = frozenset({SNOMED, RXNORM})
"""Systems too large to know in full: a code of these that no set holds and no text explains is unidentified."""

OIDS: Final = {
    "urn:oid:2.16.840.1.113883.6.96": SNOMED,
    "urn:oid:2.16.840.1.113883.6.1": LOINC,
    "urn:oid:2.16.840.1.113883.6.88": RXNORM,
    "urn:oid:2.16.840.1.113883.6.90": ICD10CM,
    "urn:oid:2.16.840.1.113883.12.292": CVX,
    "urn:oid:2.16.840.1.113883.6.73": ATC,
    "urn:oid:2.16.840.1.113883.6.8": UCUM,
}

_CANONICAL = {**{uri: uri for uri in (*SYSTEMS.values(), UCUM)}, **OIDS}
_SHAPES = {
    "loinc": re.compile(r"\d{1,7}-\d|LA\d+-\d"),
    "snomed": re.compile(r"[1-9]\d{5,17}"),
    "icd10cm": re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?"),
    "rxnorm": re.compile(r"[1-9]\d{0,7}"),
    "cvx": re.compile(r"\d{2,3}"),
    "atc": re.compile(r"[A-Z](\d\d([A-Z]([A-Z](\d\d)?)?)?)?"),
}
_LOOKS_LIKE = {
    "loinc": "digits, a dash and a check digit, such as 718-7",
    "snomed": "6 to 18 digits",
    "icd10cm": "such as M32 or M32.14",
    "rxnorm": "up to 8 digits",
    "cvx": "2 or 3 digits with leading zeros, such as 03",
    "atc": "such as L04AX01",
}


def canonical_system(system: str | None) -> str | None:
    """The URI that we use for a system that we carry, whatever form a chart gives it; any other system as it stands."""
    if system is None:
        return None
    known = _CANONICAL.get(system)
    if known:
        return known
    plain = system.strip().split("|", 1)[0].rstrip("/")
    if plain.startswith(SNOMED + "/"):  # an edition or version of SNOMED CT
        return SNOMED
    return _CANONICAL.get(plain, plain or None)


def canonical_code(system: str | None, code: str) -> str:
    """The form in which a code is compared: ICD-10-CM without its dot and in capitals, everything else as it stands."""
    code = code.strip()
    return code.replace(".", "").upper() if system == ICD10CM else code


def dotted(code: str) -> str:
    """An ICD-10-CM code with the dot that it is compared without."""
    return code if len(code) <= 3 else f"{code[:3]}.{code[3:]}"


def code_fault(system: str, code: str) -> str | None:
    """What is wrong with a code that an author wrote for the system of this short name, and what would be right."""
    if not _SHAPES[system].fullmatch(code):
        return f"{code!r} is no {system} code; a right one is {_LOOKS_LIKE[system]}"
    if system == "loinc" and not code.startswith("LA"):
        number, given = code.split("-")
        right = _luhn_digit(number)
        return None if given == right else f"{code!r} fails LOINC's check digit; {number}-{right} would pass"
    if system == "snomed":
        right = code[:-1] + _verhoeff_digit(code[:-1])
        if code != right:
            return f"{code!r} fails SNOMED CT's check digit; {right} would pass"
        if code[-3:-1] not in ("00", "10"):
            return f"{code!r} is no SNOMED CT concept (digits before the last are not 00 or 10)"
    return None


def prefix_fault(system: str, prefix: str) -> str | None:
    """What is wrong with an ICD-10-CM prefix; a chapter's letter and a block's first digits may be one."""
    if re.fullmatch(r"[A-Z](\d([0-9A-Z](\.[0-9A-Z]{1,4})?)?)?", prefix):
        return None
    return f"{prefix!r} is no {system} prefix; a right one is such as C, I6, M32 or D59.1"


def _luhn_digit(number: str) -> str:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(number))]
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def _dihedral(a: int, b: int) -> int:
    """The product of two elements of the symmetry group of the pentagon, on which Verhoeff's check digit rests."""
    if a < 5:
        return (a + b) % 5 if b < 5 else (a + b - 5) % 5 + 5
    return (a - b) % 5 + 5 if b < 5 else (a - b) % 5


_PERMUTATION = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
_INVERSE = (0, 4, 3, 2, 1, 5, 6, 7, 8, 9)


def _verhoeff_digit(number: str) -> str:
    check = 0
    for place, digit in enumerate(reversed(number), start=1):
        value = int(digit)
        for _ in range(place % 8):
            value = _PERMUTATION[value]
        check = _dihedral(check, value)
    return str(_INVERSE[check])
