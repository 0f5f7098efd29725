"""A person's recorded answer: decides what the chart leaves open, contradicts a fact, expires, and is shown."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trials.judging import TODAY, WOMAN, ago, course, diagnosis, hint, number, on, record, terminology
from tests.trials.table import leaves
from tests.trials.test_laws import facts, laws, people, t2
from trials.answered import until
from trials.judge import match, narrowed
from trials.language import Gated
from trials.library import DEFINITIONS, load_trial, load_trials
from trials.match import Judged, TrialMatch
from trials.policy import Policy
from trials.record import Diagnosis, Fact, Person, PersonAnswer
from trials.tree import parts, rows
from trials.truth import Truth
from trials.verdict import Why
from trials.wording import evidence_text

Judge = Callable[..., TrialMatch]


def said(ref: str, yes: bool, *, days_ago: int = 1, by: str = "Dr Li", policy: Policy | None = None) -> PersonAnswer:
    day = TODAY - timedelta(days=days_ago)
    return PersonAnswer(f"answers/{ref}-{days_ago}", ref, yes, by, ago(days_ago), until(day, policy or Policy()))


@pytest.fixture
def matched(tmp_path: Path) -> Judge:
    """Judges a trial written in place: its sections, then facts and answers."""

    def judge(sections: str, *charted: Fact, policy: Policy | None = None, **how: object) -> TrialMatch:
        file = tmp_path / "trial.yaml"
        file.write_text(f"id: x\nref: X1\ntitle: X\n{sections}", encoding="utf-8")
        answers = [fact for fact in charted if isinstance(fact, PersonAnswer)]
        chart = record(*(fact for fact in charted if not isinstance(fact, PersonAnswer)), **how)  # type: ignore[arg-type]
        return match(load_trial(file, terminology()), chart, TODAY, policy or Policy(), answers)

    return judge


def row(found: TrialMatch, ref: str) -> Judged:
    return next(judged for judged in found.criteria if judged.ref == ref)


def heard(found: TrialMatch, ref: str) -> str:
    verdict = row(found, ref).verdict
    return f"{verdict.truth} {verdict.why}" if verdict.why else str(verdict.truth)


CONSENT = "inclusion:\n  consent: {ask: Agrees?, statement: Agrees, ref: X1-c}\n"
STROKE = "exclusion:\n  stroke: {condition: stroke, when: ever, statement: A stroke, ref: X1-s}\n"
VAGUE = "exclusion:\n  vague: {undefined: No limit, statement: A severe finding., ref: X1-u}\n"
WAITING = """exclusion:
  drug: {medication: rituximab, within: 6 weeks, before: infusion, statement: Rituximab before, ref: X1-w}
