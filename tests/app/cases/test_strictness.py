"""What an author of cases is told about a slip: file, line, what was found, and what would be right."""

from collections.abc import Callable

import pytest

from app.cases import Review
from trials.library import DefinitionError

Reviewed = Callable[[str, str], Review]
COUNT = "  count: {observation: neutrophils, min: 0.5 10*9/L, ref: X1-a}\n"
FIRST_LINE = 9
"""Of `cases:` in the file."""


@pytest.mark.parametrize(
    ("case", "message"),
    [
        pytest.param("{expect: {X1-b: true}}", "unknown key 'X1-b'; did you mean 'X1-a'?", id="a ref of no criterion"),
        pytest.param("{expect: {X1-a: yes}}", "found 'yes'; expected true, false or unknown", id="no truth"),
        pytest.param("{expect: {X1-a: unknown stail}}", "'stail' is no reason; did you mean 'stale'?", id="no reason"),
        pytest.param("{expect: {standing: candidat}}", "found 'candidat'; did you mean 'candidate'?", id="no standing"),
        pytest.param("{expect: {}}", "expects nothing", id="an empty expectation"),
        pytest.param("{results: []}", "'a case' expects nothing", id="no expectation"),
        pytest.param(
            "{expect: {X1-a: unknown future until 2026-02-30}}", "'2026-02-30' is no day", id="no day to clear"
        ),
        pytest.param("{expect: {open: [X1-q]}}", "unknown criterion 'X1-q'", id="an open criterion that is none"),
        pytest.param("{on: man, expect: {X1-a: true}}", "found 'man'; did you mean 'woman'?", id="no background"),
        pytest.param(
            "{result: [], expect: {X1-a: true}}", "unknown key 'result'; did you mean 'results'?", id="no list"
        ),
        pytest.param(
            "{results: [{neutrophil: 1 10*9/L}], expect: {X1-a: true}}",
            "unknown value set 'neutrophil'; did you mean 'neutrophils'?",
            id="no value set",
        ),
        pytest.param(
            "{results: [{neutrophils: 1 10*9/L, rnage: 1..2}], expect: {X1-a: true}}",
            "unknown key 'rnage'; did you mean 'range'?",
            id="nothing that can be said of a result",
        ),
        pytest.param(
            "{conditions: [{neutrophils: active}], expect: {X1-a: true}}",
            "'neutrophils' is a laboratory and no entry of 'conditions'; expected it in 'results'",
            id="a value set of another kind",
        ),
        pytest.param(
            "{results: [{day: -3d}], expect: {X1-a: true}}", "found no name of a value set", id="a fact without a name"
        ),
        pytest.param(
            "{results: [{neutrophils: 1 10*9/L, day: yesterday}], expect: {X1-a: true}}",
            "found 'yesterday'; expected a day such as -3d",
            id="no day",
        ),
        pytest.param(
            "{results: [{neutrophils: 1 10*9/L, day: 2026-02-30}], expect: {X1-a: true}}",
            "found '2026-02-30'; expected a day",
            id="a day that no calendar has",
        ),
        pytest.param(
            "{results: [{neutrophils: 1 10*9/L, at: noon}], expect: {X1-a: true}}",
            "found 'noon'; expected a time of day",
            id="no time of day",
        ),
        pytest.param(
            "{results: [{neutrophils: 1 10*9/L, range: 1-2}], expect: {X1-a: true}}",
            "found '1-2'; expected a range such as 1.8..7.5",
            id="no range",
        ),
        pytest.param(
            "{results: [{neutrophils: plenty, as: ratio}], expect: {X1-a: true}}",
            "'plenty' cannot be said as a ratio",
            id="a ratio of words",
        ),
        pytest.param(
            "{results: [{neutrophils: 1 10*9/L, code: loinc 718-7}], expect: {X1-a: true}}",
            "'loinc 718-7' is no code of 'neutrophils' in mappings",
            id="another test's code",
        ),
        pytest.param(
            "{results: [{neutrophils: 1 10*9/L, code: loink 751-8}], expect: {X1-a: true}}",
            "unknown code system 'loink'; did you mean 'loinc'?",
            id="no code system",
        ),
        pytest.param(
            "{results: [{other: 1, code: {loinc: {751-9: X}}}], expect: {X1-a: true}}",
            "'751-9' fails LOINC's check digit",
            id="a code that cannot be one",
        ),
        pytest.param(
            "{conditions: [{other: active}], expect: {X1-a: true}}",
            "'other' is what no value set holds; give its `code:` or its `text:`",
            id="a nameless disease",
        ),
        pytest.param(
            "{conditions: [{malignancy: cured}], expect: {X1-a: true}}",
            "found 'cured'; expected one of",
            id="no status",
        ),
        pytest.param(
            "{without: [platelets], expect: {X1-a: true}}",
            "the background has no 'platelets'",
            id="nothing to leave out",
        ),
        pytest.param(
            "{not_searched: [results], expect: {X1-a: true}}", "found 'results'; did you mean 'result'?", id="no kind"
        ),
    ],
)
def test_a_slip_in_a_case_is_told_with_its_line_and_what_would_be_right(
    case: str, message: str, reviewed: Reviewed
) -> None:
    with pytest.raises(DefinitionError) as told:
        reviewed(COUNT, f"  a case: {case}\n")

    assert f"cases.yaml:{FIRST_LINE}: {message}" in str(told.value)


def test_every_slip_of_a_file_is_told_at_once(reviewed: Reviewed) -> None:
    with pytest.raises(DefinitionError) as told:
        reviewed(COUNT, "  one: {expect: {X1-b: true}}\n  two: {expect: {X1-c: true}}\n")

    assert [line.split(":")[1] for line in str(told.value).splitlines()] == ["9", "10"]


def test_an_expectation_that_does_not_hold_says_what_was_expected_and_what_was_found(reviewed: Reviewed) -> None:
    found = reviewed(COUNT, "  low: {results: [{neutrophils: 0.3 10*9/L}], expect: {X1-a: true}}\n")

    (failure,) = found.failures
    assert (failure.line, failure.case, failure.expected, failure.found) == (9, "low", "true", "false")
    assert str(failure).endswith("cases.yaml:9: case 'low': X1-a is expected to be true, and is false")


def test_a_false_by_absence_is_no_false_by_a_fact(reviewed: Reviewed) -> None:
    took = "  drug: {medication: prednisone, when: ever, statement: Took prednisone, ref: X1-a}\n"

    found = reviewed(took, "  none: {expect: {X1-a: false}}\n")

    assert [failure.found for failure in found.failures] == ["false not-in-chart"]


def test_the_unknown_ones_are_exactly_those_that_are_listed(reviewed: Reviewed) -> None:
    asked = COUNT + "  consent: {ask: Consents?, statement: Consents, ref: X1-b}\n"

    found = reviewed(asked, "  a: {expect: {unknown: [X1-a]}}\n  b: {expect: {unknown: [X1-b], X1-b: unknown}}\n")

    assert [(failure.case, failure.expected, failure.found) for failure in found.failures] == [
        ("a", "besides X1-a", "besides X1-b")
    ]
