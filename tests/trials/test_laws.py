"""Laws that hold of a whole trial, whatever the chart: no crash, no flip, no answer without a reason, same bytes."""

import os
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.machine import ROOT
from tests.trials.judging import TODAY, ago, hint, lost, on, record, terminology
from trials.interval import Interval, point
from trials.judge import Trial, match, narrowed
from trials.library import DEFINITIONS, load_trials
from trials.match import TrialMatch
from trials.needs import needs
from trials.policy import Policy
from trials.record import Allergy, Diagnosis, Entry, Event, Exposure, Fact, Gap, Kind, Person, Result
from trials.tree import rows
from trials.truth import Truth
from trials.verdict import Why
from trials.when import When

U = Truth.UNKNOWN
KINDS: tuple[Kind, ...] = ("result", "diagnosis", "medication", "procedure", "immunization", "allergy")


@cache
def t2() -> Trial:
    return next(trial for trial in load_trials(DEFINITIONS, terminology()) if trial.ref == "T2")


@cache
def names(kind: str) -> list[str]:
    """The sets of a kind that the trial asks for."""
    sets = terminology().sets
    return sorted(name for name in needs([t2()], sets).names if sets[name].kind == kind)


def matched(*facts: Fact, days: int = 0, **how: object) -> TrialMatch:
    chart = record(*facts, **how)  # type: ignore[arg-type]
    return match(t2(), chart, TODAY + timedelta(days=days), Policy())


# --- random charts

numbers = st.decimals("0", "400", places=1)


@st.composite
def moments(draw: st.DrawFn) -> When | None:
    days = draw(st.integers(-20, 1200))
    kind = draw(st.sampled_from(["day", "day", "day", "month", "year", "none"]))
    text = (TODAY - timedelta(days=days)).isoformat()
    return None if kind == "none" else on(text[: {"day": 10, "month": 7, "year": 4}[kind]])


@st.composite
def results(draw: st.DrawFn) -> Result:
    name = draw(st.sampled_from(names("laboratory") + names("score") + names("vital")))
    low = draw(numbers)
    value = draw(st.sampled_from([point(low), Interval(None, low, high_open=True), Interval(low, None), None]))
    high = draw(st.none() | numbers)
    return Result(
        f"Observation/{draw(st.integers(0, 10**6))}",
        name,
        draw(moments()),
        "shown",
        value=value,
        answer=draw(st.sampled_from([None, None, "positive", "negative", "indeterminate"])),
        code=draw(st.sampled_from([None, "I", "III"])),
        low=high and high / 2,
        high=high,
        problem=draw(st.sampled_from([None, None, None, "unit", "imprecise", "conflict"])),
    )


@st.composite
def findings(draw: st.DrawFn) -> Diagnosis:
    ended = draw(st.booleans())
    return Diagnosis(
        f"Condition/{draw(st.integers(0, 10**6))}",
        draw(st.sampled_from(names("diagnosis"))),
        "shown",
        onset=draw(moments()),
        recorded=draw(moments()),
        abated=draw(moments()) if ended else None,
        ended=ended,
        resolved=draw(st.sampled_from(["remission", "resolved", "inactive", "abated"])) if ended else None,
        provisional=draw(st.sampled_from([False, False, True])),
        history=draw(st.sampled_from([False, False, False, True])),
        severity=draw(st.sampled_from([None, "mild", "severe"])),
    )


@st.composite
def exposures(draw: st.DrawFn) -> Exposure:
    return Exposure(
        f"MedicationStatement/{draw(st.integers(0, 10**6))}",
        draw(st.sampled_from(names("ingredient"))),
        "shown",
        draw(moments()),
        draw(moments()),
        ongoing=draw(st.booleans()),
        systemic=draw(st.sampled_from([True, True, False])),
        single=draw(st.sampled_from([False, False, True])),
        undecided=draw(st.sampled_from([False, False, True])),
        daily_dose=draw(st.none() | st.decimals("1", "900", places=0).map(point)),
    )


@st.composite
def events(draw: st.DrawFn) -> Event:
    name = draw(st.sampled_from(names("procedure") + names("vaccine")))
    return Event(f"Procedure/{draw(st.integers(0, 10**6))}", name, "shown", draw(moments()))


@st.composite
def allergies(draw: st.DrawFn) -> Allergy:
    name = draw(st.sampled_from(names("ingredient") + names("substance")))
    return Allergy(
        f"Allergy/{draw(st.integers(0, 10**6))}", name, "shown", draw(moments()), draw(st.none() | st.booleans())
    )


people = st.builds(
    Person,
    st.just("Patient/test"),
    st.none() | st.integers(1, 90).map(lambda age: on(f"{TODAY.year - age}-03-01")),
    st.sampled_from(["female", "male", "other", None]),
)
facts = st.lists(
    st.one_of(results(), results(), findings(), findings(), exposures(), events(), allergies()),
    max_size=14,
    unique_by=lambda fact: fact.reference,
)
gaps = st.dictionaries(st.sampled_from(KINDS), st.sampled_from(list(Gap)), max_size=3)
entries = st.lists(st.sampled_from(KINDS).map(lost), max_size=2)


@st.composite
def hints(draw: st.DrawFn) -> dict[str, Entry]:
    return {name: hint() for name in draw(st.lists(st.sampled_from(names("diagnosis")), max_size=2))}


