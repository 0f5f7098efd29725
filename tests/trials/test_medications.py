"""Drugs: ever, now, in a window, for a length, how many, at which dose, washed out, of lists that are examples."""

from datetime import date, timedelta
from decimal import Decimal
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trials.judging import TODAY, ago, course, heard, lost, number, on, says, terminology
from trials.interval import Interval, point
from trials.policy import Policy
from trials.record import Exposure, Gap
from trials.truth import Truth
from trials.verdict import Why

EVER = "{medication: glucocorticoid, when: ever}"
CURRENT = "{medication: glucocorticoid, when: current}"
WITHIN = "{medication: glucocorticoid, within: 4 weeks}"
MONTHS = "{medication: glucocorticoid, for: 3 months}"
AGENTS = "{medication: immunomodulator, apart_from: glucocorticoid, agents: 2, for: 3 months}"
ONE_AGENT = "{medication: conventional_immunosuppressant, agents: 1, for: 6 months}"
LISTED = "{medication: [azathioprine, methotrexate], when: ever, or_others: immunosuppressant}"
AHEAD = "{medication: glucocorticoid, within: 7 days, before: leukapheresis}"


def active(ingredient: str, start: int | None, *, end: int | None = None) -> Exposure:
    """An order that is active, from so many days ago."""
    begun, ended = (None if days is None else ago(days) for days in (start, end))
    return course(ingredient, begun, ended, ongoing=True)


def taken(ingredient: str, start: int, end: int) -> Exposure:
    """A course from so many days ago to so many days ago, both days included."""
    return course(ingredient, ago(start), ago(end))


def dose(ingredient: str, days: int, mg: str | None = None) -> Exposure:
    """One administration."""
    return course(ingredient, ago(days), ago(days), single=True, daily_dose=point(Decimal(mg)) if mg else None)


# --- silence


def test_a_drug_that_is_not_in_a_chart_searched_in_full_is_false() -> None:
    assert heard(EVER) == "false not-in-chart"
    assert heard("{medication: glucocorticoid, when: ever, absent: ask}") == "unknown needs-person"
    assert heard(f"{{not: {EVER}}}") == "true not-in-chart"


@pytest.mark.parametrize("criterion", [EVER, CURRENT, WITHIN, MONTHS, AGENTS, LISTED])
def test_a_search_that_failed_or_an_unknown_drug_leaves_absence_open(criterion: str) -> None:
    assert heard(criterion, gaps={"medication": Gap.FAILED}) == "unknown not-searched"
    assert heard(criterion, unidentified=[lost("medication")]) == "unknown no-data"
    assert heard(criterion, unidentified=[lost("diagnosis")]) == "false not-in-chart"


def test_presence_proves_in_a_search_that_was_cut() -> None:
    assert heard(EVER, active("prednisone", 10), gaps={"medication": Gap.CUT}) == "true"
    assert heard(MONTHS, taken("prednisone", 10, 5), gaps={"medication": Gap.CUT}) == "unknown not-searched"


# --- ever, current, within


def test_a_drug_of_the_class_counts_and_another_does_not() -> None:
    assert heard(EVER, active("prednisone", 10)) == "true"
    assert heard(EVER, taken("dexamethasone", 4000, 3990)) == "true"
    assert heard(EVER, active("rituximab", 10)) == "false not-in-chart"


def test_a_local_form_does_not_count() -> None:
    assert heard(EVER, course("budesonide", ago(10), ongoing=True, systemic=False)) == "false not-in-chart"


def test_a_status_that_decides_nothing_is_for_a_person() -> None:
    assert heard(EVER, course("prednisone", ago(10), undecided=True)) == "unknown needs-person"
    assert heard(EVER, course("prednisone", ago(10), undecided=True), active("prednisolone", 5)) == "true"


