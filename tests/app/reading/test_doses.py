"""How many milligrams a day, where a dosage is structured."""

from decimal import Decimal
from typing import Any

import pytest

from tests.app.reading.charts import order, quantity
from tests.app.reading.drug_entries import administration, exposure
from trials.interval import Interval, point

D = Decimal


def dose(amount: Any, timing: Any, **fields: Any) -> dict[str, Any]:
    return {"timing": timing, "doseAndRate": [{"doseQuantity": amount}], **fields}


def every(frequency: Any, length: Any, unit: str, **fields: Any) -> dict[str, Any]:
    return {"repeat": {"frequency": frequency, "period": length, "periodUnit": unit, **fields}}


@pytest.mark.parametrize(
    ("dosages", "expected"),
    [
        ([dose(quantity(10, "mg"), every(1, 1, "d"))], point(D(10))),
        ([dose(quantity(10, "mg"), every(2, 1, "d"))], point(D(20))),
        ([dose(quantity(35, "mg"), every(1, 1, "wk"))], point(D(5))),
        ([dose(quantity(10, "mg"), every(1, 8, "h"))], point(D(30))),
        ([dose(quantity(1, "g"), every(1, 1, "d"))], point(D(1000))),
        ([dose(quantity(500, "ug"), every(1, 1, "d"))], point(D("0.5"))),
        ([dose({"value": 10, "unit": "MG"}, every(1, 1, "d"))], point(D(10))),
        ([dose(quantity(10, "mg"), every(1, 1, "d", frequencyMax=2))], Interval(D(10), D(20))),
        ([dose(quantity(10, "mg"), every(1, 1, "d", periodMax=2))], Interval(D(5), D(10))),
        ([dose(quantity(10, "mg"), every(None, 1, "d"))], point(D(10))),
        ([dose(quantity(10, "mg"), every(None, 1, "d", timeOfDay=["08:00:00", "20:00:00"]))], point(D(20))),
        ([dose(quantity(10, "mg"), {"code": {"coding": [{"code": "BID"}]}})], point(D(20))),
        ([dose(quantity(10, "mg"), {"code": {"text": "QD"}})], point(D(10))),
        (
            [
                {
                    "timing": every(1, 1, "d"),
                    "doseAndRate": [{"doseRange": {"low": quantity(5, "mg"), "high": quantity(10, "mg")}}],
                }
            ],
            Interval(D(5), D(10)),
        ),
        # Taken together or one after the other: nobody can tell.
        (
            [dose(quantity(20, "mg"), every(1, 1, "d")), dose(quantity(10, "mg"), every(1, 1, "d"))],
            Interval(D(10), D(30)),
        ),
        ([dose(quantity(10, "mg"), every(1, 1, "d"), asNeededBoolean=True)], None),
        ([dose(quantity(10, "mg"), every(1, 1, "d"), asNeededCodeableConcept={"text": "pain"})], None),
        ([dose(quantity(1, "{tablet}"), every(1, 1, "d"))], None),
        ([dose(quantity(1, "mg/kg"), every(1, 1, "d"))], None),
        ([dose(quantity(10, "mg"), every(1, 0, "d"))], None),
        ([dose(quantity(10, "mg"), every(-1, 1, "d"))], None),
        ([dose(quantity("1e999999999", "mg"), every(1, 1, "d"))], None),
        ([dose(quantity(10, "mg"), every("1e999999999", 1, "d"))], None),
        ([dose(quantity(10, "mg"), {})], None),
        ([{"text": "10 mg daily"}], None),
        ([dose(quantity(10, "mg"), every(1, 1, "d")), {"text": "then taper"}], None),
        ([], None),
    ],
    ids=str,
)
def test_the_dose_of_a_day(dosages: Any, expected: Interval[D] | None) -> None:
    assert exposure(order(dosageInstruction=dosages)).daily_dose == expected


def test_the_dose_of_an_administration_is_that_of_its_day() -> None:
    given = {"effectiveDateTime": "2026-02-01", "dosage": {"dose": quantity(1, "g")}}

    assert exposure(administration(**given)).daily_dose == point(D(1000))
    assert exposure(administration(**given | {"effectiveDateTime": None})).daily_dose is None


def test_a_product_of_two_drugs_has_no_dose_of_one() -> None:
    code = {"text": "methotrexate and prednisone"}
    found = exposure(order(code, dosageInstruction=[dose(quantity(10, "mg"), every(1, 1, "d"))]))

    assert (found.daily_dose, found.by_text) == (None, True)
