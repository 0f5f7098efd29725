"""The terminology over HTTP: resources by id, lists as searchset Bundles, refusals as OperationOutcomes."""

import json
from pathlib import Path

import pytest
from fhir.resources.R4B import get_fhir_model_class

from mappings.concept_map import OWN
from tests.app.calling import assert_outcome, running
from tests.app.test_cli import run

PUBLIC = "https://trials.example.org"


@pytest.mark.parametrize(
    ("kind", "id"),
    [("ValueSet", "systemic-sclerosis"), ("ValueSet", "mrss"), ("CodeSystem", "trialhook"), ("ConceptMap", "units")],
)
async def test_a_resource_is_read_by_its_id(kind: str, id: str) -> None:
    async with running(public_url=PUBLIC) as client:
        answer = await client.get(f"/terminology/{kind}/{id}")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/fhir+json")
    assert (answer.json()["resourceType"], answer.json()["id"]) == (kind, id)


async def test_the_address_of_a_value_set_can_be_opened() -> None:
    async with running(public_url=PUBLIC) as client:
        found = (await client.get("/terminology/ValueSet/lupus_nephritis")).json()
        again = await client.get(found["url"].removeprefix(PUBLIC))

    assert again.json() == found


@pytest.mark.parametrize("kind", ["ValueSet", "CodeSystem", "ConceptMap"])
async def test_a_list_is_a_searchset_that_fhirs_own_model_accepts(kind: str) -> None:
    async with running() as client:
        answer = await client.get(f"/terminology/{kind}")

    found = answer.json()
    get_fhir_model_class("Bundle").model_validate(found)
    assert (found["type"], found["total"]) == ("searchset", len(found["entry"]))
    assert {entry["resource"]["resourceType"] for entry in found["entry"]} == {kind}


async def test_a_list_may_be_asked_for_one_canonical_address() -> None:
    async with running() as client:
        found = (await client.get("/terminology/CodeSystem", params={"url": OWN})).json()
        none = (await client.get("/terminology/CodeSystem", params={"url": "urn:other"})).json()

    assert ([entry["fullUrl"] for entry in found["entry"]], none["total"]) == ([OWN], 0)


@pytest.mark.parametrize("path", ["ValueSet/nowhere", "CodeSystem/nowhere", "ConceptMap/site-codes"])
async def test_what_is_not_there_is_said_so(path: str) -> None:
    async with running() as client:
        assert_outcome(await client.get(f"/terminology/{path}"), 404)


def test_the_command_writes_a_file_for_each_resource(tmp_path: Path) -> None:
    found = run("terminology", "export", "--out", str(tmp_path / "out"))

    files = sorted((tmp_path / "out").iterdir())
    assert found.stdout.startswith(f"{len(files)} resources written to ")
    assert json.loads((tmp_path / "out" / "ValueSet-mrss.json").read_text("utf-8"))["id"] == "mrss"


def test_the_command_writes_a_file_of_lines_for_each_type(tmp_path: Path) -> None:
    run("terminology", "export", "--out", str(tmp_path), "--format", "ndjson")

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "CodeSystem.ndjson", "ConceptMap.ndjson", "ValueSet.ndjson",
    ]  # fmt: skip
    lines = (tmp_path / "ValueSet.ndjson").read_text("utf-8").splitlines()
    assert {json.loads(line)["resourceType"] for line in lines} == {"ValueSet"}


def test_the_command_writes_one_transaction_to_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALHOOK_PUBLIC_URL", PUBLIC)

    found = json.loads(run("terminology", "export").stdout)

    get_fhir_model_class("Bundle").model_validate(found)
    assert {entry["request"]["method"] for entry in found["entry"]} == {"PUT"}
    urls = {entry["resource"]["url"] for entry in found["entry"]}
    assert f"{PUBLIC}/terminology/ValueSet/mrss" in urls


def test_a_folder_that_cannot_be_written_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    found = run("terminology", "export", "--out", str(tmp_path / "file"))

    assert (found.exit_code, "File exists" in found.stderr) == (2, True)