@pytest.mark.parametrize(
    ("exposure", "expected"),
    [
        pytest.param(active("prednisone", 10), "true", id="active without an end"),
        pytest.param(active("prednisone", None), "true", id="active without any date"),
        pytest.param(active("prednisone", 10, end=0), "true", id="active, its last day is today"),
        pytest.param(active("prednisone", 10, end=1), "false", id="active, its period ended yesterday"),
        pytest.param(active("prednisone", 10, end=-20), "true", id="active, its period goes on"),
        pytest.param(
            course("prednisone", ago(90), on("2026-11"), ongoing=True), "unknown imprecise", id="ends this month"
        ),
        pytest.param(taken("prednisone", 10, 1), "false", id="stopped"),
        pytest.param(course("prednisone", ago(10)), "false", id="stopped without an end"),
    ],
)
def test_current_is_active_in_a_period_that_covers_the_day(exposure: Exposure, expected: str) -> None:
    assert expected == heard(CURRENT, exposure)


def test_a_drug_that_begins_after_the_day_is_not_seen() -> None:
    assert heard(EVER, active("prednisone", -1)) == "false not-in-chart"


@pytest.mark.parametrize(
    ("exposure", "expected"),
    [
        pytest.param(taken("prednisone", 100, 28), "true", id="last taken exactly 4 weeks ago"),
        pytest.param(taken("prednisone", 100, 29), "false", id="last taken a day earlier"),
        pytest.param(active("prednisone", 100), "true", id="still taken"),
        pytest.param(course("prednisone", ago(100)), "unknown imprecise", id="stopped, at some day since"),
        pytest.param(course("prednisone", ago(20)), "true", id="stopped after it began inside"),
        pytest.param(course("prednisone", ago(394)), "false", id="stopped at the latest 365 days after its start"),
        pytest.param(course("prednisone", ago(393)), "unknown imprecise", id="a day later it may be inside"),
        pytest.param(course("prednisone", None), "unknown imprecise", id="stopped, without any date"),
        pytest.param(course("prednisone", ago(100), on("2026-10")), "unknown imprecise", id="ended in the month of 24"),
        pytest.param(dose("prednisone", 28), "true", id="one dose"),
        pytest.param(dose("prednisone", 29), "false", id="one dose, earlier"),
    ],
)
def test_a_drug_is_inside_a_window_until_its_last_day(exposure: Exposure, expected: str) -> None:
    assert expected == heard(WITHIN, exposure)


def test_a_site_sets_how_long_an_order_without_an_end_may_have_lasted() -> None:
    assert heard(WITHIN, course("prednisone", ago(100)), policy=Policy(order_without_end=60)) == "false"


# --- before a later step


@pytest.mark.parametrize(
    ("exposure", "expected", "clears"),
    [
        pytest.param(active("prednisone", 50), "unknown future", date(2026, 11, 29), id="still taken"),
        pytest.param(taken("prednisone", 50, 7), "unknown future", date(2026, 11, 22), id="stopped 7 days ago"),
        pytest.param(taken("prednisone", 50, 8), "false", None, id="stopped 8 days ago"),
        pytest.param(course("prednisone", ago(50)), "unknown imprecise", date(2026, 11, 29), id="stopped some day"),
    ],
)
def test_a_drug_inside_the_time_before_a_later_step_bars_nobody_today(
    exposure: Exposure, expected: str, clears: date | None
) -> None:
    assert expected == heard(AHEAD, exposure)
    assert clears == says(AHEAD, exposure).clears


# --- length


