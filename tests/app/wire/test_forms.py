"""Which form of a trial a caller gets, over HTTP and on the command line."""

import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from app.wire.markdown import markdown
from app.wire.negotiating import chosen
from app.wire.page import trial_page
from tests.app.calling import library, running
from tests.app.wire.exports import losses, of_type, refs
from tests.machine import ROOT
from trials.judge import Trial
from trials.library import refs as refs_of

T4 = next(trial for trial in library().trials if trial.ref == "T4")
T5 = next(trial for trial in library().trials if trial.ref == "T5")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
R4, R5 = "application/fhir+json; fhirVersion=4.0", "application/fhir+json; fhirVersion=5.0"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        pytest.param(None, "json", id="nothing said"),
        pytest.param("", "json", id="an empty header"),
        pytest.param("*/*", "json", id="anything, as curl says"),
        pytest.param("application/*", "json", id="any application type"),
        pytest.param("application/json", "json", id="our JSON"),
        pytest.param(BROWSER, "page", id="a browser"),
        pytest.param("application/fhir+json", "r4", id="FHIR without a version is R4"),
        pytest.param("application/fhir+json; fhirVersion=4.0", "r4", id="R4"),
        pytest.param("application/fhir+json;fhirVersion=5.0", "r5", id="R5"),
        pytest.param('application/fhir+json; fhirversion="5.0"', "r5", id="a quoted version in small letters"),
        pytest.param("application/fhir+json; fhirVersion=4.0; q=0.5, text/html", "page", id="qualities"),
        pytest.param("application/fhir+json; fhirVersion=5.0, application/json; q=0.9", "r5", id="the best of two"),
        pytest.param("application/json; q=0, */*", "page", id="anything but our JSON"),
        pytest.param("application/fhir+json; fhirVersion=3.0", None, id="a version that is not offered"),
        pytest.param("application/fhir+json; fhirVersion=3.0, */*; q=0.1", "json", id="that version, else anything"),
        pytest.param("application/fhir+xml", None, id="XML"),
        pytest.param("text/html; q=0", None, id="not even the page"),
        pytest.param("text/html; q=nonsense", None, id="a quality that is no number"),
        pytest.param("nonsense", None, id="no media type"),
    ],
)
def test_the_header_chooses(accept: str | None, form: str | None) -> None:
    assert chosen(accept, None) == form


@pytest.mark.parametrize(
    ("format_", "form"),
    [
        ("json", "r4"),
        ("application/json", "r4"),
        ("application/fhir+json", "r4"),
        ("application/fhir json", "r4"),
        ("application/fhir json; fhirVersion=5.0", "r5"),
        ("html", "page"),
        ("text/html", "page"),
        ("xml", None),
        ("", None),
    ],
)
def test_format_prevails_over_the_header(format_: str, form: str | None) -> None:
    assert chosen(BROWSER, format_) == form


@pytest.mark.parametrize(
    ("path", "accept", "type_"),
    [
        ("", "application/json", "application/json"),
        ("", BROWSER, "text/html; charset=utf-8"),
        ("", "application/fhir+json", R4),
        ("", R4, R4),
        ("", R5, R5),
        ("?_format=json", BROWSER, R4),
        ("?_format=application/fhir%2Bjson;fhirVersion=5.0", BROWSER, R5),
        ("?_format=html", "application/json", "text/html; charset=utf-8"),
        ("/r4", "application/json", R4),
        ("/r5", "application/json", R5),
        (".html", "application/json", "text/html; charset=utf-8"),
    ],
)
async def test_a_trial_comes_as_the_type_that_was_asked_for(path: str, accept: str, type_: str) -> None:
    async with running() as client:
        answer = await client.get(f"/trials/{T4.id}{path}", headers={"accept": accept})

    assert (answer.status_code, answer.headers["content-type"]) == (200, type_)
    assert "Accept" in answer.headers["vary"]
    if "fhir" in type_:
        assert answer.json()["resourceType"] == "Bundle"
        assert sorted(refs(answer.content)) == sorted(refs_of([T4]))


async def test_the_published_types_are_those_that_are_answered() -> None:
    async with running() as client:
        paths = (await client.get("/openapi.json")).json()["paths"]

    published = paths["/trials/{id}"]["get"]["responses"]["200"]["content"]
    assert set(published) == {"application/json", "text/html", "application/fhir+json"}
    assert set(paths["/trials/{id}/r5"]["get"]["responses"]["200"]["content"]) == {"application/fhir+json"}


