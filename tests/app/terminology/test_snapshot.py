"""What a pinned snapshot means: which codes count by it, what goes before it, and how a report says so."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app import direct
from app.library import load_library
from app.settings import Settings
from app.table import report_text
from mappings.systems import SNOMED
from mappings.terminology import MappingError
from tests.app.reading.charts import condition, patient
from tests.app.terminology.expanding import (
    DAY,
    LUPUS,
    NEPHRITIS,
    OF_A_DRUG,
    RARER,
    SET,
    expand,
    identified,
    packaged,
    snapshot_of,
    with_snapshot,
)
from tests.app.terminology.tx_server import VERSION, TxServer


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