@pytest.mark.parametrize(
    ("exposures", "expected"),
    [
        pytest.param([taken("prednisone", 90, 0)], "true", id="91 days, both ends included"),
        pytest.param([taken("prednisone", 90, 1)], "false", id="90 days"),
        pytest.param([active("prednisone", 90)], "true", id="active for 91 days"),
        pytest.param([active("prednisone", 89)], "false", id="active for 90 days"),
        pytest.param([taken("prednisone", 300, 251), taken("prednisone", 200, 160)], "true", id="50 and 41 days"),
        pytest.param([taken("prednisone", 300, 251), taken("prednisone", 200, 161)], "false", id="50 and 40 days"),
        pytest.param([taken("prednisone", 300, 251), taken("prednisone", 280, 240)], "false", id="overlaps once"),
        pytest.param(
            [taken("prednisone", 300, 251), taken("dexamethasone", 200, 160)], "true", id="pooled over the class"
        ),
        pytest.param([course("prednisone", ago(300))], "unknown imprecise", id="stopped without an end"),
        pytest.param([course("prednisone", ago(80))], "false", id="begun too late to be long enough"),
        pytest.param([course("prednisone", None, ago(10))], "unknown imprecise", id="without a start"),
        pytest.param(
            [course("prednisone", on("2026-01"), on("2026-05"))], "true", id="from some day in January to May"
        ),
        pytest.param([course("prednisone", on("2026-01"), on("2026-04"))], "unknown imprecise", id="January to April"),
        pytest.param([dose("prednisone", 300), dose("prednisone", 30)], "unknown needs-person", id="doses far apart"),
        pytest.param(
            [taken("prednisone", 300, 200), dose("prednisone", 30)], "true", id="a course beside a single dose"
        ),
        pytest.param([dose("prednisone", days) for days in range(91)], "true", id="a dose on each of 91 days"),
        pytest.param(
            [dose("prednisone", 2 * days) for days in range(91)], "unknown needs-person", id="every other day"
        ),
        pytest.param(
            [taken("prednisone", 300, 211), dose("prednisone", 30)],
            "unknown needs-person",
            id="a course a day short, and a dose",
        ),
        pytest.param([course("prednisone", ago(300), ago(10), undecided=True)], "unknown needs-person", id="undecided"),
        pytest.param([course("prednisone", ago(-1), ongoing=True)], "false not-in-chart", id="not begun yet"),
    ],
)
def test_a_length_is_counted_in_days_overlaps_once(exposures: list[Exposure], expected: str) -> None:
    assert expected == heard(MONTHS, *exposures)


@pytest.mark.parametrize(("span", "days"), [("3 months", 91), ("6 months", 182), ("12 months", 365), ("14 days", 14)])
def test_a_length_of_months_is_a_number_of_days(span: str, days: int) -> None:
    criterion = f"{{medication: glucocorticoid, for: {span}}}"

    assert heard(criterion, taken("prednisone", days + 9, 10)) == "true"
    assert heard(criterion, taken("prednisone", days + 8, 10)) == "false"


def test_a_length_inside_a_window_counts_only_the_days_in_it() -> None:
    criterion = "{medication: glucocorticoid, for: 14 days, within: 8 weeks}"

    assert heard(criterion, taken("prednisone", 400, 43)) == "true"
    assert heard(criterion, taken("prednisone", 400, 44)) == "false"
    assert heard(criterion, taken("prednisone", 400, 57)) == "false"
    assert heard(criterion, active("prednisone", 400)) == "true"


def test_one_agent_for_six_months_is_one_and_the_same() -> None:
    half, other = taken("azathioprine", 400, 300), taken("methotrexate", 250, 150)

    assert heard(ONE_AGENT, half, other) == "false"
    assert heard(ONE_AGENT, half, taken("azathioprine", 250, 150)) == "true"
    assert heard("{medication: conventional_immunosuppressant, for: 6 months}", half, other) == "true"


@pytest.mark.parametrize(
    ("exposures", "expected"),
    [
        pytest.param([taken("azathioprine", 300, 200), taken("methotrexate", 190, 90)], "true", id="two, each long"),
        pytest.param([taken("azathioprine", 300, 200), taken("methotrexate", 190, 110)], "false", id="one too short"),
        pytest.param([taken("azathioprine", 300, 200)], "false", id="only one"),
        pytest.param(
            [taken("azathioprine", 300, 200), taken("prednisone", 300, 200)], "false", id="a glucocorticoid is apart"
        ),
        pytest.param(
            [taken("azathioprine", 300, 200), course("methotrexate", ago(300))],
            "unknown imprecise",
            id="one without an end",
        ),
        pytest.param(
            [taken("azathioprine", 300, 200), dose("rituximab", 300), dose("rituximab", 286)],
            "unknown needs-person",
            id="one by infusions",
        ),
    ],
)
def test_distinct_agents_are_counted_by_ingredient(exposures: list[Exposure], expected: str) -> None:
    assert expected == heard(AGENTS, *exposures)


def test_an_agent_that_was_too_short_does_not_say_why_another_one_is_open() -> None:
    """The stopped order may have lasted until today, which is too short all the same; the infusion asks a person."""
    short, infusion = course("prednisone", ago(30)), dose("prednisolone", 60)

    assert heard("{medication: glucocorticoid, agents: 1, for: 3 months}", short, infusion) == "unknown needs-person"


