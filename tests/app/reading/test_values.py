"""What value[x] and the interpretation beside it say in a value set's own terms."""

from decimal import Decimal
from typing import Any

import pytest

from tests.app.reading.charts import (
    CSSRS,
    DSDNA,
    HAEMOGLOBIN,
    HBSAG,
    HBV_DNA,
    LOINC,
    PROTEIN_24H,
    RPR_TITRE,
    SNOMED,
    quantity,
    result,
)
from trials.interval import Interval, point

D = Decimal
V3_INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
G_PER_DL: dict[str, Any] = {"valueQuantity": quantity(5.1, "g/dL")}


def interpreted(code: str, **fields: Any) -> list[dict[str, Any]]:
    return [{"coding": [{"system": V3_INTERPRETATION, "code": code}], **fields}]


def text_code(text: str) -> dict[str, Any]:
    return {"text": text}


def test_a_quantity_is_converted_and_shown_as_reported() -> None:
    found = result(**G_PER_DL)

    assert (found.value, found.shown, found.problem) == (point(D("51")), "5.1 g/dL", None)
    assert found.reference == "Observation/one"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (quantity(51, "g/L"), point(D(51))),
        (quantity("5.1", "g/dL"), point(D(51))),
        ({"value": 5.1, "unit": "g/dL"}, point(D(51))),
        ({"value": 5.1, "unit": "gm/dL"}, point(D(51))),
        ({"value": 5.1, "code": "g/dL", "unit": "grams per deciliter"}, point(D(51))),
        (quantity(5.1, "g/dL", comparator="<"), Interval(None, D(51), high_open=True)),
        (quantity(5.1, "g/dL", comparator=">="), Interval(D(51), None)),
    ],
)
def test_units_and_comparators_of_a_quantity(value: Any, expected: Interval[D]) -> None:
    assert result(valueQuantity=value).value == expected


@pytest.mark.parametrize(
    "value",
    [
        {"value": 5.1},
        quantity(5.1, "furlong"),
        quantity(5.1, "mm[Hg]"),
        quantity(5.1, "%"),
        quantity(5.1, "1"),
    ],
)
def test_a_number_without_a_usable_unit_is_a_problem_and_still_shown(value: dict[str, Any]) -> None:
    """Never guess from the size of the number."""
    found = result(valueQuantity=value)

    assert (found.value, found.problem) == (None, "unit")
    assert found.shown.startswith("5.1")


@pytest.mark.parametrize("number", ["1e999999999", "1e-999999999", "NaN", "Infinity", "1" * 50])
def test_a_number_that_no_measurement_has_is_imprecise(number: str) -> None:
    found = result(valueQuantity=quantity(number, "g/dL"))

    assert (found.value, found.problem) == (None, "imprecise")
    assert len(found.shown) <= 80


def test_an_unknown_comparator_is_imprecise() -> None:
    assert result(valueQuantity=quantity(5.1, "g/dL", comparator="ad")).problem == "imprecise"


@pytest.mark.parametrize(
    ("code", "name", "text", "value", "answer"),
    [
        (HAEMOGLOBIN, "haemoglobin", "5.1 g/dL", point(D(51)), None),
        (HAEMOGLOBIN, "haemoglobin", "< 5,1 g/dL", Interval(None, D(51), high_open=True), None),
        (HBSAG, "hbsag", "<0.05 IU/mL", Interval(None, D("0.05"), high_open=True), None),
        (HBSAG, "hbsag", "阴性", None, "negative"),
        (HBSAG, "hbsag", "阳性(+)", None, "positive"),
        (HBSAG, "hbsag", "Positive", None, "positive"),
        (HBSAG, "hbsag", "NON-REACTIVE", None, "negative"),
        (HBSAG, "hbsag", "indeterminate", None, "indeterminate"),
        (HBV_DNA, "hbv_dna", "Not detected", None, "negative"),
        (HBV_DNA, "hbv_dna", "> 90 IU/mL", Interval(D(90), None, low_open=True), None),
        (RPR_TITRE, "reagin_titre", "1:8", point(D(8)), "positive"),
        (RPR_TITRE, "reagin_titre", "Reactive 1:8", point(D(8)), "positive"),
        (RPR_TITRE, "reagin_titre", "<1:8", Interval(None, D(8), high_open=True), "indeterminate"),
        (RPR_TITRE, "reagin_titre", "Non-reactive", None, "negative"),
        (CSSRS, "c_ssrs", "0", point(D(0)), "negative"),
        (CSSRS, "c_ssrs", "1", point(D(1)), "positive"),
        (CSSRS, "c_ssrs", "<2", Interval(None, D(2), high_open=True), "indeterminate"),
        (CSSRS, "c_ssrs", "no", None, "negative"),
        (DSDNA, "anti_dsdna", "1:80", point(D(80)), None),
    ],
)
def test_a_value_in_words(code: Any, name: str, text: str, value: Interval[D] | None, answer: str | None) -> None:
    for fields in ({"valueString": text}, {"valueCodeableConcept": {"text": text}}):
        found = result(code, name, **fields)

        assert (found.value, found.answer, found.problem, found.shown) == (value, answer, None, text)


