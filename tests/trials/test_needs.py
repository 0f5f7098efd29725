"""What the loaded trials ask a chart for, read off their criteria."""

from pathlib import Path

import pytest

from tests.trials.judging import terminology
from trials.library import load_trial
from trials.needs import Needs, needs


def asked(criterion: str, tmp_path: Path) -> Needs:
    file = tmp_path / "x" / "trial.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"id: x\nref: X1\ntitle: X\ninclusion:\n  a: {criterion}\n", encoding="utf-8")
    return needs([load_trial(file, terminology())], terminology().sets)


@pytest.mark.parametrize(
    ("criterion", "names", "kinds"),
    [
        pytest.param(
            "{observation: creatinine_clearance, min: 30 mL/min, ref: X1-a}",
            {"creatinine_clearance", "creatinine", "body_weight"},
            {"result"},
            id="the inputs of a computed value",
        ),
        pytest.param(
            "{observation: egfr, min: '30 mL/min/{1.73_m2}', ref: X1-a}",
            {"egfr", "egfr_of_adults", "egfr_of_children", "creatinine", "body_height"},
            {"result"},
            id="those of another one",
        ),
        pytest.param(
            "{observation: oxygen_saturation, min: 92 %, on_room_air: true, statement: Air, ref: X1-a}",
            {"oxygen_saturation_on_room_air", "inhaled_oxygen_flow", "oxygen_therapy", "oxygen_dependence", "oxygen"},
            {"result", "procedure", "medication"},
            id="what says oxygen",
        ),
        pytest.param(
            "{ask: Worse?, shows: [platelets, glucocorticoid], statement: Worse, ref: X1-a}",
            {"platelets", "glucocorticoid"},
            {"result", "medication"},
            id="what is shown beside a question",
        ),
        pytest.param(
            "{observation: reagin_test, is: positive, confirmed_by: treponemal_test, ref: X1-a}",
            {"reagin_test", "treponemal_test"},
            {"result"},
            id="the confirming test",
        ),
        pytest.param(
            "{observation: igra, is: positive, in_place: tuberculin_skin_test, ref: X1-a}",
            {"igra", "tuberculin_skin_test"},
            {"result"},
            id="the test in its place",
        ),
        pytest.param(
            "{medication: glucocorticoid, daily_dose: {min: 1 mg/kg}, statement: A dose, ref: X1-a}",
            {"glucocorticoid", "prednisone", "body_weight"},
            {"medication", "result"},
            id="the weight of a dose, and the drugs of a class",
        ),
        pytest.param(
            "{medication: azathioprine, when: ever, or_others: immunosuppressant, apart_from: glucocorticoid, "
            "ask: 'Other?', statement: A drug, ref: X1-a}",
            {"azathioprine", "tacrolimus", "prednisone"},
            {"medication"},
            id="further drugs",
        ),
        pytest.param(
            "{condition: dermatomyositis, when: ever, supported_by: polymyositis, refuted_by: inclusion_body_myositis, "
            "ask: 'Is it?', statement: Dermatomyositis, ref: X1-a}",
            {"dermatomyositis", "polymyositis", "inclusion_body_myositis"},
            {"diagnosis"},
            id="what supports and refutes",
        ),
        pytest.param(
            "{sex: male, statement: A man, ref: X1-a, applies_if: {procedure: dialysis}, "
            "except: {allergy: dextran, statement: Dextran, ref: X1-b}, "
            "unless: {immunization: live_vaccine, statement: A vaccine, ref: X1-c}}",
            {"dialysis", "dextran", "live_vaccine"},
            {"procedure", "allergy", "immunization"},
            id="what is wrapped around",
        ),
        pytest.param("{ask: 'Agrees?', statement: Agrees, ref: X1-a}", set(), set(), id="a question"),
    ],
)
def test_a_criterion_asks_for_all_that_it_reads(
    criterion: str, names: set[str], kinds: set[str], tmp_path: Path
) -> None:
    found = asked(criterion, tmp_path)

    assert names <= found.names
    assert found.kinds == kinds | {"diagnosis"}


def test_a_target_disease_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "x" / "trial.yaml"
    file.parent.mkdir()
    arm = "    title: M\n    target: multiple_sclerosis\n    not_written: [X1-a]\n"
    file.write_text(f"id: x\nref: X1\ntitle: X\narms:\n  ms:\n{arm}", encoding="utf-8")

    found = needs([load_trial(file, terminology())], terminology().sets)

    assert found.names == {"multiple_sclerosis"} | set(terminology().sets["multiple_sclerosis"].includes)
