"""Laws of the days on which a verdict turns: judged again on that day it has turned, the day before it has not."""

import os
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.cases import read_cases
from app.cases.running import runs_of
from tests.trials.judging import TODAY, answer, course, diagnosis, event, number, on, record, terminology
from tests.trials.outlook.written import REF, exclusion, inclusion
from tests.trials.test_laws import facts, people
from trials.judge import PlannedGroup, Trial, charted, match
from trials.library import DEFINITIONS, load_trials
from trials.match import TrialMatch
from trials.outlook.polarity import wanted
from trials.outlook.timing import NEVER, Timing, ended, timings
from trials.policy import Policy
from trials.record import Fact, Person, Record
from trials.truth import Truth
from trials.verdict import Verdict
from trials.when import When

LONG = bool(os.environ.get("TRIALHOOK_TEST_LONG"))
POLICY = Policy()
DAY = timedelta(days=1)
TRIALS = load_trials(DEFINITIONS, terminology())
laws = settings(max_examples=400 if LONG else 40, deadline=None, suppress_health_check=list(HealthCheck))


class Judge(NamedTuple):
    """One group of a trial, one chart, any day; each day is judged once."""

    group: PlannedGroup
    chart: Record
    seen: dict[date, dict[str, Truth]]

    def on(self, day: date) -> dict[str, Truth]:
        if day not in self.seen:
            verdicts: dict[str, Verdict] = {}
            self.group.plan(charted(self.chart, day, POLICY), verdicts)
            self.seen[day] = {ref: verdict.truth for ref, verdict in verdicts.items()}
        return self.seen[day]


def breaches(trial: Trial, chart: Record, found: TrialMatch, today: date) -> Iterator[str]:
    """Where a day that is said is not the day on which the verdict turns."""
    said = timings(trial, charted(chart, today, POLICY), found.criteria)
    now = {one.ref: one.verdict.truth for one in found.criteria}
    for group in (*trial.shared, *(group for arm in trial.arms for group in arm.groups)):
        going_on, ending = Judge(group, chart, {}), Judge(group, ended(chart, today), {})
        for ref, want in wanted(group.group.node, group.group.section).items():
            if ref in said:
                yield from _breaches(ref, said[ref], want, now[ref], going_on, ending, today)


def _breaches(
    ref: str, timing: Timing, want: Truth | None, now: Truth, going_on: Judge, ending: Judge, today: date
) -> Iterator[str]:
    judge = ending if timing.clears_if == "end-today" else going_on
    if timing.clears and (timing.clears <= today or now is want):
        yield f"{ref} clears although it needs not"
    if timing.clears and judge.on(timing.clears)[ref] is not want:
        yield f"{ref} is not clear on {timing.clears}"
    if timing.clears and timing.clears - DAY > today and judge.on(timing.clears - DAY)[ref] is want:
        yield f"{ref} is clear before {timing.clears}"
    if timing.expires and going_on.on(timing.expires)[ref] is now:
        yield f"{ref} has not expired on {timing.expires}"
    if timing.expires and going_on.on(timing.expires - DAY)[ref] is not now:
        yield f"{ref} has expired before {timing.expires}"


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.id)
def test_every_case_turns_on_the_days_that_are_said(trial: Trial) -> None:
    cases = read_cases(trial, DEFINITIONS / trial.definition.file.split("/")[-2], terminology())
    if not LONG:
        cases = cases._replace(cases=cases.cases[::7])

    found = [
        f"{run.case.name}: {breach}"
        for run in runs_of(trial, cases, terminology())
        for breach in breaches(trial, run.record, run.match, run.as_of)
    ]

    assert found == []


@laws
@given(st.sampled_from(TRIALS), facts, people)
def test_every_chart_turns_on_the_days_that_are_said(trial: Trial, some: list[Fact], person: Person) -> None:
    chart = record(*some, person=person)

    assert list(breaches(trial, chart, match(trial, chart, TODAY, POLICY), TODAY)) == []


# --- day by day

