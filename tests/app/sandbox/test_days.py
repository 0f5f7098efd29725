from datetime import date

import pytest

from app.sandbox.days import BadDay, day, fhir_date, fhir_instant

TODAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("-0d", date(2026, 3, 31), id="today"),
        pytest.param("-12d", date(2026, 3, 19), id="days"),
        pytest.param("-3w", date(2026, 3, 10), id="weeks"),
        pytest.param("-1m", date(2026, 2, 28), id="a month with fewer days"),
        pytest.param("-3y", date(2023, 3, 31), id="years"),
        pytest.param("+2d", date(2026, 4, 2), id="ahead"),
    ],
)
def test_a_distance_is_counted_on_the_calendar(written: str, expected: date) -> None:
    assert day(written, TODAY) == expected


def test_a_date_known_in_part_stays_partial() -> None:
    assert fhir_date("-3y/year", TODAY) == "2023"
    assert fhir_date("-4m/month", TODAY) == "2025-11"
    assert fhir_instant("-3y/year", TODAY) == "2023"


def test_an_instant_has_its_time_of_day() -> None:
    assert fhir_instant("-1d", TODAY, "09:10") == "2026-03-30T09:10:00+00:00"


@pytest.mark.parametrize("written", ["12d", "-12", "-12h", "2026-01-01", "", "-12d/day"])
def test_what_is_no_distance_is_refused_and_the_right_form_is_shown(written: str) -> None:
    with pytest.raises(BadDay, match="write for example -12d"):
        day(written, TODAY)
