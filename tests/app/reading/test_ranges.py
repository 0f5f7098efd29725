"""Reference ranges: the one that applies to this patient, in the value's own unit or converted, or none."""

from decimal import Decimal
from typing import Any

import pytest

from app.reading.record import read_record
from tests.app.reading.charts import (
    DSDNA,
    INR,
    RPR_TITRE,
    SNOMED,
    TODAY,
    observation,
    page,
    patient,
    quantity,
    result,
    terminology,
)

D = Decimal
MEANING = "http://terminology.hl7.org/CodeSystem/referencerange-meaning"
GENDER = "http://hl7.org/fhir/administrative-gender"


def limits(*ranges: Any, code: Any = None, name: str = "haemoglobin", value: Any = None, who: Any = None) -> Any:
    """The lower and the upper limit that the only result of that name gets."""
    fields = {"valueQuantity": value or quantity(13, "g/dL"), "referenceRange": list(ranges)}
    resource = observation(**fields) if code is None else observation(code, **fields)
    pages = [page(who or patient(), resource)]
    record = read_record(pages, terminology=terminology(), today=TODAY, patient_id="anna").record
    (found,) = record.results[name]
    return found.low, found.high


def between(low: float | None, high: float | None, unit: str | None = "g/dL", **fields: Any) -> dict[str, Any]:
    ends = {"low": low, "high": high}
    return {key: quantity(value, unit) for key, value in ends.items() if value is not None} | fields


def of_type(code: str) -> dict[str, Any]:
    return {"coding": [{"system": MEANING, "code": code}]}


def aged(low: Any = None, high: Any = None, unit: str = "a") -> dict[str, Any]:
    ends = {"low": low, "high": high}
    return {key: {"value": value, "code": unit} for key, value in ends.items() if value is not None}


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (between(12, 16), (D(120), D(160))),
        (between(120, 160, "g/L"), (D(120), D(160))),
        (between(12, 16, None), (D(120), D(160))),
        (between(None, 16), (None, D(160))),
        (between(12, None), (D(120), None)),
        (between(12, 16, text="3-4"), (D(120), D(160))),
        ({"low": {"value": 12, "unit": "g/dL"}, "high": {"value": 16}}, (D(120), D(160))),
        ({"text": "12-16"}, (D(120), D(160))),
        ({"text": "12 – 16 g/dL"}, (D(120), D(160))),
        ({"text": "120~160 g/L"}, (D(120), D(160))),
        ({"text": "<16"}, (None, D(160))),
        ({"text": "≤ 16"}, (None, D(160))),
        ({"text": ">12"}, (D(120), None)),
        # A range that cannot be compared with the value is none.
        (between(12, 16, "furlong"), (None, None)),
        (between(12, 16, "mm[Hg]"), (None, None)),
        ({"low": quantity(12, "g/dL"), "high": quantity(160, "g/L")}, (None, None)),
        (between(16, 12), (None, None)),
        ({"text": "negative"}, (None, None)),
        ({"text": "12-16 furlong"}, (None, None)),
        ({"low": {"value": "1e999999999"}, "high": quantity(16, "g/dL")}, (None, None)),
        ({}, (None, None)),
    ],
    ids=str,
)
def test_limits_are_in_the_set_s_unit(stated: dict[str, Any], expected: Any) -> None:
    assert limits(stated) == expected


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        (None, True),
        ({}, True),
        (of_type("normal"), True),
        (of_type("Normal "), True),
        ({"text": "Normal Range"}, True),
        (of_type("treatment"), False),
        (of_type("therapeutic"), False),
        (of_type("recommended"), False),
        ({"text": "critical"}, False),
    ],
    ids=str,
)
def test_only_a_normal_range_counts(kind: dict[str, Any] | None, counts: bool) -> None:
    assert (limits(between(12, 16, type=kind)) != (None, None)) is counts


def test_a_critical_range_beside_the_normal_one_does_not_disturb() -> None:
    assert limits(between(7, 20, type=of_type("treatment")), between(12, 16, type=of_type("normal"))) == (
        D(120),
        D(160),
    )


@pytest.mark.parametrize(
    ("gender", "expected"),
    [("female", (D(120), D(160))), ("male", (D(130), D(170))), ("unknown", (None, None)), (None, (None, None))],
)
def test_the_range_of_the_patient_s_sex_applies(gender: str | None, expected: Any) -> None:
    """Where the sex is not known, either may apply, and they differ."""
    women = between(12, 16, appliesTo=[{"coding": [{"system": GENDER, "code": "female"}]}])
    men = between(13, 17, appliesTo=[{"coding": [{"system": SNOMED, "code": "248153007", "display": "Male"}]}])

    assert limits(women, men, who=patient(gender=gender)) == expected


