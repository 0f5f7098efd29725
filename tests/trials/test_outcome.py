"""Groups above the rows: combinations, exceptions finding by finding, waivers, gates, what bars and what is open."""

from collections.abc import Collection, Iterator
from decimal import Decimal
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trials.judging import TODAY, WOMAN, ago, diagnosis, event, hint, lost, number, on, record, terminology
from trials.judge import match
from trials.library import load_trial
from trials.match import TrialMatch
from trials.outcome import Outcome, deciding, favourable
from trials.policy import Policy
from trials.record import Diagnosis, Fact, Gap, Person
from trials.truth import Truth, all_of, any_of, at_least, truth_of
from trials.verdict import Why

F, U, T = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
MAN = Person("Patient/test", on("1980-01-01"), "male")
Chart = dict[str, Any]


@pytest.fixture
def matched(tmp_path: Path) -> Any:
    """Judges a trial written in place: its sections, then facts."""

    def judge(sections: str, *facts: Fact, **how: Any) -> TrialMatch:
        folder = tmp_path / "x"
        folder.mkdir(exist_ok=True)
        (folder / "trial.yaml").write_text(f"id: x\nref: X1\ntitle: X\n{sections}", encoding="utf-8")
        chart = record(*facts, **how)
        return match(load_trial(folder / "trial.yaml", terminology()), chart, TODAY, Policy())

    return judge


def answers(found: TrialMatch) -> dict[str, str]:
    return {
        judged.ref: f"{judged.verdict.truth}" + (f" {judged.verdict.why}" if judged.verdict.why else "")
        for judged in found.criteria
    }


# --- standings

INCLUSION = """inclusion:
  count: {observation: neutrophils, min: 0.5 10*9/L, ref: X1-n}
  consent: {ask: Agrees?, statement: Agrees, ref: X1-c}
"""
EXCLUSION = """exclusion:
  stroke: {condition: stroke, when: ever, statement: A stroke, ref: X1-s}
"""


def test_an_undecided_question_leaves_a_potential_candidate(matched: Any) -> None:
    found = matched(INCLUSION, number("neutrophils", "5"))

    assert (found.standing, found.open, found.barriers) == ("potential-candidate", ("X1-c",), ())


def test_a_firm_bar_decides_whatever_is_unknown(matched: Any) -> None:
    found = matched(INCLUSION, number("neutrophils", "0.1"))

    assert (found.standing, found.barred_by, found.barriers, found.open) == ("ineligible", "fact", ("X1-n",), ())


def test_an_exclusion_that_is_true_bars(matched: Any) -> None:
    found = matched(EXCLUSION, diagnosis("stroke"))

    assert (found.standing, found.barred_by, found.barriers) == ("ineligible", "fact", ("X1-s",))


def test_all_decided_is_a_candidate(matched: Any) -> None:
    assert matched(EXCLUSION).standing == "candidate"


def test_a_bar_of_what_was_not_found_is_one_by_absence(matched: Any) -> None:
    sections = "inclusion:\n  drug: {medication: glucocorticoid, when: ever, statement: A steroid, ref: X1-d}\n"

    found = matched(sections)

    assert (found.standing, found.barred_by, found.barriers) == ("ineligible", "absence", ("X1-d",))


def test_a_bar_by_absence_beside_one_by_a_fact_is_one_by_fact(matched: Any) -> None:
    sections = INCLUSION + "  drug: {medication: glucocorticoid, when: ever, statement: A steroid, ref: X1-d}\n"

    found = matched(sections, number("neutrophils", "0.1"))

    assert (found.barred_by, found.barriers) == ("fact", ("X1-n", "X1-d"))


def test_lost_text_caps_and_is_no_open_question(matched: Any) -> None:
    found = matched(EXCLUSION + "  lost: {missing: The rest, ref: X1-m}\n")

    assert (found.standing, found.open) == ("potential-candidate", ())
    assert answers(found)["X1-m"] == "unknown text-missing"


