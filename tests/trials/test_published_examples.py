"""Computed values against examples that others worked and published, each with where it was read."""

from decimal import Decimal

import pytest

from mappings.equivalents import PREDNISONE_5_MG
from tests.trials.judging import ago, course, number, on, says, terminology
from trials.interval import point
from trials.judging.doses import prednisone_equivalent
from trials.judging.formulas import bedside_schwartz, ckd_epi_2021, cockcroft_gault
from trials.record import Person, Result, Sex

UMOL = Decimal(10000) / Decimal("113.12")
"""µmol/L for 1 mg/dL of creatinine."""
CLEARANCE = "superglobalcalculator.com/formulas/pharmacology/creatinine-clearance"
PRIME = "theprimecalculator.com/health/creatinine-clearance/formula"
DOCTAVERSE = "doctaverse.pages.dev/blog/calculator/schwartz-gfr"
CALCULATORLIB = "calculatorlib.com/pediatric-gfr-calculator"


@pytest.mark.parametrize(
    ("age", "kg", "mg", "sex", "published"),
    [
        pytest.param(65, "70", "1.4", "male", "52.1", id=f"example 1 of {CLEARANCE}"),
        pytest.param(45, "60", "0.9", "female", "74.8", id=f"example 2 of {CLEARANCE}"),
        pytest.param(50, "80", "1.0", "male", "100.0", id=f"the example of {PRIME}"),
    ],
)
def test_cockcroft_gault_gives_what_others_published(age: int, kg: str, mg: str, sex: Sex, published: str) -> None:
    value = cockcroft_gault(point(Decimal(age)), point(Decimal(kg)), point(Decimal(mg) * UMOL), sex)

    assert value is not None
    assert value.low is not None
    assert round(value.low, 1) == Decimal(published)


@pytest.mark.parametrize(
    ("cm", "mg", "published", "places"),
    [
        pytest.param("100", "0.4", "103", 0, id=f"the example of {DOCTAVERSE}"),
        pytest.param("100", "0.5", "82.6", 1, id=f"the example of {CALCULATORLIB}"),
    ],
)
def test_bedside_schwartz_gives_what_others_published(cm: str, mg: str, published: str, places: int) -> None:
    value = bedside_schwartz(point(Decimal(cm)), point(Decimal(mg) * UMOL))

    assert value is not None
    assert value.low is not None
    assert round(value.low, places) == Decimal(published)


@pytest.mark.parametrize(
    ("mg", "age", "sex", "computed"),
    [
        ("0.9", 40, "male", "110.7"),
        ("0.8", 60, "female", "84.3"),
        ("1.14", 34, "male", "86.5"),
        ("1.8", 55, "male", "43.9"),
        ("1.8", 55, "female", "32.9"),
    ],
)
def test_ckd_epi_2021_gives_what_other_programs_compute(mg: str, age: int, sex: Sex, computed: str) -> None:
    """Reference values of two public programs that follow the same page of the National Kidney Foundation."""
    value = ckd_epi_2021(point(Decimal(age)), point(Decimal(mg) * UMOL), sex)

    assert value.low is not None
    assert round(value.low, 1) == Decimal(computed)


@pytest.mark.parametrize(
    ("drug", "mg"),
    [
        ("cortisone", "25"),
        ("hydrocortisone", "20"),
        ("methylprednisolone", "4"),
        ("prednisolone", "5"),
        ("prednisone", "5"),
        ("triamcinolone", "4"),
        ("dexamethasone", "0.75"),
        ("deflazacort", "6"),
        pytest.param("betamethasone", "0.6", id="betamethasone, the lower end of 0.6 to 0.75"),
    ],
)
def test_equal_doses_are_those_of_the_published_tables(drug: str, mg: str) -> None:
    """The converter of GlobalRPH; deflazacort by Primary Health Station."""
    dose = course(drug, ago(9), ago(1), daily_dose=point(Decimal(mg)))

    assert prednisone_equivalent(dose) == point(Decimal(5))
    assert "not checked" not in PREDNISONE_5_MG[drug].source


