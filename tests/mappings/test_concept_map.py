"""A site's own codes, by ConceptMap."""

import json
from pathlib import Path
from typing import Any

import pytest

from mappings.concept_map import OWN
from mappings.systems import LOINC, RXNORM, SNOMED
from mappings.terminology import Coding, MappingError, Terminology, load_terminology

SITE = "https://hospital.example/codes"


def concept_map(*pairs: tuple[str, str, str, str]) -> dict[str, Any]:
    groups = [
        {
            "source": SITE,
            "target": system,
            "element": [{"code": own, "target": [{"code": code, "equivalence": equivalence}]}],
        }
        for own, system, code, equivalence in pairs
    ]
    return {"resourceType": "ConceptMap", "status": "active", "group": groups}


@pytest.fixture(scope="module")
def of_site(tmp_path_factory: pytest.TempPathFactory) -> Terminology:
    path = tmp_path_factory.mktemp("site") / "map.json"
    resource = concept_map(
        ("HB", LOINC, "718-7", "equivalent"),
        ("SKIN", OWN, "mrss", "equivalent"),
        ("LN4", SNOMED, "68815009", "wider"),
        ("MAYBE", SNOMED, "24700007", "narrower"),
        ("PRED5", RXNORM, "8640", "subsumes"),
        ("P", SNOMED, "10828004", "equal"),
        ("C2", SNOMED, "421704003", "equal"),
    )
    path.write_text(json.dumps(resource), encoding="utf-8")
    return load_terminology(concept_maps=[path])


def own(code: str) -> tuple[Coding, ...]:
    return (Coding(SITE, code, None),)


def test_a_local_code_means_what_the_site_says(of_site: Terminology) -> None:
    assert of_site.identify("result", own("HB"), None).names == ("haemoglobin",)
    assert of_site.drug(own("PRED5"), None).ingredients == ("prednisone",)
    assert of_site.answer(own("P"), None) == "positive"
    assert of_site.ordinal("nyha_class", own("C2"), None) == "II"


def test_a_score_without_a_standard_code_is_reached_by_our_own_name_of_it(of_site: Terminology) -> None:
    assert of_site.identify("result", own("SKIN"), None).names == ("mrss",)


def test_answers_and_grades_are_reached_by_our_own_codes_of_them(tmp_path: Path) -> None:
    path = tmp_path / "map.json"
    resource = concept_map(("REACT", OWN, "positive", "equal"), ("K3", OWN, "nyha_class.III", "equal"))
    path.write_text(json.dumps(resource), encoding="utf-8")

    known = load_terminology(concept_maps=[path])

    assert known.answer(own("REACT"), None) == "positive"
    assert known.ordinal("nyha_class", own("K3"), None) == "III"


def test_a_target_that_is_wider_is_said_and_a_narrower_one_is_not(of_site: Terminology) -> None:
    assert "lupus_nephritis" in of_site.identify("diagnosis", own("LN4"), None).names
    assert of_site.identify("diagnosis", own("MAYBE"), None).names == ()


def test_without_the_map_the_code_says_nothing(terminology: Terminology) -> None:
    assert terminology.identify("result", own("HB"), None).names == ()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("{", "map.json:1: not JSON"),
        ("[]", "found another resource"),
        (json.dumps({"resourceType": "ValueSet"}), "found another resource"),
        (json.dumps({"resourceType": "ConceptMap", "group": {}}), "'group' that is no list"),
        (json.dumps({"resourceType": "ConceptMap", "group": [{"element": [{"code": "x"}]}]}), "without its group's"),
        (json.dumps(concept_map(("SKIN", OWN, "mrs", "equal"))), "did you mean 'mrss'?"),
    ],
)
def test_a_file_that_is_no_concept_map_of_ours_is_refused(tmp_path: Path, content: str, found: str) -> None:
    path = tmp_path / "map.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(MappingError) as refused:
        load_terminology(concept_maps=[path])

    assert found in str(refused.value)
