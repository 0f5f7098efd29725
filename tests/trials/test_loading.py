"""What the loader tells an author: file and line, what was found, what would be right; every slip at once."""

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests.trials.judging import terminology
from trials.language import Observed
from trials.library import DefinitionError, load_trial, load_trials
from trials.tree import rows

NO_CRITERIA = "1: no criteria; expected `inclusion:`, `exclusion:` or `not_assessable:`"
HEAD = "id: x\nref: X1\ntitle: X\n"


@pytest.fixture
def refused(tmp_path: Path) -> Any:
    """The lines of the message, without the file's name, for a definition written in place."""

    def told(text: str) -> list[str]:
        file = tmp_path / "x" / "trial.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        with pytest.raises(DefinitionError) as error:
            load_trial(file, terminology())
        lines = str(error.value).splitlines()
        assert all(line.startswith("x/trial.yaml:") for line in lines)
        return [line.removeprefix("x/trial.yaml:") for line in lines]

    return told


@pytest.fixture
def of_criterion(refused: Any) -> Any:
    """The lines for one criterion, which stands on line 5."""
    return lambda criterion: refused(f"{HEAD}inclusion:\n  a: {criterion}\n")


@pytest.mark.parametrize(
    ("criterion", "message"),
    [
        # --- names and keys
        pytest.param(
            "{observaton: alt, max: 3 ULN, ref: X1-a}",
            "5: 'observaton' is no criterion; did you mean 'observation'?",
            id="a typo in the test",
        ),
        pytest.param(
            "{observation: alt, maxx: 3 ULN, ref: X1-a}",
            "5: unknown key 'maxx'; did you mean 'max'?",
            id="a typo in a key",
        ),
        pytest.param(
            "{conditon: stroke, ask: Stroke?, statement: A stroke, ref: X1-a}",
            "5: unknown key 'conditon'; did you mean 'condition'?",
            id="a typo in the test beside a question",
        ),
        pytest.param(
            "{observation: alt, max: 3 ULN, onset_within: 6 months, ref: X1-a}",
            "5: 'onset_within' belongs to condition or supported_by, not here; take it out or write that criterion",
            id="a key of another test",
        ),
        pytest.param(
            "{condition: malignacy, when: ever, statement: A malignancy, ref: X1-a}",
            "5: unknown value set 'malignacy'; did you mean 'malignancy'?",
            id="a typo in a value set",
        ),
        pytest.param(
            "{condition: qqqqqqq, when: ever, statement: Q, ref: X1-a}",
            "5: unknown value set 'qqqqqqq'; see `trialhook check --names` for all of them",
            id="a value set that is like none",
        ),
        pytest.param(
            "{condition: neutrophils, when: ever, statement: Q, ref: X1-a}",
            "5: 'neutrophils' is a laboratory; expected a diagnosis or a procedure",
            id="a value set of another kind",
        ),
        pytest.param(
            "{condition: [stroke, stroke], when: ever, statement: A stroke, ref: X1-a}",
            "5: 'stroke' stands twice in this list; keep one of them",
            id="a value set that stands twice",
        ),
        pytest.param(
            "{condition: [], when: ever, statement: Nothing, ref: X1-a}",
            "5: found an empty list; expected at least one value set",
            id="an empty list",
        ),
        # --- shape
        pytest.param(
            "{observation: alt, condition: stroke, max: 3 ULN, ref: X1-a}",
            "5: one criterion asks one thing: 'observation' and 'condition' need a group, such as all_of",
            id="two tests in one node",
        ),
        pytest.param(
            "{ref: X1-a, statement: Something}",
            "5: found no criterion; expected one of age, sex, observation, condition, supported_by, medication, "
            "procedure, immunization, allergy, missing, undefined, not_written, all_of, any_of, at_least, first_of, "
            "beside, not, ask",
            id="a row without a test",
        ),
        pytest.param("just text", "5: found 'just text'; expected a mapping, `key: value`", id="no mapping"),
        pytest.param("", "5: found nothing; expected a mapping, `key: value`", id="nothing"),
        pytest.param(
            "{all_of: [], ref: X1-a, statement: Nothing}",
            "5: found an empty group; expected at least one criterion",
            id="an empty group",
        ),
        pytest.param(
            "{all_of: {observation: alt}, ref: X1-a, statement: One}",
            "5: found a mapping; expected a list, `[one, another]`",
            id="a group that is no list",
        ),
        pytest.param(
            "{all_of: [{observation: alt, max: 3 ULN, ref: X1-a}]}",
            "5: a group of one; write its criterion alone",
            id="a group of one",
        ),
        pytest.param(
            "{at_least: 3, of: [{sex: male}, {sex: female}], ref: X1-a, statement: Both}",
            "5: 3 of 2 parts can never hold; expected 1 to 2",
            id="more than there are",
        ),
        pytest.param(
            "{at_least: 2, of: [{sex: male}, {sex: female}], ref: X1-a, statement: Both}",
            "5: at least 2 of 2 is all_of; write that",
            id="all of them",
        ),
        pytest.param(
            "{at_least: 1, of: [{sex: male}, {sex: female}], ref: X1-a, statement: One}",
            "5: at least 1 of 2 is any_of; write that",
            id="one of them",
        ),
        pytest.param(
            "{at_least: two, of: [{sex: male}, {sex: female}], ref: X1-a, statement: Both}",
            "5: found 'two'; expected a number above 0",
            id="a count in words",
        ),
        pytest.param(
            "{at_least: 1.5, of: [{sex: male}, {sex: female}], ref: X1-a, statement: Both}",
            "5: found '1.5'; expected a whole number from 1",
            id="half a part",
        ),
        pytest.param(
            "{at_least: 2, ref: X1-a, statement: Two}",
            "5: found no `of`; expected `at_least: 2` and `of: [one, another]`",
            id="at least two of nothing",
        ),
        pytest.param(
            "{not: {not: {sex: male}}, ref: X1-a, statement: A man}",
            "5: a double negative; write the criterion itself",
            id="a double negative",
        ),
        pytest.param(
            "{all_of: [{sex: male, ref: X1-a, statement: A}, {age: 18 and over, ref: X1-b}], but: 1}",
            "5: `but: 1` and `accept:` (who accepts the failing part) go together",
            id="an exception that nobody accepts",
        ),
        pytest.param(
            "{all_of: [{sex: male, ref: X1-a, statement: A}, {age: 18 and over, ref: X1-b}], but: 2, "
            "accept: {ask: 'Fine?', statement: Fine, ref: X1-c}}",
            "5: 2 of 2 parts may fail, so that nothing is asked; expected fewer",
            id="all parts may fail",
        ),
        pytest.param(
            "{beside: {observation: hcg_serum, is: positive}, ref: X1-a, statement: Pregnant}",
            "5: found no `code`; expected `beside: {a test}` and `code: {the diagnosis that says the same}`",
            id="a test beside nothing",
        ),
        # --- rows
        pytest.param(
            "{condition: stroke, when: ever, ref: X1-a}",
            "5: X1-a has no `statement`; restate in one sentence what must hold (limits of results write their own)",
            id="no statement",
        ),
        pytest.param(
            "{ask: 'Agrees?', ref: X1-a}",
            "5: X1-a has no `statement`; restate in one sentence what must hold (limits of results write their own)",
            id="a question without a statement",
        ),
        pytest.param(
            "{supported_by: systemic_sclerosis, statement: Meets the criteria, ref: X1-a}",
            "5: X1-a asks a person and has no `ask`; phrase a question whose yes means it holds",
            id="no question",
        ),
        pytest.param(
            "{procedure: prostatectomy, supports: true, statement: Treated to cure, ref: X1-a}",
            "5: X1-a asks a person and has no `ask`; phrase a question whose yes means it holds",
            id="no question where a procedure only supports",
        ),
        pytest.param(
            "{medication: azathioprine, when: ever, or_others: immunosuppressant, statement: A drug, ref: X1-a}",
            "5: X1-a asks a person and has no `ask`; phrase a question whose yes means it holds",
            id="no question where the list is an example",
        ),
        pytest.param(
            "{condition: stroke, when: ever, statement: A stroke}",
            "5: 'statement' belongs to a row of the criteria table; give the criterion its `ref`",
            id="a statement without a ref",
        ),
        pytest.param(
            "{condition: stroke, when: ever}",
            "5: group 'a' has no `ref` and would decide unseen; give its criterion one",
            id="a group without any row",
        ),
        pytest.param(
            "{condition: stroke, when: ever, statement: A stroke, ref: T9-a}",
            "5: 'T9-a' is no row of X1; expected X1-…",
            id="a row of another trial",
        ),
        # --- limits
        pytest.param(
            "{observation: neutrophils, min: 0.5, ref: X1-a}",
            "5: '0.5' has no unit; expected one such as '0.5 10*9/L'",
            id="no unit",
        ),
        pytest.param(
            "{observation: neutrophils, min: 0.5 mg/dL, ref: X1-a}",
            "5: 'mg/dL' is no unit of 'neutrophils'; expected one that converts to '10*9/L'",
            id="a wrong unit",
        ),
        pytest.param(
            "{observation: neutrophils, min: half, ref: X1-a}",
            "5: found 'half'; expected a number and its unit, such as '0.5 10*9/L', '1.5 ULN' or '1:8'",
            id="no number",
        ),
        pytest.param(
            "{observation: hbsag, min: 5, ref: X1-a}",
            "5: 'hbsag' is answered in words; expected `is: positive` or a multiple of ULN",
            id="a limit of an answer",
        ),
        pytest.param(
            "{observation: edss, is: positive, ref: X1-a}",
            "5: 'edss' is a number; expected a limit such as `min: 5`",
            id="an answer of a number",
        ),
        pytest.param(
            "{observation: reagin_titre, max: 2 ULN, ref: X1-a}",
            "5: a titre has no upper limit of normal; expected a limit such as `min: 1:8`",
            id="a multiple of a titre's limit",
        ),
        pytest.param(
            "{observation: platelets, min: 20000 10*9/L, ref: X1-a}",
            "5: a limit of 20000 10*9/L for 'platelets' cannot be; expected one from 0 to 3000",
            id="a slip of the unit",
        ),
        pytest.param(
            "{observation: alt, ref: X1-a, statement: ALT}",
            "5: a result needs exactly one of: a limit (min, max, above, below), `is`, `one_of`, or a change "
            "(rise, fall)",
            id="nothing asked of a result",
        ),
        pytest.param(
            "{observation: alt, max: 3 ULN, is: positive, ref: X1-a}",
            "5: a result needs exactly one of: a limit (min, max, above, below), `is`, `one_of`, or a change "
            "(rise, fall)",
            id="two things asked of a result",
        ),
        pytest.param(
            "{observation: alt, min: 3 ULN, above: 3 ULN, ref: X1-a}",
            "5: 'min' and 'above' are two limits on the same side; keep one of them",
            id="two limits on a side",
        ),
        pytest.param(
            "{observation: alt, min: 10 U/L, max: 3 ULN, ref: X1-a}",
            "5: a multiple of a normal limit and a plain limit cannot stand in one criterion; write two in an all_of",
            id="two kinds of limits",
        ),
        pytest.param(
            "{observation: alt, min: 30 U/L, max: 20 U/L, ref: X1-a}",
            "5: 30 to 20 holds nothing; the lower limit comes first",
            id="limits the wrong way round",
        ),
        pytest.param(
            "{observation: alt, min: 20 U/L, below: 20 U/L, ref: X1-a}",
            "5: 20 to 20 holds nothing; the lower limit comes first",
            id="limits that leave nothing",
        ),
        pytest.param(
            "{observation: hbsag, is: positiv, ref: X1-a}",
            "5: found 'positiv'; did you mean 'positive'?",
            id="a typo in an answer",
        ),
        pytest.param(
            "{observation: nyha_class, one_of: [I, V], statement: NYHA, ref: X1-a}",
            "5: 'V' is no grade of 'nyha_class'; expected one of I, II, III, IV",
            id="a grade that the scale does not have",
        ),
        pytest.param(
            "{observation: alt, max: 3 ULN, pick: newest, ref: X1-a}",
            "5: found 'newest'; expected one of all, any, ever, highest, latest, lowest, recent",
            id="an unknown pick",
        ),
        pytest.param(
            "{observation: hbsag, is: positive, pick: lowest, ref: X1-a}",
            "5: 'lowest' is the end of a row of numbers; expected a limit beside it",
            id="the lowest of answers",
        ),
        pytest.param(
            "{observation: hbsag, is: positive, on_limit: Not said, ref: X1-a}",
            "5: 'on_limit' belongs to a limit (min, max, above, below); take it out",
            id="a remark on a limit without one",
        ),
        pytest.param(
            "{observation: mrss, min: 5, over: 6 months, ref: X1-a}",
            "5: 'over' belongs to a change (rise, fall); take it out",
            id="a window of a change without one",
        ),
        pytest.param(
            "{observation: mrss, rise: 10 %, pick: any, statement: Up, ref: X1-a}",
            "5: 'pick' belongs to a limit or an answer, since a change takes the latest reading; take it out",
            id="a pick of a change",
        ),
        pytest.param(
            "{observation: mrss, rise: 0 %, statement: Up, ref: X1-a}",
            "5: found '0 %'; any reading changes by nothing, expected a number above 0",
            id="a change of nothing",
        ),
        pytest.param(
            "{observation: fvc, fall: 0.3, statement: Down, ref: X1-a}",
            "5: '0.3' has no unit; expected one such as '0.3 L'",
            id="a change without a unit",
        ),
        # --- ages and times
        pytest.param(
            "{age: from 18, ref: X1-a}",
            "5: found 'from 18'; expected an age such as '18..65 years' or '18 and over'",
            id="an age in words",
        ),
        pytest.param(
            "{age: 65..18 years, ref: X1-a}",
            "5: 65 to 18 years holds nobody; the lower age comes first",
            id="ages the wrong way round",
        ),
        pytest.param(
            "{sex: woman, statement: A woman, ref: X1-a}",
            "5: found 'woman'; expected one of female, male",
            id="an unknown sex",
        ),
        pytest.param(
            "{observation: alt, max: 3 ULN, within: half a year, ref: X1-a}",
            "5: found 'half a year'; expected a length of time such as '6 weeks', '3 months' or '2 years'",
            id="a time in words",
        ),
        pytest.param(
            "{observation: alt, max: 3 ULN, within: 0 days, ref: X1-a}",
            "5: found '0 days'; expected a length of time of at least one day",
            id="no time at all",
        ),
        # --- diagnoses and drugs
        pytest.param(
            "{condition: stroke, statement: A stroke, ref: X1-a}",
            "5: a diagnosis needs a window: `when: ever`, `when: current`, `within:` a time or one of its kin",
            id="a diagnosis without a window",
        ),
        pytest.param(
            "{condition: stroke, within: 6 months, onset_within: 6 months, statement: A stroke, ref: X1-a}",
            "5: 'within' and 'onset_within' are two windows; keep the one that the text gives",
            id="two windows",
        ),
        pytest.param(
            "{condition: stroke, when: current, within: 6 months, statement: A stroke, ref: X1-a}",
            "5: 'when' and 'within' are two windows; keep the one that the text gives",
            id="current inside a window",
        ),
        pytest.param(
            "{condition: stroke, when: currently, statement: A stroke, ref: X1-a}",
            "5: found 'currently'; did you mean 'current'?",
            id="a typo in when",
        ),
        pytest.param(
            "{condition: pregnancy, within: 1 year, currency: pregnancy, statement: Pregnant, ref: X1-a}",
            "5: `currency` says how long a code is current; expected `when: current` beside it",
            id="currency without current",
        ),
        pytest.param(
            "{condition: stroke, when: ever, times: 2, supported_by: dementia, statement: S, ref: X1-a}",
            "5: `times` counts what proves the statement; a diagnosis that only supports it is not counted",
            id="times of what only supports",
        ),
        pytest.param(
            "{medication: prednisone, statement: Prednisone, ref: X1-a}",
            "5: a drug needs `when: ever`, `when: current`, `within:` a time or `for:` a length",
            id="a drug without a window",
        ),
        pytest.param(
            "{medication: prednisone, when: current, within: 6 months, statement: Prednisone, ref: X1-a}",
            "5: 'when' and 'within' are two windows; keep one of them",
            id="a drug in two windows",
        ),
        pytest.param(
            "{medication: prednisone, when: ever, before: infusion, statement: Prednisone, ref: X1-a}",
            "5: `before` names the end of a window; give its length as `within: 6 weeks`",
            id="an anchor without a window",
        ),
        pytest.param(
            "{medication: prednisone, within: 6 weeks, before: surgery, statement: Prednisone, ref: X1-a}",
            "5: found 'surgery'; expected one of infusion, leukapheresis, lymphodepletion, sample, today",
            id="an unknown anchor",
        ),
        pytest.param(
            "{medication: prednisone, for: 2 weeks, within: 6 weeks, before: infusion, statement: P, ref: X1-a}",
            "5: 'for' is counted in a time back from today; expected `within: 8 weeks` or none",
            id="a length before a later step",
        ),
        pytest.param(
            "{medication: prednisone, daily_dose: {above: 500}, for: 2 weeks, statement: P, ref: X1-a}",
            "5: found '500'; expected mg of prednisone a day, such as '500 mg' or '1 mg/kg'",
            id="a dose without a unit",
        ),
        pytest.param(
            "{medication: prednisone, daily_dose: {above: 5 mg, min: 3 mg}, for: 2 weeks, statement: P, ref: X1-a}",
            "5: expected one limit of the daily dose in prednisone, such as `{above: 500 mg}`",
            id="two limits of a dose",
        ),
        pytest.param(
            "{medication: rituximab, daily_dose: {above: 500 mg}, statement: R, ref: X1-a}",
            "5: a daily dose is one of prednisone or its equivalent; 'rituximab' holds no glucocorticoid of the table",
            id="a dose of another drug",
        ),
        pytest.param(
            "{medication: glucocorticoid, daily_dose: {above: 500 mg}, agents: 2, statement: R, ref: X1-a}",
            "5: a daily dose is one of all agents together; expected `daily_dose` or `agents`",
            id="a dose of several agents",
        ),
        pytest.param(
            "{any_of: [{sex: male, ref: X1-a, statement: A}, {age: 18 and over, ref: X1-b}], open: true}",
            "5: `open` is about the tests of one row; give the list a `ref` and its parts none",
            id="an open list of rows",
        ),
        pytest.param(
            "{observation: alt, max: 3 ULN, confirmed_by: ast, ref: X1-a}",
            "5: 'confirmed_by' belongs to an answer (`is: positive`); take it out",
            id="a limit that another test confirms",
        ),
        pytest.param(
            "{observation: platelets, max: 30 10*9/L, after: glucocorticoid, ref: X1-a}",
            "5: 'after' belongs to a limit with `pick: any` or `pick: all`; take it out",
            id="one result after a course",
        ),
        pytest.param(
            "{observation: haq_di, min: 1, components: 2, ref: X1-a}",
            "5: 'components' belongs to the grades of a scale (`one_of: [A, B]`); take it out",
            id="the organs of a number",
        ),
        # --- wrappers
        pytest.param(
            "{all_of: [{sex: male, applies_if: {age: 18 and over}}, {sex: female}], ref: X1-a, statement: A}",
            "5: `applies_if` works on whole rows; give the criteria inside it their `ref`, and the group none",
            id="a gate inside a row",
        ),
        pytest.param(
            "{not: {sex: male, applies_if: {age: 18 and over}, ref: X1-a, statement: A}}",
            "5: `applies_if` inside `not` would turn what does not apply into a bar; put the gate around the `not`",
            id="a gate inside a negative",
        ),
        pytest.param(
            "{any_of: [{sex: male}, {medication: prednisone, within: 2 weeks, before: sample}], "
            "ref: X1-a, statement: A}",
            "5: `before: sample` works inside `valid_if`; expected `before: today` or a later step",
            id="a window before no sample",
        ),
        pytest.param(
            "{all_of: [{sex: male}, {age: 18 and over}, {sex: female}], but: 1, "
            "accept: {ask: 'Fine?'}, ask: 'Fine?', ref: X1-a, statement: A}",
            "5: `but` works on whole rows; give the criteria inside it their `ref`, and the group none",
            id="an exception inside a row",
        ),
        pytest.param(
            "{condition: stroke, when: ever, statement: A stroke, ref: X1-a, "
            "valid_if: {ask: 'Valid?', statement: Valid, ref: X1-b}}",
            "5: `valid_if` is about the sample of a result; expected an `observation` inside it",
            id="a sample of a diagnosis",
        ),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_its_line_and_its_remedy(of_criterion: Any, criterion: str, message: str) -> None:
    assert [message] == of_criterion(criterion)


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        pytest.param("", ["1: found nothing; expected a mapping of blocks"], id="an empty file"),
        pytest.param("- a\n", ["1: found a list; expected a mapping, `key: value`"], id="a list"),
        pytest.param(
            "id: x\n  ref: y\n",
            ["2: not YAML: mapping values are not allowed in this context; expected `key: value` lines"],
            id="broken YAML",
        ),
        pytest.param(
            "id: x\nid: y\nref: X1\ntitle: X\nnot_assessable: None\n",
            ["2: 'id' stands twice, first on line 1; keep one of them"],
            id="a key that stands twice",
        ),
        pytest.param(
            "title: X\nnot_assessable: None\n",
            ["1: found no 'id'; expected `id: …`", "1: found no 'ref'; expected `ref: …`"],
            id="a head with holes",
        ),
        pytest.param(HEAD, [NO_CRITERIA], id="no criteria"),
        pytest.param(
            f"{HEAD}inclusions:\n  a: {{sex: male, statement: A, ref: X1-a}}\nnot_assessable: None\n",
            ["4: unknown key 'inclusions'; did you mean 'inclusion'?"],
            id="a typo in a section",
        ),
        pytest.param(
            "id: My Trial\nref: X1\ntitle: X\nnot_assessable: None\n",
            ["1: found 'My Trial'; an id is of small letters, digits and hyphens"],
            id="an id that is no address",
        ),
        pytest.param(
            f"{HEAD}registry: {{nct: NCT123}}\nnot_assessable: None\n",
            ["4: found 'NCT123'; a number of ClinicalTrials.gov is NCT and eight digits"],
            id="a number that is none",
        ),
        pytest.param(
            f"{HEAD}inclusion:\n  a: &loop\n    all_of:\n      - *loop\n",
            ["5: criteria stand more than 40 deep in each other; an alias may not contain itself"],
            id="an alias that contains itself",
        ),
    ],
)  # fmt: skip
def test_a_slip_of_the_file_itself_is_told(refused: Any, text: str, messages: list[str]) -> None:
    assert messages == refused(text)


