"""Whether a drug acts in the whole body: by its route, else by the product's own form."""

from decimal import Decimal
from typing import Any

import pytest

from tests.app.reading.charts import order
from tests.app.reading.drug_entries import TACROLIMUS, administration, dispense, exposure, route, statement

D = Decimal


@pytest.mark.parametrize(
    ("said", "systemic"),
    [
        (route("26643006", "Oral route"), True),
        (route("26643006"), True),
        (route("47625008", "Intravenous route"), True),
        (route(text="PO"), True),
        (route(text="subcutaneous"), True),
        (route(text="transdermal"), True),
        (route(text="nasogastric tube"), True),
        (route(text="鼻饲"), True),
        (route("6064005", "Topical route"), False),
        (route("6064005"), False),
        (route("46713006", "Nasal route"), False),
        (route("12130007", "Intra-articular route"), False),
        (route("447694001"), False),
        (route(display="Ophthalmic route (qualifier value)"), False),
        (route(text="INH"), False),
        (route(text="Inhalation"), False),
        (route(text="both eyes"), False),
        (route(text="apply to skin"), False),
        (route(text="滴眼"), False),
        (route(text="外用"), False),
        (route(text="as directed"), True),
        (route(), True),
        (None, True),
    ],
    ids=str,
)
def test_the_route_says_whether_it_acts_in_the_whole_body(said: Any, systemic: bool) -> None:
    assert exposure(order(dosageInstruction=[{"route": said}])).systemic is systemic


def test_one_systemic_route_is_enough() -> None:
    both = [{"route": route(text="topical")}, {"route": route(text="oral")}]

    assert exposure(order(dosageInstruction=both)).systemic
    assert not exposure(administration(dosage={"route": route(text="topical")})).systemic
    assert not exposure(statement(dosage=[{"route": route(text="topical")}])).systemic
    assert not exposure(dispense(dosageInstruction=[{"route": route(text="topical")}])).systemic


@pytest.mark.parametrize(
    ("code", "dosage", "systemic"),
    [
        ({"text": "Tacrolimus 0.1% ointment"}, [], False),
        ({"text": "Tacrolimus 0.1% ointment"}, [{"route": route(text="oral")}], True),
        # A coded route that is none of the local ones, whatever it is called.
        ({"text": "Tacrolimus 0.1% ointment"}, [{"route": route("26643006")}], True),
        ({"text": "Tacrolimus 0.1% ointment"}, [{"route": route(text="as directed")}], False),
        ({"text": "Tacrolimus 1 mg capsule"}, [], True),
        ({"text": "Tacrolimus"}, [], True),
    ],
)
def test_without_a_route_the_product_s_own_form_decides(code: Any, dosage: Any, systemic: bool) -> None:
    assert exposure(order(code, dosageInstruction=dosage), name="tacrolimus").systemic is systemic


@pytest.mark.parametrize(
    ("form", "systemic"),
    [
        ({"text": "Ointment"}, False),
        ({"coding": [{"display": "Ointment"}]}, False),
        ({"text": "eye drops"}, False),
        ({"text": "Tablet"}, True),
        (None, True),
    ],
    ids=str,
)
def test_a_medication_says_its_form(form: Any, systemic: bool) -> None:
    drug = {"resourceType": "Medication", "id": "m", "code": TACROLIMUS, "form": form}

    assert (
        exposure(order(None, medicationReference={"reference": "Medication/m"}), drug, name="tacrolimus").systemic
        is systemic
    )
