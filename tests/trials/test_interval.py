"""What is inside what, for every combination of open, closed and missing ends."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trials.interval import Interval, point, scaled
from trials.truth import Truth

F, U, T = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
ends = st.none() | st.integers(0, 4)
intervals = st.builds(Interval[int], ends, ends, st.booleans(), st.booleans())
GRID = [Fraction(step, 2) for step in range(-4, 14)]
"""Every end, every gap between two ends, and what lies beyond them."""


def _members(interval: Interval[int]) -> Iterator[Fraction]:
    low, high, low_open, high_open = interval
    for value in GRID:
        above = low is None or value > low or (value == low and not low_open)
        below = high is None or value < high or (value == high and not high_open)
        if above and below:
            yield value


@given(intervals, intervals)
def test_inside_is_what_all_points_agree_on(value: Interval[int], bound: Interval[int]) -> None:
    points, allowed = set(_members(value)), set(_members(bound))
    assume(points and allowed)

    expected = T if points <= allowed else F if not points & allowed else U
    assert expected is value.inside(bound)


@pytest.mark.parametrize(
    ("value", "bound", "expected"),
    [
        pytest.param(point(5), Interval(5, None), T, id="on a closed lower limit"),
        pytest.param(point(5), Interval(5, None, low_open=True), F, id="on an open lower limit"),
        pytest.param(point(5), Interval(None, 5), T, id="on a closed upper limit"),
        pytest.param(point(5), Interval(None, 5, high_open=True), F, id="on an open upper limit"),
        pytest.param(Interval(None, 5, high_open=True), Interval(None, 10), T, id="<5 decides at most 10"),
        pytest.param(Interval(None, 5, high_open=True), Interval(None, 3), U, id="<5 leaves at most 3 open"),
        pytest.param(Interval(None, 5, high_open=True), Interval(5, None), F, id="<5 is never at least 5"),
        pytest.param(Interval(5, None, low_open=True), Interval(None, 5), F, id=">5 is never at most 5"),
        pytest.param(Interval(5, None, low_open=True), Interval(5, None), T, id=">5 is at least 5"),
        pytest.param(Interval(5, None), Interval(5, None, low_open=True), U, id="5 or more may be just 5"),
        pytest.param(Interval(None, None), Interval(None, None), T, id="no bound is no bound"),
        pytest.param(Interval(None, None), Interval(None, 3), U, id="nothing is known"),
    ],
)
def test_comparators_decide_as_far_as_they_reach(value: Interval[int], bound: Interval[int], expected: Truth) -> None:
    assert expected is value.inside(bound)


@given(intervals, intervals, st.integers(0, 4), st.integers(0, 4))
def test_knowing_a_value_more_exactly_never_flips_a_firm_answer(
    value: Interval[int], bound: Interval[int], low: int, high: int
) -> None:
    narrower = Interval(low, high)
    assume(set(_members(narrower)) and set(_members(bound)))
    assume(set(_members(narrower)) <= set(_members(value)))

    before, after = value.inside(bound), narrower.inside(bound)
    assert before is U or before is after


@given(st.integers(0, 4), intervals)
def test_a_point_is_never_undecided(value: int, bound: Interval[int]) -> None:
    assume(set(_members(bound)))

    assert point(value).inside(bound) is not U


def test_scaling_moves_both_ends_and_keeps_what_is_open() -> None:
    value = Interval(Decimal(2), None, low_open=True)

    assert Interval(Decimal("3.0"), None, low_open=True) == scaled(value, Decimal("1.5"))
    assert Interval(Decimal("4.0"), None, low_open=True) == scaled(value, Decimal("1.5"), Decimal(1))


def test_only_a_single_value_is_exact() -> None:
    assert point(1).exact
    assert not Interval(1, 2).exact
    assert not Interval(None, 2).exact
    assert not Interval(None, None).exact
