"""Days, moments and windows: partial dates are spans of days, months and years are calendar arithmetic."""

import calendar
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple


class Span(NamedTuple):
    """What a FHIR date can mean: days for windows, moments for the order of results."""

    first: date
    last: date
    begin: datetime
    end: datetime


def span(text: str | None) -> Span | None:
    """A FHIR date, dateTime or instant; a year or month is all its days, in universal time."""
    if not text:
        return None
    if "T" in text:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return Span(moment.date(), moment.date(), moment.astimezone(UTC), moment.astimezone(UTC))
    numbers = [int(part) for part in text.split("-")]
    year, month, day = (*numbers, None, None)[:3]
    assert year is not None
    first = date(year, month or 1, day or 1)
    last = date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    return Span(first, last, _midnight(first), _midnight(last + timedelta(1)) - timedelta(seconds=1))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def period(start: Span | None, end: Span | None) -> Span | None:
    """The days of a FHIR Period as one span of uncertainty about its moment."""
    if start is None or end is None:
        return start or end
    return Span(start.first, end.last, start.begin, end.end)


def back(day: date, length: str) -> date:
    """The day so long before: "7 days", "8 weeks", "6 months", "2 years"."""
    number, unit = length.split()
    count = int(number)
    match unit.rstrip("s"):
        case "day":
            return day - timedelta(days=count)
        case "week":
            return day - timedelta(weeks=count)
        case "month":
            return _months(day, -count)
        case "year":
            return _months(day, -12 * count)
    raise ValueError(length)


def _months(day: date, count: int) -> date:
    """Calendar months: the same day of the other month, or its last one."""
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def lies_between(when: Span, start: date, end: date | None) -> bool | None:
    """Whether a day lies in a window, both ends included; nothing where a partial date leaves it open."""
    if when.first >= start and (end is None or when.last <= end):
        return True
    return False if when.last < start or (end is not None and when.first > end) else None


def length_in_days(length: str) -> int:
    """A cumulative length: 3, 6 and 12 months are 91, 182 and 365 days."""
    number, unit = length.split()
    count = int(number)
    match unit.rstrip("s"):
        case "day":
            return count
        case "week":
            return 7 * count
        case "month":
            return {3: 91, 6: 182, 12: 365}[count]
        case "year":
            return 365 * count
    raise ValueError(length)


def completed_years(born: date, day: date) -> int:
    """Age in completed years; somebody born on 29 February has a birthday on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
