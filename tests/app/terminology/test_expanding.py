"""`trialhook terminology expand`: a server's whole answer into pinned files, never a part of it."""

from pathlib import Path

import pytest

from app.settings import Settings
from mappings.systems import SNOMED
from tests.app.terminology.expanding import (
    DAY,
    DRUG_INDUCED,
    LUPUS,
    NEPHRITIS,
    ORGANS,
    RARE,
    RARER,
    SET,
    expand,
    expand_by_command,
    identified,
    snapshot_of,
    with_snapshot,
)
from tests.app.terminology.tx_server import VERSION, TxServer
from tests.app.test_cli import run


def test_the_roots_are_asked_for_and_what_is_left_out_by_itself(server: TxServer, tmp_path: Path) -> None:
    """HAPI refuses pages of a value set with an `exclude`."""
    expand(server, tmp_path)

    asked = [
        one["resource"]["compose"] for body in server.bodies for one in body["parameter"] if one["name"] == "valueSet"
    ]
    rules = [[(part["filter"][0]["op"], part["filter"][0]["value"]) for part in one["include"]] for one in asked]
    assert rules == [[("is-a", LUPUS), ("is-a", ORGANS)], [("is-a", DRUG_INDUCED)]]
    assert not any("exclude" in one for one in asked)
    assert DRUG_INDUCED in [part["filter"][0]["value"] for part in snapshot_of(tmp_path)["compose"]["exclude"]]


def test_the_answer_is_pinned_with_server_version_and_day(server: TxServer, tmp_path: Path) -> None:
    told = expand_by_command(server, tmp_path / "snapshot")

    found = snapshot_of(tmp_path / "snapshot")
    assert (told.exit_code, told.stdout.startswith(f"{SET}: 5 codes, 5 new, 0 gone")) == (0, True), told.output
    assert (found["meta"]["source"], found["date"], found["expansion"]["timestamp"]) == (server.base, DAY, DAY)
    assert found["expansion"]["parameter"] == [{"name": "version", "valueUri": VERSION}]
    codes = [one["code"] for one in found["expansion"]["contains"]]
    assert codes == sorted([LUPUS, ORGANS, NEPHRITIS, RARE, RARER])
    assert found["expansion"]["total"] == 5


