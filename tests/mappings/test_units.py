"""Units: every spelling in one table, exact factors, and no guess where a unit is missing or of another kind."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.terminology import Terminology
from trials.interval import Interval, point


def converted(terminology: Terminology, value: str, name: str, unit: str | None, code: str | None = None) -> str | None:
    """The number in the set's own unit, as plain text."""
    found = terminology.convert(point(Decimal(value)), terminology.sets[name], None, code, unit)
    return None if found is None or found.low is None else f"{found.low.normalize():f}"


@pytest.mark.parametrize(
    "unit",
    [
        "10*9/L", "10^9/L", "x10^9/L", "×10^9/L", "× 10^9/L", "×10⁹/L", "10⁹/L", "10E9/L", "x10E9/L", "10**9/L",
        "x10(9)/L", "G/L", "Giga/L", "/nL", "10*3/uL", "10^3/uL", "x10E3/uL", "10³/µL", "10³/μL", "K/uL", "K/µL",
        "K/mcL", "k/ul", "thou/uL", "10*3/mm3", "K/cumm", "10*6/mL", "10*3/uL{cells}", "10*3{cells}/uL",
    ],
)  # fmt: skip
def test_a_count_is_one_thing_in_all_its_spellings(terminology: Terminology, unit: str) -> None:
    assert converted(terminology, "0.5", "neutrophils", unit) == "0.5"
    assert converted(terminology, "0.5", "neutrophils", None, code=unit) == "0.5"


@pytest.mark.parametrize(
    ("name", "value", "unit", "own"),
    [
        ("neutrophils", "500", "/uL", "0.5"),
        ("neutrophils", "500", "{cells}/uL", "0.5"),
        ("neutrophils", "500", "cells/mm3", "0.5"),
        ("platelets", "2", "10*4/uL", "20"),
        ("reticulocytes", "0.12", "10*12/L", "120"),
        ("reticulocytes", "0.12", "10*6/uL", "120"),
        ("haemoglobin", "6.0", "g/dL", "60"),
        ("haemoglobin", "6.0", "gm/dL", "60"),
        ("haemoglobin", "6.0", "G/DL", "60"),
        ("haemoglobin", "5", "mmol/L", "80.57"),
        ("haptoglobin", "25", "mg/dL", "250"),
        ("haptoglobin", "0.25", "g/L", "250"),
        ("ast", "40", "U/L", "40"),
        ("ast", "40", "IU/L", "40"),
        ("ast", "40", "[IU]/L", "40"),
        ("ast", "1", "ukat/L", "60"),
        ("ast", "1", "µkat/L", "60"),
        ("aldolase", "100", "nkat/L", "6"),
        ("creatinine", "88", "μmol/L", "88"),
        ("creatinine", "88", "µmol/l", "88"),
        ("creatinine", "0.1", "mmol/L", "100"),
        ("total_bilirubin", "17.1", "umol/L", "17.1"),
        ("igg", "1000", "mg/dL", "10"),
        ("creatinine_clearance", "1", "mL/s", "60"),
        ("egfr", "60", "mL/min/1.73m2", "60"),
        ("egfr", "60", "mL/min/{1.73_m2}", "60"),
        ("egfr", "60", "mL/min/1.73 m²", "60"),
        ("egfr", "60", "ml/min/1.73m^2", "60"),
        ("urine_protein_24h", "4000", "mg/24h", "4"),
        ("urine_protein_24h", "4000", "mg/(24.h)", "4"),
        ("urine_protein_24h", "4", "g/d", "4"),
        ("urine_protein_24h", "4", "g/{24h}", "4"),
        ("prothrombin_time", "12", "sec", "12"),
        ("prothrombin_time", "12", "秒", "12"),
        ("aptt", "30", "s", "30"),
        ("body_weight", "100", "[lb_av]", "45.359237"),
        ("body_weight", "60000", "g", "60"),
        ("body_height", "1.7", "m", "170"),
        ("body_height", "10", "[in_i]", "25.4"),
        ("mean_pulmonary_artery_pressure", "60", "mmHg", "60"),
        ("fvc", "2500", "mL", "2.5"),
        ("dlco", "10", "mmol/min/kPa", "29.8829"),
        ("stimulated_salivary_flow", "0.25", "mL/(5.min)", "0.05"),
        ("reticulocyte_percentage", "40", "‰", "4"),
        ("oxygen_saturation", "95", "%", "95"),
        ("tuberculin_skin_test", "1.5", "cm", "15"),
    ],
)
def test_a_number_comes_into_the_sets_own_unit(
    terminology: Terminology, name: str, value: str, unit: str, own: str
) -> None:
    assert converted(terminology, value, name, unit) == own


