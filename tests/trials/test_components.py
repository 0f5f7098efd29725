"""Organs of a scale that grades them one by one, and tests of which only the laboratory's own answer counts."""

import pytest

from tests.trials.judging import ago, answer, heard, number, says
from trials.record import Gap, Result

ONE_A = "{observation: bilag_2004, one_of: [A], components: 1, statement: An A, ref: X1-a}"
TWO_B = "{observation: bilag_2004, one_of: [B], components: 2, statement: Two B, ref: X1-a}"
ORGANS = (
    "Constitutional", "Mucocutaneous", "Neuropsychiatric", "Musculoskeletal", "Cardiorespiratory",
    "Gastrointestinal", "Ophthalmic", "Renal", "Haematological",
)  # fmt: skip
EXPRESSED = "{observation: b_cells_cd19_percentage, is: positive, number: never, statement: CD19, ref: X1-a}"


def panel(grades: str, days: int = 10) -> list[Result]:
    """A grade for each organ in order; "-" leaves one out, "?" cannot be read."""
    return [
        organ(name, grade, days)
        for name, grade in zip(ORGANS, grades.ljust(len(ORGANS), "-"), strict=True)
        if grade != "-"
    ]


def organ(name: str, grade: str, days: int = 10) -> Result:
    shown = f"{name}: {grade}"
    if grade == "?":
        return Result(f"Observation/{days}", "bilag_2004", ago(days), shown, problem="imprecise", part=name)
    return Result(f"Observation/{days}", "bilag_2004", ago(days), shown, code=grade, part=name)


@pytest.mark.parametrize(
    ("grades", "one_a", "two_b"),
    [
        pytest.param("", "unknown no-data", "unknown no-data", id="no panel"),
        pytest.param("EEEEEEEAE", "true", "false", id="one A"),
        pytest.param("EEEEEEEBE", "false", "false", id="one B"),
        pytest.param("EBEEEEEBE", "false", "true", id="two B"),
        pytest.param("BBAEEEEEE", "true", "true", id="an A and two B"),
        pytest.param("CDEEEEEEE", "false", "false", id="milder grades"),
        pytest.param("A", "true", "unknown no-data", id="one organ that is enough"),
        pytest.param("B", "unknown no-data", "unknown no-data", id="organs that were left out may have any grade"),
        pytest.param("BB", "unknown no-data", "true", id="two of two organs"),
        pytest.param("BEEEEEEE", "unknown no-data", "unknown no-data", id="one organ is missing"),
        pytest.param("EEEEEEEE", "unknown no-data", "false", id="one organ cannot make two"),
        pytest.param("E?EEEEEEE", "unknown imprecise", "false", id="one organ cannot be read"),
        pytest.param("B?EEEEEEE", "unknown imprecise", "unknown imprecise", id="and may be the second"),
    ],
)
def test_organs_are_counted(grades: str, one_a: str, two_b: str) -> None:
    assert (heard(ONE_A, *panel(grades)), heard(TWO_B, *panel(grades))) == (one_a, two_b)


def test_the_latest_panel_decides_alone() -> None:
    assert heard(ONE_A, *panel("AEEEEEEEE", 30), *panel("EEEEEEEEE", 10)) == "false"


def test_a_panel_is_fresh_for_as_long_as_a_score() -> None:
    assert heard(ONE_A, *panel("AEEEEEEEE", 180)) == "true"
    assert heard(ONE_A, *panel("AEEEEEEEE", 181)) == "unknown stale"


def test_one_organ_counts_once_however_often_it_is_graded() -> None:
    assert heard(TWO_B, *panel("EEEEEEEBE"), organ("renal ", "B")) == "false"


def test_one_organ_of_two_grades_is_a_contradiction() -> None:
    assert heard(ONE_A, *panel("EEEEEEEAE"), organ("Renal", "C")) == "unknown conflict"


def test_a_number_beside_nine_graded_organs_is_none_of_them() -> None:
    total = Result("Observation/10", "bilag_2004", ago(10), "Total: 12", problem="imprecise", part="Total")

    assert heard(ONE_A, *panel("EEEEEEEEE"), total) == "false"


def test_a_grade_without_an_organ_is_one_organ() -> None:
    alone = Result("Observation/1", "bilag_2004", ago(10), "A", code="A")

    assert (heard(ONE_A, alone), heard(TWO_B, alone)) == ("true", "unknown no-data")


def test_the_evidence_is_what_made_it_so() -> None:
    assert [fact.part for fact in says(ONE_A, *panel("BEEEEEEAE")).facts if isinstance(fact, Result)] == ["Renal"]


def test_a_search_that_was_cut_in_no_known_order_decides_nothing() -> None:
    assert heard(ONE_A, *panel("AEEEEEEEE"), gaps={"result": Gap.CUT}) == "unknown not-searched"


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        pytest.param(answer("b_cells_cd19_percentage", "positive"), "true", id="an answer"),
        pytest.param(answer("b_cells_cd19_percentage", "negative"), "false", id="the other one"),
        pytest.param(number("b_cells_cd19_percentage", "12"), "unknown needs-person", id="a number alone"),
        pytest.param(
            number("b_cells_cd19_percentage", "12", low=5, high=20), "unknown needs-person", id="inside its range"
        ),
        pytest.param(
            number("b_cells_cd19_percentage", "32", high=20, flag="high"), "unknown needs-person", id="above its range"
        ),
        pytest.param(
            number("b_cells_cd19_percentage", "12", high=20, answer="positive"), "true", id="a number and an answer"
        ),
        pytest.param(number("b_cells_cd19_percentage", "12", problem="unit"), "unknown unit", id="without a unit"),
    ],
)
def test_a_number_is_never_an_answer_where_only_the_laboratory_can_say(result: Result, expected: str) -> None:
    assert heard(EXPRESSED, result) == expected
