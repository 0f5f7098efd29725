"""When a verdict turns by itself: age, windows, washouts, lengths, freshness, and what rests on active orders."""

from datetime import date

import pytest

from tests.trials.judging import WOMAN, ago, answer, course, diagnosis, event, number, on
from tests.trials.outlook.written import REF, days, exclusion, inclusion, timing, written
from trials.outlook.timing import NEVER, Timing
from trials.policy import Policy
from trials.record import Exposure, Fact, Person, PersonAnswer
from trials.when import When


def born(text: str) -> Person:
    return WOMAN._replace(birth=on(text))


def ongoing(ingredient: str, start: When) -> Exposure:
    return course(ingredient, start, ongoing=True)


AGE = "{age: 18..65 years}"


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        pytest.param("2008-12-01", Timing(clears=date(2026, 12, 1)), id="18 in ten days"),
        pytest.param("2016-02-29", Timing(clears=date(2034, 3, 1)), id="a leap day, in a year without one"),
        pytest.param(
            "2009",
            Timing(clears=date(2027, 12, 31), expires=date(2027, 1, 1), expires_by="protocol"),
            id="born in 2009: too young until 2027, surely old enough at its end",
        ),
        pytest.param("1960-11-22", Timing(expires=date(2026, 11, 22), expires_by="protocol"), id="66 tomorrow"),
        pytest.param("1960-11-21", NEVER, id="66 today: nothing clears it"),
        pytest.param("1986", Timing(expires=date(2052, 1, 1), expires_by="protocol"), id="66 at the earliest"),
    ],
)
def test_an_age_is_reached_and_passed_on_birthdays(birth: str, expected: Timing) -> None:
    assert expected == timing(inclusion(AGE), person=born(birth))


HCG = "{observation: hcg_serum, is: negative}"


def test_a_pregnancy_test_expires_by_policy_a_week_after_its_day() -> None:
    found = timing(inclusion(HCG), answer("hcg_serum", "negative", when=ago(5)))

    assert found == Timing(expires=days(3), expires_by="policy")


def test_a_pregnancy_test_expires_by_the_protocols_own_window() -> None:
    within = inclusion("{observation: hcg_serum, is: negative, within: 7 days}")

    found = timing(within, answer("hcg_serum", "negative", when=ago(5)))

    assert found == Timing(expires=days(3), expires_by="protocol")


def test_a_site_without_a_limit_of_age_lets_nothing_expire() -> None:
    policy = Policy()._replace(fresh_days={**Policy().fresh_days, "pregnancy_test": None})

    assert timing(inclusion(HCG), answer("hcg_serum", "negative", when=ago(5)), policy=policy) == NEVER


def test_a_failing_result_stops_deciding_and_clears_nothing() -> None:
    found = timing(inclusion("{observation: platelets, min: 50 10*9/L}"), number("platelets", "18", when=ago(80)))

    assert found == Timing(expires=days(11), expires_by="policy")


def test_of_the_lowest_result_of_a_window_the_low_one_leaves_it() -> None:
    lowest = inclusion("{observation: platelets, min: 50 10*9/L, pick: lowest, within: 2 weeks}")

    found = timing(lowest, number("platelets", "18", when=ago(10)), number("platelets", "80", when=ago(2)))

    assert found == Timing(clears=days(5))


@pytest.mark.parametrize(
    ("criterion", "fact", "expected"),
    [
        pytest.param(
            "{immunization: live_vaccine, within: 6 weeks, before: lymphodepletion}",
            event("live_vaccine", ago(21)),
            Timing(clears=days(22)),
            id="a vaccine before a later step",
        ),
        pytest.param(
            "{immunization: live_vaccine, within: 6 weeks}",
            event("live_vaccine", ago(42)),
            Timing(clears=days(1)),
            id="a vaccine on the last day of its window",
        ),
        pytest.param(
            "{medication: glucocorticoid, within: 1 month}",
            course("prednisone", ago(90), on("2026-10-31")),
            Timing(clears=date(2026, 12, 1)),
            id="31 October lies within a month of 30 November",
        ),
        pytest.param(
            "{medication: tocilizumab, within: 5 half-lives}",
            course("tocilizumab", ago(90), ago(60)),
            Timing(clears=days(6)),
            id="five half-lives of 13 days",
        ),
        pytest.param(
            "{medication: b_cell_targeted_therapy, when: ever}",
            course("rituximab", ago(900), ago(899)),
            NEVER,
            id="ever is for ever",
        ),
        pytest.param(
            "{condition: stroke, onset_within: 6 months}",
            diagnosis("stroke", onset=on("2026-08-31")),
            Timing(clears=date(2027, 3, 1)),
            id="six months after 31 August",
        ),
        pytest.param(
            "{condition: malignancy, within: 2 years}",
            diagnosis("prostate_cancer", abated=on("2025-01-10"), ended=True),
            Timing(clears=date(2027, 1, 11)),
            id="any part of its course",
        ),
        pytest.param(
            "{condition: malignancy, within: 2 years}",
            diagnosis("prostate_cancer"),
            NEVER,
            id="an active disease goes on",
        ),
        pytest.param(
            "{medication: glucocorticoid, when: current}",
            course("prednisone", ago(30), on("2026-12-01"), ongoing=True),
            Timing(clears=date(2026, 12, 2)),
            id="an order that ends on a known day",
        ),
    ],
)
def test_what_stands_in_the_way_clears_on_its_day(criterion: str, fact: Fact, expected: Timing) -> None:
    assert expected == timing(exclusion(criterion), fact)