def test_six_grams_per_decilitre_are_exactly_sixty_per_litre(terminology: Terminology) -> None:
    found = terminology.convert(point(Decimal("6.0")), terminology.sets["haemoglobin"], None, "g/dL", "g/dL")

    assert found == point(Decimal(60))


@pytest.mark.parametrize(
    ("name", "factor"), [("creatinine", "88.42"), ("total_bilirubin", "17.104")], ids=["creatinine", "bilirubin"]
)
def test_mass_becomes_molar_by_the_published_factor(terminology: Terminology, name: str, factor: str) -> None:
    found = terminology.convert(point(Decimal(1)), terminology.sets[name], None, "mg/dL", None)

    assert found is not None
    assert found.low is not None
    assert abs(found.low - Decimal(factor)) < Decimal("0.03")


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("haemoglobin", None),
        ("haemoglobin", ""),
        ("haemoglobin", "%"),
        ("haemoglobin", "G/L"),
        ("haemoglobin", "furlong"),
        ("haemoglobin", "10*9/L"),
        ("neutrophils", "g/L"),
        ("neutrophils", "%"),
        ("neutrophils", "109/L"),
        ("creatinine", "mg/g"),
        ("haptoglobin", "umol/L"),
        ("iga", "umol/L"),
        ("prothrombin_time", "%"),
        ("aptt", "ratio"),
        ("inr", "%"),
        ("inr", "s"),
        ("egfr", "mL/min"),
        ("egfr", "mL/min/m2"),
        ("creatinine_clearance", "mL/min/1.73m2"),
        ("creatinine_clearance", "mL/min/{1.73_m2}"),
        ("urine_protein_24h", "mg/dL"),
        ("urine_protein_24h", "g"),
        ("fvc", "%"),
        ("fvc", None),
        ("fvc_percent_predicted", "L"),
        ("dlco", "%"),
        ("stimulated_salivary_flow", None),
        ("reagin_titre", "%"),
        ("mrss", "cm"),
    ],
)
def test_no_unit_an_unknown_one_and_another_kind_are_of_no_use(
    terminology: Terminology, name: str, unit: str | None
) -> None:
    assert converted(terminology, "5", name, unit) is None


@pytest.mark.parametrize("unit", [None, "", "1", "{INR}", "{ratio}", "ratio", "INR"])
def test_a_ratio_needs_no_unit(terminology: Terminology, unit: str | None) -> None:
    assert converted(terminology, "1.1", "inr", unit) == "1.1"


@pytest.mark.parametrize("name", ["sledai_2k", "mrss", "edss", "haq_di", "pga", "reagin_titre"])
@pytest.mark.parametrize("unit", [None, "1", "{score}", "{titer}", "points"])
def test_a_score_is_a_number_without_a_unit(terminology: Terminology, name: str, unit: str | None) -> None:
    assert converted(terminology, "4", name, unit) == "4"


@pytest.mark.parametrize("name", ["fvc_percent_predicted", "iim_probability", "lvef", "reticulocyte_percentage"])
@pytest.mark.parametrize("unit", [None, "1", "{percent}", "%", "percent", "％"])
def test_a_percentage_may_leave_its_sign_out(terminology: Terminology, name: str, unit: str | None) -> None:
    assert converted(terminology, "55", name, unit) == "55"


@pytest.mark.parametrize("name", ["oxygen_saturation", "inhaled_oxygen_concentration", "lvef"])
@pytest.mark.parametrize("unit", [None, "1", "{ratio}"])
def test_what_may_be_a_fraction_is_no_percentage_without_its_sign(
    terminology: Terminology, name: str, unit: str | None
) -> None:
    """0.97 of 1 is 97 %; whether that was meant is not for us to guess."""
    assert converted(terminology, "0.97", name, unit) is None
    assert converted(terminology, "1", name, unit) is None
    assert converted(terminology, "0.97", name, "%") == "0.97"


