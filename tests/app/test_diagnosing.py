"""How a chart was read, told to whoever connects a site: what broke and where, never what stood there."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
from typer.testing import CliRunner, Result

from app.cli import cli
from app.conformance import faults
from tests.app.calling import bundle

Json = dict[str, Any]

SECRET = "Geheimnis"
SUBJECT = {"reference": "Patient/p"}
PATIENT: Json = {"resourceType": "Patient", "id": "p", "birthDate": "1980-01-01"}
SERVER = "https://ehr.example.org/fhir"


def chart(*resources: Any) -> Json:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


def observation(id: str | None, **fields: Any) -> Json:
    named = {} if id is None else {"id": id}
    made: Json = {"resourceType": "Observation", **named, "status": "final", "subject": SUBJECT}
    return made | {"code": {"text": "Invented"}} | fields


def condition(id: str, code: Any) -> Json:
    return {"resourceType": "Condition", "id": id, "subject": SUBJECT, "code": code}


def run(*words: str, content: Any = None) -> Result:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return CliRunner().invoke(cli, ["diagnose", *words], input=body, catch_exceptions=False)


def diagnosed(*resources: Any) -> Json:
    answer = run("--bundle", "-", "--json", "--as-of", "2026-11-21", content=chart(*resources))
    assert answer.exit_code == 0, answer.output
    found: Json = json.loads(answer.stdout)
    return found


def ignored(found: Json) -> dict[str, Json]:
    return {one["reference"]: one for one in found["ignored"]}


def test_it_helps_with_examples() -> None:
    answer = run("--help")

    assert "  trialhook diagnose --patient" in answer.stdout.partition("Examples:")[2]


def test_resources_are_counted_by_type() -> None:
    anothers = observation("b", subject={"reference": "Patient/x"})

    found = diagnosed(PATIENT, observation("a", valueInteger=1), anothers, {"resourceType": "Encounter", "id": "e"})

    assert found["patient"] == "Patient/p"
    assert {one.pop("type"): one for one in found["types"]} == {
        "Encounter": {"read": 1, "ignored": 0, "note": "no verdict rests on this type"},
        "Observation": {"read": 2, "ignored": 1},
        "Patient": {"read": 1, "ignored": 0},
    }


def test_what_was_read_and_does_not_count_has_its_reason_and_no_fault() -> None:
    found = ignored(diagnosed(PATIENT, observation("b", subject={"reference": "Patient/x"})))

    assert found == {"Observation/b": {"reference": "Observation/b", "reason": "another patient's"}}


@pytest.mark.parametrize(
    ("broken", "location", "message"),
    [
        (observation("o", code={"coding": SECRET}), "Observation.code.coding", "Input should be a valid list"),
        (observation("o", status=[SECRET]), "Observation.status", "Input should be a valid string"),
        (
            observation("o", valueQuantity={"value": SECRET}),
            "Observation.valueQuantity.value",
            "Decimal value string does not match spec regex.",
        ),
        (
            observation("o", status=7, effectiveDateTime=SECRET),
            "Observation.effectiveDateTime",
            "DateTime value string does not match spec regex.",
        ),
        (observation(None, status=7), "Observation.status", "Input should be a valid string"),
    ],
    ids=["in a list's place", "a list", "no number", "a date too", "without an id"],
)
def test_a_broken_resource_is_explained_by_fhirs_own_model(broken: Json, location: str, message: str) -> None:
    answer = run("--bundle", "-", "--json", content=chart(PATIENT, broken))

    (one,) = json.loads(answer.stdout)["ignored"]
    assert (one["reference"].partition("/")[0], one["reason"]) == ("Observation", "broken")
    assert {"location": location, "message": message} in one["faults"]
    assert SECRET not in answer.stdout


def test_what_breaks_only_where_it_is_looked_at_is_explained_too() -> None:
    """The reader leaves codes undecoded until it needs them."""
    found = ignored(diagnosed(PATIENT, condition("c", {"coding": [{"code": 7}]})))

    assert found["Condition/c"]["faults"] == [
        {"location": "Condition.code.coding[0].code", "message": "Input should be a valid string"}
    ]


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": SECRET * 40},
        {"resourceType": 7, "id": SECRET},
        {"resourceType": "Observation", "contained": [{"resourceType": SECRET}], "status": 1},
        {"resourceType": "Patient", "contact": [{"name": 3}], "gender": {"x": SECRET}, f"{SECRET} {SECRET}": 1},
        {"resourceType": "Observation", "subject": SECRET, "code": SECRET, "valueInteger": SECRET, "id": SECRET + " "},
        {"resourceType": "Condition", "onsetAge": {"value": SECRET, "unit": [SECRET]}, "code": {"text": [[SECRET]]}},
    ],
    ids=["a long type", "a type that is a number", "contained", "strange keys", "texts for objects", "lists for texts"],
)
def test_no_fault_repeats_what_stands_in_the_chart(resource: Json) -> None:
    found = faults(resource)

    assert found
    assert SECRET not in repr(found)


def test_a_sound_resource_has_no_fault() -> None:
    assert faults(observation("o")) == ()


def test_a_body_nested_too_deep_is_told_without_being_read_again() -> None:
    deep = "[" * 1_500 + "]" * 1_500
    body = json.dumps(chart(PATIENT, observation("deep", extension="HERE"))).replace('"HERE"', deep)

    found = ignored(json.loads(run("--bundle", "-", "--json", content=body.encode()).stdout))

    assert found["Observation/deep"] == {"reference": "Observation/deep", "reason": "broken: nested too deep"}


def test_entries_that_cannot_be_identified_are_named() -> None:
    found = diagnosed(PATIENT, condition("c", {}))

    assert [(one["reference"], one["kind"]) for one in found["unidentified"]] == [("Condition/c", "diagnosis")]


def test_unmapped_codes_are_counted_with_the_nearest_name() -> None:
    code = {"coding": [{"system": "https://hospital.example/lab", "code": "N1"}], "text": "Neutrophil, absolute"}
    found = diagnosed(PATIENT, observation("a", code=code), observation("b", code=code))

    assert found["unmapped"] == [
        {
            "system": "https://hospital.example/lab",
            "code": "N1",
            "text": "Neutrophil, absolute",
            "kinds": ["result"],
            "count": 2,
            "nearest": "neutrophils",
            "criteria": found["unmapped"][0]["criteria"],
        }
    ]
    assert "T2-O1" in found["unmapped"][0]["criteria"]


def test_a_chart_whose_patient_is_broken_is_diagnosed_and_fails() -> None:
    answer = run("--bundle", "-", content=chart({**PATIENT, "birthDate": [SECRET]}, observation("o")))

    assert answer.exit_code == 1
    assert answer.stderr == "The chart holds no Patient.\n"
    assert "The chart holds no Patient on " in answer.stdout
    assert "Patient.birthDate: " in answer.stdout
    assert SECRET not in answer.output


def test_a_bundle_that_has_a_next_page_was_not_searched_in_full() -> None:
    content = {**chart(PATIENT), "link": [{"relation": "next", "url": "https://ehr.example.org/next"}]}

    found = json.loads(run("--bundle", "-", "--json", content=content).stdout)

    assert {"what": "diagnosis", "how": "cut"} in found["notSearched"]


@respx.mock
def test_a_patient_of_a_server_is_diagnosed_with_what_the_server_sent_and_refused() -> None:
    broken = observation("o", valueQuantity={"value": SECRET})
    respx.get(f"{SERVER}/Patient/p").mock(return_value=httpx.Response(200, json=PATIENT))
    respx.get(f"{SERVER}/Observation").mock(return_value=httpx.Response(200, json=chart(broken)))
    respx.get(f"{SERVER}/Immunization").mock(return_value=httpx.Response(403))
    respx.get(url__startswith=SERVER).mock(return_value=httpx.Response(200, json=chart()))

    answer = run("--patient", "p", "--fhir-server", SERVER, "--json")

    found = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert ignored(found)["Observation/o"]["faults"][0]["location"] == "Observation.valueQuantity.value"
    assert found["notSearched"] == [{"what": "immunization", "how": "failed"}]


def test_the_table_says_the_same_to_people(tmp_path: Path) -> None:
    file = tmp_path / "chart.json"
    lupus = condition("l", {"text": "Lupus nephritis, maybe"})
    file.write_text(json.dumps(chart(PATIENT, observation("o", status=7), condition("c", {}), lupus)), encoding="utf-8")

    answer = run("--bundle", str(file), "--as-of", "2026-11-21")

    assert answer.exit_code == 0
    assert answer.stdout == (
        "Patient/p on 2026-11-21: 3 resources read, 1 ignored\n"
        "\n"
        "Resources by type\n"
        "  type         read  ignored\n"
        "  Condition    2     0\n"
        "  Observation  0     1\n"
        "  Patient      1     0\n"
        "\n"
        "Ignored\n"
        "  resource       reason and what FHIR's own model says\n"
        "  Observation/o  broken\n"
        "                 Observation.status: Input should be a valid string\n"
        "\n"
        "Could not be identified\n"
        "  entry        kind       what it says\n"
        "  Condition/c  diagnosis  a diagnosis without a code or a text\n"
        "\n"
        "Codes that no value set knows\n"
        "  count  system  code  text                    nearest value set\n"
        "  1                    Lupus nephritis, maybe  lupus_nephritis\n"
        "\n"
        "Not searched in full: none\n"
    )


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ([], 2, "give either --bundle FILE or --patient ID"),
        (["--bundle", "nowhere.json"], 2, "nowhere.json: No such file"),
        (["--bundle", "-"], 2, "The body is not a FHIR R4 Bundle in JSON."),
        (["--bundle", "-", "--as-of", "soon"], 2, "--as-of has to be a day"),
        (["--patient", "p"], 2, "--patient needs --fhir-server URL"),
        (["--patient", "a/b", "--fhir-server", "http://127.0.0.1:9"], 2, "patient has to be the id"),
        (["--patient", "p", "--fhir-server", "http://127.0.0.1:9"], 1, "The FHIR server failed"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_told_in_a_line(words: list[str], code: int, told: str) -> None:
    answer = run(*words, content=b"")

    assert (answer.exit_code, answer.stdout) == (code, "")
    assert told in answer.stderr


def test_an_invented_chart_has_nothing_broken() -> None:
    answer = run("--bundle", "-", "--json", content=bundle())

    assert not [one for one in json.loads(answer.stdout)["ignored"] if "faults" in one]


def test_fhirs_own_model_is_loaded_only_where_something_broke() -> None:
    """It takes seconds and a lot of memory; the service never needs it."""
    code = "import sys, app.cli, app.main; print([name for name in sys.modules if name.startswith('fhir.resources')])"

    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