@pytest.mark.parametrize("path", [f"{T4.id}?_format=xml", f"{T4.id}?_format=application/fhir%2Bjson;fhirVersion=3.0"])
async def test_a_form_that_is_not_offered_is_refused_and_the_others_named(path: str) -> None:
    async with running() as client:
        answer = await client.get(f"/trials/{path}")

    assert answer.status_code == 406
    assert R5 in answer.json()["issue"][0]["details"]["text"]


@pytest.mark.parametrize("path", ["nowhere", "nowhere/r4", "nowhere/r5", "nowhere.html", f"{T4.id}/r6"])
async def test_what_is_not_there_is_not_found(path: str) -> None:
    async with running() as client:
        answer = await client.get(f"/trials/{path}")

    assert (answer.status_code, answer.json()["resourceType"]) == (404, "OperationOutcome")


async def test_the_page_leads_to_its_other_forms() -> None:
    async with running() as client:
        for address in (f"/trials/{T4.id}", f"/trials/{T4.id}.html"):
            page = await client.get(address, headers={"accept": BROWSER})
            links = re.findall(r'href="([^"#]+)"', page.text)
            answers = [await client.get(urljoin(address, link)) for link in links]
            assert len(links) == 3
            assert {answer.status_code for answer in answers} == {200}


async def test_addresses_begin_with_the_public_url() -> None:
    async with running(public_url="https://trials.example.org") as client:
        answer = await client.get(f"/trials/{T4.id}/r5")

    assert "https://trials.example.org/terminology/ValueSet/lvef" in answer.text
    assert "urn:trialhook:ValueSet" not in answer.text


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["export", *words], catch_exceptions=False)


def test_export_helps_with_examples() -> None:
    assert "  trialhook export" in run("--help").stdout.partition("Examples:")[2]


@pytest.mark.parametrize("release", ["r4", "r5"])
def test_what_was_not_said_is_told_on_stderr_as_it_stands_in_the_file(release: str) -> None:
    found = run("--trial", T4.id, "--format", release)

    content = found.stdout.encode()
    told = [line for line in found.stderr.splitlines() if f"not said in {release}: " in line]
    assert len(told) == len(losses(content))
    for concerned, text in losses(content):
        assert f"{T4.id}: {', '.join(concerned) or 'every row'}: not said in {release}: {text}" in told


def test_export_writes_a_file_for_each_trial(tmp_path: Path) -> None:
    found = run("--all", "--format", "r5", "--out", str(tmp_path / "new"))

    files = {file.name: file.read_bytes() for file in (tmp_path / "new").iterdir()}
    assert set(files) == {f"{trial.id}.r5.json" for trial in library().trials}
    assert of_type(files[f"{T4.id}.r5.json"], "EvidenceVariable")
    assert of_type(files[f"{T5.id}.r5.json"], "EvidenceVariable") == []
    assert f"{T5.id}: exported without criteria" in found.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "give either --trial ID or --all"),
        (["--all", "--trial", T4.id], "give either --trial ID or --all"),
        (["--trial", "nowhere"], "there is no trial 'nowhere'; there are "),
        (["--all", "--out", "/dev/null"], "/dev/null: "),
    ],
)
def test_a_mistake_is_told_in_a_line(words: list[str], told: str) -> None:
    found = run(*words)

    assert (found.exit_code, found.stdout) == (2, "")
    assert told in found.stderr


@pytest.mark.parametrize("trial", library().trials, ids=lambda trial: trial.id)
def test_the_committed_page_is_what_the_definition_renders(trial: Trial) -> None:
    """After a change: `make pages`, and say in the commit what a physician would notice."""
    file = ROOT / "docs" / "trials" / f"{trial.id}.md"

    assert file.read_text(encoding="utf-8") == markdown(trial_page(trial, library()))


def test_no_page_is_left_of_a_trial_that_is_gone() -> None:
    pages = {file.stem for file in (ROOT / "docs" / "trials").glob("*.md")}

    assert pages == {trial.id for trial in library().trials}


def test_a_page_on_stdout_is_the_whole_page() -> None:
    found = run("--trial", T5.id, "--format", "page")

    assert (found.stdout, found.stderr) == (markdown(trial_page(T5, library())), "")
