"""What leaves as FHIR says all that the value sets say, in a form that FHIR's own model takes."""

import json
import re
from functools import cache
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from app.terminology.notices import NOTICES
from app.terminology.shelf import Shelf, named, shelf
from app.terminology.value_sets import EXTENSION
from mappings.concept_map import OWN
from mappings.systems import ICD10CM, LOINC, RXNORM, SNOMED, canonical_code, dotted
from mappings.terminology import Coding, Terminology, load_terminology
from mappings.value_set import ValueSet
from tests.app.calling import library
from tests.mappings.test_sets import DOMAIN

BASE = "https://trials.example.org"
Json = dict[str, Any]


def terminology() -> Terminology:
    return library().terminology


@cache
def resources(base: str | None = None) -> dict[tuple[str, str], Json]:
    return {key: json.loads(one.content) for key, one in shelf(terminology(), base).items()}


def of_set(one: ValueSet, suffix: str = "") -> Json:
    return resources()["ValueSet", (one.name + suffix).replace("_", "-")]


def members(value_set: Json, part: str = "include") -> set[tuple[str, str, str | None]]:
    """(system, code, display) of what is listed, and (system, code, operator) of what is a family."""
    found: set[tuple[str, str, str | None]] = set()
    for one in value_set["compose"].get(part, []):
        found |= {(one["system"], concept["code"], concept["display"]) for concept in one.get("concept", [])}
        found |= {(one["system"], rule["value"], rule["op"]) for rule in one.get("filter", [])}
    return found


def family(prefix: str) -> tuple[str, str, str]:
    return (ICD10CM, dotted(prefix), "is-a") if len(prefix) > 2 else (ICD10CM, f"{prefix}.*", "regex")


def listed(codes: Any) -> set[tuple[str, str, str]]:
    return {
        (system, dotted(code) if system == ICD10CM else code, display)
        for system, displays in codes.items()
        for code, display in displays.items()
    }


def said(part: Json) -> str:
    return str(part["valueString"] if "valueString" in part else part["valueCoding"]["code"])


def unsayable(one: ValueSet) -> set[tuple[str, str]]:
    lists = {
        "name": one.names,
        "word": one.words,
        "formWord": one.form_words,
        "isA": one.is_a,
        "isANot": one.is_a_but_not,
    }
    found = {(kind, text) for kind, texts in lists.items() for text in texts}
    return found | ({("formOf", one.form_of)} if one.form_of else set())


def test_a_value_set_holds_every_code_family_member_and_text_of_its_set() -> None:
    wrong = []
    for one in terminology().sets.values():
        resource = of_set(one)
        families = {family(prefix) for prefix in one.prefixes.get(ICD10CM, ())}
        left_out = {family(prefix) for prefix in one.but_not.get(ICD10CM, ())}
        addresses = {url for part in resource["compose"]["include"] for url in part.get("valueSet", [])}
        beside = {(part["url"].removeprefix(EXTENSION), said(part)) for part in resource.get("extension", [])}
        if (
            members(resource) != listed(one.codes) | families | {(OWN, one.name, one.title)}
            or members(resource, "exclude") != left_out
            or addresses != {resources()["ValueSet", name.replace("_", "-")]["url"] for name in one.includes}
            or beside != unsayable(one)
        ):
            wrong.append(one.name)

    assert wrong == []


@pytest.mark.parametrize(("suffix", "field"), [("_history", "history"), ("_question", "hinted_by")])
def test_what_lies_beside_a_set_has_a_value_set_of_its_own(suffix: str, field: str) -> None:
    having = [one for one in terminology().sets.values() if getattr(one, field)]

    assert having
    for one in having:
        beside = getattr(one, field)
        expected = listed({system: codes for system, codes in beside.items() if system != ICD10CM})
        assert members(of_set(one, suffix)) == expected | {family(prefix) for prefix in beside.get(ICD10CM, {})}


def test_what_a_set_leaves_out_of_its_families_is_in_none_of_its_members() -> None:
    """FHIR takes `exclude` from the whole value set, we from the set's own families: here both must be the same."""
    sets = terminology().sets
    cut = [
        (one.name, name, code)
        for one in sets.values()
        for name in terminology().members(one.name)
        for code in (
            *sets[name].codes.get(ICD10CM, ()),
            *(sets[name].prefixes.get(ICD10CM, ()) if name != one.name else ()),
        )
        if code.startswith(one.but_not.get(ICD10CM, ()))
    ]

    assert cut == []