def test_all_slips_of_a_file_are_told_at_once_in_the_order_of_their_lines(refused: Any) -> None:
    text = dedent("""\
        id: x
        ref: X1
        titel: X
        inclusion:
          count: {observation: neutrophil, min: 0.5 10*9/L, ref: X1-a}
          both:
            all_of:
              - {observation: alt, max: 3, ref: X1-b}
              - {condition: stroke, when: ever, ref: X1-c}
              - {observation: ast, mx: 3 ULN, max: 3 ULN, ref: X1-c}
          drug:
            medication: prednisone
            statement: A drug
            ref: X1-d
            unless: {ask: Why?, statement: Why, ref: X1-d}
        arms:
          ssc:
            title: Sclerosis
            inclusion:
              a: {sex: mal, statement: A man, ref: X1-e}
    """)

    assert refused(text) == [
        "1: found no 'title'; expected `title: …`",
        "3: unknown key 'titel'; did you mean 'title'?",
        "5: unknown value set 'neutrophil'; did you mean 'neutrophils'?",
        "8: '3' has no unit; expected one such as '3 U/L'",
        "9: X1-c has no `statement`; restate in one sentence what must hold (limits of results write their own)",
        "10: unknown key 'mx'; did you mean 'max'?",
        "10: X1-c is claimed twice, first on line 9; keep one of them",
        "12: a drug needs `when: ever`, `when: current`, `within:` a time or `for:` a length",
        "15: X1-d is claimed twice, first on line 14; keep one of them",
        "17: arm 'ssc' has no `target`; name the disease that it is for",
        "20: found 'mal'; did you mean 'male'?",
    ]