def test_what_is_not_written_caps_and_is_no_open_question(matched: Any) -> None:
    found = matched(EXCLUSION + "  not_written: [X1-w]\n")

    assert (found.standing, found.open) == ("potential-candidate", ())
    assert answers(found)["X1-w"] == "unknown not-written"


def test_an_undefined_limit_stays_open(matched: Any) -> None:
    found = matched("exclusion:\n  vague: {undefined: No limit, statement: A severe finding, ref: X1-u}\n")

    assert (found.standing, answers(found)) == ("potential-candidate", {"X1-u": "unknown undefined"})


def test_a_trial_without_criteria_is_not_assessable(matched: Any) -> None:
    assert matched("not_assessable: No criteria\n").standing == "not-assessable"


# --- arms

ARMS = """inclusion:
  count: {observation: neutrophils, min: 0.5 10*9/L, ref: X1-n}
arms:
  ssc:
    title: Sclerosis
    target: systemic_sclerosis
    inclusion:
      disease: {condition: systemic_sclerosis, when: ever, statement: Sclerosis, ref: X1-ssc}
      skin: {observation: mrss, min: 10, ref: X1-skin}
  ms:
    title: Multiple sclerosis
    target: multiple_sclerosis
    inclusion:
      disease: {condition: multiple_sclerosis, when: ever, statement: Multiple sclerosis, ref: X1-ms}
      drug: {medication: rituximab, when: ever, statement: Rituximab, ref: X1-rtx}
  itp:
    title: Thrombocytopenia
    target: immune_thrombocytopenia
    not_written: [X1-itp]
"""
FINE = number("neutrophils", "5")


def test_an_arm_stands_by_the_shared_criteria_and_its_own(matched: Any) -> None:
    found = matched(ARMS, FINE, diagnosis("systemic_sclerosis"), number("mrss", "12"))

    assert {arm.id: arm.standing for arm in found.arms} == {
        "ssc": "candidate",
        "ms": "ineligible",
        "itp": "ineligible",
    }
    assert (found.standing, found.open) == ("candidate", ())


def test_every_arm_barred_bars_the_trial_by_the_arms_whose_disease_is_there(matched: Any) -> None:
    found = matched(ARMS, FINE, diagnosis("multiple_sclerosis"))

    assert (found.standing, found.barred_by, found.barriers) == ("ineligible", "absence", ("X1-rtx",))
    assert {arm.id: (arm.target, arm.barred_by) for arm in found.arms} == {
        "ssc": ("absent", "absence"),
        "ms": ("present", "absence"),
        "itp": ("absent", "absence"),
    }


def test_a_shared_bar_by_fact_is_a_bar_of_every_arm(matched: Any) -> None:
    found = matched(ARMS, number("neutrophils", "0.1"), diagnosis("multiple_sclerosis"))

    assert {arm.standing for arm in found.arms} == {"ineligible"}
    assert (found.barred_by, found.barriers) == ("fact", ("X1-n", "X1-rtx"))


def test_an_unwritten_arm_is_open_only_if_its_disease_is_coded(matched: Any) -> None:
    without = matched(ARMS, FINE, diagnosis("systemic_sclerosis"))
    with_it = matched(ARMS, FINE, diagnosis("immune_thrombocytopenia"))

    assert {arm.id: arm.standing for arm in without.arms}["itp"] == "ineligible"
    assert {arm.id: arm.standing for arm in with_it.arms}["itp"] == "potential-candidate"
    assert with_it.standing == "potential-candidate"


def test_a_provisional_target_counts_marked_and_proves_nothing(matched: Any) -> None:
    found = matched(ARMS, FINE, diagnosis("systemic_sclerosis", provisional=True), number("mrss", "12"))

    assert {arm.id: (arm.target, arm.standing) for arm in found.arms}["ssc"] == ("provisional", "potential-candidate")


def test_the_trials_open_set_is_that_of_its_best_arm(matched: Any) -> None:
    found = matched(ARMS, FINE, diagnosis("systemic_sclerosis"))

    assert found.open == ("X1-skin",)


