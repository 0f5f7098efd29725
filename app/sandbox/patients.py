"""The sandbox's invented patients as FHIR R4 charts whose dates are as old today as their stories say."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from app.sandbox.compact import Chart, Codebook, read_chart, read_codebook
from app.sandbox.expansion import resources

_FOLDER: Final = Path(__file__).with_name("patients")
_CODEBOOK: Final = "codebook.yaml"
_BASE: Final = "https://sandbox.example/fhir"
"""What a Bundle's entries are addressed by; `.example` belongs to nobody."""


class SandboxPatient(NamedTuple):
    """One invented patient."""

    id: str
    name: str
    story: str
    """What the chart is there to show, in one or two sentences."""
    bundle: dict[str, Any]
    """The whole chart as a `collection` Bundle."""


def patients(today: date) -> list[SandboxPatient]:
    """Every invented patient, in the order of their files, with dates counted back from `today`."""
    book, charts = _written()
    return [
        SandboxPatient(chart.id, f"{chart.family}, {chart.given}", " ".join(chart.story.split()), _bundle(found))
        for chart in charts
        for found in [resources(chart, book, today)]
    ]


def _bundle(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    entries = [{"fullUrl": f"{_BASE}/{one['resourceType']}/{one['id']}", "resource": one} for one in found]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


@cache
def _written() -> tuple[Codebook, tuple[Chart, ...]]:
    """The files, read once."""
    files = sorted(file for file in _FOLDER.glob("*.yaml") if file.name != _CODEBOOK)
    return read_codebook(_FOLDER / _CODEBOOK), tuple(read_chart(file) for file in files)
