"""Short ways to write codings in tests."""

from mappings.systems import CVX, ICD10CM, LOINC, RXNORM, SNOMED
from mappings.terminology import Coding


def loinc(code: str, display: str | None = None) -> tuple[Coding, ...]:
    return (Coding(LOINC, code, display),)


def snomed(code: str, display: str | None = None) -> tuple[Coding, ...]:
    return (Coding(SNOMED, code, display),)


def icd10cm(code: str, display: str | None = None) -> tuple[Coding, ...]:
    return (Coding(ICD10CM, code, display),)


def rxnorm(code: str, display: str | None = None) -> tuple[Coding, ...]:
    return (Coding(RXNORM, code, display),)


def cvx(code: str, display: str | None = None) -> tuple[Coding, ...]:
    return (Coding(CVX, code, display),)


def local(code: str, display: str | None = None) -> tuple[Coding, ...]:
    return (Coding("https://hospital.example/codes", code, display),)