# --- waivers, gates, acceptance, samples

WAIVED = """inclusion:
  liver:
    observation: alt
    max: 3 ULN
    ref: X1-alt
    unless:
      supported_by: idiopathic_inflammatory_myopathy
      ask: Due to the myopathy?
      statement: Due to the myopathy
      ref: X1-why
"""


def alt(value: str) -> Fact:
    return number("alt", value, high=Decimal(40))


@pytest.mark.parametrize(
    ("value", "myopathy", "standing", "expected"),
    [
        pytest.param(
            "160", True, "potential-candidate", ("false", "unknown needs-person"), id="fails, and its disease"
        ),
        pytest.param("160", False, "ineligible", ("false", "false not-in-chart"), id="fails, its disease is not"),
        pytest.param("100", False, "candidate", ("true", "false not-in-chart"), id="holds without the waiver"),
        pytest.param("100", True, "candidate", ("true", "unknown needs-person"), id="holds beside the waiver"),
    ],
)
def test_a_waiver_acts_on_the_group_and_not_on_the_limit(
    matched: Any, value: str, myopathy: bool, standing: str, expected: tuple[str, str]
) -> None:
    findings = [diagnosis("dermatomyositis")] if myopathy else []

    found = matched(WAIVED, alt(value), *findings)

    assert (found.standing, tuple(answers(found).values())) == (standing, expected)


def test_a_waiver_that_could_still_hold_is_what_is_open(matched: Any) -> None:
    assert matched(WAIVED, alt("160"), diagnosis("dermatomyositis")).open == ("X1-why",)


GATED = """{section}:
  test:
    observation: hcg_serum
    is: {wanted}
    ref: X1-hcg
    applies_if: {{sex: female, statement: A woman, ref: X1-woman}}
"""


@pytest.mark.parametrize(
    ("section", "wanted", "harmless"), [("inclusion", "negative", "true"), ("exclusion", "positive", "false")]
)
def test_what_does_not_concern_the_patient_cannot_bar(matched: Any, section: str, wanted: str, harmless: str) -> None:
    sections = GATED.format(section=section, wanted=wanted)

    found = matched(sections, person=MAN)

    assert answers(found) == {"X1-woman": "false", "X1-hcg": f"{harmless} not-applicable"}
    assert found.standing == "candidate"


def test_even_a_result_that_would_bar_does_not_concern_him(matched: Any) -> None:
    positive = number("hcg_serum", "100", when=ago(1), high=Decimal(5))

    assert matched(GATED.format(section="inclusion", wanted="negative"), positive, person=MAN).standing == "candidate"


def test_where_the_gate_holds_the_criterion_decides(matched: Any) -> None:
    positive = number("hcg_serum", "100", when=ago(1), high=Decimal(5))
    sections = GATED.format(section="inclusion", wanted="negative")

    assert matched(sections, positive, person=WOMAN).standing == "ineligible"
    assert matched(sections, person=WOMAN).open == ("X1-hcg",)


def test_where_the_gate_is_open_nobody_is_barred_and_one_answer_settles_it(matched: Any) -> None:
    positive = number("hcg_serum", "100", when=ago(1), high=Decimal(5))
    sections = GATED.format(section="inclusion", wanted="negative")
    unsaid = Person("Patient/test", None, None)

    assert matched(sections, positive, person=unsaid).open == ("X1-woman",)
    assert len(matched(sections, person=unsaid).open) == 1


MARKERS = """inclusion:
  haemolysis:
    all_of:
      - {observation: haptoglobin, below: 250 mg/L, ref: X1-h}
      - {observation: reticulocyte_percentage, above: 4 %, ref: X1-r}
      - {observation: ck, min: 10 U/L, ref: X1-k}
    but: 1
    accept: {ask: Enough?, statement: Accepted, ref: X1-ok}
"""


