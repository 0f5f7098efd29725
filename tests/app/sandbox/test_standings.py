"""What the sandbox's patients are there to show, they show: judged by the built-in trials through the real service."""

from datetime import date
from typing import Any

import msgspec
import pytest

from app.direct import match_bundle, query
from app.library import Library, load_library
from app.report import encoded
from app.sandbox.patients import patients
from app.settings import Settings

TODAY = date(2026, 2, 28)
TRIAL = "cd19-bcma-autoimmune"


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(Settings())


@pytest.fixture(scope="module")
def reports(library: Library) -> dict[str, dict[str, Any]]:
    """Each patient's match report for the trial with arms."""
    asked = query(library, TODAY, None, [TRIAL])
    bodies = {patient.id: msgspec.json.encode(patient.bundle) for patient in patients(TODAY)}
    return {id: msgspec.json.decode(encoded(match_bundle(body, asked)))["trials"][0] for id, body in bodies.items()}


def criterion(report: dict[str, Any], ref: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in report["criteria"] if one["ref"] == ref)
    return found


def arm(report: dict[str, Any], id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in report["arms"] if one["id"] == id)
    return found


@pytest.mark.parametrize(
    ("patient", "standing", "barred_by", "target"),
    [
        ("testfrau-amelie", "potential-candidate", None, "present"),
        ("testmann-bruno", "ineligible", "fact", "present"),
        ("beispiel-clara", "potential-candidate", None, "present"),
        ("muster-dieter", "potential-candidate", None, "present"),
        ("ornek-emine", "ineligible", "absence", "present"),
        ("exempel-fritz", "potential-candidate", None, "present"),
        ("testfrau-greta", "potential-candidate", None, "present"),
        ("ceshi-hong", "potential-candidate", None, "present"),
        ("ejemplo-ines", "potential-candidate", None, "provisional"),
        ("probe-jonas", "ineligible", "absence", "absent"),
        ("modell-klara", "potential-candidate", None, "present"),
    ],
)
def test_each_story_ends_in_its_standing(
    reports: dict[str, dict[str, Any]], patient: str, standing: str, barred_by: str | None, target: str
) -> None:
    ssc = arm(reports[patient], "ssc")

    assert (ssc["standing"], ssc.get("barredBy"), ssc["target"]) == (standing, barred_by, target)


def test_every_patient_has_a_report(reports: dict[str, dict[str, Any]]) -> None:
    assert len(reports) >= 8
    assert arm(reports["fiktiv-lotte"], "sle")["target"] == "present"


@pytest.mark.parametrize(
    ("patient", "ref", "truth", "why"),
    [
        pytest.param("testfrau-amelie", "T2-2d", "true", None, id="lung function in the range"),
        pytest.param("testfrau-amelie", "T2-X17", "false", "not-in-chart", id="injected vaccines are not live"),
        pytest.param("testmann-bruno", "T2-O2", "false", None, id="14 K/uL is too low"),
        pytest.param("beispiel-clara", "T2-2d", "true", None, id="a score by name without a category"),
        pytest.param("beispiel-clara", "T2-X1a", "true", None, id="a skin cancer is a malignancy"),
        pytest.param("beispiel-clara", "T2-X1d", "true", None, id="of an excepted kind"),
        pytest.param("beispiel-clara", "T2-X1g", "true", None, id="cured long ago"),
        pytest.param("beispiel-clara", "T2-2i", "true", None, id="a hospital's own drug behind a reference"),
        pytest.param("muster-dieter", "T2-X1a", "unknown", "needs-person", id="a cancer that no set knows"),
        pytest.param("ornek-emine", "T2-2h", "false", "not-in-chart", id="treatment elsewhere is not in the chart"),
        pytest.param("exempel-fritz", "T2-X17", "unknown", "future", id="a live vaccine clears later"),
        pytest.param("testfrau-greta", "T2-O1", "unknown", "unit", id="a count without a unit"),
        pytest.param("testfrau-greta", "T2-O3", "true", None, id="haemoglobin in gm/dL"),
        pytest.param("testfrau-greta", "T2-O4", "unknown", "no-reference-range", id="a therapeutic INR range"),
        pytest.param("testfrau-greta", "T2-O5", "unknown", "stale", id="seven months old"),
        pytest.param("testfrau-greta", "T2-O7", "unknown", "no-reference-range", id="no range at all"),
        pytest.param("testfrau-greta", "T2-O8", "true", None, id="a comparator below the limit"),
        pytest.param("testfrau-greta", "T2-X9d", "unknown", "imprecise", id="below quantification may be detected"),
        pytest.param("testfrau-greta", "T2-X9e", "false", None, id="a titre as text"),
        pytest.param("testfrau-greta", "T2-X9f", "false", None, id="entered in error does not count"),
        pytest.param("ceshi-hong", "T2-X9a", "false", None, id="an answer in Chinese"),
        pytest.param("ceshi-hong", "T2-2i", "true", None, id="a drug's name in Chinese"),
        pytest.param("ejemplo-ines", "T2-X9e", "false", None, id="a titre as a ratio"),
    ],
)
def test_each_trap_gets_its_verdict(
    reports: dict[str, dict[str, Any]], patient: str, ref: str, truth: str, why: str | None
) -> None:
    found = criterion(reports[patient], ref)

    assert (found["truth"], found["why"]) == (truth, why)


def test_the_live_vaccine_says_when_the_wait_is_over(reports: dict[str, dict[str, Any]]) -> None:
    """Given on 7 February: still inside six weeks on 21 March, over the day after."""
    assert criterion(reports["exempel-fritz"], "T2-X17")["clears"] == "2026-03-22"