@pytest.mark.parametrize(
    ("value", "unit", "centimetres"),
    [("2", "cm", "2"), ("20", "mm", "2"), ("2", None, "2"), ("10", None, "10"), ("20", None, None), ("2", "%", None)],
)
def test_a_visual_scale_is_ten_centimetres_long(
    terminology: Terminology, value: str, unit: str | None, centimetres: str | None
) -> None:
    assert converted(terminology, value, "phga_vas", unit) == centimetres


@pytest.mark.parametrize("unit", ["[IU]/mL", "{copies}/mL", "log IU/mL", None, "S/CO"])
def test_a_quantity_that_only_its_own_range_can_judge_stays_as_it_is(
    terminology: Terminology, unit: str | None
) -> None:
    assert converted(terminology, "3.2", "hbv_dna", unit) == "3.2"


def test_the_code_decides_and_the_text_only_where_nobody_knows_the_code(terminology: Terminology) -> None:
    assert converted(terminology, "6", "haemoglobin", "g/L", code="g/dL") == "60"
    assert converted(terminology, "6", "haemoglobin", "g/dL", code="GDL") == "60"


def test_a_value_a_limit_and_their_multiple_keep_their_order(terminology: Terminology) -> None:
    """Exactly 1.5 times the limit stays exactly that after the conversion, whatever the factor."""
    creatinine = terminology.sets["creatinine"]
    limit = terminology.convert(point(Decimal("1.2")), creatinine, None, "mg/dL", None)
    value = terminology.convert(point(Decimal("1.8")), creatinine, None, "mg/dL", None)

    assert limit is not None
    assert value is not None
    assert limit.high is not None
    assert value.low == limit.high * Decimal("1.5")


ENDS = st.none() | st.decimals(min_value=0, max_value=10**6, places=4)


@given(low=ENDS, high=ENDS, low_open=st.booleans(), high_open=st.booleans())
def test_a_conversion_keeps_which_ends_are_open_and_which_are_missing(
    terminology: Terminology, low: Decimal | None, high: Decimal | None, low_open: bool, high_open: bool
) -> None:
    before = Interval(low, high, low_open, high_open)
    after = terminology.convert(before, terminology.sets["creatinine"], None, "mg/dL", None)

    assert after is not None
    assert (after.low is None, after.high is None) == (low is None, high is None)
    assert (after.low_open, after.high_open) == (low_open, high_open)


@given(value=st.decimals(min_value="0.001", max_value=10**5, places=3))
@pytest.mark.parametrize(
    ("name", "there", "back"),
    [("creatinine", "mg/dL", "umol/L"), ("haemoglobin", "g/dL", "g/L"), ("neutrophils", "/uL", "10*9/L")],
)
def test_a_unit_and_the_sets_own_lead_to_the_same_number(
    terminology: Terminology, name: str, there: str, back: str, value: Decimal
) -> None:
    value_set = terminology.sets[name]
    one = terminology.convert(point(Decimal(1)), value_set, None, there, None)
    many = terminology.convert(point(value), value_set, None, there, None)

    assert one is not None
    assert one.low is not None
    assert many == point(value * one.low)
    assert terminology.convert(point(value), value_set, None, back, None) == point(value)


@pytest.mark.parametrize(
    ("name", "unit", "factor"),
    [
        ("haemoglobin", "g/dL", Decimal(10)),
        ("haemoglobin", "gm/dL", None),
        ("haemoglobin", "G/L", None),
        ("neutrophils", "10*3/uL", Decimal(1)),
        ("neutrophils", "x10^9/L", None),
        ("inr", "", Decimal(1)),
        ("inr", "1", Decimal(1)),
        ("fvc_percent_predicted", "%", Decimal(1)),
        ("fvc_percent_predicted", "", None),
        ("reagin_titre", "1", Decimal(1)),
        ("phga_vas", "mm", Decimal("0.1")),
        ("egfr", "mL/min/{1.73_m2}", Decimal(1)),
        ("egfr", "mL/min", None),
        ("hbsag", "1", None),
        ("creatinine", "furlong", None),
        ("neutrophils", "109/L", None),
        ("neutrophils", "1012/L", None),
    ],
)
def test_an_author_writes_exact_ucum(terminology: Terminology, name: str, unit: str, factor: Decimal | None) -> None:
    """A slip in a definition is refused, where the same slip in a chart is understood."""
    assert terminology.author_unit(unit, terminology.sets[name]) == factor
