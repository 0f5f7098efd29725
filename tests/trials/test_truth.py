"""Kleene's tables, whole, and the laws that the combinations keep."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trials.truth import Truth, all_of, any_of, at_least, truth_of

F, U, T = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
truths = st.sampled_from(list(Truth))


@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [
        (F, F, F, F),
        (F, U, F, U),
        (F, T, F, T),
        (U, F, F, U),
        (U, U, U, U),
        (U, T, U, T),
        (T, F, F, T),
        (T, U, U, T),
        (T, T, T, T),
    ],
)
def test_all_and_any_follow_kleene(a: Truth, b: Truth, both: Truth, either: Truth) -> None:
    assert both is all_of([a, b])
    assert either is any_of([a, b])


@pytest.mark.parametrize(("truth", "negated"), [(F, T), (U, U), (T, F)])
def test_not_swaps_firm_truths_and_leaves_unknown(truth: Truth, negated: Truth) -> None:
    assert negated is truth.negated


def test_all_of_nothing_holds_and_any_of_nothing_does_not() -> None:
    assert all_of([]) is T
    assert any_of([]) is F
    assert at_least(0, []) is T
    assert at_least(1, []) is F


@pytest.mark.parametrize(
    ("count", "parts", "expected"),
    [
        (2, [T, T, F], T),
        (2, [T, U, F], U),
        (2, [T, F, F], F),
        (2, [U, U, F], U),
        (2, [U, F, F], F),
        (2, [T, T, U], T),
        (3, [T, T], F),
    ],
)
def test_at_least_is_decided_as_soon_as_it_can_be(count: int, parts: list[Truth], expected: Truth) -> None:
    assert expected is at_least(count, parts)


@given(st.integers(0, 6), st.lists(truths, max_size=5))
def test_at_least_is_what_every_reading_of_the_unknown_parts_agrees_on(count: int, parts: list[Truth]) -> None:
    readings = product(*([F, T] if part is U else [part] for part in parts))
    answers = {truth_of(reading.count(T) >= count) for reading in readings}

    expected = answers.pop() if len(answers) == 1 else U
    assert expected is at_least(count, parts)


@given(st.lists(truths, max_size=5))
def test_all_and_any_are_the_ends_of_at_least(parts: list[Truth]) -> None:
    assert all_of(parts) is at_least(len(parts), parts)
    assert any_of(parts) is (at_least(1, parts) if parts else F)


@given(st.lists(truths, max_size=5))
def test_not_of_all_is_any_of_nots(parts: list[Truth]) -> None:
    assert all_of(parts).negated is any_of(part.negated for part in parts)


@given(st.lists(truths, min_size=1, max_size=5), st.integers(1, 5))
def test_further_unknown_parts_never_flip_a_firm_answer(parts: list[Truth], count: int) -> None:
    for combine in (all_of, any_of, lambda some: at_least(count, some)):
        assert {combine(parts), combine([*parts, U])} != {F, T}


def test_a_truth_refuses_to_be_read_as_yes_or_no() -> None:
    with pytest.raises(TypeError, match="three values"):
        bool(T)


def test_a_truth_is_worded_in_small_letters() -> None:
    assert [str(truth) for truth in Truth] == ["false", "unknown", "true"]
