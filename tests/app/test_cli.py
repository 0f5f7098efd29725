"""The command line as its users see it: examples, reports, clear mistakes, exit codes."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from tests.app.calling import TODAY, bundle

T2 = "cd19-bcma-autoimmune"


def run(*words: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(cli, words, input=stdin, catch_exceptions=False)


@pytest.fixture
def chart(tmp_path: Path) -> str:
    file = tmp_path / "chart.json"
    file.write_text(json.dumps(bundle()), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize("command", ["serve", "match", "check"])
def test_each_command_helps_with_examples(command: str) -> None:
    found = run(command, "--help")

    assert found.exit_code == 0
    assert f"  trialhook {command}" in found.stdout.partition("Examples:")[2]


def test_match_prints_a_report_for_people(chart: str) -> None:
    found = run("match", "--bundle", chart, "--as-of", TODAY.isoformat())

    assert found.exit_code == 0
    assert found.stdout.startswith(f"Patient/testfrau-amelie on {TODAY}: ")
    assert "  Systemic sclerosis: potential-candidate" in found.stdout
    assert "Neutrophils at least 0.5 ×10⁹/L | " in " ".join(found.stdout.split())


def test_match_prints_the_report_of_the_direct_query(chart: str) -> None:
    found = run("match", "--bundle", chart, "--as-of", TODAY.isoformat(), "--trial", T2, "--json")

    report = json.loads(found.stdout)
    assert (report["asOf"], [trial["id"] for trial in report["trials"]]) == (TODAY.isoformat(), [T2])


def test_match_reads_a_bundle_from_stdin() -> None:
    found = run("match", "--bundle", "-", "--json", stdin=json.dumps(bundle()).encode())

    assert json.loads(found.stdout)["patient"] == "Patient/testfrau-amelie"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["match"], 2, "give either --bundle FILE or --patient ID"),
        (["match", "--bundle", "x", "--patient", "1"], 2, "give either"),
        (["match", "--bundle", "nowhere.json"], 2, "nowhere.json: No such file"),
        (["match", "--patient", "1"], 2, "--patient needs --fhir-server URL"),
        (
            ["match", "--patient", "1", "--fhir-server", "ftp://x"],
            2,
            "TRIALHOOK_FHIR_SERVERS: has to be an absolute http",
        ),
        (["match", "--patient", "a/b", "--fhir-server", "http://127.0.0.1:9"], 2, "patient has to be the id"),
        (["match", "--patient", "1", "--fhir-server", "http://127.0.0.1:9"], 1, "The FHIR server failed"),
        (["match", "--bundle", "-", "--as-of", "soon"], 2, "--as-of has to be a day, YYYY-MM-DD"),
        (["match", "--bundle", "-", "--trial", "x"], 2, f"there is no trial 'x'; there are cd19-autoimmune, {T2}"),
        (["match", "--bundle", "-"], 2, "The body is not a FHIR R4 Bundle in JSON."),
        (["serve", "--sandbox", "--host", "0.0.0.0"], 2, "listens on the loopback only, not on 0.0.0.0"),
        (["serve", "--trials", "nowhere"], 1, "nowhere: no definitions found"),
        (["serve", "--host", "192.0.2.1"], 1, "cannot listen on 192.0.2.1:8000"),
        (["check", "nowhere"], 2, "nowhere: there is no such file or folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_told_in_a_line(words: list[str], code: int, told: str) -> None:
    found = run(*words, stdin=b"")

    assert found.exit_code == code
    assert told in found.stderr
    assert found.stdout == ""


def test_a_chart_without_a_patient_cannot_be_judged() -> None:
    found = run("match", "--bundle", "-", stdin=b'{"resourceType": "Bundle"}')

    assert (found.exit_code, found.stderr) == (1, "The chart holds no Patient.\n")


def test_a_wrong_setting_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALHOOK_BUDGET_S", "soon")

    found = run("serve")

    assert found.exit_code == 2
    assert found.stderr.startswith("TRIALHOOK_BUDGET_S: ")


def test_the_built_in_definitions_pass_their_check() -> None:
    found = run("check")

    assert found.exit_code == 0, found.stdout
    assert T2 in found.stdout
    assert "cases pass" in found.stdout


@pytest.mark.parametrize("named", [True, False], ids=["by its path", "as what is served"])
def test_check_tells_file_line_and_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: bool) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    text = "id: mine\nref: T9\ntitle: Mine\ninclusion:\n  count: {observation: neutrophil, min: 1 10*9/L, ref: T9-1}\n"
    (folder / "trial.yaml").write_text(text, encoding="utf-8")
    if not named:
        monkeypatch.setenv("TRIALHOOK_TRIALS", str(tmp_path))

    found = run("check", *([str(tmp_path)] if named else []))

    assert found.exit_code == 1
    assert "mine/trial.yaml:5: unknown value set 'neutrophil'; did you mean 'neutrophils'?" in found.stdout


def test_check_lists_the_names_that_a_definition_may_use() -> None:
    assert "neutrophils " in run("check", "--names").stdout
