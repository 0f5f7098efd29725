"""The mappings as a whole: no code is wrong in form, none means two things, every quantity has a unit and a range."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

import mappings
from mappings.blocks import KIND_OF_FILE, TABLE_FILES
from mappings.equivalents import PREDNISONE_5_MG
from mappings.systems import ATC, ICD10CM, LOINC, RXNORM, SNOMED, SYSTEMS, code_fault, dotted, prefix_fault
from mappings.terminology import Coding, Terminology
from mappings.ucum import measure
from mappings.units import ONE, TITRE, conversion
from mappings.value_set import ValueSet
from tests.machine import ROOT
from tests.mappings.seed_concepts import Code, meant

SHORT = {uri: short for short, uri in SYSTEMS.items()}
FILES = sorted(Path(mappings.__file__).parent.glob("*.yaml"))
RESULTS = ("laboratory", "vital", "score")


def coded(terminology: Terminology) -> Iterator[tuple[str, str, str, str]]:
    """Whose, system, code and display of every code that stands anywhere in the mappings."""
    for one in terminology.sets.values():
        for part in (one.codes, one.history, one.hinted_by):
            yield from (
                (one.name, system, code, text) for system, codes in part.items() for code, text in codes.items()
            )
    for name, scale in terminology.scales.items():
        for grade in scale.values():
            yield from (
                (name, system, code, text) for system, codes in grade.codes.items() for code, text in codes.items()
            )
    for (system, code), text in terminology.answers.displays.items():
        yield "answers", system, code, text


def test_every_code_has_the_form_and_check_digit_of_its_system_and_a_name(terminology: Terminology) -> None:
    wrong = [
        (name, code, fault)
        for name, system, code, text in coded(terminology)
        if (fault := _fault(system, code)) or not text.strip() or text.strip() == code
    ]

    assert wrong == []
    assert len(list(coded(terminology))) > 3_500


def _fault(system: str, code: str) -> str | None:
    return prefix_fault("icd10cm", dotted(code)) if system == ICD10CM else code_fault(SHORT[system], code)


def test_every_family_has_the_form_of_its_system(terminology: Terminology) -> None:
    families = [
        (one.name, prefix)
        for one in terminology.sets.values()
        for prefix in (*one.prefixes.get(ICD10CM, ()), *one.but_not.get(ICD10CM, ()))
    ]

    assert [(name, prefix) for name, prefix in families if prefix_fault("icd10cm", dotted(prefix))] == []


def test_no_code_of_a_result_means_two_quantities(terminology: Terminology) -> None:
    """Unless one set includes the other."""
    twice = [
        (key, one, other)
        for key, names in holders(terminology, RESULTS).items()
        for one in names
        for other in names
        if one < other and one not in terminology.members(other) and other not in terminology.members(one)
    ]

    assert twice == []


def holders(terminology: Terminology, kinds: tuple[str, ...]) -> dict[tuple[str, str], list[str]]:
    """Code → every set of these kinds that lists it itself."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in terminology.sets.values():
        if one.kind in kinds:
            for system, codes in one.codes.items():
                for code in codes:
                    found.setdefault((system, code), []).append(one.name)
    return found


def test_no_set_says_of_a_code_that_it_is_this_and_is_not(terminology: Terminology) -> None:
    torn = [
        (one.name, code)
        for one in terminology.sets.values()
        for system, codes in one.codes.items()
        for code in codes
        if code in one.history.get(system, ())
        or code in one.hinted_by.get(system, ())
        or (code in one.is_a_but_not and system == SNOMED)
        or (system == ICD10CM and code.startswith(one.but_not.get(system, ())))
    ]

    assert torn == []


APART = [
    ("pregnancy", "not_pregnant"),
    ("active_tuberculosis", "latent_tuberculosis"),
    ("hiv_infection", "hiv_inconclusive"),
    ("systemic_lupus_erythematosus", "drug_induced_lupus"),
    ("systemic_lupus_erythematosus", "cutaneous_lupus"),
    ("systemic_sclerosis", "localised_scleroderma"),
    ("systemic_sclerosis", "drug_induced_systemic_sclerosis"),
    ("diffuse_cutaneous_systemic_sclerosis", "limited_cutaneous_systemic_sclerosis"),
    ("idiopathic_inflammatory_myopathy", "inclusion_body_myositis"),
    ("idiopathic_inflammatory_myopathy", "non_inflammatory_myopathy"),
    ("dermatomyositis", "polymyositis"),
    ("dermatomyositis", "juvenile_dermatomyositis"),
    ("immune_thrombocytopenia", "secondary_thrombocytopenia"),
    ("organ_transplant", "stem_cell_transplant"),
    ("live_vaccine", "other_vaccine"),
    ("no_known_allergy", "drug_allergy_unspecified"),
    ("immunosuppressant", "ivig"),
    ("immunosuppressant", "hydroxychloroquine"),
]