def test_a_row_that_is_written_and_listed_as_not_written_is_told(refused: Any) -> None:
    text = f"{HEAD}inclusion:\n  a: {{sex: male, statement: A, ref: X1-a}}\n  not_written: [X1-a, X1-b]\n"

    assert refused(text) == ["6: X1-a is claimed twice, first on line 5; it is written, so take it off this list"]


# --- trials that nobody could join

STROKE = "{condition: stroke, when: ever, statement: A stroke, ref: X1-%s}"


@pytest.mark.parametrize(
    ("wanted", "forbidden"),
    [
        pytest.param(STROKE % "a", STROKE % "b", id="the same test"),
        pytest.param(
            f"{{all_of: [{STROKE % 'a'}, {{sex: male, statement: A man, ref: X1-c}}]}}",
            f"{{any_of: [{STROKE % 'b'}, {{age: 80 and over, ref: X1-d}}]}}",
            id="one of several wanted, one of several forbidden",
        ),
        pytest.param(
            "{observation: alt, max: 3 ULN, ref: X1-a}", "{observation: alt, max: 3 ULN, ref: X1-b}", id="a limit"
        ),
    ],
)
def test_what_an_inclusion_asks_and_an_exclusion_forbids_is_told(refused: Any, wanted: str, forbidden: str) -> None:
    text = f"{HEAD}inclusion:\n  a: {wanted}\nexclusion:\n  b: {forbidden}\n"

    assert refused(text) == ["7: 'b' forbids what 'a' on line 5 asks; nobody could join"]