"""
COUNT = "inclusion:\n  count: {observation: neutrophils, min: 0.5 10*9/L, ref: X1-n}\n"


@pytest.mark.parametrize(
    ("sections", "ref", "charted", "yes", "expected"),
    [
        pytest.param(CONSENT, "X1-c", [], True, "true", id="a question, yes"),
        pytest.param(CONSENT, "X1-c", [], False, "false", id="a question, no"),
        pytest.param(STROKE, "X1-s", [], True, "true", id="not in the chart, but it was"),
        pytest.param(STROKE, "X1-s", [], False, "false", id="not in the chart, and it was not"),
        pytest.param(STROKE, "X1-s", [diagnosis("stroke")], True, "true", id="agrees with a fact"),
        pytest.param(STROKE, "X1-s", [diagnosis("stroke")], False, "unknown conflict", id="contradicts a fact"),
        pytest.param(
            STROKE, "X1-s", [diagnosis("stroke", provisional=True)], True, "true", id="decides what is not confirmed"
        ),
        pytest.param(VAGUE, "X1-u", [], False, "false", id="a text without a limit"),
        pytest.param(
            WAITING, "X1-w", [course("rituximab", ago(20), ago(20))], False, "false", id="inside a waiting time"
        ),
        pytest.param(COUNT, "X1-n", [], True, "unknown no-data", id="no answer stands in for a measurement"),
    ],
)
def test_an_answer_decides_what_the_chart_leaves_open(
    matched: Judge, sections: str, ref: str, charted: list[Fact], yes: bool, expected: str
) -> None:
    assert heard(matched(sections, *charted, said(ref, yes)), ref) == expected


def test_lost_text_has_no_answer(matched: Judge) -> None:
    sections = "inclusion:\n  lost: {missing: The rest, ref: X1-m}\n  not_written: [X1-w]\n"

    found = matched(sections, said("X1-m", True), said("X1-w", True))

    assert (heard(found, "X1-m"), heard(found, "X1-w")) == ("unknown text-missing", "unknown not-written")
    assert {judged.question for judged in found.criteria} == {None}


def test_a_decided_row_shows_who_said_it_when_and_how_long_it_counts(matched: Judge) -> None:
    decided = row(matched(CONSENT, said("X1-c", True)), "X1-c")

    (answer,) = decided.verdict.facts
    assert evidence_text(answer, {}) == "answered yes by Dr Li on 2026-11-20, until 2027-02-18"
    assert decided.policy == "a person's answer counts for 90 days"


def test_a_contradiction_shows_both(matched: Judge) -> None:
    contradicted = row(matched(STROKE, diagnosis("stroke"), said("X1-s", False)), "X1-s").verdict

    assert [type(fact) for fact in contradicted.facts] == [PersonAnswer, Diagnosis]


def test_without_an_answer_no_policy_on_answers_is_said(matched: Judge) -> None:
    assert row(matched(CONSENT), "X1-c").policy is None


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        pytest.param(-1, "unknown needs-person", id="given tomorrow: not seen"),
        pytest.param(0, "true", id="given today"),
        pytest.param(90, "true", id="on its last day"),
        pytest.param(91, "unknown stale", id="expired yesterday"),
    ],
)
def test_an_answer_counts_from_its_day_until_it_expires(matched: Judge, days_ago: int, expected: str) -> None:
    assert heard(matched(CONSENT, said("X1-c", True, days_ago=days_ago)), "X1-c") == expected


def test_an_expired_answer_is_shown_beside_what_the_chart_says(matched: Judge) -> None:
    old = said("X1-s", True, days_ago=200)
    unseen, seen = matched(STROKE, old), matched(STROKE, old, diagnosis("stroke"))

    assert (heard(unseen, "X1-s"), row(unseen, "X1-s").verdict.facts) == ("false not-in-chart", (old,))
    assert (heard(seen, "X1-s"), len(row(seen, "X1-s").verdict.facts)) == ("true", 1)


def test_how_long_an_answer_counts_is_the_sites_choice(matched: Judge) -> None:
    policy = Policy(answer_days=7)
    answer = said("X1-c", True, days_ago=8, policy=policy)

    assert heard(matched(CONSENT, answer, policy=policy), "X1-c") == "unknown stale"


@pytest.mark.parametrize("order", [1, -1])
def test_the_newest_answer_counts_in_whatever_order_they_come(matched: Judge, order: int) -> None:
    answers = [said("X1-c", True, days_ago=3), said("X1-c", False, days_ago=1), said("X1-c", True, days_ago=2)]

    assert heard(matched(CONSENT, *answers[::order]), "X1-c") == "false"


def test_of_two_answers_of_one_moment_the_later_recorded_counts(matched: Judge) -> None:
    assert heard(matched(CONSENT, said("X1-c", True), said("X1-c", False)), "X1-c") == "false"


def test_an_answer_that_bars_is_a_fact(matched: Judge) -> None:
    found = matched(CONSENT, said("X1-c", False))

    assert (found.standing, found.barred_by, found.barriers) == ("ineligible", "fact", ("X1-c",))


def test_an_answer_lifts_a_bar_of_what_was_not_found(matched: Judge) -> None:
    sections = "inclusion:\n  drug: {medication: glucocorticoid, when: ever, statement: A steroid, ref: X1-d}\n"

    assert matched(sections).standing == "ineligible"
    assert matched(sections, said("X1-d", True)).standing == "candidate"


GATED = """inclusion:
  test:
    observation: hcg_serum
    is: negative
    statement: Not pregnant
    ref: X1-t
    applies_if: {ask: Can she bear children?, statement: Can bear children, ref: X1-g}
"""


def test_an_answer_at_a_gate_says_whom_the_rows_concern(matched: Judge) -> None:
    assert heard(matched(GATED), "X1-t") == "unknown no-data"
    assert heard(matched(GATED, said("X1-g", False)), "X1-t") == "true not-applicable"
    assert matched(GATED, said("X1-g", False)).standing == "candidate"
    assert heard(matched(GATED, said("X1-g", True)), "X1-t") == "unknown no-data"


ACCEPTED = """inclusion:
  evidence:
    all_of:
      - {observation: haemoglobin, below: 100 g/L, ref: X1-a}
      - {observation: neutrophils, below: 2 10*9/L, ref: X1-b}
    but: 1
    accept: {ask: Is it enough?, statement: Enough, ref: X1-e}
