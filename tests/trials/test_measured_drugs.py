"""Washouts in half-lives, doses for each kg, samples that do not count, and the extreme of a window."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cds_hooks.charts import PERSON, TODAY, ago, indexed, result, terminology, took
from trials.interval import point
from trials.judge import match
from trials.library import load_trial
from trials.policy import Policy
from trials.record import Exposure, Record
from trials.truth import Truth
from trials.verdict import Verdict, Why


def judged(criterion: str, tmp_path: Path, record: Record, section: str = "exclusion") -> tuple[Verdict, str]:
    """The verdict on X1-a, and the trial's standing."""
    file = tmp_path / "x" / "trial.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"id: x\nref: X1\ntitle: X\n{section}:\n  a: {criterion}\n", encoding="utf-8")
    found = match(load_trial(file, terminology()), record, TODAY, Policy())
    return next(one.verdict for one in found.criteria if one.ref == "X1-a"), found.standing


def dosed(drug: str, *, ended: int | None = None, began: int = 400, mg: str | None = None) -> Exposure:
    return took(drug, drug, days=began)._replace(
        end=None if ended is None else ago(ended),
        ongoing=ended is None,
        daily_dose=None if mg is None else point(Decimal(mg)),
    )


def chart(*drugs: Exposure, **more: Any) -> Record:
    return Record(person=PERSON, medications=indexed(*drugs), **more)


WASHOUT = "{medication: [rituximab, deucravacitinib], within: 3 half-lives, statement: Not washed out, ref: X1-a}"


@pytest.mark.parametrize(
    ("days", "truth"),
    [
        pytest.param(60, Truth.TRUE, id="inside"),
        pytest.param(61, Truth.TRUE, id="on the last day: 3 x 485 h are 60.6 days"),
        pytest.param(62, Truth.FALSE, id="washed out"),
    ],
)
def test_a_drug_is_washed_out_after_its_own_half_lives(days: int, truth: Truth, tmp_path: Path) -> None:
    assert judged(WASHOUT, tmp_path, chart(dosed("rituximab", ended=days)))[0].truth is truth


def test_a_drug_without_a_half_life_in_the_table_is_for_a_person(tmp_path: Path) -> None:
    verdict, _ = judged(WASHOUT, tmp_path, chart(dosed("deucravacitinib", ended=500, began=600)))

    assert (verdict.truth, verdict.why) == (Truth.UNKNOWN, Why.NEEDS_PERSON)
    assert verdict.note == "its half-life is not in our table"


def test_a_washout_before_a_later_step_clears_on_a_day(tmp_path: Path) -> None:
    ahead = WASHOUT.replace("3 half-lives", "3 half-lives, before: leukapheresis")

    verdict, _ = judged(ahead, tmp_path, chart(dosed("rituximab", ended=60)))

    assert (verdict.why, verdict.clears) == (Why.FUTURE, TODAY - timedelta(days=60) + timedelta(days=62))


DOSE = "{medication: glucocorticoid, daily_dose: {min: 1 mg/kg}, statement: 1 mg/kg a day, ref: X1-a}"


@pytest.mark.parametrize(
    ("mg", "kg", "truth", "why"),
    [
        pytest.param("60", "60", Truth.TRUE, None, id="on the limit"),
        pytest.param("59.9", "60", Truth.FALSE, None, id="just under"),
        pytest.param("180", "60", Truth.TRUE, None, id="more than 2 mg/kg counts too"),
        pytest.param(None, "60", Truth.UNKNOWN, Why.NEEDS_PERSON, id="a dose that could not be read"),
        pytest.param("60", None, Truth.UNKNOWN, Why.NO_DATA, id="no weight, which is an input of what is computed"),
    ],
)
def test_a_dose_for_each_kg_is_reached_once(
    mg: str | None, kg: str | None, truth: Truth, why: Why | None, tmp_path: Path
) -> None:
    weights = {} if kg is None else indexed(result("body_weight", kg, days=390))

    verdict, _ = judged(DOSE, tmp_path, chart(dosed("prednisone", mg=mg), results=weights), "inclusion")

    assert (verdict.truth, verdict.why) == (truth, why)


@pytest.mark.parametrize(("days", "truth"), [(490, Truth.TRUE), (491, Truth.UNKNOWN)])
def test_a_weight_counts_within_90_days_of_the_dose(days: int, truth: Truth, tmp_path: Path) -> None:
    record = chart(dosed("prednisone", mg="60"), results=indexed(result("body_weight", "60", days=days)))

    assert judged(DOSE, tmp_path, record, "inclusion")[0].truth is truth


SAMPLE = (
    "{observation: neutrophils, min: 1 10*9/L, ref: X1-n, valid_if: {not: {medication: colony_stimulating_factor, "
    "within: 2 weeks, before: sample}, statement: Drawn without growth factor, ref: X1-a}}"
)


@pytest.mark.parametrize(
    ("value", "ended", "truth", "standing"),
    [
        pytest.param("1.5", 24, Truth.FALSE, "potential-candidate", id="given on the 14th day before the sample"),
        pytest.param("1.5", 25, Truth.TRUE, "candidate", id="given on the 15th"),
        pytest.param("0.5", 24, Truth.FALSE, "potential-candidate", id="too low in a sample that does not count"),
        pytest.param("0.5", 25, Truth.TRUE, "ineligible", id="too low in one that does"),
        pytest.param("1.5", 5, Truth.TRUE, "candidate", id="given after the sample"),
    ],
)
def test_a_sample_that_is_not_valid_bars_nobody_and_proves_nothing(
    value: str, ended: int, truth: Truth, standing: str, tmp_path: Path
) -> None:
    drug = dosed("filgrastim", ended=ended, began=ended)

    verdict, found = judged(SAMPLE, tmp_path, chart(drug, results=indexed(result("neutrophils", value))), "inclusion")

    assert (verdict.truth, found) == (truth, standing)


def test_without_the_drug_a_sample_is_valid_because_none_was_found(tmp_path: Path) -> None:
    verdict, _ = judged(SAMPLE, tmp_path, chart(results=indexed(result("neutrophils", "2"))), "inclusion")

    assert (verdict.truth, verdict.why) == (Truth.TRUE, Why.NOT_IN_CHART)


@pytest.mark.parametrize(
    ("pick", "truth"), [("lowest", Truth.FALSE), ("highest", Truth.TRUE), ("any", Truth.TRUE), ("all", Truth.FALSE)]
)
def test_the_extreme_of_a_window_decides(pick: str, truth: Truth, tmp_path: Path) -> None:
    readings = [result("platelets", "40", days=5), result("platelets", "20", days=9), result("platelets", "5", days=90)]
    criterion = f"{{observation: platelets, min: 30 10*9/L, pick: {pick}, within: 2 weeks, ref: X1-a}}"

    verdict, _ = judged(criterion, tmp_path, Record(person=PERSON, results=indexed(*readings)), "inclusion")

    assert verdict.truth is truth