@pytest.mark.parametrize(
    ("wanted", "forbidden"),
    [
        pytest.param("{ask: 'A?', statement: A, ref: X1-a}", "{ask: 'B?', statement: B, ref: X1-b}", id="questions"),
        pytest.param(
            f"{{any_of: [{STROKE % 'a'}, {{sex: male, statement: A man, ref: X1-c}}]}}",
            STROKE % "b",
            id="another way in is left",
        ),
        pytest.param(
            STROKE % "a",
            f"{{all_of: [{STROKE % 'b'}, {{sex: male, statement: A man, ref: X1-c}}]}}",
            id="forbidden only together with more",
        ),
        pytest.param(
            "{observation: alt, max: 3 ULN, ref: X1-a}", "{observation: alt, above: 3 ULN, ref: X1-b}", id="opposites"
        ),
    ],
)
def test_what_leaves_a_way_in_is_no_clash(tmp_path: Path, wanted: str, forbidden: str) -> None:
    file = tmp_path / "x" / "trial.yaml"
    file.parent.mkdir()
    file.write_text(f"{HEAD}inclusion:\n  a: {wanted}\nexclusion:\n  b: {forbidden}\n", encoding="utf-8")

    assert load_trial(file, terminology()).ref == "X1"


ARM = """arms:
  ssc:
    title: Sclerosis
    target: systemic_sclerosis
    inclusion:
      a: {supported_by: systemic_sclerosis, ask: Met?, statement: Met, ref: X1-a}
"""


