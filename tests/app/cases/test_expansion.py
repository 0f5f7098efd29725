"""What the short form of a case becomes: FHIR R4 resources that a server could answer."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from app.cases import read_cases
from app.cases.expansion import bundle
from app.cases.reading import Cases
from app.cases.short import read_short
from mappings.source import read_part
from mappings.terminology import Terminology
from trials.library import DEFINITIONS, load_trial

AS_OF = date(2026, 6, 15)


def expanded(chart: str, tmp_path: Path, terminology: Terminology) -> dict[str, Any]:
    """The first resource behind the patient of a chart in short form."""
    file = tmp_path / "chart.yaml"
    file.write_text(chart, encoding="utf-8")
    short = read_short({key: value for key, (_, value) in read_part(file).entries().items()}, terminology.sets)
    resources = [entry["resource"] for entry in json.loads(bundle(short, AS_OF, terminology))["entry"]]
    found: dict[str, Any] = resources[1]
    return found


@pytest.fixture(scope="module")
def all_cases(terminology: Terminology) -> list[Cases]:
    folders = sorted(file.parent for file in DEFINITIONS.glob("*/cases.yaml"))
    return [read_cases(load_trial(folder / "trial.yaml", terminology), folder, terminology) for folder in folders]


def test_every_case_is_fhir_to_the_letter(all_cases: list[Cases]) -> None:
    """Each different resource once; what is charted in error on purpose is so in meaning, not in form."""
    bodies = [case.body for cases in all_cases for case in cases.cases]
    resources = {
        json.dumps({**entry["resource"], "id": "one"}, sort_keys=True)
        for body in bodies
        for entry in json.loads(body)["entry"]
    }

    assert len(resources) > 300
    for resource in resources:
        kind = json.loads(resource)["resourceType"]
        get_fhir_model_class(kind).model_validate_json(resource)


def test_a_number_keeps_its_digits(tmp_path: Path, terminology: Terminology) -> None:
    found = expanded("results: [{creatinine: 1.10 mg/dL, day: -3d}]", tmp_path, terminology)

    assert found["valueQuantity"] == {
        "value": 1.10,
        "unit": "mg/dL",
        "system": "http://unitsofmeasure.org",
        "code": "mg/dL",
    }
    assert found["effectiveDateTime"] == "2026-06-12T08:30:00+00:00"


@pytest.mark.parametrize(
    ("fact", "key", "value"),
    [
        pytest.param("hbsag: positive", "valueString", "positive", id="words"),
        pytest.param(
            "hbsag: {snomed: {10828004: Positive (qualifier value)}}", "valueCodeableConcept", None, id="a code"
        ),
        pytest.param("reagin_titre: 1:8", "valueString", "1:8", id="a titre as text"),
        pytest.param(
            "reagin_titre: 1:8, as: ratio",
            "valueRatio",
            {"numerator": {"value": 1}, "denominator": {"value": 8}},
            id="a titre as a ratio",
        ),
        pytest.param(
            "reagin_titre: 1:8, as: quantity",
            "valueQuantity",
            {"value": 8, "unit": "{titre}"},
            id="a titre as a quantity",
        ),
        pytest.param('inr: "<1.1"', "valueQuantity", {"value": 1.1, "comparator": "<"}, id="a comparator"),
        pytest.param(
            "alt: 20 IU/L, unit_code: none", "valueQuantity", {"value": 20, "unit": "IU/L"}, id="a unit as text"
        ),
        pytest.param(
            "bilag_2004: none, components: {Renal: A}",
            "component",
            [{"code": {"text": "Renal"}, "valueString": "A"}],
            id="the organs of a scale",
        ),
        pytest.param("hbv_dna: <20 IU/mL, as: text", "valueString", "<20 IU/mL", id="a number as text"),
    ],
)
def test_a_result_is_said_in_the_form_that_the_author_chose(
    fact: str, key: str, value: object, tmp_path: Path, terminology: Terminology
) -> None:
    found = expanded(f"results: [{{{fact}}}]", tmp_path, terminology)

    assert key in found
    assert value is None or found[key] == value


@pytest.mark.parametrize(
    ("said", "code"),
    [
        pytest.param("", {"coding": [{"system": "http://snomed.info/sct", "code": "89155008"}]}, id="the set's own"),
        pytest.param(
            ", code: icd10cm M34.9",
            {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "M34.9"}]},
            id="below a prefix",
        ),
        pytest.param(
            ", code: urn:oid:2.16.840.1.113883.6.96 89155008",
            {"coding": [{"system": "urn:oid:2.16.840.1.113883.6.96", "code": "89155008"}]},
            id="by an object identifier",
        ),
        pytest.param(", text: scleroderma", {"text": "scleroderma"}, id="text alone"),
        pytest.param(", code: none", {}, id="nothing"),
    ],
)
def test_a_diagnosis_has_the_code_that_the_author_chose(
    said: str, code: dict[str, Any], tmp_path: Path, terminology: Terminology
) -> None:
    found = expanded(f"conditions: [{{systemic_sclerosis: active, display: none{said}}}]", tmp_path, terminology)

    assert found["code"] == code
