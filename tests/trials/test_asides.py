"""Rows that decide nothing: what a person is shown beside a question, and what a text names and never requires."""

from pathlib import Path
from typing import Any

import pytest

from tests.trials.judging import TODAY, ago, course, diagnosis, number, record, says, terminology
from trials.judge import match
from trials.library import DefinitionError, load_trial
from trials.match import TrialMatch
from trials.policy import Policy
from trials.record import Fact, Gap
from trials.truth import Truth
from trials.verdict import Why

SHOWN = "{ask: 'Worse?', shows: [platelets, bleeding, glucocorticoid], statement: Worse, ref: X1-a}"
PROGRESS = """
  progress:
    any_of:
      - {observation: platelets, max: 30 10*9/L, ref: X1-a}
      - {ask: Is the bleeding worse?, statement: Bleeding worse, ref: X1-b}
    aside:
      - {condition: pregnancy, when: current, statement: Pregnant, ref: X1-c}
      - {ask: Is the response worse?, statement: Response worse, ref: X1-d}
"""


@pytest.fixture
def matched(tmp_path: Path) -> Any:
    """Judges a trial of this inclusion by these facts."""

    def judge(inclusion: str, *facts: Fact) -> TrialMatch:
        file = tmp_path / "x" / "trial.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"id: x\nref: X1\ntitle: X\ninclusion:\n{inclusion}", encoding="utf-8")
        return match(load_trial(file, terminology()), record(*facts), TODAY, Policy())

    return judge


def test_a_question_is_told_with_what_the_chart_knows_and_stays_a_question() -> None:
    facts = (
        number("platelets", "12", when=ago(3)),
        diagnosis("bleeding", onset=ago(9)),
        course("prednisone", ago(90), None),
    )

    verdict = says(SHOWN, *facts)

    assert (verdict.truth, verdict.why) == (Truth.UNKNOWN, Why.NEEDS_PERSON)
    assert [type(fact).__name__ for fact in verdict.facts] == ["Result", "Diagnosis", "Exposure"]


def test_a_statement_without_a_limit_is_told_with_what_the_chart_knows_too() -> None:
    low = number("platelets", "12", when=ago(3))

    verdict = says("{undefined: None is printed, shows: platelets, statement: Severe, ref: X1-a}", low)

    assert (verdict.truth, verdict.why, verdict.facts) == (Truth.UNKNOWN, Why.UNDEFINED, (low,))


def test_of_many_results_the_latest_three_are_shown() -> None:
    counts = [number("platelets", str(value), when=ago(days)) for value, days in ((9, 1), (12, 20), (30, 40), (80, 60))]

    assert list(says(SHOWN, *counts).facts) == counts[:3]


def test_results_of_the_days_to_come_are_not_shown() -> None:
    assert says(SHOWN, number("platelets", "12", when=ago(-1))).facts == ()


def test_a_search_that_failed_leaves_a_question_a_question() -> None:
    assert says(SHOWN, gaps={"result": Gap.FAILED, "diagnosis": Gap.FAILED}).why is Why.NEEDS_PERSON


@pytest.mark.parametrize(
    ("facts", "standing"),
    [
        pytest.param((number("platelets", "12", when=ago(3)),), "candidate", id="neither aside is required"),
        pytest.param(
            (number("platelets", "12", when=ago(3)), diagnosis("pregnancy", onset=ago(9))),
            "candidate",
            id="one that holds bars nobody",
        ),
        pytest.param((diagnosis("pregnancy", onset=ago(9)),), "potential-candidate", id="nor does it prove anything"),
    ],
)
def test_what_stands_aside_decides_nothing(facts: tuple[Fact, ...], standing: str, matched: Any) -> None:
    assert matched(PROGRESS, *facts).standing == standing


def test_what_stands_aside_is_judged_marked_and_never_counted_as_open(matched: Any) -> None:
    found = matched(PROGRESS, diagnosis("pregnancy", onset=ago(9)))

    judged = {one.ref: (one.verdict.truth, one.aside) for one in found.criteria}
    assert judged == {
        "X1-a": (Truth.UNKNOWN, False),
        "X1-b": (Truth.UNKNOWN, False),
        "X1-c": (Truth.TRUE, True),
        "X1-d": (Truth.UNKNOWN, True),
    }
    assert set(found.open) <= {"X1-a", "X1-b"}


@pytest.mark.parametrize(
    ("inclusion", "told"),
    [
        pytest.param(
            "  a: {ask: A?, statement: A, ref: X1-a, aside: [{sex: female}]}\n",
            "give each its `ref`",
            id="an aside that nobody would see",
        ),
        pytest.param(
            "  a: {all_of: [{sex: female, aside: [{ask: B?, statement: B, ref: X1-b}]}, {sex: female}], "
            "statement: A, ref: X1-a}\n",
            "`aside` works on whole rows",
            id="an aside inside a row",
        ),
        pytest.param("  a: {sex: female, shows: platelets, statement: A, ref: X1-a}\n", "'shows'", id="no question"),
        pytest.param(
            "  a: {ask: A?, shows: platelet, statement: A, ref: X1-a}\n", "did you mean 'platelets'", id="a slip"
        ),
    ],
)
def test_a_slip_of_the_author_is_told(inclusion: str, told: str, matched: Any) -> None:
    with pytest.raises(DefinitionError, match=told):
        matched(inclusion)
