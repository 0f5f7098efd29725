"""Trials as FHIR R4 on a real server: it keeps them, finds them again, and its validator knows no fault in them."""

import json
from functools import cache
from typing import Any

import httpx
import pytest

from app.wire.study import exported
from tests.app.calling import library
from tests.hapi.loading import as_transaction, load
from trials.judge import Trial

TRIALS = pytest.mark.parametrize("trial", library().trials, ids=lambda trial: trial.id)
Json = dict[str, Any]
NO_STATUS = ("ResearchStudy.status", "No code provided, and a code is required from the value set")
"""R4 has no code for a status that nobody knows. It is absent for that reason; any code would say what is not so."""


@cache
def bundle(id: str) -> Json:
    trial = library().trial(id)
    assert trial is not None
    made: Json = json.loads(exported(trial, library(), "https://trials.example.org", "r4").content)
    return made


@TRIALS
def test_a_server_keeps_a_trial_and_its_groups(trial: Trial, fhir: str) -> None:
    load(fhir, bundle(trial.id))

    for entry in as_transaction(bundle(trial.id))["entry"]:
        kept = httpx.get(f"{fhir}/{entry['request']['url']}", timeout=60).json()
        told = entry["resource"]
        assert {key: kept[key] for key in told if key not in ("text", "meta")} == {
            key: told[key] for key in told if key != "text"
        }


@pytest.mark.own_server
@TRIALS
def test_its_validator_finds_no_fault(trial: Trial, fhir: str) -> None:
    """The rules of FHIR that fhir.resources does not know: a unit needs its system, a range its order, and so on."""
    for entry in bundle(trial.id)["entry"]:
        resource = entry["resource"]
        answer = httpx.post(
            f"{fhir}/{resource['resourceType']}/$validate",
            content=json.dumps(resource),
            headers={"Content-Type": "application/fhir+json"},
            timeout=120,
        )
        issues = answer.json()["issue"]
        faults = [one for one in issues if one["severity"] in ("error", "fatal")]
        found = [(one["location"][0], one["diagnostics"]) for one in faults]
        assert [fault for fault in found if fault != NO_STATUS or trial.recruitment != "unknown"] == []