def test_an_arm_whose_disease_is_excluded_is_told(refused: Any) -> None:
    shared = "exclusion:\n  other: {condition: autoimmune_disease, when: ever, statement: Another one, ref: X1-b}\n"

    assert refused(HEAD + shared + ARM) == [
        "7: arm 'ssc' is for 'systemic_sclerosis', which 'other' on line 5 excludes; nobody could enter it"
    ]


def test_an_arm_that_asks_nothing_is_told(refused: Any) -> None:
    text = f"{HEAD}arms:\n  ssc:\n    title: Sclerosis\n    target: systemic_sclerosis\n"

    assert refused(text) == ["5: arm 'ssc' asks nothing; give it `inclusion:` or say `not_written: [refs]`"]


def test_the_one_arm_of_a_trial_may_say_nothing_but_whom_it_is_for(tmp_path: Path) -> None:
    file = tmp_path / "x" / "trial.yaml"
    file.parent.mkdir()
    arm = "arms:\n  ssc:\n    title: Sclerosis\n    target: systemic_sclerosis\n"
    file.write_text(f"{HEAD}inclusion:\n  a: {{age: 18 and over, ref: X1-a}}\n{arm}", encoding="utf-8")

    assert [arm.groups for arm in load_trial(file, terminology()).definition.arms] == [()]