def test_the_same_answer_gives_the_same_bytes(server: TxServer, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        expand(server, tmp_path / folder)

    a, b = (next((tmp_path / folder).iterdir()).read_bytes() for folder in ("a", "b"))
    assert a == b


@pytest.mark.parametrize("flaws", [(), ("no total",), ("no offset",), ("no total", "no offset"), ("nests",)])
@pytest.mark.parametrize("page", [1, 2, 3, 5, 100])
def test_all_pages_are_read(server: TxServer, tmp_path: Path, flaws: tuple[str, ...], page: int) -> None:
    server.flaws |= set(flaws)

    expand(server, tmp_path, page=page)

    assert len(snapshot_of(tmp_path)["expansion"]["contains"]) == 5


def test_a_server_that_knows_no_pages_is_understood(server: TxServer, tmp_path: Path) -> None:
    server.flaws |= {"ignores paging", "no total", "no offset"}

    expand(server, tmp_path, page=3)

    assert len(snapshot_of(tmp_path)["expansion"]["contains"]) == 5


@pytest.mark.parametrize(
    ("flaws", "said"),
    [
        (("gives less",), "the server gave 2 of 7 codes"),
        (("ignores offset",), "asked for the codes from 2 on, the server answered from 0 on"),
        (("ignores offset", "no offset"), "the page from 2 on brings nothing new"),
        (("toocostly",), "the server says that the expansion is incomplete"),
        (("unclosed",), "the server says that the expansion is incomplete"),
        (("too-costly",), "the server refused (422): the expansion is too costly for the server"),
        (("no json",), "the answer is no ValueSet with an expansion"),
    ],
)
def test_a_part_of_an_expansion_is_none(server: TxServer, tmp_path: Path, flaws: tuple[str, ...], said: str) -> None:
    """Nothing is written, and a snapshot that was there stays as it was."""
    expand(server, tmp_path)
    before = (tmp_path / "systemic-lupus-erythematosus.json").read_bytes()
    server.flaws |= set(flaws)

    told = expand(server, tmp_path, page=2)

    assert (told.wrong, told.text.startswith(f"{SET}: {said}")) == (True, True), told.text
    assert told.text.endswith("its snapshot stays as it was")
    assert (tmp_path / "systemic-lupus-erythematosus.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["systemic-lupus-erythematosus.json"]


def test_a_server_that_is_too_slow_or_not_there_is_said_so(server: TxServer, tmp_path: Path) -> None:
    server.flaws.add("slow")

    slow = expand(server, tmp_path, timeout_s=1)
    server.base = "http://127.0.0.1:9/fhir"
    absent = expand(server, tmp_path)

    assert "the server was too slow (--timeout); there is no snapshot of it" in slow.text
    assert (
        absent.text
        == "http://127.0.0.1:9/fhir: the server cannot be asked (ConnectError); the snapshot stays as it was"
    )
    assert (slow.wrong, absent.wrong) == (True, True)


def test_a_server_that_is_not_there_is_asked_once(tmp_path: Path) -> None:
    """And not once for each of eighty sets."""
    told = run("terminology", "expand", "--server", "http://127.0.0.1:9/fhir", "--out", str(tmp_path))

    assert (told.exit_code, len(told.stderr.splitlines())) == (1, 1)


def test_a_busy_server_is_asked_again(server: TxServer, tmp_path: Path) -> None:
    server.busy = 2

    assert not expand(server, tmp_path).wrong


def test_a_server_without_snomed_ct_is_not_believed(server: TxServer, tmp_path: Path) -> None:
    server.parents.clear()

    told = expand_by_command(server, tmp_path)

    assert f"the server does not know the root {LUPUS} (Systemic lupus erythematosus (disorder))" in told.stderr
    assert (told.exit_code, list(tmp_path.iterdir())) == (1, [])


@pytest.mark.parametrize(
    ("code", "system", "said"),
    [
        ("9990000001000", SNOMED, "fails SNOMED CT's check digit"),
        (RARE, "http://loinc.org", "a code of http://loinc.org"),
    ],
)
def test_a_server_that_gives_what_was_not_asked_for_is_not_believed(
    server: TxServer, tmp_path: Path, code: str, system: str, said: str
) -> None:
    server.parents[code] = (LUPUS,)
    server.systems[code] = system

    told = expand(server, tmp_path)

    assert (told.wrong, said in told.text, list(tmp_path.iterdir())) == (True, True, []), told.text


def test_the_token_comes_from_the_environment_and_is_shown_nowhere(
    server: TxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIALHOOK_TERMINOLOGY_TOKEN", "secret-word")

    told = expand_by_command(server, tmp_path)

    assert set(server.tokens) == {"Bearer secret-word"}
    assert "secret-word" not in told.output + str(snapshot_of(tmp_path)) + repr(Settings())


def test_the_token_goes_over_https_alone(server: TxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALHOOK_TERMINOLOGY_TOKEN", "secret-word")
    server.base = "http://tx.example.org/fhir"

    assert "a token is sent over https only" in expand_by_command(server, tmp_path).stderr


def test_what_is_new_and_what_is_gone_is_told(server: TxServer, tmp_path: Path) -> None:
    first = expand(server, tmp_path)
    del server.parents[RARER]
    server.parents["9990000004000"] = (RARE,)
    second = expand(server, tmp_path)

    assert f"{SET}: 5 codes, 5 new, 0 gone ({VERSION})" in first.text
    assert f"  + {RARE} A rare lupus" in first.text
    assert f"{SET}: 5 codes, 1 new, 1 gone" in second.text
    assert "  + 9990000004000 Name of 9990000004000" in second.text
    assert f"  - {RARER} A rarer lupus: no longer there; kept as inactive" in second.text


def test_a_code_that_is_gone_still_counts_until_it_is_forgotten(server: TxServer, tmp_path: Path) -> None:
    expand(server, tmp_path)
    del server.parents[RARER]
    expand(server, tmp_path)
    kept = {one["code"]: one.get("inactive") for one in snapshot_of(tmp_path)["expansion"]["contains"]}
    counted = identified(with_snapshot(tmp_path), RARER).names
    again = expand(server, tmp_path)
    forgotten = expand(server, tmp_path, forget=True)

    assert (kept[RARER], kept[RARE]) == (True, None)
    assert SET in counted
    assert "gone before and kept as inactive: 1" in again.text
    assert "gone before and forgotten: 1" in forgotten.text
    assert identified(with_snapshot(tmp_path), RARER).names == ()


def test_a_dry_run_writes_nothing(server: TxServer, tmp_path: Path) -> None:
    told = expand_by_command(server, tmp_path / "snapshot", "--dry-run")

    assert (told.exit_code, (tmp_path / "snapshot").exists()) == (0, False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--out", "x"], "give --server URL and --out DIR"),
        (["--server", "https://tx.example.org"], "give --server URL and --out DIR"),
        (["--server", "ftp://x", "--out", "x"], "TRIALHOOK_TERMINOLOGY_SERVER: has to be an absolute http"),
        (["--server", "https://x.example", "--out", "x", "--set", "neutrophils"], "'neutrophils' has no `snomed_is_a`"),
        (["--server", "https://x.example", "--out", "x", "--as-of", "soon"], "--as-of has to be a day"),
    ],
)
def test_a_wrong_call_is_told_in_a_line(words: list[str], said: str) -> None:
    found = run("terminology", "expand", *words)

    assert (found.exit_code, said in found.stderr) == (2, True), found.output