_MASSES = {"C": Decimal("12.011"), "H": Decimal("1.008"), "N": Decimal("14.007"), "O": Decimal("15.999")}
"""Standard atomic weights."""


@pytest.mark.parametrize(
    ("analyte", "formula"),
    [
        ("creatinine", {"C": 4, "H": 7, "N": 3, "O": 1}),
        ("total_bilirubin", {"C": 33, "H": 36, "N": 4, "O": 6}),
        ("direct_bilirubin", {"C": 33, "H": 36, "N": 4, "O": 6}),
        ("indirect_bilirubin", {"C": 33, "H": 36, "N": 4, "O": 6}),
    ],
)
def test_a_molar_mass_is_that_of_its_formula(analyte: str, formula: dict[str, int]) -> None:
    mass = terminology().sets[analyte].molar_mass

    assert mass is not None
    assert abs(mass - sum(_MASSES[element] * count for element, count in formula.items())) < Decimal("0.02")


# --- what every computed value keeps to

ADULT, CHILD = Person("Patient/test", on("1980-01-01"), "female"), Person("Patient/test", on("2016-01-01"), "female")
CREATININE, WEIGHT, HEIGHT = number("creatinine", "70"), number("body_weight", "60"), number("body_height", "140")
TOTAL, INDIRECT, DIRECT = (number(name, value) for name, value in (
    ("total_bilirubin", "40"), ("indirect_bilirubin", "30"), ("direct_bilirubin", "10")))  # fmt: skip
VALUES = {
    "creatinine_clearance": ("{observation: creatinine_clearance, min: 1 mL/min}", ADULT, (CREATININE, WEIGHT)),
    "egfr of an adult": ('{observation: egfr, min: "1 mL/min/{1.73_m2}"}', ADULT, (CREATININE,)),
    "egfr of a child": ('{observation: egfr, min: "1 mL/min/{1.73_m2}"}', CHILD, (CREATININE, HEIGHT)),
    "share by the indirect": ("{observation: indirect_bilirubin_share, min: 1 %}", ADULT, (TOTAL, INDIRECT)),
    "share by the direct": ("{observation: indirect_bilirubin_share, min: 1 %}", ADULT, (TOTAL, DIRECT)),
}


@pytest.mark.parametrize("value", VALUES)
def test_every_computed_value_lists_its_inputs(value: str) -> None:
    criterion, person, inputs = VALUES[value]
    (computed,) = says(criterion, *inputs, person=person).facts

    assert isinstance(computed, Result)
    assert computed.inputs == inputs


@pytest.mark.parametrize(
    ("value", "left", "note"),
    [
        ("creatinine_clearance", 0, "Creatinine is missing"),
        ("creatinine_clearance", 1, "Body weight is missing"),
        ("egfr of an adult", 0, "Creatinine is missing"),
        ("egfr of a child", 0, "Creatinine is missing"),
        ("egfr of a child", 1, "Body height is missing"),
        ("share by the indirect", 0, "Total bilirubin is missing"),
        ("share by the indirect", 1, "no usable indirect or direct bilirubin"),
    ],
)
def test_every_computed_value_names_the_input_that_is_missing(value: str, left: int, note: str) -> None:
    criterion, person, inputs = VALUES[value]
    verdict = says(criterion, *(one for place, one in enumerate(inputs) if place != left), person=person)

    assert verdict.note == note


@pytest.mark.parametrize("value", VALUES)
def test_every_computed_value_gives_way_to_a_reported_one_unless_all_inputs_are_newer(value: str) -> None:
    criterion, person, inputs = VALUES[value]
    name = criterion.split()[1].rstrip(",")
    unit_value = "77"
    newer, older = number(name, unit_value, when=ago(2)), number(name, unit_value, when=ago(30))

    assert says(criterion, newer, *inputs, person=person).facts == (newer,)
    (computed,) = says(criterion, older, *inputs, person=person).facts
    assert isinstance(computed, Result)
    assert computed.inputs == inputs
    one_older = (inputs[0]._replace(when=ago(40)), *inputs[1:])
    assert says(criterion, older, *one_older, person=person).facts == (older,)
