"""From when a trial could be met, and why it is none today."""

from datetime import date, timedelta
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from tests.trials.judging import TODAY, WOMAN, ago, course, diagnosis, event, number, on, record
from tests.trials.outlook.written import days, written
from trials.judge import Trial, charted, match
from trials.outcome import Outcome
from trials.outlook.prospect import Prospect, Prospects, WhyNot, first_day
from trials.outlook.whole import outlook
from trials.policy import Policy
from trials.record import Fact, Person
from trials.truth import Truth, at_least

YOUNG = WOMAN._replace(birth=on("2008-12-01"))

SHARED = """inclusion:
  age: {age: 18 and over, ref: X1-age}
exclusion:
  vaccine: {immunization: live_vaccine, within: 6 weeks, statement: A live vaccine, ref: X1-v}
  stroke: {condition: stroke, when: ever, statement: A stroke, ref: X1-s}
"""
ASKED = "  consent: {ask: Refuses?, statement: Refuses, ref: X1-c}\n"
ARMS = """arms:
  lupus:
    title: Lupus
    target: systemic_lupus_erythematosus
    inclusion:
      drug: {medication: glucocorticoid, for: 3 months, statement: A steroid, ref: X1-d}
  sclerosis:
    title: Sclerosis
    target: systemic_sclerosis
    inclusion:
      skin: {observation: mrss, min: 10, ref: X1-k}
"""


def looked(trial: Trial, *facts: Fact, person: Person = YOUNG) -> Prospects:
    chart = charted(record(*facts, person=person), TODAY, Policy())
    found = match(trial, chart.record, TODAY, chart.policy)
    seen = outlook(trial, found, chart)
    return Prospects(seen.trial, seen.arms)


def test_a_trial_that_only_waits_is_met_by_itself_on_the_latest_of_the_days() -> None:
    vaccinated = event("live_vaccine", ago(10))

    found = looked(written(SHARED), vaccinated).trial

    fails = ("X1-age", "X1-v")
    assert found == Prospect(days(33), days(33), WhyNot("X1-age", fails, by_time=fails))
    assert looked(written(SHARED)).trial.earliest == date(2026, 12, 1)


def test_what_is_had_for_good_has_no_day() -> None:
    found = looked(written(SHARED), diagnosis("stroke")).trial

    assert (found.earliest, found.possible_from) == (None, None)
    assert found.why_not is not None
    assert (found.why_not.first, found.why_not.fails) == ("X1-age", ("X1-age", "X1-s"))
    assert (found.why_not.by_time, found.why_not.fixed) == (("X1-age",), ("X1-s",))


def test_an_open_question_is_answered_by_no_day_but_may_be_by_a_person() -> None:
    found = looked(written(SHARED + ASKED)).trial

    assert (found.earliest, found.possible_from) == (None, date(2026, 12, 1))


def test_a_candidate_is_one_today() -> None:
    found = looked(written(SHARED), person=WOMAN._replace(birth=on("1980-01-01"))).trial

    assert found == Prospect(TODAY, TODAY, None)


def test_a_trial_with_arms_is_met_with_the_first_of_those_whose_disease_is_in_the_chart() -> None:
    trial = written(SHARED + ARMS)
    adult = WOMAN._replace(birth=on("1980-01-01"))
    lupus = diagnosis("systemic_lupus_erythematosus")
    steroid = course("prednisone", ago(59), ongoing=True)

    found = looked(trial, lupus, steroid, person=adult)

    assert found.arms["lupus"].earliest == found.trial.earliest == days(31)
    assert found.arms["sclerosis"].earliest is None
    assert found.arms["lupus"].why_not == WhyNot("X1-d", ("X1-d",), ("X1-d",), ("X1-d",))


def test_a_result_that_is_too_low_clears_on_no_day() -> None:
    adult = WOMAN._replace(birth=on("1980-01-01"))

    found = looked(written(SHARED + ARMS), diagnosis("systemic_sclerosis"), number("mrss", "8"), person=adult)

    assert (found.trial.earliest, found.trial.possible_from) == (None, None)
    assert found.trial.why_not == WhyNot("X1-k", ("X1-k",), (), ("X1-k",))


# --- the law: on the first day it could be, and on none before


@st.composite
def trees(draw: st.DrawFn, depth: int = 3) -> Outcome:
    return draw(_trees(depth, count()))


def _trees(depth: int, counter: "count[int]") -> st.SearchStrategy[Outcome]:
    @st.composite
    def leaf(draw: st.DrawFn) -> Outcome:
        return Outcome(draw(st.sampled_from(list(Truth))), f"X-{next(counter)}")

    @st.composite
    def tree(draw: st.DrawFn) -> Outcome:
        if depth == 0 or draw(st.booleans()):
            return draw(leaf())
        below = tuple(draw(st.lists(_trees(depth - 1, counter), min_size=1, max_size=3)))
        if len(below) == 1:
            return Outcome(below[0].truth.negated, parts=below, negative=True)
        needed = draw(st.integers(1, len(below)))
        return Outcome(at_least(needed, [part.truth for part in below]), parts=below, count=needed)

    return tree()


@given(trees(), st.sampled_from([Truth.TRUE, Truth.FALSE]), st.lists(st.none() | st.integers(0, 9), min_size=40))
def test_the_first_day_is_the_first_on_which_the_rows_that_have_turned_suffice(
    outcome: Outcome, want: Truth, later: list[int | None]
) -> None:
    def day(leaf: Outcome) -> date | None:
        number = later[int((leaf.ref or "X-0")[2:]) % 40]
        return None if number is None else TODAY + timedelta(days=number)

    def reached(node: Outcome, wanted: Truth, on_day: date) -> bool:
        if not node.parts:
            turned = day(node)
            return node.truth is wanted or (turned is not None and turned <= on_day)
        if node.negative:
            return reached(node.parts[0], wanted.negated, on_day)
        good = [reached(part, wanted, on_day) for part in node.parts]
        return sum(good) >= (node.count if wanted is Truth.TRUE else len(good) - node.count + 1)

    found = first_day(outcome, want, TODAY, day)

    reachable = [TODAY + timedelta(days=number) for number in range(10)]
    assert found == next((on_day for on_day in reachable if reached(outcome, want, on_day)), None)