@pytest.mark.parametrize(
    ("haptoglobin", "reticulocytes", "ck", "standing", "open_rows"),
    [
        pytest.param("100", "5", "20", "candidate", (), id="all hold"),
        pytest.param("300", "5", "20", "potential-candidate", ("X1-ok",), id="one fails: a person accepts it or not"),
        pytest.param("300", "3", "20", "ineligible", (), id="two fail"),
        pytest.param("100", "5", None, "potential-candidate", ("X1-k",), id="one is not known"),
        pytest.param("300", "5", None, "potential-candidate", ("X1-k", "X1-ok"), id="one fails and one is not known"),
        pytest.param("300", "3", None, "ineligible", (), id="two fail, whatever the third"),
    ],
)
def test_all_markers_hold_or_all_but_one_and_a_person_accepts(
    matched: Any, haptoglobin: str, reticulocytes: str, ck: str | None, standing: str, open_rows: tuple[str, ...]
) -> None:
    facts = [number("haptoglobin", haptoglobin), number("reticulocyte_percentage", reticulocytes)]
    facts += [number("ck", ck)] if ck else []

    found = matched(MARKERS, *facts)

    assert (found.standing, found.open) == (standing, open_rows)


# --- exceptions, finding by finding

CANCER = """exclusion:
  malignancy:
    condition: malignancy
    when: ever
    statement: Any malignancy
    ref: X1-any
    except:
      all_of:
        - condition: [basal_cell_carcinoma_of_skin, carcinoma_in_situ_of_skin]
          when: ever
          statement: A basal cell cancer
          ref: X1-skin
        - {condition: malignancy, cured_for: 2 years, ask: Cured?, statement: Cured for 2 years, ref: X1-cured}
"""


def gone(name: str) -> Diagnosis:
    return diagnosis(name, onset=on("2019-01-01"), ended=True, resolved="resolved", abated=on("2020-01-01"))


def doubtful(name: str) -> Diagnosis:
    return diagnosis(name, onset=on("2026-01-01"), provisional=True)


@pytest.mark.parametrize(
    ("findings", "how", "standing"),
    [
        pytest.param([], {}, "candidate", id="no cancer"),
        pytest.param([gone("basal_cell_carcinoma_of_skin")], {}, "candidate", id="a cured skin cancer"),
        pytest.param([diagnosis("basal_cell_carcinoma_of_skin")], {}, "ineligible", id="a skin cancer that goes on"),
        pytest.param([gone("prostate_cancer")], {}, "ineligible", id="a cured cancer that is no exception"),
        pytest.param(
            [gone("basal_cell_carcinoma_of_skin"), gone("prostate_cancer")],
            {},
            "ineligible",
            id="a cured skin cancer does not hide another cancer",
        ),
        pytest.param(
            [gone("basal_cell_carcinoma_of_skin"), gone("carcinoma_in_situ_of_skin")], {}, "candidate", id="two of them"
        ),
        pytest.param(
            [gone("basal_cell_carcinoma_of_skin"), doubtful("prostate_cancer")],
            {},
            "potential-candidate",
            id="nor does it hide one that is not confirmed",
        ),
        pytest.param(
            [gone("basal_cell_carcinoma_of_skin")],
            {"suspected": {"malignancy": hint()}},
            "potential-candidate",
            id="nor an unmapped one",
        ),
        pytest.param(
            [gone("basal_cell_carcinoma_of_skin")],
            {"unidentified": [lost("diagnosis")]},
            "potential-candidate",
            id="nor an entry that nobody can identify",
        ),
        pytest.param(
            [gone("basal_cell_carcinoma_of_skin")],
            {"gaps": {"diagnosis": Gap.CUT}},
            "potential-candidate",
            id="nor one that was not searched for",
        ),
        pytest.param(
            [diagnosis("basal_cell_carcinoma_of_skin", ended=True, resolved="remission")],
            {},
            "potential-candidate",
            id="a skin cancer in remission, nobody says for how long",
        ),
        pytest.param([], {"suspected": {"malignancy": hint()}}, "potential-candidate", id="an unmapped one alone"),
        pytest.param([], {"gaps": {"diagnosis": Gap.FAILED}}, "potential-candidate", id="a search that failed"),
    ],
)
def test_an_exception_removes_findings_and_not_the_patient(
    matched: Any, findings: list[Diagnosis], how: Chart, standing: str
) -> None:
    assert matched(CANCER, *findings, **how).standing == standing