def test_agents_without_a_length_are_counted_as_soon_as_they_were_taken() -> None:
    criterion = "{medication: immunosuppressant, agents: 2}"
    undecided = course("methotrexate", ago(10), undecided=True)

    assert heard(criterion, dose("azathioprine", 5), dose("methotrexate", 9)) == "true"
    assert heard(criterion, dose("azathioprine", 5), dose("azathioprine", 9)) == "false"
    assert heard(criterion, dose("azathioprine", 5), undecided) == "unknown needs-person"
    assert heard(criterion, dose("azathioprine", 5), gaps={"medication": Gap.CUT}) == "unknown not-searched"


def test_current_agents_are_counted_while_they_are_taken() -> None:
    criterion = "{medication: immunosuppressant, when: current, agents: 2}"

    assert heard(criterion, active("azathioprine", 5), active("methotrexate", 9)) == "true"
    assert heard(criterion, active("azathioprine", 5), taken("methotrexate", 90, 9)) == "false"


# --- lists that are examples


def test_a_drug_of_the_class_outside_an_example_list_is_for_a_person() -> None:
    assert heard(LISTED, taken("azathioprine", 90, 9)) == "true"
    assert heard(LISTED, taken("tacrolimus", 90, 9)) == "unknown needs-person"
    assert heard(LISTED, taken("prednisone", 90, 9)) == "false not-in-chart"


def test_a_listed_drug_that_was_taken_too_shortly_leaves_the_others_to_a_person() -> None:
    criterion = "{medication: [azathioprine], agents: 1, for: 6 months, or_others: immunosuppressant}"

    assert heard(criterion, taken("azathioprine", 90, 9)) == "false"
    assert heard(criterion, taken("azathioprine", 90, 9), taken("tacrolimus", 90, 9)) == "unknown needs-person"


# --- dose


def dosed(ingredient: str, start: int, end: int, mg: str | None) -> Exposure:
    return course(ingredient, ago(start), ago(end), daily_dose=point(Decimal(mg)) if mg else None)


HIGH = "{medication: glucocorticoid, daily_dose: {above: 500 mg}, for: 14 days}"
REACHED = "{medication: glucocorticoid, daily_dose: {min: 100 mg}}"
PER_KG = "{medication: glucocorticoid, daily_dose: {min: 1 mg/kg}}"


@pytest.mark.parametrize(
    ("ingredient", "mg"),
    [
        ("prednisone", "100"),
        ("prednisolone", "100"),
        ("methylprednisolone", "80"),
        ("dexamethasone", "15"),
        ("betamethasone", "12"),
        ("hydrocortisone", "400"),
        ("cortisone", "500"),
        ("triamcinolone", "80"),
        ("deflazacort", "120"),
    ],
)
def test_a_dose_is_one_of_prednisone_or_its_equivalent(ingredient: str, mg: str) -> None:
    less = str(Decimal(mg) - Decimal("0.1"))

    assert heard(REACHED, dosed(ingredient, 40, 30, mg)) == "true"
    assert heard(REACHED, dosed(ingredient, 40, 30, less)) == "false"


@pytest.mark.parametrize(
    ("exposures", "expected"),
    [
        pytest.param([dosed("prednisone", 40, 27, "501")], "true", id="14 days above"),
        pytest.param([dosed("prednisone", 40, 28, "501")], "false", id="13 days"),
        pytest.param([dosed("prednisone", 40, 27, "500")], "false", id="on the limit"),
        pytest.param([dosed("prednisone", 40, 27, None)], "unknown needs-person", id="no dose"),
        pytest.param([dosed("prednisone", 40, 30, None)], "false", id="no dose, but too short"),
        pytest.param(
            [dosed("methylprednisolone", 60, 54, "500"), dosed("prednisone", 53, 47, "600")],
            "true",
            id="one after the other",
        ),
        pytest.param(
            [dosed("prednisone", 40, 27, "300"), dosed("methylprednisolone", 40, 27, "240")],
            "unknown needs-person",
            id="together, if both were taken at once",
        ),
        pytest.param(
            [dosed("prednisone", 40, 27, "300"), dosed("methylprednisolone", 26, 13, "240")],
            "false",
            id="never together",
        ),
        pytest.param([dosed("prednisone", 40, 27, "1"), dosed("prednisone", 40, 27, "1")], "false", id="far below"),
    ],
)
def test_a_dose_for_a_length_counts_the_days_at_that_dose(exposures: list[Exposure], expected: str) -> None:
    assert expected == heard(HIGH, *exposures)