@pytest.mark.parametrize(("one", "other"), APART)
def test_sets_that_contradict_each_other_share_no_code(terminology: Terminology, one: str, other: str) -> None:
    codes = {(system, code) for _, system, code, _ in coded(terminology)}
    codes |= {(ICD10CM, family) for known in terminology.sets.values() for family in known.prefixes.get(ICD10CM, ())}

    shared = [code for system, code in codes if {one, other} <= meant(terminology, Code(system, code, True))]

    assert {one, other} <= terminology.sets.keys()
    assert shared == []


def test_what_a_set_leaves_out_lies_in_what_it_names(terminology: Terminology) -> None:
    """Else it leaves out nothing, and whoever wrote it meant another code."""
    idle = [
        (one.name, code)
        for one in terminology.sets.values()
        for code in one.but_not.get(ICD10CM, ())
        if not code.startswith(one.prefixes.get(ICD10CM, ()))
    ]

    assert idle == []


def test_a_code_stands_once_in_a_set_and_what_lies_below_it(terminology: Terminology) -> None:
    """Two drugs that share a product, and two diseases that one code names together, are no repetition; this is."""
    twice = [
        (one.name, member, code)
        for one in terminology.sets.values()
        if one.kind in RESULTS
        for member in terminology.members(one.name)[1:]
        for system, codes in one.codes.items()
        for code in codes
        if code in terminology.sets[member].codes.get(system, ())
    ]

    assert twice == []


def test_every_grade_has_codes_of_its_own(terminology: Terminology) -> None:
    for name, scale in terminology.scales.items():
        codes = [code for grade in scale.values() for listed in grade.codes.values() for code in listed]
        assert len(codes) == len(set(codes)), name


def test_every_quantity_has_a_plausible_range_and_nothing_else_has(terminology: Terminology) -> None:
    results = [one for one in terminology.sets.values() if one.kind in RESULTS]

    assert [one.name for one in results if (one.plausible is None) is not (one.unit is None)] == []
    assert all(one.plausible[0] < one.plausible[1] for one in results if one.plausible)


def test_a_result_without_a_unit_is_answered_in_words(terminology: Terminology) -> None:
    """A scale, or a test that is positive or negative, or one that only its own range can judge."""
    bare = {
        one.name for one in terminology.sets.values() if one.kind in RESULTS and one.unit is None and not one.grades
    }

    assert not any(terminology.sets[name].kind == "vital" for name in bare)
    assert {"hbsag", "igra", "anti_dsdna"} <= bare
    assert not {"neutrophils", "creatinine", "inr", "edss"} & bare


def test_a_normal_value_stays_plausible_through_every_unit(terminology: Terminology) -> None:
    """A factor that is wrong by a thousand throws the middle of the range out of it."""
    lost = []
    for one in terminology.sets.values():
        if one.unit in (None, ONE, TITRE) or one.plausible is None:
            continue
        assert one.unit is not None
        for code, known in terminology.units.measures.items():
            factor = conversion(one, code, known)
            if factor is not None:
                back = conversion(one._replace(unit=code, equivalents={}), one.unit, measure(one.unit))
                if back is not None and abs(back * factor - 1) > Decimal("1e-9"):
                    lost.append((one.name, code))

    assert lost == []


def test_limits_of_normal_are_plausible(terminology: Terminology) -> None:
    inr = terminology.sets["inr"]

    assert inr.plausible is not None
    assert inr.upper_normal is not None
    assert inr.plausible[0] <= inr.upper_normal[0] < inr.upper_normal[1] <= inr.plausible[1]


def ingredients(terminology: Terminology) -> list[ValueSet]:
    return [one for one in terminology.sets.values() if one.kind == "ingredient"]


