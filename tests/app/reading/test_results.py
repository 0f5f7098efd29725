"""Observations: which count, under which names, and when it was."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.app.reading.charts import (
    HAEMOGLOBIN,
    HBSAG,
    RPR_TITRE,
    observation,
    quantity,
    reading,
    reasons,
    result,
)
from trials.interval import point

D = Decimal
V3_INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
G_PER_DL: dict[str, Any] = {"valueQuantity": quantity(5.1, "g/dL")}


def interpreted(code: str, **fields: Any) -> list[dict[str, Any]]:
    return [{"coding": [{"system": V3_INTERPRETATION, "code": code}], **fields}]


def text_code(text: str) -> dict[str, Any]:
    return {"text": text}


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("final", None),
        ("amended", None),
        ("corrected", None),
        ("preliminary", None),
        (" Final ", None),
        ("registered", "status registered"),
        ("cancelled", "status cancelled"),
        ("unknown", "status unknown"),
        ("entered-in-error", "entered in error"),
        (" Entered-In-Error", "entered in error"),
        ("ENTERED-IN-ERROR ", "entered in error"),
        ("<script>", "a status that FHIR does not know"),
        (None, "no status"),
    ],
)
def test_only_these_statuses_count(status: str | None, reason: str | None) -> None:
    found = reading(observation(status=status, **G_PER_DL))

    assert reasons(found).get("Observation/one") == reason
    assert ("haemoglobin" in found.record.results) is (reason is None)


@pytest.mark.parametrize(("status", "preliminary"), [("final", False), ("preliminary", True), ("Preliminary ", True)])
def test_a_preliminary_result_is_marked(status: str, preliminary: bool) -> None:
    assert result(status=status, **G_PER_DL).preliminary is preliminary


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"dataAbsentReason": {"coding": [{"code": "unknown"}]}},
        {"dataAbsentReason": {"coding": [{"code": "unknown"}]}, "interpretation": interpreted("N")},
        {"valueQuantity": {"unit": "g/dL"}},
        {"valueQuantity": {}},
        {"valueString": " "},
        {"valueCodeableConcept": {}},
        {"valueRange": {}},
        {"valueRatio": {}},
        {"interpretation": []},
        {"component": []},
        {"valueDateTime": "2026-01-01"},
    ],
    ids=str,
)
def test_an_observation_without_a_value_is_no_result(fields: dict[str, Any]) -> None:
    found = reading(observation(**fields))

    assert found.record.results == {}
    assert reasons(found) == {"Observation/one": "no value"}


def test_a_reason_for_missing_data_beside_a_value_does_not_hide_it() -> None:
    assert result(**G_PER_DL, dataAbsentReason={"text": "?"}).value == point(D(51))


@pytest.mark.parametrize(
    ("fields", "first", "last"),
    [
        ({"effectiveDateTime": "2026-02-01"}, date(2026, 2, 1), date(2026, 2, 1)),
        ({"effectiveDateTime": "2026"}, date(2026, 1, 1), date(2026, 12, 31)),
        ({"effectiveInstant": "2026-02-01T23:00:00-05:00"}, date(2026, 2, 1), date(2026, 2, 1)),
        ({"effectivePeriod": {"start": "2026-02-01", "end": "2026-02-03"}}, date(2026, 2, 1), date(2026, 2, 3)),
        ({"effectiveTiming": {"event": ["2026-02-01", "2026-02-02"]}}, date(2026, 2, 1), date(2026, 2, 2)),
    ],
    ids=str,
)
def test_the_clinical_date_is_effective(fields: dict[str, Any], first: date, last: date) -> None:
    found = result(**G_PER_DL, **{"effectiveDateTime": None, "issued": "2026-02-20T10:00:00Z", **fields}).when

    assert found is not None
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize("fields", [{}, {"effectiveDateTime": "2026-02-31"}, {"effectivePeriod": {}}], ids=str)
def test_the_date_is_never_issued(fields: dict[str, Any]) -> None:
    found = result(**G_PER_DL, **{"effectiveDateTime": None, "issued": "2026-02-20T10:00:00Z", **fields})

    assert found.when is None


def test_components_are_results_of_their_own() -> None:
    found = reading(
        observation(
            {"text": "Blood count"},
            component=[
                {"code": HAEMOGLOBIN, **G_PER_DL},
                {"code": HBSAG, "valueString": "Negative"},
                {"code": {"text": "something else"}, "valueString": "x"},
                {"code": RPR_TITRE, "dataAbsentReason": {"text": "lost"}},
                {"code": RPR_TITRE},
                {},
            ],
        )
    )

    assert sorted(found.record.results) == ["haemoglobin", "hbsag"]
    assert found.record.results["haemoglobin"][0].reference == "Observation/one"
    assert found.ignored == ()


def test_a_panel_and_its_components_both_count() -> None:
    found = reading(observation(**G_PER_DL, component=[{"code": HBSAG, "valueString": "Negative"}])).record.results

    assert sorted(found) == ["haemoglobin", "hbsag"]


def test_grades_of_the_parts_of_a_scale_count_under_its_name() -> None:
    """BILAG-2004 gives one grade for each organ."""
    organs = [("Mucocutaneous", "A"), ("Renal", "B"), ("Neuropsychiatric", "E")]
    parts = [{"code": {"text": organ}, "valueString": grade} for organ, grade in organs]
    found = reading(observation(text_code("BILAG-2004"), component=parts)).record.results["bilag_2004"]

    assert sorted((one.code, one.shown, one.part) for one in found) == [
        ("A", "Mucocutaneous: A", "Mucocutaneous"),
        ("B", "Renal: B", "Renal"),
        ("E", "Neuropsychiatric: E", "Neuropsychiatric"),
    ]


def test_the_parts_of_a_scale_that_has_a_grade_of_its_own_do_not_count_under_its_name() -> None:
    part = {"code": {"text": "At rest"}, "valueString": "I"}

    assert result(text_code("NYHA class"), "nyha_class", valueString="II", component=[part]).code == "II"


@pytest.mark.parametrize("total", [{"valueInteger": 12}, {"valueString": "B"}])
def test_a_total_beside_the_organs_of_a_scale_is_no_grade_of_any(total: dict[str, Any]) -> None:
    """BILAG-2004 has a numerical total beside its nine grades."""
    part = {"code": {"text": "Renal"}, "valueString": "A"}
    found = reading(observation(text_code("BILAG-2004"), component=[part], **total)).record.results["bilag_2004"]

    assert [(one.code, one.part) for one in found] == [("A", "Renal")]


def test_one_of_several_codings_is_enough() -> None:
    local = {"system": "http://lab.example.org", "code": "HGB"}

    assert result({"coding": [local, *HAEMOGLOBIN["coding"], {}], "text": "Hb"}, **G_PER_DL).value == point(D(51))


def test_a_laboratory_test_is_never_known_by_its_text() -> None:
    assert reading(observation({"text": "Haemoglobin"}, **G_PER_DL)).record.results == {}


@pytest.mark.parametrize("code", [{"text": "sledai 2k"}, {"coding": [{"display": "SLEDAI-2000"}]}])
def test_a_score_is_known_by_its_name(code: Any) -> None:
    assert result(code, "sledai_2k", valueQuantity={"value": 6}).value == point(D(6))


def test_results_come_newest_first_and_undated_last() -> None:
    dates = ["2026-02-01", None, "2026-02-20T08:00:00Z", "2025", "2026-02-20T07:00:00-05:00"]
    found = reading(
        *(observation(id=f"o{n}", effectiveDateTime=text, **G_PER_DL) for n, text in enumerate(dates))
    ).record.results["haemoglobin"]

    assert [one.reference for one in found] == [f"Observation/o{n}" for n in (4, 2, 0, 3, 1)]


def test_the_order_of_arrival_does_not_matter() -> None:
    one, two = observation(id="a", **G_PER_DL), observation(id="b", **G_PER_DL)

    assert reading(one, two).record == reading(two, one).record


def test_only_needed_names_are_read() -> None:
    found = reading(
        observation(**G_PER_DL),
        observation(HBSAG, id="two", valueString="Negative"),
        needed=frozenset({"hbsag"}),
    )

    assert list(found.record.results) == ["hbsag"]
    assert (found.read, found.ignored, found.unmapped) == (3, (), ())


def test_what_is_shown_is_one_short_line() -> None:
    shown = result(HBSAG, "hbsag", valueString="Neg\u202eative\n\x00" + "x" * 1000).shown

    assert len(shown) == 80
    assert shown.isprintable()