def test_a_dose_in_a_range_decides_as_far_as_it_reaches() -> None:
    tapered = course("prednisone", ago(40), ago(30), daily_dose=Interval(Decimal(20), Decimal(120)))

    assert heard(REACHED, tapered) == "unknown imprecise"
    assert heard("{medication: glucocorticoid, daily_dose: {min: 20 mg}}", tapered) == "true"
    assert heard("{medication: glucocorticoid, daily_dose: {above: 120 mg}}", tapered) == "false"


def test_a_single_dose_counts_as_its_days_dose() -> None:
    assert heard(REACHED, dose("methylprednisolone", 30, "500")) == "true"


def test_a_glucocorticoid_that_is_not_in_the_table_is_for_a_person() -> None:
    criterion = "{medication: [glucocorticoid, budesonide], daily_dose: {min: 100 mg}}"

    assert heard(criterion, dosed("budesonide", 40, 30, "9")) == "unknown needs-person"


def test_a_dose_of_an_undecided_entry_proves_nothing() -> None:
    entry = course("prednisone", ago(40), ago(30), daily_dose=point(Decimal(200)), undecided=True)

    assert heard(REACHED, entry) == "unknown needs-person"


def test_a_dose_inside_a_window_is_one_that_was_still_taken_in_it() -> None:
    criterion = "{medication: glucocorticoid, daily_dose: {min: 100 mg}, within: 4 weeks}"

    assert heard(criterion, dosed("prednisone", 40, 28, "100")) == "true"
    assert heard(criterion, dosed("prednisone", 40, 29, "100")) == "false"
    assert heard(criterion, dosed("prednisone", 40, 28, "99")) == "false"


@pytest.mark.parametrize(
    ("weight", "days", "expected"),
    [
        pytest.param("60", 40, "true", id="exactly 1 mg for each kg"),
        pytest.param("60.1", 40, "false", id="less than 1 mg for each kg"),
        pytest.param("<50", 40, "true", id="light enough in any case"),
        pytest.param("<70", 40, "unknown imprecise", id="a weight that leaves it open"),
        pytest.param("60", 130, "true", id="a weight of 90 days before"),
        pytest.param("60", 131, "unknown stale", id="a weight of 91 days before"),
        pytest.param(None, 0, "unknown no-data", id="no weight"),
    ],
)
def test_a_dose_per_kg_takes_the_weight_nearest_in_time(weight: str | None, days: int, expected: str) -> None:
    weights = [number("body_weight", weight, when=ago(days))] if weight else []

    assert expected == heard(PER_KG, dosed("prednisone", 40, 30, "60"), *weights)


def test_the_weight_is_evidence_beside_the_dose() -> None:
    given_dose, weight = dosed("prednisone", 40, 30, "60"), number("body_weight", "60", when=ago(40))

    assert {given_dose, weight} == set(says(PER_KG, given_dose, weight).facts)


def test_the_nearer_of_two_weights_counts() -> None:
    near, far = number("body_weight", "60", when=ago(41)), number("body_weight", "90", when=ago(60))

    assert heard(PER_KG, dosed("prednisone", 40, 30, "60"), near, far) == "true"


# --- half-lives


def test_a_washout_is_counted_in_the_half_lives_of_the_drug_at_hand() -> None:
    hours = terminology().sets["tofacitinib"].half_life_hours
    assert hours is not None
    days = ceil(3 * hours / 24)
    criterion = "{medication: jak_inhibitor, within: 3 half-lives}"

    assert heard(criterion, taken("tofacitinib", 90, days)) == "true"
    assert heard(criterion, taken("tofacitinib", 90, days + 1)) == "false"
    assert heard(criterion) == "false not-in-chart"


# --- laws

spans = st.tuples(st.integers(0, 400), st.integers(0, 120))
ingredients = st.sampled_from(["prednisone", "dexamethasone", "azathioprine", "methotrexate", "rituximab"])