laws = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@laws
@given(facts, people, gaps, entries, hints())
def test_every_chart_gets_a_whole_answer(
    charted: list[Fact], person: Person, short: dict[str, Gap], unread: list[Entry], words: dict[str, Entry]
) -> None:
    found = matched(*charted, person=person, gaps=short, unidentified=unread, suspected=words)

    refs = [judged.ref for judged in found.criteria]
    truths = {judged.ref: judged.verdict.truth for judged in found.criteria}
    assert refs == [row.row.ref for row in t2().rows]
    assert all(judged.verdict.why for judged in found.criteria if judged.verdict.truth is U)
    assert all(truths[ref] is U for ref in found.open)
    assert all(truths[ref] is not U for ref in found.barriers)
    assert (found.standing == "ineligible") == bool(found.barred_by)
    assert found.standing != "candidate"
    for arm in found.arms:
        assert (arm.standing == "ineligible") == bool(arm.barred_by)
        assert all(truths[ref] is U for ref in arm.open)


@laws
@given(facts, people, gaps, entries, hints())
def test_what_was_not_searched_or_not_understood_never_flips_an_answer(
    charted: list[Fact], person: Person, short: dict[str, Gap], unread: list[Entry], words: dict[str, Entry]
) -> None:
    whole = matched(*charted, person=person)
    doubted = matched(*charted, person=person, gaps=short, unidentified=unread, suspected=words)

    flipped = [
        one.ref
        for one, other in zip(whole.criteria, doubted.criteria, strict=True)
        if {one.verdict.truth, other.verdict.truth} == {Truth.TRUE, Truth.FALSE}
    ]
    assert flipped == []
    assert doubted.standing == whole.standing or whole.standing == "ineligible"


@laws
@given(facts, people)
def test_the_same_chart_in_another_order_gives_the_same_answer(charted: list[Fact], person: Person) -> None:
    one, other = matched(*charted, person=person), matched(*reversed(charted), person=person)

    assert [judged.verdict.truth for judged in one.criteria] == [judged.verdict.truth for judged in other.criteria]
    assert (one.standing, one.open, one.barriers) == (other.standing, other.open, other.barriers)


@laws
@given(facts, people)
def test_a_card_judges_its_arms_as_the_whole_trial_does(charted: list[Fact], person: Person) -> None:
    chart = record(*charted, person=person)
    whole, part = match(t2(), chart, TODAY, Policy()), narrowed(t2(), chart, TODAY, Policy())
    present = [arm for arm in whole.arms if arm.target != "absent"]

    assert [arm.id for arm in present] == ([] if part is None else [arm.arm.id for arm in part.arms])
    if part is not None:
        assert present == list(match(part, chart, TODAY, Policy()).arms)


@laws
@given(facts, people)
def test_evidence_is_of_the_chart_or_computed_from_it(charted: list[Fact], person: Person) -> None:
    known = {fact.reference for fact in charted} | {person.reference}

    for judged in matched(*charted, person=person).criteria:
        assert {fact.reference for fact in judged.verdict.facts} <= known


@laws
@given(facts, people, st.integers(1, 30))
def test_a_window_before_a_later_step_bars_nobody_and_clears(charted: list[Fact], person: Person, days: int) -> None:
    for judged in matched(*charted, person=person, days=days).criteria:
        if judged.verdict.clears:
            assert judged.verdict.truth is U
            assert judged.verdict.clears > TODAY + timedelta(days=days)
        if judged.verdict.why is Why.FUTURE:
            assert judged.verdict.clears is not None


def test_an_empty_chart_is_barred_by_what_was_not_found_alone() -> None:
    found = matched(person=Person("Patient/test", on("1986-02-01"), "female"))

    assert (found.standing, found.barred_by) == ("ineligible", "absence")
    assert {arm.target for arm in found.arms} == {"absent"}


def test_every_row_is_judged_in_the_protocols_order() -> None:
    written = [node.row.ref for row in t2().rows for node in rows(row.group.node) if node.row is row.row]

    assert written == [judged.ref for judged in matched().criteria]


BYTES = """
from tests.trials.test_laws import matched
from tests.trials.judging import ago, course, diagnosis, number, event, hint, lost
print(repr(matched(
    diagnosis("systemic_sclerosis"), diagnosis("multiple_sclerosis"), diagnosis("prostate_cancer", provisional=True),
    diagnosis("basal_cell_carcinoma_of_skin", ended=True), course("azathioprine", ago(300), ago(90)),
    course("methotrexate", ago(300)), number("neutrophils", "5"), number("alt", "50"), event("live_vaccine", ago(9)),
    suspected={"malignancy": hint()}, unidentified=[lost("medication")],
)))
"""


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_same_chart_gives_the_same_bytes_in_every_process(seed: str) -> None:
    def run(hash_seed: str) -> bytes:
        env = {**os.environ, "PYTHONHASHSEED": hash_seed}
        return subprocess.run([sys.executable, "-c", BYTES], cwd=ROOT, env=env, check=True, capture_output=True).stdout

    assert run("0") == run(seed)


def test_a_decimal_of_any_length_is_judged_exactly() -> None:
    limit = Decimal("0.5")
    just_below = Result("Observation/1", "neutrophils", ago(1), "0.4999…", value=point(limit - Decimal("1e-27")))

    verdict = next(judged.verdict for judged in matched(just_below).criteria if judged.ref == "T2-O1")
    assert verdict.truth is Truth.FALSE
