"""Code systems and the shapes of their codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.systems import (
    ATC,
    CVX,
    ICD10CM,
    LOINC,
    RXNORM,
    SNOMED,
    canonical_code,
    canonical_system,
    code_fault,
    prefix_fault,
)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("urn:oid:2.16.840.1.113883.6.96", SNOMED),
        ("urn:oid:2.16.840.1.113883.6.1", LOINC),
        ("urn:oid:2.16.840.1.113883.6.88", RXNORM),
        ("urn:oid:2.16.840.1.113883.6.90", ICD10CM),
        ("urn:oid:2.16.840.1.113883.12.292", CVX),
        ("urn:oid:2.16.840.1.113883.6.73", ATC),
        ("http://snomed.info/sct/731000124108", SNOMED),
        ("http://loinc.org/", LOINC),
        ("http://loinc.org|2.77", LOINC),
    ],
)
def test_a_system_is_known_in_the_forms_that_servers_send(sent: str, meant: str) -> None:
    assert canonical_system(sent) == meant


@pytest.mark.parametrize("other", ["http://hl7.org/fhir/sid/icd-10", "http://hl7.org/fhir/sid/ndc", "", None])
def test_another_system_is_not_taken_for_one_of_ours(other: str | None) -> None:
    """WHO's ICD-10 and China's clinical edition look like ICD-10-CM and are not."""
    assert canonical_system(other) in (other, None)


def test_an_icd_10_cm_code_is_compared_without_dot_and_case() -> None:
    assert canonical_code(ICD10CM, "m32.14 ") == canonical_code(ICD10CM, "M3214")


@given(st.integers(min_value=1, max_value=999_999))
def test_exactly_one_last_digit_makes_a_loinc_code(number: int) -> None:
    right = [digit for digit in range(10) if code_fault("loinc", f"{number}-{digit}") is None]

    assert len(right) == 1


@given(st.integers(min_value=1_000, max_value=10**12))
def test_exactly_one_last_digit_makes_a_snomed_code(number: int) -> None:
    right = [digit for digit in range(10) if code_fault("snomed", f"{number}00{digit}") is None]

    assert len(right) == 1


@given(st.integers(min_value=1, max_value=999_999))
def test_the_complaint_about_a_check_digit_names_the_right_code(number: int) -> None:
    faults = [code_fault("loinc", f"{number}-{digit}") for digit in range(10)]
    right = f"{number}-{faults.index(None)}"

    assert all(right in fault for fault in faults if fault)


@pytest.mark.parametrize(
    ("system", "code"),
    [("cvx", "3"), ("icd10cm", "M3214"), ("rxnorm", "12x"), ("loinc", "718"), ("snomed", "123"), ("atc", "L4")],
)
def test_a_code_of_the_wrong_shape_is_refused(system: str, code: str) -> None:
    assert code_fault(system, code)


@pytest.mark.parametrize("prefix", ["C", "I6", "M32", "D59.1", "C44.01"])
def test_a_prefix_may_be_shorter_than_a_code(prefix: str) -> None:
    assert prefix_fault("icd10cm", prefix) is None
