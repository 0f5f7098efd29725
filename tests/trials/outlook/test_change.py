"""What single new fact would turn a row, in words and for a machine; and that it does."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.cases import read_cases
from app.cases.running import runs_of
from tests.trials.judging import TODAY, WOMAN, ago, allergy, course, diagnosis, number, on, record, terminology
from tests.trials.outlook.test_timing_laws import LONG, TRIALS
from tests.trials.outlook.written import REF, exclusion, inclusion, written
from tests.trials.test_laws import facts, people
from trials.interval import Interval, point
from trials.judge import PlannedGroup, Trial, charted, match
from trials.judging.chart import Chart
from trials.library import DEFINITIONS
from trials.match import TrialMatch
from trials.outlook.new_fact import NewFact
from trials.outlook.polarity import wanted
from trials.outlook.rows import NOTHING_TO_SAY, RowOutlook
from trials.outlook.whole import outlook
from trials.policy import Policy
from trials.record import Fact, Gap, Person, PersonAnswer, Record, Result
from trials.truth import Truth
from trials.verdict import Verdict
from trials.when import When


def seen(trial: Trial, *facts: Fact, person: Person = WOMAN, gaps: dict[str, Gap] | None = None) -> RowOutlook:
    chart = charted(record(*facts, person=person, gaps=gaps), TODAY, Policy())
    found = match(trial, chart.record, TODAY, chart.policy)
    return outlook(trial, found, chart).rows.get(REF, NOTHING_TO_SAY)


def texts(trial: Trial, *facts: Fact, person: Person = WOMAN, gaps: dict[str, Gap] | None = None) -> list[str]:
    return [f"{one.kind}: {one.text}" for one in seen(trial, *facts, person=person, gaps=gaps).change.facts]


ALT = "{observation: alt, max: 3 ULN}"


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        pytest.param(None, ["result: a new ALT: at most 3 × ULN, with its normal range"], id="none"),
        pytest.param(
            number("alt", "200", high=Decimal(40)),
            ["result: a new ALT: at most 3 × ULN, with its normal range"],
            id="too high",
        ),
        pytest.param(
            number("alt", "50"),
            [
                "reference-range: the normal range of the ALT of 2026-11-11",
                "result: a new ALT: at most 3 × ULN, with its normal range",
            ],
            id="without a range",
        ),
        pytest.param(
            number("alt", "50", problem="unit"),
            ["unit: the unit of the ALT of 2026-11-11", "result: a new ALT: at most 3 × ULN, with its normal range"],
            id="without a unit",
        ),
        pytest.param(
            number("alt", "50", when=None, high=Decimal(40)),
            ["date: the date of the ALT", "result: a new ALT: at most 3 × ULN, with its normal range"],
            id="without a date",
        ),
        pytest.param(number("alt", "50", high=Decimal(40)), [], id="nothing to turn"),
    ],
)
def test_a_result_is_turned_by_what_it_lacks_or_by_a_new_one(fact: Fact | None, expected: list[str]) -> None:
    assert expected == texts(inclusion(ALT), *([fact] if fact else []))


def test_a_new_result_is_named_for_a_machine() -> None:
    kidney = exclusion("{observation: creatinine, above: 1.5 ULN}")
    (found,) = seen(kidney, number("creatinine", "9", when=ago(99), high=Decimal(80))).change.facts

    assert (found.kind, found.sets, found.beyond) == ("result", ("creatinine",), True)
    assert found.limit is not None
    assert (found.limit.interval, found.limit.times) == (Interval(Decimal("1.5"), None, low_open=True), "ULN")


@pytest.mark.parametrize(
    ("criterion", "fact", "expected"),
    [
        pytest.param("{condition: stroke, when: ever}", diagnosis("stroke"), [], id="a disease that was had"),
        pytest.param(
            "{medication: rituximab, when: ever}", course("rituximab", ago(90), ago(90)), [], id="a drug that was taken"
        ),
        pytest.param("{allergy: gentamicin}", allergy("gentamicin"), [], id="an allergy"),
        pytest.param("{age: 10..50 years}", None, ["person: the date of birth of the patient"], id="no date of birth"),
        pytest.param(
            "{condition: systemic_sclerosis, when: current}",
            diagnosis("systemic_sclerosis"),
            ["end-of-diagnosis: that systemic_sclerosis has ended, with the day of 2024-06-04"],
            id="a disease of today",
        ),
        pytest.param(
            "{condition: stroke, onset_within: 6 months}",
            diagnosis("stroke", onset=ago(30)),
            ["time: clears by itself on 2027-04-23"],
            id="only time",
        ),
        pytest.param(
            "{condition: stroke, onset_within: 6 months, ask: A stroke lately?}",
            diagnosis("stroke", onset=None),
            ["date: the exact dates of what was found", 'answer: a person answers no: "A stroke lately?"'],
            id="a date that is missing",
        ),
        pytest.param(
            "{medication: glucocorticoid, within: 7 days, before: leukapheresis}",
            course("prednisone", ago(30), ongoing=True),
            ["stop: clears on 2026-11-29 if the treatment ends today", 'answer: a person answers no: "A statement?"'],
            id="a drug that is still taken",
        ),
    ],
)
def test_an_exclusion_is_turned_by_time_by_an_end_or_by_nothing(
    criterion: str, fact: Fact | None, expected: list[str]
) -> None:
    found = seen(exclusion(criterion), *([fact] if fact else []))

    assert expected == [f"{one.kind}: {one.text}" for one in found.change.facts]
    assert found.fixed is (not expected)


def test_an_age_that_is_past_is_fixed_and_one_to_come_is_not() -> None:
    age = inclusion("{age: 18..65 years}")

    assert seen(age, person=WOMAN._replace(birth=on("1950-01-01"))).fixed
    assert texts(age, person=WOMAN._replace(birth=on("2009-01-01"))) == ["time: clears by itself on 2027-01-01"]


def test_what_was_not_found_is_turned_by_finding_it_or_by_a_person() -> None:
    drug = inclusion("{medication: glucocorticoid, for: 3 months}")

    assert texts(drug) == [
        "medication: treatment with Glucocorticoid for 3 months in the chart",
        'answer: a person answers yes: "A statement?"',
    ]
    assert (
        texts(drug, gaps={"medication": Gap.FAILED})[0] == "search: a complete search of the chart for Glucocorticoid"
    )


@pytest.mark.parametrize(("yes", "kinds"), [(True, ["answer"]), (False, [])])
def test_an_answer_that_a_fact_contradicts_is_undone_by_an_agreeing_one_alone(yes: bool, kinds: list[str]) -> None:
    """A stroke is coded and a person says no: another no decides nothing, a yes does; and of no stroke the reverse."""
    trial = inclusion("{condition: stroke, when: ever, ask: A stroke?}")
    if not yes:
        trial = exclusion("{condition: stroke, when: ever, ask: A stroke?}")
    said = PersonAnswer("QuestionnaireResponse/1", REF, False, "X", ago(1), date.max)
    chart = charted(record(diagnosis("stroke")), TODAY, Policy(), [said])
    found = match(trial, chart.record, TODAY, chart.policy, [said])

    assert found.criteria[0].verdict.why == "conflict"
    assert [one.kind for one in outlook(trial, found, chart).rows.get(REF, NOTHING_TO_SAY).change.facts] == kinds


def test_several_that_fail_are_turned_only_together() -> None:
    both = inclusion("{all_of: [{observation: alt, max: 40 U/L}, {observation: ast, max: 40 U/L}]}")

    one = seen(both, number("alt", "90"), number("ast", "30")).change
    two = seen(both, number("alt", "90"), number("ast", "90")).change

    assert ([fact.sets for fact in one.facts], one.together) == ([("alt",)], False)
    assert ([fact.sets for fact in two.facts], two.together) == ([("alt",), ("ast",)], True)


def test_any_of_several_is_turned_by_each() -> None:
    either = inclusion("{any_of: [{observation: ck, min: 1.5 ULN}, {observation: ldh, min: 1.5 ULN}]}")

    assert [fact.sets for fact in seen(either).change.facts] == [("ck",), ("ldh",)]


def test_the_lowest_of_a_window_is_not_undone_by_a_new_result() -> None:
    lowest = inclusion("{observation: platelets, min: 50 10*9/L, pick: lowest, within: 2 weeks}")
    facts = number("platelets", "18", when=ago(4)), number("platelets", "60", when=ago(2))

    assert texts(lowest, *facts) == ["time: clears by itself on 2026-12-02"]


def test_a_missing_input_of_a_computed_value_is_named() -> None:
    clearance = inclusion("{observation: creatinine_clearance, min: 60 mL/min}")
    adult = Person("Patient/test", on("1980-01-01"), "female")

    found = seen(clearance, number("creatinine", "70"), person=adult).change.facts

    assert [fact.sets for fact in found] == [("creatinine_clearance",), ("body_weight",)]


def test_a_question_that_only_opens_a_group_wants_no_answer_of_its_own() -> None:
    gated = written("""inclusion:
  pregnancy:
    observation: hcg_serum
    is: negative
    statement: Not pregnant
    ref: X1-h
    applies_if: {ask: Can she bear children?, statement: Can bear children, ref: X1-a}
