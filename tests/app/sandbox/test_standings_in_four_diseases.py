"""What the sandbox's patients show of the trial in four autoimmune diseases, through the real service."""

from datetime import date
from typing import Any

import msgspec
import pytest

from app.direct import match_bundle, query
from app.library import load_library
from app.report import encoded
from app.sandbox.patients import patients
from app.settings import Settings

TODAY = date(2026, 2, 28)


@pytest.fixture(scope="module")
def reports() -> dict[str, dict[str, Any]]:
    """Each patient's match report for the trial."""
    asked = query(load_library(Settings()), TODAY, None, ["cd19-autoimmune"])
    bodies = {patient.id: msgspec.json.encode(patient.bundle) for patient in patients(TODAY)}
    return {id: msgspec.json.decode(encoded(match_bundle(body, asked)))["trials"][0] for id, body in bodies.items()}


def test_each_arm_has_a_patient_who_may_take_part_and_none_is_a_candidate(reports: dict[str, dict[str, Any]]) -> None:
    """The exclusion criteria are lost (A-14), so that nobody can be more than potential."""
    able = {
        (one["id"], one["target"])
        for report in reports.values()
        for one in report["arms"]
        if one["standing"] == "potential-candidate"
    }

    assert (
        {(arm, "present") for arm in ("sle", "ssc", "iim", "itp")}
        <= able
        <= {(arm, target) for arm in ("sle", "ssc", "iim", "itp") for target in ("present", "provisional")}
    )
    assert not [report for report in reports.values() if report["standing"] == "candidate"]


@pytest.mark.parametrize(
    ("patient", "arm"),
    [
        pytest.param("modell-ida", "itp", id="an immune thrombocytopenia"),
        pytest.param("muster-runa", "sle", id="a lupus"),
        pytest.param("testmann-bruno", "ssc", id="low platelets and a weak heart bar another trial"),
        pytest.param("muster-mina", "iim", id="a myositis"),
        pytest.param("fiktiv-nils", "iim", id="an antisynthetase syndrome is one of the four types here"),
    ],
)
def test_who_may_take_part_is_barred_by_nothing(reports: dict[str, dict[str, Any]], patient: str, arm: str) -> None:
    found = next(one for one in reports[patient]["arms"] if one["id"] == arm)

    assert (found["standing"], found.get("barriers"), found["target"]) == ("potential-candidate", None, "present")


@pytest.mark.parametrize(
    ("patient", "ref", "truth", "why"),
    [
        pytest.param("modell-ida", "T1-G2", "true", None, id="positive by the laboratory's own answer"),
        pytest.param("modell-ida", "T1-D1", "unknown", "needs-person", id="a code supports and does not prove"),
        pytest.param("modell-ida", "T1-D2", "true", None, id="a marrow does not go stale"),
        pytest.param("modell-ida", "T1-D3", "unknown", "needs-person", id="no other cause is coded"),
        pytest.param("modell-ida", "T1-D4a", "unknown", "needs-person", id="whether the course was full is asked"),
        pytest.param("modell-ida", "T1-D4b", "true", None, id="27, 19 and 12 after the course"),
        pytest.param("modell-ida", "T1-D4c", "unknown", "needs-person", id="a nosebleed is for a person"),
        pytest.param("modell-ida", "T1-D5c", "true", None, id="the spleen, a caution"),
        pytest.param("modell-ida", "T1-G3o", "true", None, id="prothrombin time in seconds"),
        pytest.param("muster-runa", "T1-A2a", "true", None, id="SLEDAI-2K of 7"),
        pytest.param("muster-runa", "T1-A2b", "false", None, id="no organ of grade A"),
        pytest.param("muster-runa", "T1-A2c", "true", None, id="two of grade B"),
        pytest.param("muster-runa", "T1-A2d", "false", None, id="7 alone is not enough"),
        pytest.param("muster-runa", "T1-A3b", "true", None, id="its clinical status says that it came back"),
        pytest.param("muster-runa", "T1-G3e", "true", None, id="ALT came down to 2.4 times its limit"),
        pytest.param("muster-runa", "T1-G3f", "false", "not-in-chart", id="no myositis would excuse it"),
        pytest.param("muster-mina", "T1-C3g", "true", None, id="CK above 1.5 times its limit"),
        pytest.param("muster-mina", "T1-C3b", "true", None, id="MMT-8 of 126"),
        pytest.param("exempel-agnes", "T1-A2a", "unknown", "no-data", id="SELENA-SLEDAI is another instrument"),
        pytest.param("testfrau-amelie", "T1-B2", "true", None, id="Scl-70 of six years ago"),
        pytest.param("testfrau-amelie", "T1-B5a", "true", None, id="a skin score up by a third"),
        pytest.param("testfrau-amelie", "T1-B5b", "unknown", "needs-person", id="13 % of itself, 9 points"),
        pytest.param("testfrau-amelie", "T1-B5c", "true", None, id="more than 5 % either way"),
        pytest.param("testfrau-amelie", "T1-M1", "unknown", "text-missing", id="the lost exclusions"),
    ],
)
def test_each_trap_gets_its_verdict(
    reports: dict[str, dict[str, Any]], patient: str, ref: str, truth: str, why: str | None
) -> None:
    found = next(one for one in reports[patient]["criteria"] if one["ref"] == ref)

    assert (found["truth"], found["why"]) == (truth, why)


def test_what_a_person_is_asked_comes_with_what_the_chart_knows(reports: dict[str, dict[str, Any]]) -> None:
    asked = {one["ref"]: one["evidence"] for one in reports["modell-ida"]["criteria"]}

    assert len(asked["T1-D5a"]) == 3
    assert any("Nosebleed" in one["text"] for one in asked["T1-D5b"])
    assert any("Prednisone" in one["text"] for one in asked["T1-D4a"])
