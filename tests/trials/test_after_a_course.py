"""Results after a first course of treatment, and diseases that came back: what counts as after, and as back."""

from typing import Any

import pytest

from tests.trials.judging import ago, course, diagnosis, heard, number, on, says
from trials.record import Diagnosis, Exposure, Fact, Gap, Result

FAILING = "{observation: platelets, max: 30 10*9/L, pick: any, after: glucocorticoid, statement: Low, ref: X1-a}"
STAYING = "{observation: platelets, above: 30 10*9/L, pick: all, after: glucocorticoid, statement: High, ref: X1-a}"
BACK = (
    "{condition: systemic_lupus_erythematosus, when: relapsed, absent: ask, ask: 'Back?', statement: Back, ref: X1-a}"
)


def count(value: str, days: int, **how: Any) -> Result:
    return number("platelets", value, when=ago(days), **how)


def steroid(start: int, end: int | None, **how: Any) -> Exposure:
    return course("prednisone", ago(start), None if end is None else ago(end), **how)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([], "unknown no-data", id="neither counts nor a course"),
        pytest.param([count("12", 3)], "unknown no-data", id="no course"),
        pytest.param([steroid(90, 40)], "unknown no-data", id="no count"),
        pytest.param([steroid(90, 40), count("30", 3)], "true", id="on the limit"),
        pytest.param([steroid(90, 40), count("30.1", 3)], "false", id="just above it"),
        pytest.param([steroid(90, 40), count("12", 40)], "unknown no-data", id="on the last day of the course"),
        pytest.param([steroid(90, 40), count("12", 39)], "true", id="on the day after"),
        pytest.param([steroid(90, 40), count("12", 41), count("80", 3)], "false", id="low before its end alone"),
        pytest.param([steroid(90, 40), count("12", 20), count("80", 3)], "true", id="low once is not staying above"),
        pytest.param([steroid(90, 40), count("80", 20), count("12", 3)], "true", id="high once is not staying either"),
        pytest.param([steroid(300, 250), count("12", 91)], "unknown stale", id="the last one is stale"),
        pytest.param([steroid(300, 250), count("12", 200), count("80", 90)], "true", id="older ones count too"),
        pytest.param([steroid(90, None, ongoing=True), count("12", 3)], "unknown no-data", id="the course goes on"),
        pytest.param(
            [steroid(90, 60), steroid(59, 30), count("12", 45), count("80", 3)],
            "false",
            id="a taper in two orders is one course",
        ),
        pytest.param(
            [steroid(90, 60), steroid(40, 30), count("12", 45), count("80", 3)],
            "true",
            id="a later course is another one",
        ),
        pytest.param(
            [steroid(90, None), count("12", 3)], "unknown imprecise", id="whether it had ended by then is not known"
        ),
        pytest.param([steroid(600, None), count("12", 3)], "true", id="it had ended by then at the latest"),
        pytest.param(
            [steroid(90, 40), count("12", 3, problem="unit")], "unknown unit", id="the last one cannot be read"
        ),
        pytest.param(
            [steroid(90, 40), count("80", 20, problem="unit"), count("80", 3)],
            "unknown unit",
            id="one that cannot be read may be low",
        ),
        pytest.param(
            [steroid(90, 40), number("platelets", "12", when=None)], "unknown imprecise", id="a count without a date"
        ),
        pytest.param(
            [steroid(90, 40, undecided=True), count("12", 3)],
            "unknown needs-person",
            id="a status that decides nothing",
        ),
        pytest.param([steroid(90, 40), count("12", -1), count("80", 3)], "false", id="a count of tomorrow is not seen"),
    ],
)
def test_counts_after_the_course_decide_and_the_last_is_fresh(facts: list[Fact], expected: str) -> None:
    assert heard(FAILING, *facts) == expected


@pytest.mark.parametrize("value", ["12", "30", "30.1", "80"])
def test_staying_above_is_the_opposite_of_falling_below_once(value: str) -> None:
    facts = (steroid(90, 40), count("80", 20), count(value, 3))

    assert {heard(FAILING, *facts), heard(STAYING, *facts)} == {"true", "false"}


def test_a_course_dated_by_months_leaves_open_what_lies_between() -> None:
    taken = course("prednisone", on("2026-07"), on("2026-10"))

    assert heard(FAILING, taken, number("platelets", "12", when=on("2026-10-15"))) == "unknown imprecise"
    assert heard(FAILING, taken, number("platelets", "12", when=on("2026-11-01"))) == "true"


@pytest.mark.parametrize("gap", list(Gap))
def test_a_search_that_fell_short_may_have_missed_a_low_count(gap: Gap) -> None:
    gaps = {"result": gap}

    assert heard(FAILING, steroid(90, 40), count("80", 3), gaps=gaps) == "unknown not-searched"
    assert heard(FAILING, steroid(90, 40), count("12", 3), gaps=gaps) == "true"


def test_a_course_that_was_not_searched_for_is_not_missing() -> None:
    assert heard(FAILING, count("12", 3), gaps={"medication": Gap.FAILED}) == "unknown not-searched"


def test_the_evidence_holds_the_counts_and_the_course() -> None:
    facts = says(FAILING, steroid(90, 40), count("12", 20), count("80", 3)).facts

    assert [type(fact).__name__ for fact in facts] == ["Result", "Exposure"]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([], "unknown needs-person", id="no disease"),
        pytest.param([diagnosis("systemic_lupus_erythematosus")], "unknown needs-person", id="active says nothing"),
        pytest.param([diagnosis("systemic_lupus_erythematosus", relapsed=True)], "true", id="its status says so"),
        pytest.param(
            [diagnosis("systemic_lupus_erythematosus", relapsed=True, provisional=True)],
            "unknown needs-person",
            id="not confirmed",
        ),
        pytest.param(
            [diagnosis("systemic_lupus_erythematosus", ended=True, resolved="remission")],
            "unknown needs-person",
            id="in remission",
        ),
    ],
)
def test_a_disease_came_back_if_its_status_says_so(facts: list[Diagnosis], expected: str) -> None:
    assert heard(BACK, *facts) == expected
