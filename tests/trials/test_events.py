"""Procedures, vaccines and allergies: ever, in a window, before a later step, supported, silent."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trials.judging import TODAY, ago, allergy, event, heard, hint, lost, on, says
from trials.record import Event, Gap
from trials.truth import Truth
from trials.verdict import Why

DIALYSIS = "{procedure: dialysis}"
LIVE = "{immunization: live_vaccine, within: 6 weeks, before: lymphodepletion}"
ALLERGY = "{allergy: dextran}"
SEVERE = "{allergy: dextran, severe: true}"


def test_a_procedure_counts_whenever_it_was_done() -> None:
    assert heard(DIALYSIS, event("dialysis", ago(4000))) == "true"
    assert heard(DIALYSIS, event("dialysis", None)) == "true"


def test_a_procedure_that_is_not_in_a_chart_searched_in_full_is_false() -> None:
    assert heard(DIALYSIS) == "false not-in-chart"
    assert heard("{procedure: dialysis, absent: ask}") == "unknown needs-person"


def test_a_negated_procedure_is_true_where_its_absence_would_be_false() -> None:
    assert heard(f"{{not: {DIALYSIS}}}") == "true not-in-chart"


@pytest.mark.parametrize("gap", list(Gap))
def test_a_procedure_that_was_not_searched_in_full_is_unknown_until_one_is_found(gap: Gap) -> None:
    assert heard(DIALYSIS, gaps={"procedure": gap}) == "unknown not-searched"
    assert heard(DIALYSIS, event("dialysis"), gaps={"procedure": gap}) == "true"


def test_a_procedure_that_nobody_can_identify_leaves_absence_open() -> None:
    assert heard(DIALYSIS, unidentified=[lost("procedure")]) == "unknown no-data"
    assert heard(DIALYSIS, unidentified=[lost("diagnosis")]) == "false not-in-chart"
    assert heard(DIALYSIS, event("dialysis"), unidentified=[lost("procedure")]) == "true"


def test_what_is_dated_after_the_day_neither_counts_nor_leaves_anything_open() -> None:
    tomorrow = on("2026-11-22")

    assert heard(DIALYSIS, event("dialysis", tomorrow)) == "false not-in-chart"
    assert heard(DIALYSIS, unidentified=[lost("procedure", tomorrow)]) == "false not-in-chart"
    assert heard(DIALYSIS, suspected={"dialysis": hint("procedure", tomorrow)}) == "false not-in-chart"


def test_the_words_of_an_unmapped_procedure_leave_its_set_to_a_person() -> None:
    assert heard(DIALYSIS, suspected={"dialysis": hint("procedure")}) == "unknown needs-person"
    assert heard("{procedure: plasmapheresis}", suspected={"dialysis": hint("procedure")}) == "false not-in-chart"


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        pytest.param("2026-10-24", "true", id="exactly 4 weeks ago"),
        pytest.param("2026-10-23", "false", id="a day earlier"),
        pytest.param("2026-11", "unknown imprecise", id="this month, which is not over"),
        pytest.param("2026-10", "unknown imprecise", id="a month that the window cuts"),
        pytest.param("2025", "false", id="last year"),
    ],
)
def test_a_window_back_includes_its_first_day(when: str, expected: str) -> None:
    assert expected == heard("{procedure: surgery, within: 4 weeks}", event("surgery", on(when)))


def test_a_procedure_without_a_date_may_lie_inside_a_window() -> None:
    assert heard("{procedure: surgery, within: 4 weeks}", event("surgery", None)) == "unknown imprecise"


@pytest.mark.parametrize(
    ("procedure", "expected"),
    [
        pytest.param(event("dialysis", ago(400))._replace(ongoing=True), "true", id="in progress since last year"),
        pytest.param(
            event("dialysis", None)._replace(ongoing=True), "true", id="in progress, and nobody says since when"
        ),
        pytest.param(event("dialysis", ago(400))._replace(end=ago(28)), "true", id="ended exactly 4 weeks ago"),
        pytest.param(event("dialysis", ago(400))._replace(end=ago(29)), "false", id="ended a day earlier"),
        pytest.param(event("dialysis", ago(40))._replace(end=on("2027-01-01")), "true", id="ends in the future"),
        pytest.param(
            event("dialysis", ago(400))._replace(end=on("2026-10")), "unknown imprecise", id="ended in a month"
        ),
    ],
)
def test_any_part_of_a_course_is_inside_a_window(procedure: Event, expected: str) -> None:
    assert expected == heard("{procedure: dialysis, within: 4 weeks}", procedure)


def test_a_course_that_goes_on_stands_in_the_way_of_a_later_step() -> None:
    criterion = "{procedure: dialysis, within: 4 weeks, before: lymphodepletion}"

    assert heard(criterion, event("dialysis", ago(400))._replace(ongoing=True)) == "unknown future"
    assert heard(criterion, event("dialysis", ago(400))._replace(end=ago(29))) == "false"


def test_one_procedure_inside_the_window_is_enough() -> None:
    assert heard("{procedure: surgery, within: 4 weeks}", event("surgery", ago(400)), event("surgery", ago(4))) == (
        "true"
    )


def test_what_lies_outside_its_window_refutes_only_if_all_was_searched() -> None:
    old = event("surgery", ago(400))

    assert heard("{procedure: surgery, within: 4 weeks}", old) == "false"
    assert heard("{procedure: surgery, within: 4 weeks}", old, gaps={"procedure": Gap.CUT}) == "unknown not-searched"
    assert heard("{procedure: surgery, within: 4 weeks}", old, unidentified=[lost("procedure")]) == "unknown no-data"


def test_a_procedure_that_only_supports_is_for_a_person() -> None:
    assert heard("{procedure: prostatectomy, supports: true}", event("prostatectomy")) == "unknown needs-person"
    assert heard("{procedure: prostatectomy, supports: true}") == "false not-in-chart"


# --- before a step that lies ahead


@pytest.mark.parametrize(
    ("days", "expected", "clears"),
    [
        pytest.param(0, "unknown future", date(2027, 1, 3), id="today"),
        pytest.param(42, "unknown future", date(2026, 11, 22), id="exactly six weeks ago clears tomorrow"),
        pytest.param(43, "false", None, id="a day more is over"),
    ],
)
def test_a_window_before_a_later_step_cannot_be_broken_yet(days: int, expected: str, clears: date | None) -> None:
    vaccine = event("live_vaccine", ago(days))

    assert expected == heard(LIVE, vaccine)
    assert clears == says(LIVE, vaccine).clears


def test_the_last_vaccine_says_when_it_clears() -> None:
    assert date(2027, 1, 2) == says(LIVE, event("live_vaccine", ago(30)), event("live_vaccine", ago(1))).clears


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        pytest.param("2026-10", "unknown imprecise", id="on either side of the start"),
        pytest.param("2026-09", "false", id="wholly before"),
    ],
)
def test_a_partial_date_before_a_later_step_is_an_interval(when: str, expected: str) -> None:
    assert expected == heard(LIVE, event("live_vaccine", on(when)))


def test_a_vaccine_without_a_date_is_undecided_and_one_not_given_is_false() -> None:
    assert heard(LIVE, event("live_vaccine", None)) == "unknown imprecise"
    assert heard(LIVE) == "false not-in-chart"
    assert heard(LIVE, gaps={"immunization": Gap.FAILED}) == "unknown not-searched"


@given(
    st.dates(date(2023, 1, 1), date(2026, 12, 31)),
    st.integers(1, 14),
    st.sampled_from(["days", "weeks", "months"]),
    st.integers(0, 40),
)
def test_the_day_on_which_it_clears_is_the_first_on_which_it_does(
    given_on: date, count: int, unit: str, later: int
) -> None:
    criterion = f"{{immunization: live_vaccine, within: {count} {unit}, before: infusion}}"
    vaccine = event("live_vaccine", on(given_on.isoformat()))
    verdict = says(criterion, vaccine, today=given_on + timedelta(days=later))
    if verdict.clears is None:
        assert verdict.truth is Truth.FALSE
        return

    assert Why.FUTURE is says(criterion, vaccine, today=verdict.clears - timedelta(days=1)).why
    assert Truth.FALSE is says(criterion, vaccine, today=verdict.clears).truth


# --- allergies


def test_an_allergy_counts_whether_or_not_it_says_how_severe_it_is() -> None:
    assert heard(ALLERGY, allergy("dextran")) == "true"
    assert heard(ALLERGY) == "false not-in-chart"
    assert heard(ALLERGY, gaps={"allergy": Gap.FAILED}) == "unknown not-searched"
    assert heard(ALLERGY, unidentified=[lost("allergy")]) == "unknown no-data"


@pytest.mark.parametrize(("severe", "expected"), [(True, "true"), (None, "unknown needs-person"), (False, "false")])
def test_a_severe_allergy_is_one_that_says_so(severe: bool | None, expected: str) -> None:
    assert expected == heard(SEVERE, allergy("dextran", severe=severe))


def test_an_allergy_to_an_agent_that_the_text_does_not_name_is_for_a_person() -> None:
    criterion = "{allergy: lymphodepleting_agent, severe: true, supports: true}"

    assert heard(criterion, allergy("cyclophosphamide", severe=True)) == "unknown needs-person"
    assert heard(criterion, allergy("cyclophosphamide", severe=False)) == "false"


def test_an_allergy_to_one_drug_of_a_class_is_one_to_the_class() -> None:
    assert heard("{allergy: glucocorticoid}", allergy("prednisone")) == "true"


def test_a_day_in_the_past_sees_what_was_known_then() -> None:
    then = TODAY - timedelta(days=30)

    assert heard(DIALYSIS, event("dialysis", ago(29)), today=then) == "false not-in-chart"
    assert heard(DIALYSIS, event("dialysis", ago(30)), today=then) == "true"