def test_the_leaves_below_an_exception_answer_for_the_whole_chart(matched: Any) -> None:
    found = matched(CANCER, gone("basal_cell_carcinoma_of_skin"), diagnosis("prostate_cancer"))

    assert answers(found) == {"X1-any": "true", "X1-skin": "true", "X1-cured": "false"}
    assert found.barriers == ("X1-any",)


def test_what_is_open_of_an_exception_is_that_of_the_finding_at_hand(matched: Any) -> None:
    remission = diagnosis("basal_cell_carcinoma_of_skin", ended=True, resolved="remission")

    assert matched(CANCER, remission).open == ("X1-cured",)


def test_only_unknown_rows_are_called_open(matched: Any) -> None:
    found = matched(CANCER, gone("basal_cell_carcinoma_of_skin"), doubtful("prostate_cancer"))

    unknown = {ref for ref, answer in answers(found).items() if answer.startswith("unknown")}
    assert set(found.open) <= unknown


def test_an_exception_to_what_no_diagnosis_says_acts_on_the_group(matched: Any) -> None:
    sections = """exclusion:
  operation:
    {procedure: surgery, within: 4 weeks, statement: Surgery, ref: X1-op,
     except: {procedure: prostatectomy, statement: A planned one, ref: X1-planned}}
"""

    assert matched(sections, event("surgery")).standing == "ineligible"
    assert matched(sections, event("surgery"), event("prostatectomy")).standing == "candidate"


# --- what bars and what is open: small trees, every answer tried

GRANTED = (Why.TEXT_MISSING, Why.NOT_WRITTEN)


@st.composite
def trees(draw: st.DrawFn, depth: int = 3) -> Outcome:
    counter = iter(range(100))
    return draw(_trees(depth, counter))


def _trees(depth: int, counter: Iterator[int]) -> st.SearchStrategy[Outcome]:
    @st.composite
    def leaf(draw: st.DrawFn) -> Outcome:
        truth = draw(st.sampled_from([F, U, U, T]))
        why = draw(st.sampled_from([Why.NEEDS_PERSON, Why.NEEDS_PERSON, Why.TEXT_MISSING])) if truth is U else None
        return Outcome(truth, f"X-{next(counter)}", why)

    if depth == 0:
        return leaf()

    @st.composite
    def tree(draw: st.DrawFn) -> Outcome:
        kind = draw(st.sampled_from(["leaf", "all", "any", "two", "not"]))
        if kind == "leaf":
            return draw(leaf())
        if kind == "not":
            part = draw(_trees(depth - 1, counter))
            return Outcome(part.truth.negated, parts=(part,), negative=True)
        below = tuple(draw(st.lists(_trees(depth - 1, counter), min_size=2, max_size=3)))
        count = {"all": len(below), "any": 1, "two": 2}[kind]
        return Outcome(at_least(count, [part.truth for part in below]), parts=below, count=count)

    return tree()


def _leaves(outcome: Outcome) -> list[Outcome]:
    return [leaf for part in outcome.parts for leaf in _leaves(part)] if outcome.parts else [outcome]


def _answered(outcome: Outcome, given: dict[str, Truth]) -> Truth:
    if not outcome.parts:
        return given.get(outcome.ref or "", outcome.truth)
    truths = [_answered(part, given) for part in outcome.parts]
    return truths[0].negated if outcome.negative else at_least(outcome.count, truths)


def _can_be(outcome: Outcome, refs: list[str], want: Truth) -> bool:
    """Whether some answers to these rows, and to no others, make it so."""
    given = (dict(zip(refs, answers, strict=True)) for answers in product((F, T), repeat=len(refs)))
    return any(_answered(outcome, each) is want for each in given)