@pytest.mark.parametrize("said", [{"text": "Female"}, {"text": "女"}, {"coding": [{"code": "F"}]}], ids=str)
def test_a_sex_may_be_said_in_words(said: dict[str, Any]) -> None:
    assert limits(between(12, 16, appliesTo=[said])) == (D(120), D(160))
    assert limits(between(12, 16, appliesTo=[said]), who=patient(gender="male")) == (None, None)


def test_a_population_that_we_cannot_tell_is_not_the_patient_s() -> None:
    assert limits(between(11, 14, appliesTo=[{"text": "Pregnant"}]), between(12, 16)) == (D(120), D(160))


@pytest.mark.parametrize(
    ("age", "applies"),
    [
        (aged(18, 65), True),
        (aged(18), True),
        (aged(40, 40), True),
        (aged(None, 39), False),
        (aged(41, None), False),
        (aged(480, 492, "mo"), True),
        (aged(0, 28, "d"), False),
        (aged(18, 65, "furlong"), True),  # an age that cannot be read may be the patient's
        ({}, True),
    ],
    ids=str,
)
def test_the_range_of_the_patient_s_age_applies(age: dict[str, Any], applies: bool) -> None:
    """She completed forty years three weeks before the sample."""
    assert (limits(between(12, 16, age=age)) != (None, None)) is applies


def test_the_age_counts_on_the_day_of_the_sample() -> None:
    younger, older = between(11, 15, age=aged(None, 39)), between(12, 16, age=aged(40))
    shared: dict[str, Any] = {"valueQuantity": quantity(13, "g/dL"), "referenceRange": [younger, older]}

    before = result(effectiveDateTime="2026-01-31", **shared)
    after = result(effectiveDateTime="2026-02-01", **shared)

    assert (before.high, after.high) == (D(150), D(160))


def test_a_range_for_adults_applies_to_an_adult() -> None:
    adults = between(12, 16, appliesTo=[{"text": "Adult"}])

    assert limits(adults) == (D(120), D(160))
    assert limits(adults, who=patient(birthDate="2016-01-01")) == (None, None)


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ([between(12, 16), between(12, 16)], (D(120), D(160))),
        ([between(12, 16), between(120, 160, "g/L")], (D(120), D(160))),
        ([between(12, 16), {"text": "12-16"}], (D(120), D(160))),
        ([between(12, 16), between(12, 17)], (None, None)),
        ([between(12, 16), between(12, 16, "furlong")], (None, None)),
        ([between(12, 16), {"text": "by convention"}], (D(120), D(160))),
    ],
)
def test_several_ranges_that_apply_have_to_agree(ranges: list[Any], expected: Any) -> None:
    assert limits(*ranges) == expected


@pytest.mark.parametrize(
    ("high", "counts"),
    [(0.99, False), (1.0, True), (1.2, True), (1.4, True), (1.41, False), (3.0, False), (None, False)],
)
def test_a_therapeutic_range_of_the_inr_is_not_the_normal_one(high: float | None, counts: bool) -> None:
    found = limits(between(0.8, high, None), code=INR, name="inr", value={"value": 1.1})

    assert (found != (None, None)) is counts


def test_a_set_without_a_unit_compares_like_with_like_only() -> None:
    same = limits(between(0, 10, "[IU]/mL"), code=DSDNA, name="anti_dsdna", value=quantity(12, "[IU]/mL"))
    bare = limits(between(0, 10, None), code=DSDNA, name="anti_dsdna", value=quantity(12, "[IU]/mL"))
    other = limits(between(0, 10, "k[IU]/L"), code=DSDNA, name="anti_dsdna", value=quantity(12, "[IU]/mL"))
    guessed = limits(between(0, 10, "[IU]/mL"), code=DSDNA, name="anti_dsdna", value=quantity(12, None))

    assert (same, bare) == ((D(0), D(10)), (D(0), D(10)))
    assert (other, guessed) == ((None, None), (None, None))


def test_the_range_of_a_titre_is_a_titre() -> None:
    found = limits({"text": "<1:8"}, code=RPR_TITRE, name="reagin_titre", value={"value": 16})

    assert found == (None, D(8))


def test_a_value_without_a_usable_unit_has_no_limits() -> None:
    assert limits(between(12, 16), value={"value": 13}) == (None, None)


def test_a_component_has_its_own_range() -> None:
    code = {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}
    part = {"code": code, "valueQuantity": quantity(13, "g/dL"), "referenceRange": [between(12, 16)]}

    assert result({"text": "Blood count"}, component=[part]).high == D(160)


def test_the_same_range_beside_another_unit_is_read_anew() -> None:
    bare = [between(12, 16, None)]
    first = result(valueQuantity=quantity(13, "g/dL"), referenceRange=bare)
    second = result(valueQuantity=quantity(130, "g/L"), referenceRange=bare)

    assert (first.high, second.high) == (D(160), D(16))