""")

    assert texts(gated) == ['answer: a person answers: "Can she bear children?"']


# --- the law: a fact as it is described turns the row


def turned(group: PlannedGroup, chart: Chart, found: NewFact, ref: str) -> Truth:
    """The row's truth on a chart with that fact."""
    if found.kind == "answer":
        said = PersonAnswer("QuestionnaireResponse/1", ref, found.answer == "yes", "X", _now(chart), date.max)
        changed = chart._replace(answers={ref: said})
    else:
        changed = chart._replace(record=with_result(chart.record, as_result(found, _now(chart))))
    verdicts: dict[str, Verdict] = {}
    group.plan(changed, verdicts)
    return verdicts[ref].truth


def _now(chart: Chart) -> When:
    return on(f"{chart.today.isoformat()}T23:59")


def as_result(found: NewFact, now: When) -> Result:
    """A result of that time that shows just what is asked for."""
    (name,) = found.sets
    plain = Result("Observation/new", name, now, "new", low=Decimal(50), high=Decimal(100))
    if found.codes:
        return plain._replace(code=found.codes[0])
    if found.other_than:
        grades = terminology().sets[name].grades
        return plain._replace(code=next(grade for grade in grades if grade not in found.other_than))
    if found.limit is not None:
        return plain._replace(value=point(_value(found)))
    if found.answer in ("positive", "detected"):
        return plain._replace(answer="positive")
    return plain._replace(answer="negative" if found.answer else None)