def _smallest(outcome: Outcome, want: Truth) -> int | None:
    """How many open rows have to be answered at least, tried out; what is granted costs nothing."""
    open_leaves = [leaf for leaf in _leaves(outcome) if leaf.truth is U]
    free = [leaf.ref or "" for leaf in open_leaves if leaf.why in GRANTED]
    asked = [leaf.ref or "" for leaf in open_leaves if leaf.why not in GRANTED]
    for size in range(len(asked) + 1):
        for chosen in combinations(asked, size):
            refs = [*free, *chosen]
            if any(
                _answered(outcome, dict(zip(refs, given, strict=True))) is want
                for given in product((F, T), repeat=len(refs))
            ):
                return size
    return None


@given(trees(), st.sampled_from([F, T]))
def test_the_favourable_set_is_a_smallest_one(outcome: Outcome, want: Truth) -> None:
    if len([leaf for leaf in _leaves(outcome) if leaf.truth is U]) > 9:
        return

    chosen = favourable(outcome, want)

    assert _smallest(outcome, want) == (None if chosen is None else len(chosen))


@st.composite
def findings(draw: st.DrawFn) -> Outcome:
    """What an exception makes of several findings: the same rows in each part, with a truth of their own."""
    rows = [f"X-{number}" for number in range(draw(st.integers(1, 4)))]
    parts = []
    for _ in range(draw(st.integers(2, 4))):
        truths = [draw(st.sampled_from([F, U, U, T])) for _ in rows]
        leaves = tuple(Outcome(truth, row, Why.NEEDS_PERSON) for row, truth in zip(rows, truths, strict=True))
        count = draw(st.integers(1, len(rows)))
        carved = Outcome(at_least(count, truths), parts=leaves, count=count)
        parts.append(Outcome(carved.truth.negated, parts=(carved,), negative=True))
    return Outcome(any_of(part.truth for part in parts), parts=tuple(parts), count=1, by_finding=True)


@given(findings())
def test_an_answer_that_serves_several_findings_is_asked_once(outcome: Outcome) -> None:
    chosen = favourable(outcome, F)
    asked = sorted({leaf.ref or "" for leaf in _leaves(outcome) if leaf.truth is U})

    if outcome.truth is U and chosen is not None:
        assert _yes_to(outcome, chosen) is F
        fewer = [refs for size in range(len(chosen)) for refs in combinations(asked, size)]
        assert all(_yes_to(outcome, refs) is not F for refs in fewer)


def _yes_to(outcome: Outcome, refs: Collection[str | None]) -> Truth:
    """With the exceptions of these rows granted, of each finding that leaves them open."""
    if not outcome.parts:
        return T if outcome.truth is U and outcome.ref in refs else outcome.truth
    truths = [_yes_to(part, refs) for part in outcome.parts]
    return truths[0].negated if outcome.negative else at_least(outcome.count, truths)


def test_one_question_for_two_cancers_is_enough(matched: Any) -> None:
    """Whether both are cured; not, of each, whether it is one of those that never bar."""
    sections = """exclusion:
  malignancy:
    condition: malignancy
    when: ever
    statement: Any malignancy
    ref: X1-m
    except:
      any_of:
        - {supported_by: prostate_cancer, ask: Localised?, statement: Localised, ref: X1-p}
        - {supported_by: squamous_cell_carcinoma_of_skin, ask: Only in the skin?, statement: In the skin, ref: X1-q}
        - {condition: malignancy, cured_for: 2 years, ask: Cured?, statement: Cured, ref: X1-g}
"""
    cancers = ("prostate_cancer", "squamous_cell_carcinoma_of_skin")

    found = matched(sections, *(diagnosis(name, ended=True, resolved="remission") for name in cancers))

    assert (found.standing, found.open) == ("potential-candidate", ("X1-g",))


