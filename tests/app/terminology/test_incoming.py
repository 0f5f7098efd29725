"""A site's ValueSets extend ours; whatever cannot be read firmly is refused with its place and what would be right."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.library import load_library, site_terminology
from app.settings import Settings
from app.terminology.incoming import MOST_CODES, additions
from app.terminology.shelf import shelf
from mappings.concept_map import OWN
from mappings.systems import ICD10CM, LOINC, RXNORM, SNOMED
from mappings.terminology import Coding, MappingError, Terminology, load_terminology
from tests.machine import ROOT

SITE = "https://hospital.example/laboratory"
OURS = "https://hospital.example/fhir/ValueSet/"
Json = dict[str, Any]


def value_set(called: str, *include: Json, exclude: list[Json] | None = None, **fields: Any) -> Json:
    compose: Json = {"include": list(include), **({"exclude": exclude} if exclude else {})}
    return {"resourceType": "ValueSet", "url": OURS + called, "status": "active", "compose": compose, **fields}


def codes(system: str, *listed: str) -> Json:
    return {"system": system, "concept": [{"code": code, "display": f"Our {code}"} for code in listed]}


def expansion(name: str, *contains: Json, **fields: Any) -> Json:
    expanded = {"timestamp": "2026-11-20T08:00:00Z", "contains": list(contains), **fields}
    return {"resourceType": "ValueSet", "url": OURS + name, "status": "active", "expansion": expanded}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "our-sets"
    made.mkdir()
    return made


def with_sets(folder: Path, *resources: Any) -> Terminology:
    for number, resource in enumerate(resources):
        text = resource if isinstance(resource, str) else json.dumps(resource)
        (folder / f"{number}.json").write_text(text, encoding="utf-8")
    return site_terminology(Settings(value_sets=(folder,)))


def complaint(folder: Path, *resources: Any) -> str:
    with pytest.raises(MappingError) as refused:
        with_sets(folder, *resources)
    return str(refused.value)


def names(known: Terminology, system: str, code: str, domain: Any = "result") -> tuple[str, ...]:
    return known.identify(domain, (Coding(system, code, None),), None).names


@pytest.mark.parametrize(
    "called",
    [
        {"url": OURS + "neutrophils"},
        {"url": "urn:trialhook:ValueSet:neutrophils"},
        {"id": "neutrophils", "url": "https://hospital.example/1"},
        {"name": "Neutrophils", "url": "https://hospital.example/1"},
    ],
    ids=["by url", "by urn", "by id", "by name"],
)
def test_a_set_of_the_site_extends_the_one_of_its_name(folder: Path, called: Json) -> None:
    known = with_sets(folder, value_set("x", codes(SITE, "NEUT-B")) | called)

    assert names(known, SITE, "NEUT-B") == ("neutrophils",)
    assert names(known, LOINC, "751-8") == ("neutrophils",)


@pytest.mark.parametrize("written", ["lupus_nephritis", "lupus-nephritis", "LupusNephritis"])
def test_dashes_and_capitals_of_a_name_do_not_matter(folder: Path, written: str) -> None:
    known = with_sets(folder, value_set(written, codes(SITE, "LN")))

    assert names(known, SITE, "LN", "diagnosis")[0] == "lupus_nephritis"
    assert "systemic_lupus_erythematosus" in names(known, SITE, "LN", "diagnosis")


def test_the_codes_of_an_expansion_count_nested_ones_too_and_headings_do_not(folder: Path) -> None:
    below = {"system": SITE, "code": "B", "display": "B"}
    heading = {"system": SITE, "code": "H", "abstract": True, "contains": [below]}

    known = with_sets(folder, expansion("neutrophils", heading, {"system": SITE, "code": "A"}, total=3))

    assert [names(known, SITE, code) for code in "ABH"] == [("neutrophils",), ("neutrophils",), ()]


def test_a_set_may_import_another_file_and_leave_codes_out(folder: Path) -> None:
    part = value_set("part-of-it", codes(SITE, "A", "B"))
    whole = value_set("neutrophils", {"valueSet": [part["url"]]}, exclude=[codes(SITE, "B")])

    known = with_sets(folder, part, whole)

    assert [names(known, SITE, code) for code in "AB"] == [("neutrophils",), ()]


def test_a_family_of_icd_10_cm_needs_no_terminology_server(folder: Path) -> None:
    rule = {"system": ICD10CM, "filter": [{"property": "concept", "op": "is-a", "value": "R80"}]}

    known = with_sets(folder, value_set("lupus_nephritis", rule))

    assert names(known, ICD10CM, "R80.9", "diagnosis")[0] == "lupus_nephritis"


def test_a_drug_of_the_site_is_its_ingredient_and_stands_in_its_classes(folder: Path) -> None:
    known = with_sets(folder, value_set("prednisone", codes("https://hospital.example/drugs", "P5")))

    assert known.drug((Coding("https://hospital.example/drugs", "P5", None),), None).ingredients == ("prednisone",)


def test_added_codes_of_results_are_searched_for(folder: Path) -> None:
    with_sets(folder, value_set("neutrophils", codes(SITE, "NEUT-B")))

    library = load_library(Settings(value_sets=(folder,)))

    assert f"{SITE}|NEUT-B" in " ".join(search.template for search in library.searches)


def test_the_example_on_the_page_is_understood(folder: Path) -> None:
    page = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json value-set\n(.*?)```", page, re.DOTALL)

    assert names(with_sets(folder, example), SITE, "NEUT-B") == ("neutrophils",)


def test_what_we_export_can_be_read_again_and_adds_nothing(folder: Path) -> None:
    packaged = load_terminology()
    for (kind, id), one in shelf(packaged, "https://trials.example.org").items():
        if kind == "ValueSet" and id.replace("-", "_") in packaged.sets:
            (folder / f"{id}.json").write_bytes(one.content)

    known = site_terminology(Settings(value_sets=(folder,)))

    assert known.sets == packaged.sets


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        pytest.param("{", "0.json:1: not JSON", id="no JSON"),
        pytest.param([], "0.json: ValueSet: found 'list'; expected a ValueSet of FHIR R4", id="a list"),
        pytest.param({"resourceType": "Patient"}, "found 'Patient'; expected a ValueSet", id="another resource"),
        pytest.param("[" * 100_000, "lists in lists without end", id="levels without end"),
        pytest.param('{"resourceType":' + '{"a":' * 70 + "1" + "}" * 71, "more than 60 levels", id="many levels"),
        pytest.param(
            value_set("neutrophils", {"system": 7, "concept": [{"code": "A"}]}),
            "0.json: ValueSet.compose.include[0].system: found 7; expected",
            id="a system that is a number",
        ),
        pytest.param(
            value_set("neutrophils", {"system": SITE, "concept": [{"display": "A"}]}),
            "0.json: ValueSet.compose.include[0].concept[0].code: found nothing; expected",
            id="no code",
        ),
        pytest.param(
            value_set("neutrofils", codes(SITE, "A")),
            f"found url '{OURS}neutrofils'; expected one that ends in the name of a value set of ours; "
            "did you mean 'neutrophils'?",
            id="no set of ours",
        ),
        pytest.param(
            value_set("neutrophils", codes(SITE, "A"), name="Platelets"),
            f"found url '{OURS}neutrophils' and name 'Platelets'; expected one value set of ours",
            id="two sets of ours",
        ),
        pytest.param(
            value_set("neutrophils", {"concept": [{"code": "A"}]}),
            "include[0].concept[0]: found code 'A' without system; expected both",
            id="no system",
        ),
        pytest.param(
            value_set("neutrophils", {"system": LOINC}),
            "found the whole of http://loinc.org; expected its codes one by one",
            id="a whole code system",
        ),
        pytest.param(
            value_set(
                "malignancy", {"system": SNOMED, "filter": [{"property": "concept", "op": "is-a", "value": "1"}]}
            ),
            "found the filter concept is-a '1' of http://snomed.info/sct; expected its codes one by one",
            id="a filter for a server",
        ),
        pytest.param(
            value_set("neutrophils", {"system": SITE, "valueSet": [OURS + "x"]}),
            "found an intersection",
            id="an intersection",
        ),
        pytest.param(
            value_set("neutrophils", {"valueSet": [OURS + "elsewhere"]}),
            "which is in none of these files",
            id="an import of nothing",
        ),
        pytest.param(
            value_set("neutrophils", {"valueSet": [OURS + "neutrophils-2"]}) | {"id": "neutrophils"},
            "which is in none of these files",
            id="an import of something like itself",
        ),
        pytest.param(
            expansion("neutrophils", {"system": SITE, "code": "A"}, total=2),
            "ValueSet.expansion: found 1 of 2 codes; expected a complete expansion",
            id="an incomplete expansion",
        ),
        pytest.param(
            expansion(
                "neutrophils",
                {"system": SITE, "code": "A"},
                extension=[{"url": "http://hl7.org/fhir/StructureDefinition/valueset-toocostly", "valueBoolean": True}],
            ),
            "says of itself that it is incomplete",
            id="an expansion that was too costly",
        ),
        pytest.param(
            value_set("neutrophils", codes(LOINC, "751-" + "9")),
            "'751-9' fails LOINC's check digit; 751-8 would pass",
            id="a check digit",
        ),
        pytest.param(
            value_set("neutrophils", codes(LOINC, "718-7")),
            "found 718-7, which means 'haemoglobin' already; expected a code that means this quantity alone",
            id="another quantity",
        ),
        pytest.param(
            value_set("systemic_sclerosis", codes(ICD10CM, "M34.2")),
            "found M34.2, which 'systemic_sclerosis' leaves out on purpose",
            id="left out on purpose",
        ),
        pytest.param(
            value_set("glucocorticoid", codes(RXNORM, "8640")),
            "found a code for the class 'glucocorticoid'; expected codes for its ingredients",
            id="a class of drugs",
        ),
        pytest.param(
            value_set("neutrophils", codes(OWN, "platelets")), "found our own code 'platelets'", id="our own code"
        ),
        pytest.param(
            {"resourceType": "ValueSet", "url": OURS + "neutrophils", "status": "active"},
            "found neither `expansion` nor `compose`",
            id="no codes",
        ),
        pytest.param({"resourceType": "Bundle", "entry": {}}, "Bundle.entry: found no list of objects", id="a bundle"),
    ],
)
def test_what_cannot_be_read_firmly_is_refused_with_its_place(folder: Path, resource: Any, said: str) -> None:
    told = complaint(folder, resource)

    assert said in told
    assert told.startswith("0.json:")


def test_sets_that_import_each_other_in_a_circle_are_refused(folder: Path) -> None:
    one = value_set("neutrophils", {"valueSet": [OURS + "b"]})
    two = value_set("b", {"valueSet": [OURS + "c"]})
    three = value_set("c", {"valueSet": [OURS + "b"]})

    assert "found a circle of imports" in complaint(folder, one, two, three)


def test_imports_that_double_with_each_file_come_to_an_end(folder: Path) -> None:
    """Forty small files could stand for a million million imports."""
    last = value_set("s40", codes(SITE, "A"))
    chain = [
        value_set(f"s{at}" if at else "neutrophils", *[{"valueSet": [f"{OURS}s{at + 1}"]}] * 2) for at in range(40)
    ]

    assert f"more than {MOST_CODES:,} codes and imports" in complaint(folder, *chain, last)


def test_a_bundle_may_hold_the_sets(folder: Path) -> None:
    entries = [{"resource": value_set("neutrophils", codes(SITE, "A"))}]

    known = with_sets(folder, {"resourceType": "Bundle", "type": "collection", "entry": entries})

    assert names(known, SITE, "A") == ("neutrophils",)


def test_a_place_without_files_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="nowhere: there is no such file or folder"):
        additions((tmp_path / "nowhere",), load_terminology().sets)


@pytest.mark.parametrize(
    ("element", "said"),
    [
        ({"code": "A", "target": [{"code": "mrss", "equivalence": ["equal"]}]}, "ConceptMap.group[0].element[0]"),
        ({"code": {"x": 1}, "target": []}, "ConceptMap.group[0].element[0].code: found {'x': 1}"),
        ({"code": "A", "target": [{"code": "mrss", "relationship": "equivalent"}]}, "element[0].target[0]"),
    ],
    ids=["an equivalence that is a list", "a code that is an object", "the form of FHIR R5"],
)
def test_a_concept_map_that_fhirs_own_model_refuses_is_named_by_its_path(
    tmp_path: Path, element: Json, said: str
) -> None:
    group = {"source": SITE, "target": OWN, "element": [element]}
    file = tmp_path / "map.json"
    file.write_text(json.dumps({"resourceType": "ConceptMap", "status": "active", "group": [group]}), "utf-8")

    with pytest.raises(MappingError) as refused:
        site_terminology(Settings(concept_maps=(file,)))

    assert str(refused.value).startswith("map.json: ConceptMap.group[0]")
    assert said in str(refused.value)
