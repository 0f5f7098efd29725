"""What a clinician reads: limits, values, evidence and reasons in words."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trials.judging import ago, allergy, course, diagnosis, event, lost, node, number, on, says, terminology
from trials.interval import Interval, point
from trials.language import Observed
from trials.record import Fact, Person, Result
from trials.verdict import Verdict, Why
from trials.wording import date_text, evidence_text, interval_text, limit_text, number_text, reason_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("5", "5"),
        ("5.10", "5.1"),
        ("0.5", "0.5"),
        ("88.401697", "88.4"),
        ("1234.5", "1234"),
        ("100", "100"),
        ("1E+3", "1000"),
        ("0.00012345", "0.0001234"),
        ("12345678", "12350000"),
    ],
)
def test_a_number_has_four_digits_and_no_exponent(value: str, text: str) -> None:
    assert number_text(Decimal(value)) == text


@given(st.decimals("0", "1e9", allow_nan=False))
def test_no_number_is_written_with_an_exponent(value: Decimal) -> None:
    assert set(number_text(value)) <= set("0123456789.")


@pytest.mark.parametrize(
    ("criterion", "text"),
    [
        ("{observation: neutrophils, min: 0.5 10*9/L}", "at least 0.5 ×10⁹/L"),
        ("{observation: neutrophils, above: 0.5 10*9/L}", "above 0.5 ×10⁹/L"),
        ("{observation: alt, max: 3 ULN}", "at most 3 × ULN"),
        ("{observation: ldh, above: 1 ULN}", "above the upper limit of normal"),
        ("{observation: igg, below: 1 LLN}", "below the lower limit of normal"),
        ("{observation: fvc_percent_predicted, min: 45 %, max: 70 %}", "45 to 70 %"),
        ("{observation: fvc_percent_predicted, above: 45 %, below: 70 %}", "above 45 % and below 70 %"),
        ("{observation: reagin_titre, min: 1:8}", "at least 1:8"),
        ("{observation: edss, min: 5}", "at least 5"),
        ("{observation: urine_protein_24h, above: 4 g/(24.h)}", "above 4 g/24 h"),
    ],
)
def test_a_limit_is_said_as_people_say_it(criterion: str, text: str) -> None:
    observed = node(criterion)
    assert isinstance(observed, Observed)
    assert observed.bound is not None

    assert text == limit_text(observed.bound, terminology().sets[observed.name])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (point(Decimal(95)), "95 g/L"),
        (Interval(None, Decimal(5), high_open=True), "<5 g/L"),
        (Interval(None, Decimal(5)), "≤5 g/L"),
        (Interval(Decimal(5), None, low_open=True), ">5 g/L"),
        (Interval(Decimal(5), None), "≥5 g/L"),
        (Interval(Decimal(5), Decimal(7)), "5–7 g/L"),
        (Interval[Decimal](None, None), "unreadable"),
    ],
)
def test_a_value_keeps_its_comparator(value: Interval[Decimal], text: str) -> None:
    assert text == interval_text(value, terminology().sets["haemoglobin"])


def hb(shown: str, value: str, **how: object) -> Result:
    return number("haemoglobin", value, **how)._replace(shown=shown)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        pytest.param(hb("9.5 g/dL", "95"), "Haemoglobin 9.5 g/dL (= 95 g/L)", id="as reported and as converted"),
        pytest.param(hb("95 g/L", "95"), "Haemoglobin 95 g/L", id="in our unit already"),
        pytest.param(
            hb("95 g/L", "95", low=Decimal(120), high=Decimal(160)),
            "Haemoglobin 95 g/L (normal 120–160 g/L)",
            id="with its range",
        ),
        pytest.param(hb("95 g/L", "95", preliminary=True), "Haemoglobin 95 g/L (preliminary)", id="preliminary"),
        pytest.param(diagnosis("stroke"), "stroke", id="a diagnosis"),
        pytest.param(diagnosis("stroke", provisional=True), "stroke (not confirmed)", id="not confirmed"),
        pytest.param(diagnosis("stroke", history=True), "stroke (history)", id="a history"),
        pytest.param(
            diagnosis("stroke", ended=True, resolved="resolved", abated=on("2020-05")),
            "stroke (resolved 2020-05)",
            id="over",
        ),
        pytest.param(diagnosis("stroke", by_name=True), "stroke (by name)", id="by its name alone"),
        pytest.param(diagnosis("stroke", relapsed=True), "stroke (came back)", id="a relapse"),
        pytest.param(
            course("prednisone", on("2026-01-01"), ongoing=True),
            "prednisone (since 2026-01-01)",
            id="a drug taken now",
        ),
        pytest.param(
            course("prednisone", on("2026-01-01"), on("2026-02")), "prednisone (2026-01-01 to 2026-02)", id="a course"
        ),
        pytest.param(course("prednisone", ago(3), by_text=True), "prednisone (by its text)", id="by its text alone"),
        pytest.param(event("dialysis"), "dialysis", id="a procedure"),
        pytest.param(allergy("dextran", severe=True), "dextran (severe)", id="a severe allergy"),
        pytest.param(lost("diagnosis"), "entry without a readable code or text", id="an unreadable entry"),
    ],
)
def test_evidence_says_what_the_chart_says(fact: Fact, text: str) -> None:
    assert text == evidence_text(fact, terminology().sets)


def test_a_computed_value_shows_what_it_was_computed_from() -> None:
    inputs = number("creatinine", "176.8", when=ago(5)), number("body_weight", "54", when=ago(6))
    person = Person("Patient/test", on("1966-02-01"), "male")
    (fact,) = says("{observation: creatinine_clearance, min: 10 mL/min}", *inputs, person=person).facts

    assert evidence_text(fact, terminology().sets) == (
        "Creatinine clearance 30 mL/min by Cockcroft-Gault "
        "(from Creatinine 176.8 (2026-11-16), Body weight 54 (2026-11-15))"
    )


def test_a_date_is_said_as_far_as_it_is_known() -> None:
    assert [date_text(on("2026-11-20T08:00")), date_text(on("2026-11")), date_text(None)] == [
        "2026-11-20",
        "2026-11",
        "no date",
    ]


@pytest.mark.parametrize("why", list(Why))
def test_every_reason_has_words(why: Why) -> None:
    assert reason_text(Verdict(says("{ask: 'A?'}").truth, why))


def test_a_reason_carries_its_remark_and_the_day_on_which_it_clears() -> None:
    verdict = Verdict(says("{ask: 'A?'}").truth, Why.FUTURE, (), date(2026, 12, 24), "a live vaccine")

    assert reason_text(verdict) == "inside a waiting time before a later step: a live vaccine; clears on 2026-12-24"


def test_what_a_fact_decided_needs_no_reason() -> None:
    assert reason_text(says("{sex: female}")) is None