"""


@pytest.mark.parametrize(("yes", "standing"), [(True, "candidate"), (False, "ineligible")])
def test_a_person_accepts_a_failing_marker(matched: Judge, yes: bool, standing: str) -> None:
    found = matched(ACCEPTED, number("haemoglobin", "120"), number("neutrophils", "1"), said("X1-e", yes))

    assert found.standing == standing


CANCER = """exclusion:
  malignancy:
    any_of:
      - {condition: malignancy, when: ever, statement: Any malignancy, ref: X1-m}
      - {condition: malignancy_associated_myositis, when: ever, statement: With a myositis, ref: X1-w}
    except:
      all_of:
        - any_of:
            - {condition: basal_cell_carcinoma_of_skin, when: ever, statement: Only skin, ref: X1-k}
            - {supported_by: prostate_cancer, ask: Localised?, statement: Localised prostate cancer, ref: X1-p}
        - {condition: malignancy, cured_for: 2 years, ask: Cured?, statement: Cured for two years, ref: X1-y}
"""
SKIN = diagnosis("basal_cell_carcinoma_of_skin", onset=ago(3000), ended=True, resolved="abated", abated=ago(2000))
LUNG = diagnosis("malignancy", onset=ago(500))
PROSTATE = diagnosis("prostate_cancer", onset=ago(3000), ended=True, resolved="abated", abated=ago(2000))


@pytest.mark.parametrize(
    ("given", "standing"),
    [
        pytest.param([SKIN], "candidate", id="the chart's exception"),
        pytest.param([SKIN, said("X1-m", True)], "candidate", id="an answer that only agrees changes nothing"),
        pytest.param([SKIN, said("X1-m", False)], "candidate", id="a contradiction about what is carved out anyway"),
        pytest.param([LUNG], "ineligible", id="no exception"),
        pytest.param([LUNG, said("X1-m", False)], "potential-candidate", id="a contradiction is open"),
        pytest.param([SKIN, said("X1-y", False)], "potential-candidate", id="a contradiction in the exception"),
        pytest.param([PROSTATE], "potential-candidate", id="whether it was localised is open"),
        pytest.param([PROSTATE, said("X1-p", True)], "candidate", id="a person says so"),
        pytest.param([PROSTATE, said("X1-p", False)], "ineligible", id="a person denies it"),
        pytest.param([PROSTATE, LUNG, said("X1-p", True)], "ineligible", id="and another finding still excludes"),
        pytest.param([LUNG, said("X1-p", True)], "ineligible", id="an exception for a finding that is not there"),
        pytest.param([said("X1-m", True)], "ineligible", id="a malignancy that only a person knows"),
        pytest.param(
            [said("X1-m", True), said("X1-k", True), said("X1-y", True)],
            "candidate",
            id="and its exception, known to a person",
        ),
        pytest.param([said("X1-m", False)], "candidate", id="a person says there is none"),
    ],
)
def test_answers_work_finding_by_finding(matched: Judge, given: list[Fact], standing: str) -> None:
    assert matched(CANCER, *given).standing == standing


def test_a_person_says_what_an_unmapped_word_means(matched: Judge) -> None:
    doubted = {"suspected": {"malignancy": hint()}}

    assert matched(CANCER, **doubted).standing == "potential-candidate"
    assert matched(CANCER, said("X1-m", False), **doubted).standing == "candidate"


def test_every_row_that_a_person_may_decide_has_a_question() -> None:
    asked = {one.row.ref: one.question for one in t2().rows}

    assert asked["T2-L1"] == "Is the patient expected to live longer than 6 months?"
    assert asked["T2-X1a"] == "Any malignancy, past or present?"
    assert asked["T2-O15"] == "Oxygen saturation at least 92 % on room air?"
    assert asked["T2-O1"] is None
    assert asked["T2-M1"] is None
    assert asked["T2-1a"] is None, "what makes the lupus relapsed or refractory is lost"


def test_every_row_of_judgement_of_every_trial_can_be_answered() -> None:
    """Class P, J and U of the criteria table, but for one that the birth date answers and one whose text is lost."""
    loaded = load_trials(DEFINITIONS, terminology())
    questions = {row.row.ref: row.question for one in loaded for row in one.rows}
    asked = [leaf.id for one in loaded for leaf in leaves(one.ref) if leaf.kind in "PJU" and leaf.id in questions]

    assert len(asked) > 100
    assert [ref for ref in asked if questions[ref] is None] == ["T2-I0", "T2-1a"]


# --- laws

answers = st.lists(
    st.builds(
        said,
        st.sampled_from([one.row.ref for one in t2().rows if one.question]),
        st.booleans(),
        days_ago=st.sampled_from([-3, 0, 1, 20, 90, 91, 400]),
    ),
    max_size=25,
)


def gated() -> frozenset[str]:
    """Rows that another row can make inapplicable."""

    def below(node: object) -> list[str]:
        found = [one.row.ref for one in rows(node.part) if one.row] if isinstance(node, Gated) else []
        return found + [ref for part in parts(node) for ref in below(part)]  # type: ignore[arg-type]

    return frozenset(ref for one in t2().rows for ref in below(one.group.node))


@laws
@given(facts, people, answers)
def test_an_answer_never_changes_a_row_that_a_fact_decides_except_to_a_conflict(
    charted: list[Fact], person: Person, given_answers: list[PersonAnswer]
) -> None:
    chart = record(*charted, person=person)
    silent, told = (match(t2(), chart, TODAY, Policy(), some) for some in ([], given_answers))

    for before, after in zip(silent.criteria, told.criteria, strict=True):
        old, new = before.verdict, after.verdict
        by_fact = old.truth is not Truth.UNKNOWN and old.why is not Why.NOT_IN_CHART
        if by_fact and before.ref not in gated():
            assert new == old or (new.why is Why.CONFLICT and set(old.facts) < set(new.facts))
        if new.truth is not Truth.UNKNOWN and new.truth is not old.truth and before.ref not in gated():
            assert isinstance(new.facts[0], PersonAnswer)


@laws
@given(facts, people, answers)
def test_answers_leave_the_whole_answer_sound(
    charted: list[Fact], person: Person, given_answers: list[PersonAnswer]
) -> None:
    chart = record(*charted, person=person)
    found = match(t2(), chart, TODAY, Policy(), given_answers)
    part = narrowed(t2(), chart, TODAY, Policy())

    truths = {judged.ref: judged.verdict.truth for judged in found.criteria}
    assert all(judged.verdict.why for judged in found.criteria if judged.verdict.truth is Truth.UNKNOWN)
    assert all(truths[ref] is Truth.UNKNOWN for ref in found.open)
    assert all(truths[ref] is not Truth.UNKNOWN for ref in found.barriers)
    if part is not None:
        arms = match(part, chart, TODAY, Policy(), given_answers).arms
        assert arms == tuple(arm for arm in found.arms if arm.target != "absent")


@laws
@given(facts, people)
def test_answers_that_agree_with_every_fact_change_no_standing(charted: list[Fact], person: Person) -> None:
    chart = record(*charted, person=person)
    silent = match(t2(), chart, TODAY, Policy())
    agreeing = [
        said(judged.ref, judged.verdict.truth is Truth.TRUE)
        for judged in silent.criteria
        if judged.question and judged.verdict.truth is not Truth.UNKNOWN and judged.verdict.why is None
    ]

    assert match(t2(), chart, TODAY, Policy(), agreeing) == silent


def test_a_drug_that_only_a_person_knows_of_counts(matched: Judge) -> None:
    sections = "exclusion:\n  drug: {medication: rituximab, within: 6 months, statement: Rituximab, ref: X1-d}\n"
    older = course("rituximab", ago(900), ago(800))

    assert heard(matched(sections, older, said("X1-d", True)), "X1-d") == "unknown conflict"
    assert heard(matched(sections, said("X1-d", True)), "X1-d") == "true"


def test_the_patients_birth_is_no_ones_opinion(matched: Judge) -> None:
    sections = "inclusion:\n  adult: {age: 18 and over, ref: X1-a}\n"

    assert heard(matched(sections, said("X1-a", True), person=WOMAN), "X1-a") == "unknown no-data"
    assert heard(
        matched(sections, said("X1-a", False), person=Person("Patient/1", on("1980-01-01"), None)), "X1-a"
    ) == ("true")