def test_every_resource_is_accepted_by_fhirs_own_model_and_has_what_a_publisher_owes() -> None:
    for (kind, id), resource in resources().items():
        get_fhir_model_class(kind).model_validate(resource)
        assert re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", id)
        assert (resource["status"], resource["experimental"], resource["publisher"]) == ("active", False, "Trialhook")
        assert re.fullmatch(r"\d+\.\d+\.\d+\+[0-9a-f]{8}", resource["version"])
        assert re.fullmatch(r"[A-Z]([A-Za-z0-9_]){0,254}", resource["name"])
        assert resource["description"]


def test_addresses_are_one_for_each_resource_and_lead_to_a_resource() -> None:
    urls = [resource["url"] for resource in resources(BASE).values()]

    assert len(urls) == len(set(urls))
    named_inside = set(re.findall(r'"valueSet": \["([^"]+)"', json.dumps(list(resources(BASE).values()))))
    assert named_inside
    assert named_inside <= set(urls)


def test_addresses_begin_with_the_sites_public_url_and_the_code_systems_never_changes() -> None:
    anc = resources(BASE)["ValueSet", "neutrophils"]

    assert anc["url"] == f"{BASE}/terminology/ValueSet/neutrophils"
    assert resources()["ValueSet", "neutrophils"]["url"] == "urn:trialhook:ValueSet:neutrophils"
    assert resources(BASE)["CodeSystem", "trialhook"]["url"] == OWN == resources()["CodeSystem", "trialhook"]["url"]


def test_the_notices_stand_where_such_codes_stand_and_nowhere_else() -> None:
    for (kind, id), resource in resources().items():
        systems = set(re.findall(r'"(?:system|source|target)": "([^"]+)"', json.dumps(resource)))
        said = resource.get("copyright", "")
        assert {system for system, notice in NOTICES.items() if notice in said} == systems & set(NOTICES), (kind, id)
    assert NOTICES[LOINC] in resources()["ValueSet", "neutrophils"]["copyright"]
    assert NOTICES[SNOMED] in resources()["ValueSet", "lupus-nephritis"]["copyright"]
    assert NOTICES[RXNORM] in resources()["ValueSet", "prednisone"]["copyright"]
    assert "copyright" not in resources()["ValueSet", "mrss"]


def test_the_same_terminology_gives_the_same_bytes() -> None:
    again = shelf(load_terminology(), BASE)

    assert {key: one.content for key, one in again.items()} == {
        key: one.content for key, one in shelf(terminology(), BASE).items()
    }


def test_the_version_changes_with_the_content_alone() -> None:
    assert resources(BASE)["ValueSet", "mrss"]["version"] == resources()["ValueSet", "mrss"]["version"]
    assert resources()["ValueSet", "mrss"]["version"] != resources()["ValueSet", "edss"]["version"]


def test_the_code_system_is_complete() -> None:
    """Every code that we take under its address stands in it, and every code in it is taken."""
    found = resources()["CodeSystem", "trialhook"]
    kinds = {concept["code"]: concept["property"][0]["valueString"] for concept in found["concept"]}

    assert (found["content"], found["count"]) == ("complete", len(kinds))
    assert len(kinds) == len(found["concept"])
    assert kinds.keys() == terminology().own_codes()
    for code, kind in kinds.items():
        coding = (Coding(OWN, code, None),)
        if kind == "answer":
            assert terminology().answer(coding, None) == code
        elif kind == "grade":
            name, grade = code.split(".")
            assert terminology().ordinal(name, coding, None) == grade
        elif kind == "ingredient":
            assert terminology().drug(coding, None).ingredients == (code,)
        else:
            one = terminology().sets[code]
            assert code in terminology().identify(DOMAIN[one.kind], coding, None).names


def test_standard_codes_of_scores_grades_and_answers_lead_to_what_they_mean_here() -> None:
    for group in resources()["ConceptMap", "own-codes"]["group"]:
        for element in group["element"]:
            coding = (Coding(group["source"], element["code"], None),)
            (target,) = element["target"]
            meant = {terminology().answer(coding, None), *terminology().identify("result", coding, None).names}
            meant |= {f"{name}.{terminology().ordinal(name, coding, None)}" for name in terminology().scales}
            assert target["code"] in meant


def test_every_spelling_of_a_unit_leads_to_the_unit_that_the_reader_takes_it_for() -> None:
    (group,) = resources()["ConceptMap", "units"]["group"]

    assert len(group["element"]) > 100
    for element in group["element"]:
        assert terminology().units.recognised(element["code"]) == element["target"][0]["code"]


def test_a_resource_is_found_by_the_name_that_a_definition_uses() -> None:
    found: Shelf = shelf(terminology(), None)

    assert named(found, "ValueSet", "lupus_nephritis") is found["ValueSet", "lupus-nephritis"]


def test_a_code_is_written_as_its_system_writes_it() -> None:
    assert [dotted(canonical_code(ICD10CM, code)) for code in ("M32", "M32.14", "C")] == ["M32", "M32.14", "C"]
