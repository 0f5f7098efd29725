"""Values computed from others, against examples worked by hand: clearance, filtration rate, indirect bilirubin."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trials.judging import ago, heard, number, on, says
from trials.policy import Policy
from trials.record import Gap, Person, Result
from trials.truth import Truth

WOMAN_40 = Person("Patient/test", on("1986-02-01"), "female")
MAN_60 = Person("Patient/test", on("1966-02-01"), "male")
GIRL_10 = Person("Patient/test", on("2016-02-01"), "female")


def clearance(limit: str, *facts: Result, **how: Any) -> str:
    return heard(f"{{observation: creatinine_clearance, {limit}}}", *facts, **how)


def mg_dl(value: str) -> str:
    """Creatinine of so many mg/dL in µmol/L, exactly."""
    return str(Decimal(value) * 10000 / Decimal("113.12"))


def creatinine(mg: str, days: int = 5, **how: Any) -> Result:
    return number("creatinine", mg_dl(mg), when=ago(days), **how)


def weight(kg: str, days: int = 5) -> Result:
    return number("body_weight", kg, when=ago(days))


# --- Cockcroft-Gault


@pytest.mark.parametrize(
    ("person", "kg", "mg", "value"),
    [
        # (140 - 60) × 72 / (72 × 1.0)
        pytest.param(MAN_60, "72", "1.0", "80", id="a man of 60, 72 kg, 1.0 mg/dL"),
        # (140 - 60) × 54 / (72 × 2.0)
        pytest.param(MAN_60, "54", "2.0", "30", id="a man of 60, 54 kg, 2.0 mg/dL"),
        # (140 - 40) × 72 / (72 × 1.0) × 0.85
        pytest.param(WOMAN_40, "72", "1.0", "85", id="a woman of 40, 72 kg, 1.0 mg/dL"),
        # (140 - 40) × 36 / (72 × 2.5) × 0.85
        pytest.param(WOMAN_40, "36", "2.5", "17", id="a woman of 40, 36 kg, 2.5 mg/dL"),
    ],
)
def test_cockcroft_gault_follows_the_published_formula(person: Person, kg: str, mg: str, value: str) -> None:
    computed = says("{observation: creatinine_clearance, min: 1 mL/min}", creatinine(mg), weight(kg), person=person)
    (result,) = computed.facts

    assert isinstance(result, Result)
    assert result.value is not None
    assert result.value.low is not None
    assert round(result.value.low, 6) == Decimal(value)
    assert {part.name for part in result.inputs} == {"creatinine", "body_weight"}


def test_a_clearance_above_the_limit_holds_and_below_does_not() -> None:
    assert clearance("min: 30 mL/min", creatinine("1.99"), weight("54"), person=MAN_60) == "true"
    assert clearance("min: 30 mL/min", creatinine("2.01"), weight("54"), person=MAN_60) == "false"


@pytest.mark.parametrize(
    ("facts", "person", "expected"),
    [
        pytest.param([], MAN_60, "unknown no-data", id="neither"),
        pytest.param([creatinine("1.0")], MAN_60, "unknown no-data", id="no weight"),
        pytest.param([weight("70")], MAN_60, "unknown no-data", id="no creatinine"),
        pytest.param([creatinine("1.0"), weight("70", 35)], MAN_60, "true", id="30 days apart"),
        pytest.param([creatinine("1.0"), weight("70", 36)], MAN_60, "unknown stale", id="31 days apart"),
        pytest.param([creatinine("1.0"), weight("35")], GIRL_10, "unknown no-data", id="a minor"),
        pytest.param([creatinine("1.0"), weight("70")], MAN_60._replace(birth=None), "unknown no-data", id="no age"),
        pytest.param([creatinine("1.0"), weight("70")], MAN_60._replace(sex=None), "unknown no-data", id="no sex"),
        pytest.param([creatinine("1.0"), weight("70")], MAN_60._replace(sex="other"), "unknown no-data", id="other"),
        pytest.param([creatinine("1.0", problem="unit"), weight("70")], MAN_60, "unknown unit", id="a unit is missing"),
        pytest.param([creatinine("1.0", 91), weight("70", 91)], MAN_60, "unknown stale", id="both are old"),
        pytest.param([creatinine("1.0", 90), weight("70", 90)], MAN_60, "true", id="both are just fresh"),
        pytest.param(
            [number("creatinine", "90", when=None), weight("70")], MAN_60, "unknown imprecise", id="without a date"
        ),
    ],
)
def test_a_clearance_needs_all_its_inputs(facts: list[Result], person: Person, expected: str) -> None:
    assert expected == clearance("min: 30 mL/min", *facts, person=person)


def test_a_missing_input_is_named() -> None:
    verdict = says("{observation: creatinine_clearance, min: 30 mL/min}", creatinine("1.0"), person=MAN_60)

    assert verdict.note == "Body weight is missing"


def test_an_age_of_which_only_the_year_is_known_gives_a_range() -> None:
    born = Person("Patient/test", on("1966"), "male")

    assert clearance("min: 30 mL/min", creatinine("1.0"), weight("70"), person=born) == "true"
    # (140 - 60) × 54 / 144 = 30 and (140 - 59) × 54 / 144 = 30.4
    assert clearance("min: 30.2 mL/min", creatinine("2.0"), weight("54"), person=born) == "unknown imprecise"


def test_a_comparator_of_an_input_reaches_the_value() -> None:
    below = number("creatinine", "<80", when=ago(5))

    assert clearance("min: 30 mL/min", below, weight("70"), person=MAN_60) == "true"
    assert clearance("max: 200 mL/min", below, weight("70"), person=MAN_60) == "unknown imprecise"


def test_the_weight_nearest_to_the_creatinine_counts_and_an_unreadable_one_is_passed_over() -> None:
    near, far = weight("54", 6), weight("90", 20)
    unreadable = number("body_weight", "200", when=ago(5), problem="unit")

    assert clearance("min: 30.1 mL/min", creatinine("2.0"), near, far, person=MAN_60) == "false"
    assert clearance("min: 30.1 mL/min", creatinine("2.0"), near, unreadable, person=MAN_60) == "false"
    assert clearance("min: 30.1 mL/min", creatinine("2.0"), unreadable, person=MAN_60) == "unknown unit"


def test_two_weights_of_one_time_that_disagree_are_a_conflict() -> None:
    two = (creatinine("2.0"), weight("54"), weight("90"))

    assert clearance("min: 30 mL/min", *two, person=MAN_60) == "true"
    assert clearance("min: 31 mL/min", *two, person=MAN_60) == "unknown conflict"
    assert clearance("min: 51 mL/min", *two, person=MAN_60) == "false"


def test_a_mass_and_a_molar_report_of_one_sample_are_no_conflict() -> None:
    mass, molar = creatinine("2.0"), number("creatinine", "177", when=ago(5))

    assert clearance("min: 31 mL/min", mass, molar, weight("90"), person=MAN_60) == "true"
    assert (
        clearance("min: 31 mL/min", mass, molar._replace(problem="unit"), weight("90"), person=MAN_60) == "unknown unit"
    )


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        pytest.param(number("creatinine_clearance", "20", when=ago(5)), "false", id="of the day of the inputs"),
        pytest.param(number("creatinine_clearance", "20", when=ago(3)), "false", id="newer"),
        pytest.param(number("creatinine_clearance", "20", when=ago(6)), "true", id="older than all inputs"),
        pytest.param(number("creatinine_clearance", "20", when=ago(91)), "true", id="stale"),
        pytest.param(number("creatinine_clearance", "20", when=ago(3), problem="unit"), "true", id="unreadable"),
        pytest.param(number("creatinine_clearance", "20", when=None), "true", id="without a date"),
        pytest.param(number("creatinine_clearance", "<60", when=ago(3)), "unknown imprecise", id="fresh and inexact"),
    ],
)
def test_a_fresh_reported_value_is_preferred_unless_all_inputs_are_newer(reported: Result, expected: str) -> None:
    assert expected == clearance("min: 30 mL/min", reported, creatinine("1.0"), weight("70"), person=MAN_60)


def test_two_reported_values_that_disagree_are_a_conflict_whatever_could_be_computed() -> None:
    same = on("2026-11-19T08:00")
    reported = [number("creatinine_clearance", value, when=same) for value in ("20", "40")]

    assert clearance("min: 30 mL/min", *reported, creatinine("1.0"), weight("70"), person=MAN_60) == "unknown conflict"


def test_a_reported_value_is_enough_without_inputs() -> None:
    assert clearance("min: 30 mL/min", number("creatinine_clearance", "40"), person=GIRL_10) == "true"
    assert clearance("min: 30 mL/min", number("creatinine_clearance", "40", when=ago(91)), person=MAN_60) == (
        "unknown stale"
    )


def test_one_newer_input_does_not_set_a_reported_value_aside() -> None:
    reported = number("creatinine_clearance", "20", when=ago(6))

    assert clearance("min: 30 mL/min", reported, creatinine("1.0", 5), weight("70", 7), person=MAN_60) == "false"


@pytest.mark.parametrize(
    ("gap", "expected"),
    [(Gap.FAILED, "true"), (Gap.CUT_NEWEST_FIRST, "true"), (Gap.CUT, "unknown not-searched")],
)
def test_a_computed_value_needs_the_most_recent_inputs(gap: Gap, expected: str) -> None:
    facts = [creatinine("1.0"), weight("70")]

    assert expected == clearance("min: 30 mL/min", *facts, person=MAN_60, gaps={"result": gap})
    assert clearance("min: 30 mL/min", creatinine("1.0"), person=MAN_60, gaps={"result": gap}) == (
        "unknown not-searched"
    )


def test_a_site_sets_how_far_apart_inputs_may_lie() -> None:
    facts = [creatinine("1.0"), weight("70", 36)]

    assert clearance("min: 30 mL/min", *facts, person=MAN_60, policy=Policy(inputs_apart=31)) == "true"


@given(
    st.integers(18, 90),
    st.integers(30, 150),
    st.integers(4, 80),
    st.sampled_from(["female", "male"]),
    st.integers(1, 200),
)
def test_a_range_of_inputs_never_contradicts_the_values_inside_it(
    age: int, kg: int, tenths: int, sex: str, limit: int
) -> None:
    person = Person("Patient/test", on(f"{2026 - age}-02-01"), sex)  # type: ignore[arg-type]
    exact = creatinine(str(Decimal(tenths) / 10))
    assert exact.value is not None
    assert exact.value.low is not None
    wide = exact._replace(value=exact.value._replace(low=exact.value.low - 10, high=exact.value.low + 10))

    criterion = f"{{observation: creatinine_clearance, min: {limit} mL/min}}"
    narrow = says(criterion, exact, weight(str(kg)), person=person)
    broad = says(criterion, wide, weight(str(kg)), person=person)
    assert narrow.truth is not Truth.UNKNOWN
    assert broad.truth in (narrow.truth, Truth.UNKNOWN)


# --- CKD-EPI 2021 and bedside Schwartz


@pytest.mark.parametrize(
    ("born", "sex", "mg", "value"),
    [
        # 142 × (0.9 / 0.9)^-1.200 × 0.9938^60
        pytest.param("1966-02-01", "male", "0.9", "97.8", id="a man of 60 at the knot"),
        # 142 × (1.8 / 0.9)^-1.200 × 0.9938^60
        pytest.param("1966-02-01", "male", "1.8", "42.6", id="a man of 60 above it"),
        # 142 × (0.6 / 0.9)^-0.302 × 0.9938^60
        pytest.param("1966-02-01", "male", "0.6", "110.5", id="a man of 60 below it"),
        # 142 × (1.4 / 0.7)^-1.200 × 0.9938^40 × 1.012
        pytest.param("1986-02-01", "female", "1.4", "48.8", id="a woman of 40 above the knot"),
        # 142 × (0.5 / 0.7)^-0.241 × 0.9938^40 × 1.012
        pytest.param("1986-02-01", "female", "0.5", "121.5", id="a woman of 40 below it"),
    ],
)
def test_ckd_epi_2021_follows_the_published_formula(born: str, sex: str, mg: str, value: str) -> None:
    person = Person("Patient/test", on(born), sex)  # type: ignore[arg-type]
    (result,) = says("{observation: egfr, min: '1 mL/min/{1.73_m2}'}", creatinine(mg), person=person).facts

    assert isinstance(result, Result)
    assert result.value is not None
    assert result.value.low is not None
    assert round(result.value.low, 1) == Decimal(value)


@pytest.mark.parametrize(
    ("cm", "mg", "value"),
    [
        # 0.413 × 140 / 1.0
        pytest.param("140", "1.0", "57.8", id="140 cm, 1.0 mg/dL"),
        # 0.413 × 100 / 0.5
        pytest.param("100", "0.5", "82.6", id="100 cm, 0.5 mg/dL"),
    ],
)
def test_bedside_schwartz_follows_the_published_formula(cm: str, mg: str, value: str) -> None:
    height = number("body_height", cm, when=ago(20))
    (result,) = says("{observation: egfr, min: '1 mL/min/{1.73_m2}'}", creatinine(mg), height, person=GIRL_10).facts

    assert isinstance(result, Result)
    assert result.value is not None
    assert result.value.low is not None
    assert round(result.value.low, 1) == Decimal(value)


@pytest.mark.parametrize(
    ("facts", "person", "expected"),
    [
        pytest.param([creatinine("1.0")], MAN_60, "true", id="an adult needs no height"),
        pytest.param([creatinine("1.0")], GIRL_10, "unknown no-data", id="a child needs one"),
        pytest.param([creatinine("1.0", 5), number("body_height", "140", when=ago(90))], GIRL_10, "true", id="fresh"),
        pytest.param(
            [creatinine("1.0", 5), number("body_height", "140", when=ago(96))], GIRL_10, "unknown stale", id="outgrown"
        ),
        pytest.param([], MAN_60, "unknown no-data", id="no creatinine"),
        pytest.param([creatinine("1.0", 91)], MAN_60, "unknown stale", id="an old creatinine"),
        pytest.param([creatinine("1.0")], MAN_60._replace(sex=None), "unknown no-data", id="no sex"),
        pytest.param([creatinine("1.0")], MAN_60._replace(birth=None), "unknown no-data", id="no age"),
        pytest.param(
            [creatinine("1.0")], Person("Patient/test", on("2008"), "male"), "unknown imprecise", id="18 or not yet"
        ),
        pytest.param([number("egfr", "20", when=ago(3)), creatinine("1.0")], MAN_60, "false", id="a reported one"),
    ],
)
def test_a_filtration_rate_is_computed_by_the_formula_of_the_age(
    facts: list[Result], person: Person, expected: str
) -> None:
    assert expected == heard("{observation: egfr, min: '30 mL/min/{1.73_m2}'}", *facts, person=person)


# --- indirect bilirubin

SHARE = "{observation: indirect_bilirubin_share, above: 50 %}"


def bilirubin(kind: str, value: str, days: int = 5) -> Result:
    return number(f"{kind}_bilirubin", value, when=ago(days))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([bilirubin("total", "40"), bilirubin("direct", "10")], "true", id="30 of 40"),
        pytest.param([bilirubin("total", "40"), bilirubin("direct", "20")], "false", id="just half"),
        pytest.param([bilirubin("total", "40"), bilirubin("indirect", "21")], "true", id="reported as such"),
        pytest.param([bilirubin("total", "40"), bilirubin("indirect", "20")], "false", id="reported, just half"),
        pytest.param([bilirubin("total", "40"), bilirubin("direct", "<10")], "true", id="less than a quarter direct"),
        pytest.param([bilirubin("total", "40")], "unknown no-data", id="the total alone"),
        pytest.param([bilirubin("direct", "10")], "unknown no-data", id="the direct alone"),
        pytest.param([bilirubin("total", "40"), bilirubin("direct", "10", 36)], "unknown stale", id="too far apart"),
        pytest.param([bilirubin("total", "0"), bilirubin("direct", "0")], "unknown imprecise", id="of nothing"),
        pytest.param([bilirubin("total", "40"), bilirubin("direct", "50")], "false", id="more direct than total"),
    ],
)
def test_bilirubin_is_mostly_indirect_if_more_than_half_is(facts: list[Result], expected: str) -> None:
    assert expected == heard(SHARE, *facts)


RATE = "{observation: egfr, min: '30 mL/min/{1.73_m2}'}"
TURNED_18 = Person("Patient/test", on("2008-11-01"), "male")


@pytest.mark.parametrize(
    ("name", "person", "expected"),
    [
        pytest.param("egfr_of_adults", MAN_60, "true", id="a formula of adults, of a man"),
        pytest.param("egfr_of_adults", GIRL_10, "unknown no-data", id="the same of a girl"),
        pytest.param("egfr_of_children", GIRL_10, "true", id="that of children, of a girl"),
        pytest.param("egfr_of_children", MAN_60, "unknown no-data", id="the same of a man"),
        pytest.param("egfr", GIRL_10, "true", id="a formula that is not said"),
        pytest.param("egfr_of_adults", TURNED_18, "true", id="of a man who came of age before it"),
        pytest.param("egfr_of_adults", TURNED_18._replace(birth=on("2008-11-12")), "unknown no-data", id="after it"),
        pytest.param(
            "egfr_of_adults", TURNED_18._replace(birth=None), "unknown no-data", id="of nobody knows which age"
        ),
    ],
)
def test_a_reported_rate_counts_at_the_ages_of_its_formula(name: str, person: Person, expected: str) -> None:
    assert expected == heard(RATE, number(name, "90"), person=person)


def test_a_rate_that_was_passed_over_is_shown_with_the_reason() -> None:
    verdict = says(RATE, number("egfr_of_adults", "90"), person=GIRL_10)

    assert [fact.shown for fact in verdict.facts if isinstance(fact, Result)] == ["90"]
    assert verdict.note == "reported by a formula for another age; Creatinine is missing"


def test_a_rate_by_a_formula_of_adults_does_not_hide_the_one_computed_for_a_child() -> None:
    height = number("body_height", "140", when=ago(5))

    assert heard(RATE, number("egfr_of_adults", "20", when=ago(1)), creatinine("0.6"), height, person=GIRL_10) == "true"
