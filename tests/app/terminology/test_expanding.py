"""`trialhook terminology expand`: a server's whole answer into pinned files, and into verdicts; never a part of it."""

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import Result

from app import direct
from app.library import load_library, site_terminology
from app.settings import Settings
from app.table import report_text
from app.terminology.refreshing import Refresh
from mappings.systems import SNOMED
from mappings.terminology import Coding, MappingError, Terminology, load_terminology
from tests.app.reading.charts import condition, patient
from tests.app.terminology.tx_server import VERSION, TxServer, tx_server
from tests.app.test_cli import run

LUPUS, ORGANS, NEPHRITIS, DRUG_INDUCED = "55464009", "239887007", "68815009", "201436003"
# Codes that nobody of ours holds: made of SNOMED CT's shape, with a right check digit and an invented meaning.
RARE, RARER, OF_A_DRUG = "9990000001008", "9990000002001", "9990000003006"
DAY = "2026-11-20"
SET = "systemic_lupus_erythematosus"


@pytest.fixture
def server() -> Iterator[TxServer]:
    hierarchy = {
        LUPUS: (),
        ORGANS: (LUPUS,),
        NEPHRITIS: (ORGANS,),
        RARE: (LUPUS,),
        RARER: (RARE, ORGANS),
        DRUG_INDUCED: (LUPUS,),
        OF_A_DRUG: (DRUG_INDUCED,),
    }
    with tx_server(hierarchy) as known:
        known.displays |= {RARE: "A rare lupus", RARER: "A rarer lupus"}
        yield known


class Heard(NamedTuple):
    """What an expansion told, and whether something was wrong."""

    text: str
    wrong: bool


def expand(server: TxServer, folder: Path, *, page: int = 1_000, timeout_s: float = 60, forget: bool = False) -> Heard:
    """One set is expanded, as the command does it."""
    sets = packaged().sets
    refresh = Refresh(server.base, folder, date.fromisoformat(DAY), forget=forget)
    ((lines, wrong),) = refresh.run([sets[SET]], sets, None, timeout_s=timeout_s, page=page)
    return Heard("\n".join(lines), wrong)


def expand_by_command(server: TxServer, folder: Path, *words: str) -> Result:
    asked = ("--server", server.base, "--out", str(folder), "--set", SET, "--as-of", DAY)
    return run("terminology", "expand", *asked, *words)


@cache
def packaged() -> Terminology:
    return load_terminology()


def snapshot_of(folder: Path) -> Any:
    return json.loads((folder / "systemic-lupus-erythematosus.json").read_text("utf-8"))


def with_snapshot(folder: Path) -> Terminology:
    return site_terminology(Settings(terminology_snapshot=folder))


def identified(known: Terminology, code: str, display: str | None = None) -> Any:
    return known.identify("diagnosis", (Coding(SNOMED, code, display),), None)


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


def test_what_lies_below_a_root_is_that_disease(server: TxServer, tmp_path: Path) -> None:
    expand(server, tmp_path)
    known = with_snapshot(tmp_path)

    assert identified(packaged(), RARER).names == ()
    assert SET in identified(known, RARER).names
    assert identified(known, NEPHRITIS).names[0] == "lupus_nephritis"


def test_what_is_left_out_is_not_that_disease(server: TxServer, tmp_path: Path) -> None:
    expand(server, tmp_path)

    assert SET not in identified(with_snapshot(tmp_path), OF_A_DRUG).names


def test_what_we_say_of_a_code_goes_before_the_servers_word(server: TxServer, tmp_path: Path) -> None:
    """Discoid lupus is a disease of the skin here, wherever a server has it."""
    server.parents["200938002"] = (LUPUS,)

    told = expand(server, tmp_path)

    assert "  ! 200938002 Name of 200938002: does not count, since here it is cutaneous_lupus" in told.text
    assert SET not in identified(with_snapshot(tmp_path), "200938002").names


def test_words_still_ask_about_sets_that_were_not_expanded(server: TxServer, tmp_path: Path) -> None:
    """A lupus vasculitis that is known as lupus by a snapshot is not thereby free of vasculitis."""
    expand(server, tmp_path)

    found = identified(with_snapshot(tmp_path), RARER, "Lupus vasculitis of a rarer kind")

    assert SET in found.names
    assert "vasculitis" in found.hints


def test_the_library_names_the_snapshot_behind_it(server: TxServer, tmp_path: Path) -> None:
    expand(server, tmp_path)

    (behind,) = load_library(Settings(terminology_snapshot=tmp_path)).snapshots

    assert (behind.name, str(behind)) == (SET, f"{server.base} on {DAY} ({VERSION})")


def test_evidence_and_report_say_by_which_snapshot_a_code_is_known(server: TxServer, tmp_path: Path) -> None:
    expand(server, tmp_path)
    known = load_library(Settings(terminology_snapshot=tmp_path))
    lupus = condition({"coding": [{"system": SNOMED, "code": RARER, "display": "A rarer lupus"}]})
    entries = [{"resource": patient()}, {"resource": lupus}]
    chart = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()

    report = direct.match_bundle(chart, direct.query(known, date(2026, 11, 21), None, ()))

    texts = [one.text for trial in report.trials for leaf in trial.criteria for one in leaf.evidence]
    assert any(f"A rarer lupus (known by the snapshot of {DAY})" in text for text in texts)
    assert report.terminology is not None
    (behind,) = report.terminology.snapshots
    assert (behind.server, behind.day, behind.versions, behind.sets) == (server.base, DAY, (VERSION,), 1)
    assert f"Terminology: 1 value sets by {server.base} on {DAY}, {VERSION}" in report_text(report)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": "lupuss"}, ".id: found 'lupuss'; expected the name of a value set"),
        ({"meta": {}}, "found no expansion with `meta.source` and `date`"),
        ({"expansion": {"timestamp": DAY, "total": 3, "contains": []}}, "found 0 codes and a total of 3"),
        (
            {"expansion": {"timestamp": DAY, "total": 1, "contains": [{"system": SNOMED, "code": LUPUS[:-1] + "8"}]}},
            "55464009",
        ),
        ({"expansion": {"timestamp": DAY, "total": "many"}}, "expansion.total: found 'many'"),
    ],
)
def test_a_snapshot_that_was_spoilt_is_refused(
    server: TxServer, tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    expand(server, tmp_path)
    file = tmp_path / "systemic-lupus-erythematosus.json"
    file.write_text(json.dumps({**snapshot_of(tmp_path), **change}), "utf-8")

    with pytest.raises(MappingError) as refused:
        with_snapshot(tmp_path)

    assert str(refused.value).startswith("systemic-lupus-erythematosus.json: ValueSet")
    assert said in str(refused.value)


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
