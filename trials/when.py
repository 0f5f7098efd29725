"""Days and instants that may be known in part, and the calendar arithmetic of windows."""

import calendar
from datetime import date
from typing import Literal, NamedTuple

from trials.interval import Interval

Unit = Literal["days", "weeks", "months", "years"]


class When(NamedTuple):
    """A moment as charted. `first` to `last` are the calendar days it may be, in its own offset; `earliest` to `latest`
    the POSIX seconds it may be, for ordering only; `text` is what the chart says."""

    first: date
    last: date
    earliest: float
    latest: float
    text: str

    @property
    def days(self) -> Interval[date]:
        """The days it may be, as an interval."""
        return Interval(self.first, self.last)


class Span(NamedTuple):
    """A length of calendar time, as an author writes it: "6 weeks"."""

    number: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.number} {self.unit if self.number != 1 else self.unit[:-1]}"

    @property
    def days(self) -> int:
        """Its length for counting exposure: 3, 6 and 12 months are 91, 182 and 365 days, a year is 365."""
        match self.unit:
            case "days":
                return self.number
            case "weeks":
                return 7 * self.number
            case "months":
                return self.number * 365 // 12
            case "years":
                return 365 * self.number


def shifted(day: date, span: Span, sign: Literal[1, -1]) -> date:
    """`day` moved by `span`; months and years are calendar arithmetic, 31 March less a month is the end of February.

    It stops at the ends of the calendar.
    """
    match span.unit:
        case "days" | "weeks":
            return _days(day, sign * span.days)
        case "months":
            return _months(day, sign * span.number)
        case "years":
            return _months(day, sign * 12 * span.number)


def before(day: date, span: Span) -> date:
    """The day exactly `span` back: the first day of "within `span` before `day`"."""
    return shifted(day, span, -1)


def after(day: date, span: Span) -> date:
    """The day exactly `span` ahead."""
    return shifted(day, span, 1)


def completed_years(born: date, day: date) -> int:
    """Age in completed years: 65 holds until the day before the 66th birthday."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def birthday(born: date, years: int) -> date:
    """The first day of so many completed years; for somebody born on 29 February it may be 1 March."""
    year = born.year + years
    if not 1 <= year <= 9999:
        return date.min if year < 1 else date.max
    leapless = (born.month, born.day) == (2, 29) and not calendar.isleap(year)
    return date(year, 3, 1) if leapless else date(year, born.month, born.day)


def _days(day: date, count: int) -> date:
    number = day.toordinal() + count
    return date.fromordinal(min(max(number, date.min.toordinal()), date.max.toordinal()))


def _months(day: date, count: int) -> date:
    month = day.year * 12 + day.month - 1 + count
    year, month = divmod(month, 12)
    if not 1 <= year <= 9999:
        return date.min if year < 1 else date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