CRITERIA = [
    "{age: 18..65 years}",
    "{observation: alt, max: 3 ULN}",
    "{observation: alt, max: 3 ULN, within: 4 weeks}",
    "{observation: alt, max: 100 U/L, pick: lowest, within: 2 months}",
    "{observation: alt, max: 100 U/L, pick: all, within: 2 months}",
    "{observation: hbsag, is: negative, pick: recent}",
    "{observation: hbsag, is: positive, pick: ever}",
    "{observation: alt, fall: 10 %, over: 6 months}",
    "{observation: alt, rise: 10 %}",
    "{observation: alt, above: 60 U/L, pick: any, after: glucocorticoid}",
    "{observation: creatinine_clearance, min: 60 mL/min}",
    '{observation: egfr, min: "60 mL/min/{1.73_m2}", within: 3 months}',
    "{condition: stroke, onset_within: 6 months}",
    "{condition: systemic_lupus_erythematosus, within: 2 months}",
    "{condition: systemic_lupus_erythematosus, at_least_ago: 6 months}",
    "{condition: systemic_lupus_erythematosus, when: current}",
    "{condition: systemic_lupus_erythematosus, when: past}",
    "{condition: systemic_lupus_erythematosus, cured_for: 1 year, ask: Cured?}",
    "{condition: pregnancy, when: current, currency: pregnancy}",
    "{medication: glucocorticoid, within: 2 months}",
    "{medication: glucocorticoid, within: 7 days, before: leukapheresis}",
    "{medication: glucocorticoid, when: current}",
    "{medication: glucocorticoid, for: 3 months}",
    "{medication: glucocorticoid, for: 8 weeks, within: 3 months}",
    "{medication: glucocorticoid, agents: 2, for: 4 weeks}",
    "{medication: glucocorticoid, agents: 2, within: 3 months}",
    "{medication: glucocorticoid, daily_dose: {above: 20 mg}, for: 14 days, within: 6 months}",
    "{medication: glucocorticoid, daily_dose: {min: 1 mg/kg}}",
    "{medication: biologic_agent, within: 5 half-lives}",
    "{medication: biologic_agent, within: 5 half-lives, before: lymphodepletion}",
    "{procedure: organ_transplant, within: 6 months}",
    "{immunization: live_vaccine, within: 6 weeks, before: lymphodepletion}",
    "{any_of: [{medication: glucocorticoid, within: 2 months}, {observation: alt, above: 100 U/L}]}",
]
SCANNED = 420


@st.composite
def moments(draw: st.DrawFn) -> When | None:
    day = TODAY - timedelta(days=draw(st.integers(-40, 420)))
    kind = draw(st.sampled_from(["day", "day", "day", "month", "year", "none"]))
    return None if kind == "none" else on(day.isoformat()[: {"day": 10, "month": 7, "year": 4}[kind]])


@st.composite
def near_facts(draw: st.DrawFn) -> Fact:
    """Facts of which the criteria speak, near the day."""
    when, end, serial = draw(moments()), draw(moments()), draw(st.integers(0, 10**6))
    match draw(st.sampled_from(["lab", "answer", "diagnosis", "drug", "drug", "event"])):
        case "lab":
            name = draw(st.sampled_from(["alt", "alt", "creatinine", "body_weight", "body_height", "egfr"]))
            value = str(draw(st.integers(20, 180)))
            return number(name, value, when=when, high=draw(st.sampled_from([None, Decimal(40)])))
        case "answer":
            return answer("hbsag", draw(st.sampled_from(["positive", "negative"])), when=when)
        case "diagnosis":
            name = draw(st.sampled_from(["stroke", "systemic_lupus_erythematosus", "pregnancy"]))
            over = draw(st.booleans())
            state = draw(st.sampled_from(["remission", "resolved", "inactive", "abated"]))
            found = diagnosis(name, onset=when, recorded=draw(moments()), ended=over)
            return found._replace(
                reference=f"Condition/{serial}",
                abated=end if over else None,
                resolved=state if over else None,  # type: ignore[arg-type]
            )
        case "drug":
            names = ["prednisone", "prednisone", "methylprednisolone", "tocilizumab", "anakinra"]
            drug = course(draw(st.sampled_from(names)), when, end, ongoing=draw(st.booleans()))
            dose = draw(st.sampled_from([None, number("alt", "40").value, number("alt", "9").value]))
            return drug._replace(
                reference=f"Medication/{serial}", single=draw(st.sampled_from([False, False, True])), daily_dose=dose
            )
        case _:
            name = draw(st.sampled_from(["live_vaccine", "organ_transplant"]))
            return event(name, when)._replace(reference=f"Event/{serial}")


near_charts = st.lists(near_facts(), max_size=5, unique_by=lambda fact: fact.reference)
near_people = st.builds(
    Person,
    st.just("Patient/test"),
    st.sampled_from(["1960-12-20", "1960", "2008-12", "2009-02-28", "1984-02-29"]).map(on),
    st.sampled_from(["female", "male"]),
)


@settings(max_examples=3000 if LONG else 150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(CRITERIA), st.booleans(), near_charts, near_people)
def test_no_day_turns_a_verdict_before_the_day_that_is_said(
    criterion: str, excludes: bool, some: list[Fact], person: Person
) -> None:
    """Judged on each of the days to come, one by one."""
    trial = (exclusion if excludes else inclusion)(criterion)
    chart = record(*some, person=person)
    want = Truth.FALSE if excludes else Truth.TRUE
    judge = Judge(trial.shared[0], chart, {})
    now = judge.on(TODAY)[REF]
    turned = [day for count in range(1, SCANNED) if judge.on(day := TODAY + count * DAY)[REF] is not now]
    cleared = [day for day in turned if judge.on(day)[REF] is want]

    said = timings(trial, charted(chart, TODAY, POLICY), match(trial, chart, TODAY, POLICY).criteria).get(REF, NEVER)

    if now is not want and said.clears_if != "end-today":
        assert _within(said.clears) == next(iter(cleared), None)
    if now is want:
        assert _within(said.expires) == next(iter(turned), None)
    if now is want.negated:
        lost = next(iter(turned), None)
        assert _within(said.expires) == (None if lost == next(iter(cleared), None) else lost)


def _within(day: date | None) -> date | None:
    return day if day is None or day < TODAY + SCANNED * DAY else None
