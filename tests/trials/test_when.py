"""Calendar arithmetic: ages, months of different length, leap days, the ends of the calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trials.when import Span, after, before, completed_years

days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
months = st.integers(1, 36).map(lambda number: Span(number, "months"))


@pytest.mark.parametrize(
    ("day", "span", "expected"),
    [
        pytest.param("2026-11-21", Span(6, "weeks"), "2026-10-10", id="6 weeks are 42 days"),
        pytest.param("2026-03-31", Span(1, "months"), "2026-02-28", id="a month before 31 March"),
        pytest.param("2024-03-31", Span(1, "months"), "2024-02-29", id="in a leap year"),
        pytest.param("2024-02-29", Span(1, "years"), "2023-02-28", id="a year before a leap day"),
        pytest.param("2026-01-15", Span(3, "months"), "2025-10-15", id="across the new year"),
        pytest.param("2026-12-31", Span(12, "months"), "2025-12-31", id="12 months are a year"),
        pytest.param("2026-11-21", Span(1, "days"), "2026-11-20", id="a day"),
    ],
)
def test_a_span_back_is_calendar_arithmetic(day: str, span: Span, expected: str) -> None:
    assert date.fromisoformat(expected) == before(date.fromisoformat(day), span)


@pytest.mark.parametrize(
    ("day", "span", "expected"),
    [
        ("2026-01-31", Span(1, "months"), "2026-02-28"),
        ("2024-02-29", Span(4, "years"), "2028-02-29"),
        ("2026-11-21", Span(6, "weeks"), "2027-01-02"),
    ],
)
def test_a_span_ahead_is_calendar_arithmetic(day: str, span: Span, expected: str) -> None:
    assert date.fromisoformat(expected) == after(date.fromisoformat(day), span)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        pytest.param("1960-11-22", "2026-11-21", 65, id="65 on the day before the 66th birthday"),
        pytest.param("1960-11-21", "2026-11-21", 66, id="66 on the birthday"),
        pytest.param("2008-02-29", "2026-02-28", 17, id="a leap-day child is not 18 on 28 February"),
        pytest.param("2008-02-29", "2026-03-01", 18, id="and is on 1 March"),
        pytest.param("2026-11-21", "2026-11-21", 0, id="newborn"),
    ],
)
def test_age_is_completed_years(born: str, day: str, age: int) -> None:
    assert age == completed_years(date.fromisoformat(born), date.fromisoformat(day))


@pytest.mark.parametrize(
    ("span", "length"),
    [
        (Span(3, "months"), 91),
        (Span(6, "months"), 182),
        (Span(12, "months"), 365),
        (Span(1, "years"), 365),
        (Span(8, "weeks"), 56),
        (Span(14, "days"), 14),
    ],
)
def test_exposure_is_counted_in_days(span: Span, length: int) -> None:
    assert length == span.days


@given(days, months)
def test_going_back_and_ahead_loses_at_most_the_end_of_a_month(day: date, span: Span) -> None:
    there = after(before(day, span), span)

    assert timedelta(0) <= day - there <= timedelta(days=3)


@given(days, days, months)
def test_windows_keep_the_order_of_days(a: date, b: date, span: Span) -> None:
    first, second = sorted((a, b))

    assert before(first, span) <= before(second, span)


@pytest.mark.parametrize("unit", ["days", "weeks", "months", "years"])
def test_windows_stop_at_the_ends_of_the_calendar(unit: str) -> None:
    span = Span(4_000_000, unit)  # type: ignore[arg-type]

    assert before(date(2026, 11, 21), span) == date.min
    assert after(date(2026, 11, 21), span) == date.max


def test_a_span_is_worded_with_its_number() -> None:
    assert [str(Span(1, "weeks")), str(Span(6, "weeks"))] == ["1 week", "6 weeks"]