def test_diagnosed_at_least_so_long_ago_is_reached() -> None:
    criterion = inclusion("{condition: systemic_sclerosis, at_least_ago: 6 months}")

    found = timing(criterion, diagnosis("systemic_sclerosis", onset=on("2026-07-01"), recorded=on("2026-07-01")))

    assert found == Timing(clears=date(2027, 1, 1))


FOR = "{medication: glucocorticoid, for: 3 months}"


def test_the_length_of_a_treatment_is_reached_if_the_order_goes_on() -> None:
    found = timing(inclusion(FOR), ongoing("prednisone", ago(59)))

    assert found == Timing(clears=days(31), clears_if="go-on")


def test_courses_of_one_class_are_pooled_until_the_length_is_reached() -> None:
    found = timing(inclusion(FOR), course("prednisone", ago(300), ago(271)), ongoing("methylprednisolone", ago(9)))

    assert found == Timing(clears=days(51), clears_if="go-on")


def test_a_course_that_has_ended_reaches_nothing() -> None:
    assert timing(inclusion(FOR), course("prednisone", ago(60), ago(2))) == NEVER


def test_a_course_leaves_its_window() -> None:
    criterion = inclusion("{medication: glucocorticoid, for: 8 weeks, within: 3 months}")

    found = timing(criterion, course("prednisone", ago(100), ago(20)))

    assert found.expires_by == "protocol"
    assert found.expires == date(2026, 12, 8)


def test_an_active_order_never_leaves_its_washout_by_itself() -> None:
    washout = exclusion("{medication: glucocorticoid, within: 7 days, before: leukapheresis}")

    found = timing(washout, ongoing("prednisone", ago(200)))

    assert found == Timing(clears=days(8), clears_if="end-today")


def test_a_pregnancy_code_is_current_by_the_sites_own_number_of_days() -> None:
    criterion = exclusion("{condition: pregnancy, when: current, currency: pregnancy}")

    found = timing(criterion, diagnosis("pregnancy", onset=ago(290)))

    assert found == Timing(expires=days(11), expires_by="policy")


def test_an_exception_clears_when_it_holds() -> None:
    cured = """exclusion:
  malignancy:
    condition: malignancy
    when: ever
    statement: Any malignancy
    ref: X1-m
    except: {condition: malignancy, cured_for: 2 years, ask: Cured?, statement: Cured for 2 years, ref: X1-a}
"""

    found = timing(
        written(cured), diagnosis("prostate_cancer", abated=on("2025-03-01"), ended=True, resolved="resolved")
    )

    assert found == Timing(clears=date(2027, 3, 1))


def test_computed_clearance_falls_below_the_limit_on_a_birthday() -> None:
    limit = inclusion("{observation: creatinine_clearance, min: 60 mL/min, within: 5 years}")
    inputs = number("creatinine", "100", when=ago(3)), number("body_weight", "67", when=ago(3))
    person = Person("Patient/test", on("1960-12-01"), "male")

    found = timing(limit, *inputs, person=person)

    assert found.expires == date(2028, 12, 1)
    assert found.expires_by == "protocol"


def test_what_is_missing_asked_or_not_in_the_chart_has_no_day() -> None:
    assert timing(inclusion("{observation: platelets, min: 50 10*9/L}")) == NEVER
    assert timing(inclusion("{ask: Agrees?}")) == NEVER
    assert timing(inclusion("{medication: glucocorticoid, when: ever}")) == NEVER
    assert timing(exclusion("{condition: stroke, when: ever}")) == NEVER


def test_a_screening_that_is_positive_in_its_own_window_is_not_undone_by_a_stale_one() -> None:
    result = answer("hbsag", "positive", when=ago(1))

    assert timing(exclusion("{observation: hbsag, is: positive}"), result).expires == days(365 - 1 + 1)


def said(yes: bool, when: When, until: date) -> PersonAnswer:
    return PersonAnswer("QuestionnaireResponse/1", REF, yes, "Dr Example", when, until)


def test_a_persons_answer_expires_by_policy() -> None:
    found = timing(inclusion("{ask: Agrees?}"), answers=[said(True, ago(80), days(10))])

    assert found == Timing(expires=days(11), expires_by="policy")


def test_an_answer_that_bars_stops_deciding_too() -> None:
    found = timing(exclusion("{ask: Pregnant?}"), answers=[said(True, ago(80), days(10))])

    assert found == Timing(expires=days(11), expires_by="policy")


def test_an_answer_that_has_expired_has_no_day() -> None:
    assert timing(inclusion("{ask: Agrees?}"), answers=[said(True, ago(100), ago(10).first)]) == NEVER
