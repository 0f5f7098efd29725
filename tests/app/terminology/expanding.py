"""Expands one set at the small terminology server, as the command does it, and looks at what came of it."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from typer.testing import Result

from app.library import site_terminology
from app.settings import Settings
from app.terminology.refreshing import Refresh
from mappings.systems import SNOMED
from mappings.terminology import Coding, Terminology, load_terminology
from tests.app.terminology.tx_server import TxServer
from tests.app.test_cli import run

LUPUS, ORGANS, NEPHRITIS, DRUG_INDUCED = "55464009", "239887007", "68815009", "201436003"
# Codes that nobody of ours holds: made of SNOMED CT's shape, with a right check digit and an invented meaning.
RARE, RARER, OF_A_DRUG = "9990000001008", "9990000002001", "9990000003006"
DAY = "2026-11-20"
SET = "systemic_lupus_erythematosus"


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
