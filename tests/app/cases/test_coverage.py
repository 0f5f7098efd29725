"""What a trial's cases leave out: criteria that none names, limits without a case on them or just past them."""

from collections.abc import Callable

import pytest

from app.cases import Review

Reviewed = Callable[[str, str], Review]
COUNT = "  count: {observation: neutrophils, min: 0.5 10*9/L, ref: X1-a}\n"


def gaps(found: Review) -> list[str]:
    """The limits without a case, without file and line."""
    return [line.split(": ", 1)[1] for line in found.limits]


def test_a_criterion_that_no_case_names_is_told(reviewed: Reviewed) -> None:
    found = reviewed(COUNT, "  a: {expect: {standing: candidate}}\n")

    assert found.unnamed == ("X1-a",)
    assert "X1-a: stands in no case" in found.lines


@pytest.mark.parametrize(
    ("inclusion", "limit", "on", "past"),
    [
        pytest.param(
            COUNT,
            "at least 0.5 10*9/L",
            "{results: [{neutrophils: 500 /uL}], expect: {X1-a: true}}",
            "{results: [{neutrophils: 0.46 10*9/L}], expect: {X1-a: false}}",
            id="a limit in another unit",
        ),
        pytest.param(
            "  count: {observation: neutrophils, above: 0.5 10*9/L, ref: X1-a}\n",
            "above 0.5 10*9/L",
            "{results: [{neutrophils: 0.5 10*9/L}], expect: {X1-a: false}}",
            "{results: [{neutrophils: 0.51 10*9/L}], expect: {X1-a: true}}",
            id="a limit that is not part of what it allows",
        ),
        pytest.param(
            "  count: {observation: neutrophils, max: 2 ULN, ref: X1-a}\n",
            "at most 2 ULN",
            "{results: [{neutrophils: 15 10*9/L}], expect: {X1-a: true}}",
            "{results: [{neutrophils: 15.1 10*9/L}], expect: {X1-a: false}}",
            id="a multiple of the result's own limit",
        ),
        pytest.param(
            "  adult: {age: 18 and over, ref: X1-a}\n",
            "from 18 years",
            "{patient: {born: 2008-06-15}, expect: {X1-a: true}}",
            "{patient: {born: 2008-06-16}, expect: {X1-a: false}}",
            id="an age",
        ),
        pytest.param(
            "  drug:\n    {observation: hcg_serum, is: negative, ref: X1-b, valid_if: {not: {medication: filgrastim, "
            "within: 2 weeks, before: sample}, statement: Without filgrastim, ref: X1-a}}\n",
            "within 2 weeks before the sample",
            "{results: [{hcg_serum: negative, day: -3d}], medications: "
            "[{filgrastim: completed, start: -60d, end: -17d}], expect: {X1-a: false, X1-b: true}}",
            "{results: [{hcg_serum: negative, day: -3d}], medications: "
            "[{filgrastim: completed, start: -60d, end: -18d}], expect: {X1-a: true, X1-b: true}}",
            id="a time before a sample",
        ),
        pytest.param(
            "  drug: {medication: prednisone, for: 3 months, statement: Took prednisone, ref: X1-a}\n",
            "for 3 months",
            "{medications: [{prednisone: completed, start: -190d, end: -100d}], expect: {X1-a: true}}",
            "{medications: [{prednisone: completed, start: -190d, end: -101d}], expect: {X1-a: false}}",
            id="a length of exposure",
        ),
        pytest.param(
            "  live: {immunization: live_vaccine, within: 6 weeks, statement: A live vaccine, ref: X1-a}\n",
            "within 6 weeks",
            "{immunizations: [{live_vaccine: completed, day: -42d}], expect: {X1-a: true}}",
            "{immunizations: [{live_vaccine: completed, day: -43d}], expect: {X1-a: false}}",
            id="a window",
        ),
        pytest.param(
            "  score: {observation: mrss, rise: 10 %, statement: Skin score up by a tenth, ref: X1-a}\n",
            "rise of at least 10 %",
            "{results: [{mrss: 20, day: -90d}, {mrss: 22, day: -3d}], expect: {X1-a: true}}",
            "{results: [{mrss: 20, day: -90d}, {mrss: 21, day: -3d}], expect: {X1-a: false}}",
            id="a change",
        ),
    ],
)
def test_each_limit_wants_a_case_on_it_and_one_just_past_it(
    inclusion: str, limit: str, on: str, past: str, reviewed: Reviewed
) -> None:
    whole = reviewed(inclusion, f"  on: {on}\n  past: {past}\n")
    without_on = reviewed(inclusion, f"  past: {past}\n")
    without_past = reviewed(inclusion, f"  on: {on}\n")

    assert whole.lines == ()
    assert gaps(without_on) == [f"X1-a ({limit}) has no case on it"]
    assert gaps(without_past) == [f"X1-a ({limit}) has no case just past it"]


def test_a_case_far_past_a_limit_is_not_just_past_it(reviewed: Reviewed) -> None:
    far = "  on: {results: [{neutrophils: 0.5 10*9/L}], expect: {X1-a: true}}\n"
    far += "  past: {results: [{neutrophils: 0.1 10*9/L}], expect: {X1-a: false}}\n"

    assert gaps(reviewed(COUNT, far)) == ["X1-a (at least 0.5 10*9/L) has no case just past it"]


def test_a_case_that_does_not_name_the_criterion_covers_none_of_its_limits(reviewed: Reviewed) -> None:
    cases = "  on: {results: [{neutrophils: 0.5 10*9/L}], expect: {standing: candidate}}\n"
    cases += "  past: {results: [{neutrophils: 0.49 10*9/L}], expect: {X1-a: false}}\n"

    assert gaps(reviewed(COUNT, cases)) == ["X1-a (at least 0.5 10*9/L) has no case on it"]