def test_an_atc_code_of_a_substance_is_one_ingredients(terminology: Terminology) -> None:
    """The seventh sign of an ATC code names a substance; two ingredients under one would be the same or a slip."""
    shared = {
        code: names
        for (system, code), names in holders(terminology, ("ingredient",)).items()
        if system == ATC and len(code) == 7 and len(names) > 1
    }

    assert shared == {}


def test_atc_and_rxnorm_of_an_ingredient_lead_to_the_same_drug_and_classes(terminology: Terminology) -> None:
    for one in ingredients(terminology):
        for system in (ATC, RXNORM):
            for code in one.codes.get(system, ()):
                found = terminology.drug((Coding(system, code, None),), None)
                assert one.name in found.ingredients, (one.name, code)
                assert all(one.name in terminology.members(name) for name in terminology.classes(one.name))


def test_a_product_says_the_name_of_its_ingredient(terminology: Terminology) -> None:
    """A code that stands under another drug than the one its official name says would be found here."""
    strayed = [
        (one.name, code, display)
        for one in ingredients(terminology)
        for code, display in one.codes.get(RXNORM, {}).items()
        if (said := terminology.drug((), display).ingredients) and one.name not in said
    ]

    assert strayed == []


def test_drugs_are_known_as_ingredients_and_as_products(terminology: Terminology) -> None:
    by_product = [
        one for one in ingredients(terminology) if any(" MG" in text for text in one.codes.get(RXNORM, {}).values())
    ]

    assert len(by_product) > 60
    assert {"prednisone", "methylprednisolone", "mycophenolate", "rituximab"} <= {one.name for one in by_product}


def test_every_class_has_ingredients(terminology: Terminology) -> None:
    empty = [
        one.name
        for one in terminology.sets.values()
        if one.kind == "drug_class"
        and not any(terminology.sets[name].kind == "ingredient" for name in terminology.members(one.name))
    ]

    assert empty == []


def blocks() -> Iterator[tuple[str, dict[str, Any]]]:
    """The blocks as they are written."""
    for path in FILES:
        if path.stem.split("-")[0] not in TABLE_FILES:
            yield from yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader).items()


def test_every_number_that_is_no_choice_of_ours_names_its_source() -> None:
    """Half-lives, molar masses and other conversions; the loader refuses one without, this one that says nothing."""
    sourced = []
    for name, block in blocks():
        given = [block[key] for key in ("half_life", "molar_mass") if key in block]
        sourced += [(name, part["source"]) for part in (*given, *block.get("equivalents", {}).values())]

    assert len(sourced) > 20
    assert [name for name, source in sourced if len(source.strip()) < 8] == []


@pytest.mark.parametrize("name", PREDNISONE_5_MG)
def test_every_glucocorticoid_equivalent_names_its_source_and_is_a_glucocorticoid(
    terminology: Terminology, name: str
) -> None:
    equal = PREDNISONE_5_MG[name]

    assert len(equal.source) > 20
    assert Decimal("0.5") <= equal.mg <= 25
    assert "glucocorticoid" in terminology.classes(name)


def test_every_file_is_of_a_kind_that_is_tested() -> None:
    assert {path.stem.split("-")[0] for path in FILES} == {*KIND_OF_FILE, *TABLE_FILES}


def test_loinc_carries_every_test_of_the_laboratory_that_is_not_computed(terminology: Terminology) -> None:
    without = {
        one.name
        for one in terminology.sets.values()
        if one.kind == "laboratory"
        and not any(terminology.sets[name].codes.get(LOINC) for name in terminology.members(one.name))
    }

    assert without == {"indirect_bilirubin_share"}


def test_the_page_on_half_lives_names_every_drug_without_one(terminology: Terminology) -> None:
    page = (ROOT / "docs" / "derived.md").read_text(encoding="utf-8").split("No source was opened for:")[1]
    sets = terminology.sets
    drugs = {
        drug
        for drug in sets
        if sets[drug].kind == "ingredient"
        and {"jak_inhibitor", "btk_inhibitor", "biologic_agent"} & set(terminology.classes(drug))
    }

    unsourced = {drug for drug in drugs if sets[drug].half_life_hours is None}
    assert {drug for drug in unsourced if sets[drug].title.casefold() not in page.casefold()} == set()
    assert {drug for drug in drugs - unsourced if sets[drug].title.casefold() in page.casefold()} == set()
