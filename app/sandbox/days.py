"""Days written as distances from today ("-12d", "-3y"); knows the calendar and nothing of patients."""

import re
from datetime import date
from typing import Final

from trials.when import Span, Unit, shifted

_WRITTEN = re.compile(r"(?P<sign>[-+])(?P<count>\d{1,4})(?P<unit>[dwmy])(?:/(?P<known>month|year))?")
_UNITS: Final[dict[str, Unit]] = {"d": "days", "w": "weeks", "m": "months", "y": "years"}


class BadDay(ValueError):
    """A day that was not written as a distance from today."""


def day(written: str, today: date) -> date:
    """The day that `written` means on `today`; raises `BadDay`."""
    found = _matched(written)
    span = Span(int(found["count"]), _UNITS[found["unit"]])
    return shifted(today, span, -1 if found["sign"] == "-" else 1)


def fhir_date(written: str, today: date) -> str:
    """As a FHIR date: whole, or with "/month" or "/year" behind it only as far as the chart knows it."""
    text = day(written, today).isoformat()
    match _matched(written)["known"]:
        case "month":
            return text[:7]
        case "year":
            return text[:4]
        case _:
            return text


def fhir_instant(written: str, today: date, at: str = "08:30") -> str:
    """As a FHIR dateTime with a time of day; a day known only in part stays partial."""
    text = fhir_date(written, today)
    return f"{text}T{at}:00+00:00" if len(text) == 10 else text


def _matched(written: str) -> re.Match[str]:
    found = _WRITTEN.fullmatch(written)
    if found is None:
        raise BadDay(f"{written!r} is no distance from today; write for example -12d, -6w, -4m, -3y or -3y/year")
    return found
