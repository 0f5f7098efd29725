"""From when to when a drug was taken, by each kind of entry."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.app.reading.charts import order, period, quantity
from tests.app.reading.drug_entries import administration, bounds, day, days, dispense, exposure, statement

D = Decimal


@pytest.mark.parametrize(
    ("fields", "start", "end", "ongoing"),
    [
        # An active order without an end runs to the day of judging.
        ({}, day(2026, 1, 10), None, True),
        ({"status": "on-hold"}, day(2026, 1, 10), None, False),
        # A stopped one without an end ended at some day that nobody wrote down.
        ({"status": "stopped"}, day(2026, 1, 10), None, False),
        ({"status": "completed"}, day(2026, 1, 10), None, False),
        ({"authoredOn": None}, None, None, True),
        ({"authoredOn": "2026-01"}, (date(2026, 1, 1), date(2026, 1, 31)), None, True),
        (
            {"dispenseRequest": {"validityPeriod": period("2026-01-12", "2026-04-12")}},
            day(2026, 1, 12),
            day(2026, 4, 12),
            True,
        ),
        # Active, and its period does not cover the day: not current.
        (
            {"dispenseRequest": {"validityPeriod": period(None, "2026-02-12")}},
            day(2026, 1, 10),
            day(2026, 2, 12),
            False,
        ),
        ({"dosageInstruction": [bounds("2026-01-15", "2026-03-01")]}, day(2026, 1, 15), day(2026, 3, 1), True),
        ({"dosageInstruction": [bounds("2026-01-15", "2026-02-28")]}, day(2026, 1, 15), day(2026, 2, 28), False),
        # The dosage's own bounds go before the validity of the prescription.
        (
            {
                "dosageInstruction": [bounds("2026-01-15", "2026-02-01")],
                "dispenseRequest": {"validityPeriod": period("2026-01-12", "2027-01-12")},
            },
            day(2026, 1, 15),
            day(2026, 2, 1),
            False,
        ),
        # Steps of a taper.
        (
            {"dosageInstruction": [bounds("2026-01-10", "2026-01-16"), bounds("2026-01-17", "2026-01-23")]},
            day(2026, 1, 10),
            day(2026, 1, 23),
            False,
        ),
        # One step without an end.
        (
            {"dosageInstruction": [bounds("2026-01-10", "2026-01-16"), bounds("2026-01-17")]},
            day(2026, 1, 10),
            None,
            True,
        ),
        (
            {"dosageInstruction": [{"timing": {"repeat": {"boundsDuration": quantity(10, "d")}}}]},
            day(2026, 1, 10),
            day(2026, 1, 19),
            False,
        ),
        # An end before the start is no end.
        ({"dispenseRequest": {"validityPeriod": period(None, "2020")}}, day(2026, 1, 10), None, True),
        (
            {"dosageInstruction": [{"timing": {"repeat": {"boundsDuration": quantity("1e999999", "d")}}}]},
            day(2026, 1, 10),
            None,
            True,
        ),
    ],
    ids=str,
)
def test_the_period_of_an_order(fields: dict[str, Any], start: Any, end: Any, ongoing: bool) -> None:
    found = exposure(order(**fields))

    assert (days(found.start), days(found.end), found.ongoing, found.single) == (start, end, ongoing, False)


@pytest.mark.parametrize(
    ("fields", "start", "end", "ongoing"),
    [
        (
            {"effectivePeriod": period("2025-01-01", "2025-06")},
            day(2025, 1, 1),
            (date(2025, 6, 1), date(2025, 6, 30)),
            False,
        ),
        ({"effectivePeriod": period("2025-01-01")}, day(2025, 1, 1), None, True),
        ({"effectivePeriod": period("2025-01-01"), "status": "stopped"}, day(2025, 1, 1), None, False),
        ({"effectivePeriod": period("2025-01-01", "2026-03-01")}, day(2025, 1, 1), day(2026, 3, 1), True),
        ({"effectiveDateTime": "2025-01-01"}, day(2025, 1, 1), None, True),
        ({}, None, None, True),
        # Impossible: it ends before it starts.
        ({"effectivePeriod": period("2025-01-01", "2024-01-01"), "status": "completed"}, None, None, False),
    ],
    ids=str,
)
def test_the_period_of_a_statement(fields: dict[str, Any], start: Any, end: Any, ongoing: bool) -> None:
    found = exposure(statement(**fields))

    assert (days(found.start), days(found.end), found.ongoing) == (start, end, ongoing)


@pytest.mark.parametrize(
    ("fields", "start", "end", "single", "ongoing"),
    [
        ({"effectiveDateTime": "2026-02-01T08:00:00Z"}, day(2026, 2, 1), day(2026, 2, 1), True, False),
        (
            {"effectivePeriod": period("2026-02-01T22:00:00Z", "2026-02-02T02:00:00Z")},
            day(2026, 2, 1),
            day(2026, 2, 2),
            True,
            False,
        ),
        ({"effectivePeriod": period("2026-02-01", "2026-02-09")}, day(2026, 2, 1), day(2026, 2, 9), False, False),
        ({"status": "in-progress", "effectiveDateTime": "2026-02-28"}, day(2026, 2, 28), None, False, True),
        ({"status": "in-progress", "effectivePeriod": period("2026-02-28")}, day(2026, 2, 28), None, False, True),
        ({}, None, None, False, False),
    ],
    ids=str,
)
def test_the_time_of_an_administration(
    fields: dict[str, Any], start: Any, end: Any, single: bool, ongoing: bool
) -> None:
    found = exposure(administration(**fields))

    assert (days(found.start), days(found.end), found.single, found.ongoing) == (start, end, single, ongoing)


@pytest.mark.parametrize(
    ("supply", "end"),
    [
        (quantity(30, "d"), day(2026, 1, 30)),
        ({"value": 30}, day(2026, 1, 30)),
        ({"value": 30, "unit": "days"}, day(2026, 1, 30)),
        (quantity(4, "wk"), day(2026, 1, 28)),
        (quantity(0, "d"), None),
        (quantity(30, "mg"), None),
        (quantity(999999, "d"), None),
        (None, None),
    ],
    ids=str,
)
def test_a_dispense_lasts_as_long_as_its_supply(supply: Any, end: Any) -> None:
    """Both ends included: thirty days from the first of January end on the thirtieth."""
    found = exposure(dispense(whenHandedOver="2026-01-01", whenPrepared="2025-12-30", daysSupply=supply))

    assert (days(found.start), days(found.end), found.ongoing) == (day(2026, 1, 1), end, False)
