"""Days, partial dates, instants, Periods, Timings and ages: what they may be, and in which order they come."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reading.ages import at_age, in_age_range
from app.reading.dates import Dates, charts_offset_s
from app.reading.page import decode_page
from app.reading.shapes import Period, Quantity, Range, Repeat, Timing
from tests.app.reading.charts import bundle, observation, patient
from trials.record import Person
from trials.when import When


def when(text: str, offset_s: int = 0) -> When:
    found = Dates(offset_s).when(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-12", date(2024, 12, 1), date(2024, 12, 31)),
        ("2024-03-05", date(2024, 3, 5), date(2024, 3, 5)),
        ("2024-03-05T10:11:12Z", date(2024, 3, 5), date(2024, 3, 5)),
        # The day of a timestamp is the day in its own offset, not in Greenwich.
        ("2024-03-05T23:30:00-05:00", date(2024, 3, 5), date(2024, 3, 5)),
        ("2024-03-05T00:30:00+08:00", date(2024, 3, 5), date(2024, 3, 5)),
        ("2024-03-05T10:11:12.123456789Z", date(2024, 3, 5), date(2024, 3, 5)),
        ("2024-03-05T10:11", date(2024, 3, 5), date(2024, 3, 5)),
        ("2024-03-05T10:11:12", date(2024, 3, 5), date(2024, 3, 5)),
        ("2024-03-05 10:11:12+0100", date(2024, 3, 5), date(2024, 3, 5)),
        (" 2024-03-05 ", date(2024, 3, 5), date(2024, 3, 5)),
        ("2016-12-31T23:59:60Z", date(2016, 12, 31), date(2016, 12, 31)),
    ],
)
def test_a_date_covers_the_days_that_it_may_be(text: str, first: date, last: date) -> None:
    assert (when(text).first, when(text).last) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "yesterday",
        "0000",
        "0000-01-01",
        "2024-13",
        "2024-00",
        "2024-02-30",
        "2023-02-29",
        "2024-2-3",
        "20240203",
        "2024-03-05T25:00:00Z",
        "2024-03-05T24:00:00Z",
        "2024-03-05T10:60:00Z",
        "2024-03-05T10:00:61Z",
        "2024-03-05T10:00:00+15:00",
        "2024-03-05T10:00:00+23:59",
        "2024-03-05T10:00:00+05:99",
        "2024-03-05T10:00:00x",
        "2024-W10-2T10:00:00Z",
        "２０２４-03-05",
        "2024-03-05T10:00:00Z" + " " * 100,
        "9" * 1_000_000,
    ],
    ids=lambda text: text[:30],
)
def test_an_impossible_date_is_none(text: str) -> None:
    assert Dates().when(text) is None


def test_a_missing_date_is_none() -> None:
    assert Dates().when(None) is None


def test_the_text_is_kept_as_charted() -> None:
    assert when("2024-03").text == "2024-03"


def test_instants_are_ordered_across_offsets() -> None:
    evening_in_new_york = when("2024-03-05T23:30:00-05:00")
    morning_in_london = when("2024-03-06T04:00:00Z")

    assert morning_in_london.earliest < evening_in_new_york.earliest


def test_a_fraction_of_a_second_orders() -> None:
    assert when("2024-03-05T10:00:00.2Z").earliest > when("2024-03-05T10:00:00.150Z").earliest


def test_the_fast_way_and_the_thorough_way_agree() -> None:
    """The second spelling is not the form that is read the fast way."""
    for fast, thorough in (
        ("2024-03-05T10:11:12Z", "2024-03-05 10:11:12Z"),
        ("2024-03-05T10:11:12-05:30", "2024-03-05T10:11:12-0530"),
    ):
        assert when(fast)[:4] == when(thorough)[:4]


@pytest.mark.parametrize("offset_h", [-10, 0, 8])
def test_a_day_covers_the_instants_of_that_day_at_the_chart_s_own_offset(offset_h: int) -> None:
    sign = "-" if offset_h < 0 else "+"
    zone = f"{sign}{abs(offset_h):02}:00"
    day = when("2024-03-05", offset_h * 3600)

    assert day.earliest <= when(f"2024-03-05T00:00:00{zone}").earliest
    assert when(f"2024-03-05T23:59:59{zone}").latest <= day.latest
    assert when(f"2024-03-04T23:59:59{zone}").latest < day.earliest
    assert day.latest < when(f"2024-03-06T00:00:00{zone}").earliest


def test_days_follow_each_other_without_overlap() -> None:
    assert when("2024-03-05").latest < when("2024-03-06").earliest
    assert when("2024-03").latest < when("2024-04-01").earliest


def test_the_offset_of_a_chart_is_that_of_its_first_time() -> None:
    resources = decode_page(
        bundle(
            patient(),
            observation(effectiveDateTime="2026-01-01"),
            observation(effectiveDateTime="2026-01-01T08:00:00+08:00"),
        )
    ).resources

    assert charts_offset_s(resources) == 8 * 3600
    assert charts_offset_s(resources[:2]) == 0


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("2024-01-01", "2024-02", date(2024, 1, 1), date(2024, 2, 29)),
        ("2024-01-01", None, date(2024, 1, 1), date(2024, 1, 1)),
        (None, "2024-02-03", date(2024, 2, 3), date(2024, 2, 3)),
        ("2024-01-01", "nonsense", date(2024, 1, 1), date(2024, 1, 1)),
    ],
)
def test_a_moment_of_a_period_lies_between_its_ends(
    start: str | None, end: str | None, first: date, last: date
) -> None:
    found = Dates().within(Period(start, end))

    assert found is not None
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize("bounds", [Period("2024-02-02", "2024-02-01"), Period(), Period("x", "y"), None])
def test_a_period_that_ends_before_it_starts_is_none(bounds: Period | None) -> None:
    assert Dates().within(bounds) is None


def test_a_timing_is_some_moment_between_its_events() -> None:
    found = Dates().timing(Timing(event=["2024-02-03", "2024-02-01", "?"]))

    assert found is not None
    assert (found.first, found.last) == (date(2024, 2, 1), date(2024, 2, 3))


def test_a_timing_without_events_lies_inside_its_bounds() -> None:
    found = Dates().timing(Timing(repeat=Repeat(bounds_period=Period("2024-02-01", "2024-02-09"))))

    assert found is not None
    assert (found.first, found.last) == (date(2024, 2, 1), date(2024, 2, 9))
    assert Dates().timing(Timing(repeat=Repeat())) is None
    assert Dates().timing(Timing()) is None


def born(text: str | None) -> Person:
    return Person("Patient/anna", Dates().when(text), "female")


@pytest.mark.parametrize(
    ("birth", "age", "first", "last"),
    [
        ("1986-02-01", Quantity(Decimal(30), unit="a", code="a"), date(2016, 2, 1), date(2017, 1, 31)),
        ("1986-02-01", Quantity(Decimal("30.5"), unit="years"), date(2016, 2, 1), date(2017, 1, 31)),
        ("1986", Quantity(Decimal(30), code="a"), date(2016, 1, 1), date(2017, 12, 30)),
        ("2025-12-01", Quantity(Decimal(6), code="wk"), date(2026, 1, 12), date(2026, 1, 18)),
        ("2025-01-31", Quantity(Decimal(1), code="mo"), date(2025, 2, 28), date(2025, 3, 30)),
    ],
)
def test_an_age_is_that_year_of_life(birth: str, age: Quantity, first: date, last: date) -> None:
    found = at_age(age, age, born(birth), Dates())

    assert found is not None
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize(
    ("birth", "age"),
    [
        (None, Quantity(Decimal(30), code="a")),
        ("1986-02-01", Quantity(Decimal(30))),
        ("1986-02-01", Quantity(Decimal(30), code="kg")),
        ("1986-02-01", Quantity(None, code="a")),
        ("1986-02-01", Quantity(Decimal(-1), code="a")),
        ("1986-02-01", Quantity(Decimal("1e999999999"), code="a")),
        ("1986-02-01", Quantity(Decimal("NaN"), code="a")),
        ("1986-02-01", Quantity(Decimal(30), comparator="<", code="a")),
        ("9950", Quantity(Decimal(90), code="a")),
    ],
)
def test_an_age_that_cannot_be_placed_is_none(birth: str | None, age: Quantity) -> None:
    assert at_age(age, age, born(birth), Dates()) is None


def test_a_range_of_ages_runs_from_the_first_year_to_the_last() -> None:
    found = in_age_range(
        Range(Quantity(Decimal(30), code="a"), Quantity(Decimal(32), code="a")), born("1986-02-01"), Dates()
    )

    assert found is not None
    assert (found.first, found.last) == (date(2016, 2, 1), date(2019, 1, 31))
    assert in_age_range(None, born("1986-02-01"), Dates()) is None


@given(st.text(max_size=60))
def test_no_text_makes_a_date_raise(text: str) -> None:
    Dates().when(text)


@given(st.datetimes(timezones=st.timezones()))
def test_every_instant_of_the_common_form_is_read_as_it_is(moment: datetime) -> None:
    offset = moment.utcoffset()
    assert offset is not None
    whole = moment.replace(microsecond=0)
    found = Dates().when(whole.isoformat())

    if abs(offset) < timedelta(hours=14) and offset.seconds % 60 == 0:
        assert found is not None
        assert (found.first, found.earliest) == (whole.date(), whole.timestamp())