@st.composite
def exposures(draw: st.DrawFn) -> Exposure:
    start, length = draw(spans)
    end = max(start - length, 0)
    kind = draw(st.sampled_from(["course", "open", "active", "single", "undated", "undecided"]))
    name = draw(ingredients)
    match kind:
        case "course":
            return taken(name, start, end)
        case "open":
            return course(name, ago(start))
        case "active":
            return active(name, start)
        case "single":
            return dose(name, start)
        case "undecided":
            return course(name, ago(start), ago(end), undecided=True)
        case _:
            return course(name, None)


charts = st.lists(exposures(), max_size=4)
criteria = st.sampled_from([EVER, CURRENT, WITHIN, MONTHS, AGENTS, ONE_AGENT, LISTED, AHEAD, HIGH, REACHED])


@given(criteria, charts, st.sampled_from([Gap.FAILED, Gap.CUT]))
def test_a_search_that_fell_short_never_flips_an_answer_and_never_makes_a_no(
    criterion: str, chart: list[Exposure], gap: Gap
) -> None:
    whole, short = says(criterion, *chart), says(criterion, *chart, gaps={"medication": gap})

    assert short.truth in (whole.truth, Truth.UNKNOWN)
    assert short.truth is not Truth.FALSE


@given(criteria, charts, exposures())
def test_one_more_entry_never_turns_a_yes_into_a_no(criterion: str, chart: list[Exposure], more: Exposure) -> None:
    before, after = says(criterion, *chart), says(criterion, *chart, more)

    assert before.truth is not Truth.TRUE or after.truth is Truth.TRUE


@given(st.sampled_from([WITHIN, MONTHS, HIGH]), st.integers(0, 300), st.integers(0, 300))
def test_saying_when_a_course_ended_never_flips_what_was_said_without(criterion: str, start: int, length: int) -> None:
    without = says(criterion, course("prednisone", ago(start)))
    ended = says(criterion, taken("prednisone", start, max(start - length, 0)))

    assert {without.truth, ended.truth} != {Truth.TRUE, Truth.FALSE}


@given(criteria, charts)
def test_not_is_the_mirror_and_unknown_always_says_why(criterion: str, chart: list[Exposure]) -> None:
    plain, negated = says(criterion, *chart), says(f"{{not: {criterion}}}", *chart)

    assert plain.truth.negated is negated.truth
    assert plain.truth is not Truth.UNKNOWN or plain.why is not None


@given(charts, st.integers(0, 60))
def test_a_time_before_a_later_step_is_never_a_yes(chart: list[Exposure], later: int) -> None:
    verdict = says(AHEAD, *chart, today=TODAY + timedelta(days=later))

    assert verdict.truth is not Truth.TRUE
    assert verdict.clears is None or verdict.why in (Why.FUTURE, Why.IMPRECISE, Why.NEEDS_PERSON)


@pytest.mark.parametrize("criterion", ["{medication: [tocilizumab, anakinra], within: 5 half-lives}"])
def test_each_drug_of_a_washout_has_its_own_half_life(criterion: str) -> None:
    assert heard(criterion, taken("anakinra", 90, 2)) == "true"
    assert heard(criterion, taken("anakinra", 90, 3)) == "false"
    assert heard(criterion, taken("anakinra", 90, 3), taken("tocilizumab", 200, 65)) == "true"
    assert heard(criterion, taken("tocilizumab", 200, 66)) == "false"


def test_a_drug_whose_half_life_is_not_in_the_table_is_for_a_person() -> None:
    assert heard("{medication: jak_inhibitor, within: 3 half-lives}", taken("deucravacitinib", 900, 800)) == (
        "unknown needs-person"
    )


def test_a_drug_that_the_text_does_not_name_raises_a_question_inside_the_window_alone() -> None:
    criterion = "{medication: vasopressor, when: current, or_others: epinephrine}"

    assert heard(criterion, course("epinephrine", ago(5), ongoing=True)) == "unknown needs-person"
    assert heard(criterion, course("epinephrine", ago(50), ago(49))) == "false"
    assert heard(criterion, course("norepinephrine", ago(1), ongoing=True)) == "true"