def _value(found: NewFact) -> Decimal:
    """The end of the limit, or just past it where the end does not count."""
    assert found.limit is not None
    low, high, low_open, high_open = found.limit.interval
    little = Decimal("0.001")
    if low is None:
        assert high is not None
        past = little if found.beyond and not high_open else -little if high_open and not found.beyond else 0
        value = high + past
    else:
        past = -little if found.beyond and not low_open else little if low_open and not found.beyond else 0
        value = low + past
    return value * {None: Decimal(1), "ULN": Decimal(100), "LLN": Decimal(50)}[found.limit.times]


def with_result(chart: Record, new: Result) -> Record:
    names = (new.name, *terminology().classes(new.name))
    results = {**chart.results, **{name: (new, *chart.results.get(name, ())) for name in names}}
    return chart._replace(results=results)


def breaches(trial: Trial, chart: Chart, found: TrialMatch) -> Iterator[str]:
    rows = outlook(trial, found, chart).rows
    for group in (*trial.shared, *(group for arm in trial.arms for group in arm.groups)):
        for ref, want in wanted(group.group.node, group.group.section).items():
            change = rows.get(ref, NOTHING_TO_SAY).change
            for fact in change.facts:
                more = any(word in fact.text for word in ("computed", "earlier", "room air", "organs", "course"))
                if want is None or change.together or more or fact.kind not in ("answer", "result"):
                    continue
                if turned(group, chart, fact, ref) is not want:
                    yield f"{ref} is not turned by {fact.text}"


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.id)
def test_every_case_is_turned_by_what_is_said_to_turn_it(trial: Trial) -> None:
    cases = read_cases(trial, DEFINITIONS / trial.definition.file.split("/")[-2], terminology())
    if not LONG:
        cases = cases._replace(cases=cases.cases[::9])

    found = [
        f"{run.case.name}: {breach}"
        for run in runs_of(trial, cases, terminology())
        for breach in breaches(trial, charted(run.record, run.as_of, Policy()), run.match)
    ]

    assert found == []


@settings(max_examples=300 if LONG else 25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(range(len(TRIALS))), facts, people)
def test_every_chart_is_turned_by_what_is_said_to_turn_it(place: int, some: list[Fact], person: Person) -> None:
    """By a result of a later time than all: of two of one day nobody knows which is the newer."""
    past = [fact for fact in some if fact.when is None or fact.when.last < TODAY]
    trial, chart = TRIALS[place], charted(record(*past, person=person), TODAY, Policy())

    assert list(breaches(trial, chart, match(trial, chart.record, TODAY, chart.policy))) == []