# --- folders


def _written(folder: Path, name: str, text: str) -> None:
    (folder / name).mkdir()
    (folder / name / "trial.yaml").write_text(text, encoding="utf-8")


def test_the_slips_of_all_trials_are_told_together(tmp_path: Path) -> None:
    _written(tmp_path, "a", "id: a\nref: A1\ntitle: A\n")
    _written(tmp_path, "b", "id: b\nref: B1\nnot_assessable: None\n")

    with pytest.raises(DefinitionError) as error:
        load_trials(tmp_path, terminology())

    assert str(error.value).splitlines() == [
        "a/trial.yaml:1: no criteria; expected `inclusion:`, `exclusion:` or `not_assessable:`",
        "b/trial.yaml:1: found no 'title'; expected `title: …`",
    ]


def test_two_trials_of_one_name_are_told(tmp_path: Path) -> None:
    for name in ("a", "b"):
        _written(tmp_path, name, "id: same\nref: S1\ntitle: S\nnot_assessable: None\n")

    with pytest.raises(DefinitionError) as error:
        load_trials(tmp_path, terminology())

    assert str(error.value).splitlines() == [
        "b/trial.yaml:1: 'same' is already used by a/trial.yaml; every trial has its own",
        "b/trial.yaml:1: 'S1' is already used by a/trial.yaml; every trial has its own",
    ]


