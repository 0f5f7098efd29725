"""Answers from a terminal: recorded, counted by `match --answers`, listed, withdrawn, and mistakes told."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from tests.app.answers.keeping import PATIENT, QUESTION, T2, database
from tests.app.calling import bundle

ABOUT = ("--patient", PATIENT, "--trial", T2)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALHOOK_ANSWERS_URL", database(tmp_path))


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, words, catch_exceptions=False)


def truth(tmp_path: Path, *words: str) -> str:
    file = tmp_path / "chart.json"
    file.write_text(json.dumps(bundle()), encoding="utf-8")
    report = json.loads(run("match", "--bundle", str(file), "--trial", T2, "--json", *words).stdout)
    found: str = next(one["truth"] for one in report["trials"][0]["criteria"] if one["ref"] == QUESTION)
    return found


@pytest.mark.parametrize("command", ["list", "record", "withdraw"])
def test_each_command_helps_with_examples(command: str) -> None:
    found = run("answers", command, "--help")

    assert found.exit_code == 0
    assert f"trialhook answers {command}" in found.stdout.partition("Examples:")[2]


def test_an_answer_is_recorded_counted_and_withdrawn(tmp_path: Path) -> None:
    made = run("answers", "record", *ABOUT, "--by", "Dr Li", "--no", QUESTION, "--note", "poor prognosis")
    counted, uncounted = truth(tmp_path, "--answers"), truth(tmp_path)
    id = made.stdout.split()[-1]
    gone = run("answers", "withdraw", id, "--by", "Dr Ode")

    assert made.exit_code == gone.exit_code == 0
    assert f"{QUESTION}     no   by Dr Li (in-force, until " in made.stdout
    assert made.stdout.strip().endswith(f": poor prognosis  {id}")
    assert (counted, uncounted) == ("false", "unknown")
    assert "(withdrawn by Dr Ode)" in gone.stdout
    assert truth(tmp_path, "--answers") == "unknown"


def test_the_list_is_that_of_the_service() -> None:
    run("answers", "record", *ABOUT, "--by", "Dr Li", "--yes", QUESTION, "--no", "T2-C2")

    listed = json.loads(run("answers", "list", "--patient", PATIENT, "--json").stdout)["answers"]
    assert [(one["ref"], one["answer"], one["server"], one["source"]) for one in listed] == [
        (QUESTION, "yes", "direct", "command-line"),
        ("T2-C2", "no", "direct", "command-line"),
    ]
    assert run("answers", "list", "--patient", "another").stdout == "no answers\n"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["record", *ABOUT, "--by", "Dr Li"], 2, "say --yes REF or --no REF"),
        (["record", *ABOUT, "--by", " ", "--yes", QUESTION], 2, "by has to say who"),
        (["record", *ABOUT, "--by", "Dr Li", "--yes", "T2-none"], 2, "names a criterion that the trial does not have"),
        (["record", *ABOUT, "--by", "Dr Li", "--yes", QUESTION, "--no", QUESTION], 2, "is the second one"),
        (["list", "--patient", "../x"], 2, "patient has to be the id"),
        (["list", "--patient", "1", "--trial", "none"], 2, "there is no trial of that id"),
        (["list", "--patient", "1", "--server", "https://other.example"], 2, "server has to be"),
        (["withdraw", "none", "--by", "Dr Li"], 1, "there is no answer of that id"),
    ],
)
def test_mistakes_are_told_in_a_line(words: list[str], code: int, told: str) -> None:
    found = run("answers", *words)

    assert found.exit_code == code
    assert told in found.stderr
    assert found.stdout == ""


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("off", "TRIALHOOK_ANSWERS_URL is off"),
        ("sqlite:////proc/none/a.db", "not available"),
        ("mysql://user:secret@host/db", "TRIALHOOK_ANSWERS_URL: has to be sqlite:///FILE"),
        ("secret", "TRIALHOOK_ANSWERS_URL: has to be sqlite:///FILE"),
        ("sqlite://", "memory would forget the answers"),
    ],
)
def test_a_database_that_is_none_is_told(address: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALHOOK_ANSWERS_URL", address)

    found = run("answers", "list", "--patient", "1")

    assert found.exit_code != 0
    assert told in found.stderr
    assert "secret" not in found.stderr


def test_a_token_that_could_be_guessed_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALHOOK_ANSWERS_TOKEN", "secret")

    found = run("answers", "list", "--patient", "1")

    assert found.exit_code == 2
    assert found.stderr.startswith("TRIALHOOK_ANSWERS_TOKEN: ")
    assert "secret" not in found.stderr