@given(trees(), st.sampled_from([F, T]))
def test_the_answers_of_a_favourable_set_suffice(outcome: Outcome, want: Truth) -> None:
    chosen = favourable(outcome, want)
    if chosen is None or len(chosen) > 8:
        return
    free = [leaf.ref or "" for leaf in _leaves(outcome) if leaf.truth is U and leaf.why in GRANTED]
    refs = [*chosen, *free]

    assert (
        any(
            _answered(outcome, dict(zip(refs, given, strict=True))) is want
            for given in product((F, T), repeat=len(refs))
        )
        or len(free) > 8
    )


@given(trees())
def test_what_decides_a_firm_outcome_keeps_it_whatever_the_rest_says(outcome: Outcome) -> None:
    if outcome.truth is U:
        return
    made = {leaf.ref: leaf.truth for leaf in deciding(outcome)}
    others = [leaf.ref or "" for leaf in _leaves(outcome) if leaf.ref not in made]

    for answer in (F, U, T):
        assert _answered(outcome, dict.fromkeys(others, answer)) is outcome.truth


def test_the_trees_combine_as_the_engine_does() -> None:
    for truths in product(Truth, repeat=2):
        below = tuple(Outcome(truth, str(place)) for place, truth in enumerate(truths))
        assert _answered(Outcome(U, parts=below, count=2), {}) is all_of(truths)
        assert _answered(Outcome(U, parts=below, count=1), {}) is any_of(truths)
    assert truth_of(True) is T


# --- the target disease, and treatment that nobody found

YOUNG = """inclusion:
  age: {age: 5 and over, ref: X1-a}
arms:
  jdm:
    title: Dermatomyositis of childhood
    target: juvenile_dermatomyositis
    target_of_childhood: dermatomyositis
"""
BORN_1980 = Person("Patient/test", on("1980-01-01"), "female")


@pytest.mark.parametrize(
    ("facts", "target"),
    [
        pytest.param([diagnosis("juvenile_dermatomyositis", onset=None)], "present", id="the disease by its code"),
        pytest.param([diagnosis("dermatomyositis", onset=on("1997-12-31"))], "present", id="begun in childhood"),
        pytest.param([diagnosis("dermatomyositis", onset=on("1998-01-01"))], "absent", id="begun in an adult"),
        pytest.param([diagnosis("dermatomyositis", onset=None)], "absent", id="nobody says when it began"),
        pytest.param([], "absent", id="neither"),
    ],
)
def test_a_disease_that_began_in_childhood_is_a_target_whatever_its_code(
    matched: Any, facts: list[Diagnosis], target: str
) -> None:
    found = matched(YOUNG, *facts, person=BORN_1980)

    assert [arm.target for arm in found.arms] == [target]


TREATED = """inclusion:
  either:
    any_of:
      - all_of:
          - {medication: glucocorticoid, when: ever, statement: Steroids, ref: X1-g}
          - {medication: azathioprine, when: ever, statement: Azathioprine, ref: X1-z}
      - {condition: immune_mediated_necrotising_myopathy, when: ever, statement: Another door, ref: X1-d}
  tried: {medication: methotrexate, when: ever, statement: Methotrexate, ref: X1-m}
arms:
  jdm: {title: Myositis, target: juvenile_dermatomyositis}
"""


def test_a_treatment_that_nobody_found_is_told_apart_from_the_other_door(matched: Any) -> None:
    (arm,) = matched(TREATED, diagnosis("juvenile_dermatomyositis")).arms

    assert (arm.barred_by, arm.barriers) == ("absence", ("X1-g", "X1-z", "X1-d", "X1-m"))
    assert arm.unfound == ("X1-g", "X1-z", "X1-m")


def test_nothing_is_unfound_where_something_else_bars(matched: Any) -> None:
    text = TREATED.replace("arms:", "  old: {age: 90 and over, ref: X1-o}\narms:")
    (arm,) = matched(text, diagnosis("juvenile_dermatomyositis"), person=BORN_1980).arms

    assert (arm.barred_by, arm.unfound) == ("fact", ())
