"""Neighbours that a protocol of lupus tells apart: joints, skin, liver, dialysis, dependence, severe mental illness."""

import pytest

from mappings.terminology import Coding, Terminology
from tests.mappings.codes import icd10cm, snomed


@pytest.mark.parametrize(
    ("coding", "name"),
    [
        pytest.param(icd10cm("M10.9"), "inflammatory_arthropathy", id="gout is inflammatory"),
        pytest.param(icd10cm("M05.79"), "inflammatory_arthropathy", id="rheumatoid arthritis by what it includes"),
        pytest.param(icd10cm("L40.50"), "inflammatory_arthropathy", id="psoriatic arthritis"),
        pytest.param(icd10cm("L40.50"), "inflammatory_skin_disease", id="which is psoriasis as well"),
        pytest.param(icd10cm("L80"), "inflammatory_skin_disease", id="vitiligo"),
        pytest.param(icd10cm("L70.0"), "skin_disease", id="acne"),
        pytest.param(icd10cm("K72.00"), "severe_hepatobiliary_disease", id="a failing liver"),
        pytest.param(icd10cm("K72.00"), "hepatobiliary_disease", id="is a disease of the liver"),
        pytest.param(icd10cm("K80.20"), "hepatobiliary_disease", id="gallstones"),
        pytest.param(snomed("302497006"), "dialysis", id="haemodialysis is dialysis"),
        pytest.param(snomed("302497006"), "haemodialysis", id="and what it says"),
        pytest.param(icd10cm("Z99.2"), "dialysis_unspecified", id="dependence on dialysis does not say which"),
        pytest.param(icd10cm("F10.20"), "alcohol_dependence", id="dependence"),
        pytest.param(icd10cm("F11.21"), "drug_abuse", id="in remission it was abuse all the same"),
        pytest.param(icd10cm("F33.2"), "severe_psychiatric_disorder", id="a severe depression"),
        pytest.param(icd10cm("F33.2"), "depression", id="which is a depression"),
        pytest.param(snomed("12719002"), "transfusion", id="platelets"),
        pytest.param(snomed("38102005"), "surgery", id="an operation by its own code"),
        pytest.param(icd10cm("K92.1"), "bleeding", id="melaena"),
        pytest.param(snomed("19682006"), "lupus_hepatitis", id="the hepatitis of lupus"),
    ],
)
def test_a_code_is_found_under_what_it_says(terminology: Terminology, coding: tuple[Coding, ...], name: str) -> None:
    assert name in terminology.identify("diagnosis", coding, None).names


@pytest.mark.parametrize(
    ("coding", "name"),
    [
        pytest.param(snomed("95408003"), "inflammatory_arthropathy", id="the arthritis of lupus"),
        pytest.param(snomed("396275006"), "inflammatory_arthropathy", id="wear of a joint"),
        pytest.param(icd10cm("L93.0"), "skin_disease", id="lupus of the skin"),
        pytest.param(snomed("95332009"), "inflammatory_skin_disease", id="the rash of lupus"),
        pytest.param(icd10cm("L70.0"), "inflammatory_skin_disease", id="acne"),
        pytest.param(icd10cm("E80.4"), "hepatobiliary_disease", id="Gilbert's syndrome"),
        pytest.param(icd10cm("K74.60"), "severe_hepatobiliary_disease", id="a cirrhosis does not say how severe"),
        pytest.param(snomed("71192002"), "haemodialysis", id="dialysis through the peritoneum"),
        pytest.param(snomed("108241001"), "haemodialysis", id="dialysis of which the kind is not said"),
        pytest.param(icd10cm("F10.10"), "alcohol_dependence", id="abuse without dependence"),
        pytest.param(icd10cm("F10.20"), "drug_abuse", id="alcohol"),
        pytest.param(icd10cm("F17.210"), "drug_abuse", id="nicotine"),
        pytest.param(icd10cm("F20.9"), "severe_psychiatric_disorder", id="schizophrenia does not say how severe"),
        pytest.param(icd10cm("F33.1"), "severe_psychiatric_disorder", id="a moderate depression"),
        pytest.param(icd10cm("D84.821"), "bleeding", id="something else"),
    ],
)
def test_a_neighbour_is_not_found_under_it(terminology: Terminology, coding: tuple[Coding, ...], name: str) -> None:
    assert name not in terminology.identify("diagnosis", coding, None).names


def test_dependence_in_remission_is_history(terminology: Terminology) -> None:
    found = terminology.identify("diagnosis", icd10cm("F10.21"), None)

    assert "alcohol_dependence" in found.history
    assert "alcohol_dependence" not in found.names


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Arthropathy, likely reactive arthritis-like", "inflammatory_arthropathy"),
        ("chronic liver injury", "hepatobiliary_disease"),
        ("皮疹", "skin_disease"),
        ("started on dialysis abroad", "haemodialysis"),
    ],
)
def test_words_make_it_a_question(terminology: Terminology, said: str, name: str) -> None:
    found = terminology.identify("diagnosis", (Coding("urn:local", "1", said),), None)

    assert name in found.hints
    assert name not in found.names


def test_a_delivery_is_no_liver(terminology: Terminology) -> None:
    """The words of the liver have to begin a word."""
    assert "hepatobiliary_disease" not in terminology.identify("diagnosis", (), "uncomplicated delivery").hints


def test_what_lupus_is_treated_with_holds_no_other_biologic(terminology: Terminology) -> None:
    members = set(terminology.members("lupus_drug"))

    assert {"prednisone", "hydroxychloroquine", "mycophenolate", "belimumab", "anifrolumab"} <= members
    assert not {"infliximab", "ivig", "tofacitinib"} & members


def test_foreign_proteins_are_of_animals(terminology: Terminology) -> None:
    members = set(terminology.members("foreign_protein"))

    assert {"murine_protein", "bovine_albumin", "antithymocyte_globulin"} <= members
    assert "human_albumin" not in members
