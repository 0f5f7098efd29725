import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

import app.sandbox.patients as module
from app.sandbox.compact import BadPatientFile, read_chart, read_codebook
from app.sandbox.patients import SandboxPatient, patients
from app.sandbox.shelf import instants

TODAY = date(2026, 2, 28)
ALL = patients(TODAY)
FOLDER = Path(module.__file__).with_name("patients")


def resources(patient: SandboxPatient) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in patient.bundle["entry"]]


def references(value: Any) -> Iterator[str]:
    match value:
        case {"reference": str(reference)}:
            yield reference
        case dict():
            for inner in value.values():
                yield from references(inner)
        case list():
            for inner in value:
                yield from references(inner)


@pytest.mark.parametrize("patient", ALL, ids=lambda patient: patient.id)
def test_every_resource_is_valid_fhir_r4(patient: SandboxPatient) -> None:
    bundle = Bundle.model_validate(patient.bundle)

    assert len(bundle.entry or ()) == len(resources(patient))


@pytest.mark.parametrize("patient", ALL, ids=lambda patient: patient.id)
def test_references_lead_to_resources_of_the_same_chart(patient: SandboxPatient) -> None:
    held = {f"{one['resourceType']}/{one['id']}" for one in resources(patient)}

    assert set(references(patient.bundle)) <= held


def test_ids_are_fhir_ids_and_stand_once() -> None:
    counted = Counter((one["resourceType"], one["id"]) for patient in ALL for one in resources(patient))

    assert [id for (_, id) in counted if not re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", id)] == []
    assert [key for key, count in counted.items() if count > 1] == []


def test_each_chart_begins_with_its_one_patient() -> None:
    kinds = [[one["resourceType"] for one in resources(patient)] for patient in ALL]

    assert [found[0] for found in kinds] == ["Patient"] * len(ALL)
    assert [found.count("Patient") for found in kinds] == [1] * len(ALL)


def test_charts_grow_old_with_the_day() -> None:
    before, after = patients(TODAY)[0], patients(TODAY + timedelta(days=1))[0]
    fresh = [one["effectiveDateTime"][:10] for one in resources(before) if one["id"].endswith("-observation-1")]
    moved = [one["effectiveDateTime"][:10] for one in resources(after) if one["id"].endswith("-observation-1")]

    assert (fresh, moved) == (["2026-02-16"], ["2026-02-17"])


def test_the_same_day_gives_the_same_charts() -> None:
    assert json.dumps(patients(TODAY)) == json.dumps(patients(TODAY))


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2026, 1, 1), date(2027, 12, 31)])
def test_nothing_is_dated_after_today(today: date) -> None:
    """What lies ahead is not seen by any criterion: such an entry would be a slip in a patient's file."""
    texts = re.findall(
        r'"\w*(?:[dD]ate\w*|On|start|end)": "([\dT:+-]+)"', json.dumps([*map(resources, patients(today))])
    )

    assert len(texts) > 400
    assert [text for text in texts if instants(text)[0].date() > today] == []


def test_each_name_of_the_codebook_is_used_by_some_patient() -> None:
    book = read_codebook(FOLDER / "codebook.yaml")
    written = " ".join(file.read_text("utf-8") for file in FOLDER.glob("*.yaml"))
    names = [
        *book.answers,
        *book.diagnoses,
        *book.medications,
        *book.vaccines,
        *book.procedures,
        *book.panels,
        *book.results,
    ]

    assert [name for name in names if not re.search(rf"(?:of|answer|panel): {name}\b", written)] == []


def test_a_slip_in_a_file_is_told_with_file_and_place(tmp_path: Path) -> None:
    file = tmp_path / "99-slip.yaml"
    file.write_text("{id: a, family: b, given: c, sex: female, born: -3y, story: d, problem: []}")

    with pytest.raises(BadPatientFile, match=r"99-slip\.yaml: .*`problem`"):
        read_chart(file)


def test_text_that_is_no_yaml_is_told_with_its_file(tmp_path: Path) -> None:
    file = tmp_path / "99-slip.yaml"
    file.write_text("{id: [")

    with pytest.raises(BadPatientFile, match=r"99-slip\.yaml"):
        read_chart(file)


def test_the_charts_bring_the_shapes_that_real_charts_bring() -> None:
    """What the whole suite relies on being present somewhere in the sandbox."""
    everything = [one for patient in ALL for one in resources(patient)]
    observations = [one for one in everything if one["resourceType"] == "Observation"]
    categories = {one["category"][0]["coding"][0]["code"] for one in observations if "category" in one}

    assert {"laboratory", "vital-signs", "survey", "exam", "procedure", "imaging"} <= categories
    assert any("category" not in one for one in observations)
    assert any("comparator" in one.get("valueQuantity", {}) for one in observations)
    assert any("valueString" in one for one in observations)
    assert any("valueRatio" in one for one in observations)
    assert any("component" in one for one in observations)
    assert any(one["status"] == "entered-in-error" for one in observations)
    assert any("code" not in one.get("valueQuantity", {"code": ""}) for one in observations)
    assert any("coding" not in one["code"] for one in everything if one["resourceType"] == "Condition")
    assert any("medicationReference" in one for one in everything)
    assert any("deceasedDateTime" in one for one in everything)