def test_a_folder_without_definitions_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(DefinitionError, match="empty: no definitions found; expected folders"):
        load_trials(tmp_path / "empty", terminology())


def test_a_file_that_is_no_text_is_told(refused: Any, tmp_path: Path) -> None:
    file = tmp_path / "x" / "trial.yaml"
    file.parent.mkdir()
    file.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(DefinitionError, match=r"x/trial.yaml:1: cannot be read \(UnicodeDecodeError\)"):
        load_trial(file, terminology())


# --- what is written is what is judged


def _observed(tmp_path: Path, criterion: str) -> Observed:
    file = tmp_path / "x" / "trial.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"{HEAD}inclusion:\n  a: {criterion}\n", encoding="utf-8")
    (node,) = rows(load_trial(file, terminology()).definition.shared[0].node)
    assert isinstance(node, Observed)
    return node


@pytest.mark.parametrize(
    ("criterion", "statement"),
    [
        ("{observation: neutrophils, min: 500 /uL, ref: X1-a}", "Neutrophils at least 0.5 ×10⁹/L"),
        ("{observation: alt, max: 3 ULN, ref: X1-a}", "ALT at most 3 × ULN"),
        ("{observation: igg, below: 1 LLN, ref: X1-a}", "IgG below the lower limit of normal"),
        ("{observation: reagin_titre, min: 1:8, ref: X1-a}", "Reagin titre (RPR, TRUST, VDRL) at least 1:8"),
        ("{observation: hbsag, is: positive, ref: X1-a}", "HBsAg positive"),
    ],
)
def test_a_limit_writes_its_own_sentence(tmp_path: Path, criterion: str, statement: str) -> None:
    row = _observed(tmp_path, criterion).row

    assert row is not None
    assert row.statement == statement


@pytest.mark.parametrize(
    ("change", "relative", "both"),
    [
        pytest.param("fall: 10 %", True, True, id="of a percentage both are meant unless the author says"),
        pytest.param("fall: 10 %, either_way: false", True, False, id="relative alone"),
        pytest.param("fall: 10 points", False, False, id="points alone"),
    ],
)
def test_a_change_of_a_percentage_is_read_both_ways(tmp_path: Path, change: str, relative: bool, both: bool) -> None:
    node = _observed(tmp_path, f"{{observation: fvc_percent_predicted, {change}, statement: Down, ref: X1-a}}")

    assert node.change is not None
    assert (node.change.relative, node.change.both_ways) == (relative, both)
