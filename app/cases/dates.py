"""Days of a chart: distances from the day of judging ("-3d", "-6m/month") or FHIR dates ("2026-03"); no other clock."""

import re
from datetime import date

from app.sandbox.days import BadDay, fhir_date
from mappings.source import Part

_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_TIME = re.compile(r"\d{2}:\d{2}")
USUAL_TIME = "08:30"


def chart_date(part: Part, as_of: date) -> str:
    """As a FHIR date, whole or partial."""
    text = part.text()
    try:
        if text[0] in "+-":
            return fhir_date(text, as_of)
        if _DATE.fullmatch(text):
            if len(text) == 10:
                date.fromisoformat(text)
            return text
    except (BadDay, ValueError):
        pass
    part.fail(f"found {text!r}; expected a day such as -3d, -6w, -4m, -2y, -2y/year, 2026-03-05 or 2026-03, or none")


def chart_instant(part: Part, as_of: date, at: Part | None) -> str:
    """As a FHIR dateTime with a time of day; a day that is known in part stays partial."""
    day = chart_date(part, as_of)
    if at is not None and not _TIME.fullmatch(at.text()):
        at.fail(f"found {at.text()!r}; expected a time of day such as {USUAL_TIME!r}")
    return f"{day}T{at.text() if at else USUAL_TIME}:00+00:00" if len(day) == 10 else day