@pytest.mark.parametrize(
    ("code", "name", "text", "problem"),
    [
        (HAEMOGLOBIN, "haemoglobin", "see comment", "imprecise"),
        (HAEMOGLOBIN, "haemoglobin", "haemolysed", "imprecise"),
        (HAEMOGLOBIN, "haemoglobin", "5.1", "unit"),
        (HAEMOGLOBIN, "haemoglobin", "1:8", "unit"),
        (HAEMOGLOBIN, "haemoglobin", "5.1 g/dL in the morning", "imprecise"),
        (RPR_TITRE, "reagin_titre", "1:8 and 1:16", "imprecise"),
        (HBSAG, "hbsag", "sample lost", "imprecise"),
    ],
)
def test_words_that_cannot_be_read_are_a_problem_and_still_shown(code: Any, name: str, text: str, problem: str) -> None:
    found = result(code, name, valueString=text)

    assert (found.value, found.answer, found.problem, found.shown) == (None, None, problem, text)


@pytest.mark.parametrize(
    ("coding", "answer"),
    [
        ({"system": SNOMED, "code": "10828004", "display": "Positive (qualifier value)"}, "positive"),
        ({"system": SNOMED, "code": "260385009", "display": "Negative (qualifier value)"}, "negative"),
        ({"system": SNOMED, "code": "260415000"}, "negative"),
        ({"system": LOINC, "code": "LA11882-0", "display": "Detected"}, "positive"),
        ({"system": "http://lab.example.org", "code": "P", "display": "Reactive"}, "positive"),
    ],
)
def test_a_coded_answer(coding: dict[str, str], answer: str) -> None:
    found = result(HBSAG, "hbsag", valueCodeableConcept={"coding": [coding]})

    assert (found.answer, found.problem) == (answer, None)


@pytest.mark.parametrize(("said", "answer", "shown"), [(True, "positive", "Yes"), (False, "negative", "No")])
def test_a_boolean_is_an_answer(said: bool, answer: str, shown: str) -> None:
    found = result(text_code("C-SSRS"), "c_ssrs", valueBoolean=said)

    assert (found.answer, found.shown) == (answer, shown)


def test_an_integer_is_a_number_without_a_unit() -> None:
    assert result(text_code("SLEDAI-2K"), "sledai_2k", valueInteger=8).value == point(D(8))
    assert result(RPR_TITRE, "reagin_titre", valueInteger=8).value == point(D(8))
    assert result(valueInteger=8).problem == "unit"


@pytest.mark.parametrize(
    ("value", "expected", "problem"),
    [
        ({"low": quantity(5, "g/dL"), "high": quantity(6, "g/dL")}, Interval(D(50), D(60)), None),
        ({"low": quantity(5, "g/dL")}, Interval(D(50), None), None),
        ({"high": quantity(6, "g/dL"), "low": {"value": 5}}, Interval(D(50), D(60)), None),
        ({"low": quantity(5, "g/dL"), "high": quantity(60, "g/L")}, None, "imprecise"),
        ({"low": quantity(6, "g/dL"), "high": quantity(5, "g/dL")}, None, "imprecise"),
        ({"low": {"value": 5}, "high": {"value": 6}}, None, "unit"),
    ],
)
def test_a_range_is_an_interval(value: Any, expected: Interval[D] | None, problem: str | None) -> None:
    found = result(valueRange=value)

    assert (found.value, found.problem) == (expected, problem)


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        ({"value": 1}, {"value": 8}, point(D(8))),
        ({"value": 1, "unit": "{titer}"}, {"value": 8}, point(D(8))),
        ({"value": 1}, {"value": 8, "comparator": ">"}, Interval(D(8), None, low_open=True)),
        ({"value": 2}, {"value": 8}, None),
        ({"value": 1, "comparator": "<"}, {"value": 8}, None),
    ],
)
def test_a_ratio_of_bare_numbers_is_a_titre(numerator: Any, denominator: Any, expected: Interval[D] | None) -> None:
    found = result(RPR_TITRE, "reagin_titre", valueRatio={"numerator": numerator, "denominator": denominator})

    assert found.value == expected
    assert (found.problem is None) is (expected is not None)


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (quantity(3.5, "g"), quantity(24, "h"), D("3.5")),
        (quantity(3500, "mg"), quantity(24, "h"), D("3.5")),
        (quantity(3.5, "g"), quantity(1, "d"), D("3.5")),
    ],
)
def test_a_ratio_with_units_is_an_amount_in_a_time(numerator: Any, denominator: Any, expected: D) -> None:
    found = result(PROTEIN_24H, "urine_protein_24h", valueRatio={"numerator": numerator, "denominator": denominator})

    assert found.value == point(expected)


