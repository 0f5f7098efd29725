"""The codes of many charts that no value set knows: counted, with the nearest value set and its criteria."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from app.terminology.nearest import nearest
from tests.app.reading.charts import condition, observation, patient

LOCAL = "https://hospital.example/codes"
Json = dict[str, Any]


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ("terminology", "unmapped", *words), catch_exceptions=False)


def coded(code: str, text: str) -> Json:
    return {"coding": [{"system": LOCAL, "code": code, "display": text}]}


def drug(code: Json) -> Json:
    return {
        "resourceType": "MedicationStatement",
        "id": "drug",
        "status": "active",
        "subject": {"reference": "Patient/anna"},
        "medicationCodeableConcept": code,
    }


@pytest.fixture
def charts(tmp_path: Path) -> Path:
    """Two charts of invented patients, and a file that is none."""
    neutrophils = observation(coded("N1", "Neutrophil, absolute"))
    first = [patient(), neutrophils, {**neutrophils, "id": "two"}, condition(coded("C1", "Nephritic lupus changes"))]
    second = [patient(id="bea"), {**neutrophils, "subject": {"reference": "Patient/bea"}}]
    for name, resources in {"a": first, "b": second}.items():
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}
        (tmp_path / f"{name}.json").write_text(json.dumps(bundle), encoding="utf-8")
    (tmp_path / "c.json").write_text("no chart", encoding="utf-8")
    return tmp_path


def test_codes_are_counted_over_all_charts_with_the_nearest_set_and_its_criteria(charts: Path) -> None:
    found = json.loads(run("--bundle", str(charts), "--json").stdout)

    first = found["codes"][0]
    assert (first["system"], first["code"], first["text"]) == (LOCAL, "N1", "Neutrophil, absolute")
    assert (first["count"], first["charts"], first["kinds"]) == (3, 2, ["result"])
    assert first["nearest"] == "neutrophils"
    assert "T2-O1" in first["criteria"]
    assert found["charts"] == 2


def test_a_file_that_is_no_chart_costs_itself_alone(charts: Path) -> None:
    answer = run("--bundle", str(charts), "--json")

    (unread,) = json.loads(answer.stdout)["unread"]
    assert (unread["file"].endswith("c.json"), unread["why"]) == (True, "The body is not a FHIR R4 Bundle in JSON.")
    assert answer.exit_code == 0


def test_the_table_shows_what_a_person_needs(charts: Path) -> None:
    told = run("--bundle", str(charts / "a.json"), "--bundle", str(charts / "b.json")).stdout

    assert told.startswith("2 charts read, 0 files not\n\nCodes that no value set knows\n")
    assert "charts  count  system                          code  text" in told
    assert "2       3      https://hospital.example/codes  N1    Neutrophil, absolute" in told
    assert "neutrophils (T" in told


def test_nothing_that_can_be_read_is_a_failure(charts: Path) -> None:
    assert run("--bundle", str(charts / "c.json")).exit_code == 1


def test_a_place_that_is_not_there_is_told_in_a_line() -> None:
    found = run("--bundle", "nowhere.json")

    assert (found.exit_code, found.stderr.startswith("nowhere.json: there is no such file")) == (1, True)


def test_the_nearest_set_is_one_that_such_an_entry_could_be(tmp_path: Path) -> None:
    """A drug that is named like a disease is not near to the disease."""
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": patient()}, {"resource": drug(coded("D1", "Remedy for lupus nephritis"))}],
    }
    file = tmp_path / "chart.json"
    file.write_text(json.dumps(bundle), encoding="utf-8")

    (found,) = json.loads(run("--bundle", str(file), "--json").stdout)["codes"]

    assert (found["kinds"], found["nearest"], found["criteria"]) == (["medication"], None, [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Lupus nephritis, biopsy pending", "lupus_nephritis"),  # the longest name inside, not the first
        ("Sclerodermia", "systemic_sclerosis"),
        ("Lupusoid changes of skin", None),  # a part of a word is no word
        ("Something else entirely", None),
        ("", None),
        (None, None),
    ],
)
def test_the_nearest_name_stands_in_the_text_or_is_spelt_alike(text: str | None, found: str | None) -> None:
    names: Mapping[str, str] = {
        "lupus": "lupus",
        "lupus nephritis": "lupus_nephritis",
        "scleroderma": "systemic_sclerosis",
    }

    assert nearest(text, names) == found