def test_the_first_value_that_is_there_counts() -> None:
    assert result(valueQuantity=quantity(5.1, "g/dL"), valueString="6 g/dL").value == point(D(51))


@pytest.mark.parametrize(
    ("code", "answer", "flag"),
    [
        ("POS", "positive", None),
        ("NEG", "negative", None),
        ("IND", "indeterminate", None),
        ("H", None, "high"),
        ("LL", None, "low"),
        ("N", None, "normal"),
        ("A", None, "abnormal"),
    ],
)
def test_the_laboratory_s_own_reading_stands_beside_a_number(code: str, answer: str | None, flag: str | None) -> None:
    found = result(DSDNA, "anti_dsdna", valueQuantity=quantity(12, "[IU]/mL"), interpretation=interpreted(code))

    assert (found.answer, found.flag, found.value) == (answer, flag, point(D(12)))


@pytest.mark.parametrize(
    ("text", "answer", "flag"), [("Positive", "positive", None), ("H", None, "high"), ("?", None, None)]
)
def test_an_interpretation_in_words(text: str, answer: str | None, flag: str | None) -> None:
    found = result(DSDNA, "anti_dsdna", valueQuantity=quantity(12, "[IU]/mL"), interpretation=[{"text": text}])

    assert (found.answer, found.flag) == (answer, flag)


def test_an_interpretation_alone_is_an_answer() -> None:
    found = result(HBSAG, "hbsag", interpretation=interpreted("POS", text="Positive"))

    assert (found.answer, found.shown, found.problem) == ("positive", "Positive", None)


@pytest.mark.parametrize(
    ("text", "code", "answer", "problem"),
    [
        ("Positive", "POS", "positive", None),
        ("Positive", "NEG", None, "conflict"),
        ("Negative", "POS", None, "conflict"),
        ("Negative", "IND", None, "conflict"),
        ("Negative", "N", "negative", None),
    ],
)
def test_an_answer_and_an_interpretation_that_contradict_it(
    text: str, code: str, answer: str | None, problem: str | None
) -> None:
    found = result(HBSAG, "hbsag", valueString=text, interpretation=interpreted(code))

    assert (found.answer, found.problem) == (answer, problem)


def test_a_readable_answer_outweighs_an_unusable_unit() -> None:
    found = result(RPR_TITRE, "reagin_titre", valueQuantity=quantity(8, "mg"), interpretation=interpreted("POS"))

    assert (found.answer, found.value, found.problem) == ("positive", None, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"valueCodeableConcept": {"text": "NYHA class II"}},
        {"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "421704003"}]}},
        {"valueString": "II"},
        {"valueInteger": 2},
        {"valueQuantity": {"value": 2.0, "unit": "{class}"}},
    ],
    ids=str,
)
def test_a_grade_of_a_scale(fields: dict[str, Any]) -> None:
    code = {"coding": [{"system": LOINC, "code": "88020-3", "display": "Functional capacity NYHA"}]}

    assert result(code, "nyha_class", **fields).code == "II"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"value": 6}, point(D(6))),
        ({"value": 10}, point(D(10))),
        ({"value": 60}, None),  # beyond the scale, so it is on another one
        (quantity(60, "mm"), point(D(6))),
        ({"value": 7}, point(D(7))),
    ],
)
def test_a_visual_scale_without_a_unit_is_read_on_its_own_length(
    value: dict[str, Any], expected: Interval[D] | None
) -> None:
    for _ in range(2):
        found = result(text_code("PhGA VAS"), "phga_vas", valueQuantity=value)

        assert (found.value, found.problem) == (expected, None if expected else "unit")
