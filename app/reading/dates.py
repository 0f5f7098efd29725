"""FHIR dates, dateTimes, instants, Periods and Timings as moments that may be known in part; an impossible one is
none."""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import islice

from app.reading.shapes import Period, Resource, Timing
from trials.when import When

_FORM = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,12})?)?\s*(Z|z|[+-][0-9]{2}:?[0-9]{2})?)?)?)?"
)
_LONGEST = 48
_EPOCH = date(1970, 1, 1).toordinal()
_DAY_S = 86_400
_WIDEST_OFFSET_S = 14 * 3600
_SAMPLE = 200
"""How many resources are looked at for the offset in which the chart writes its times."""


class Dates:
    """Reads the dates of one chart.

    A day has no offset of its own. It is taken in the offset in which the chart writes its times, so that a result of a
    day covers that day for ordering beside results of an instant.
    """

    def __init__(self, offset_s: int = 0) -> None:
        self._offset_s = offset_s
        self._known: dict[str, When | None] = {}

    def when(self, text: str | None) -> When | None:
        """The moment of a date, dateTime or instant."""
        if not text:
            return None
        if text in self._known:
            return self._known[text]
        size = len(text)
        if (size == 20 and text[19] == "Z") or (
            size == 25 and text[19] in "+-" and text[20:22] < "14" and text[23] < "6"
        ):
            plain = _plain_instant(text)
            if plain is not None:
                self._known[text] = plain
                return plain
        found = self._known[text] = self._read(text.strip()) if size <= _LONGEST else None
        return found

    def days(self, first: date, last: date, text: str) -> When:
        """Some moment of these days, both included."""
        start = (first.toordinal() - _EPOCH) * _DAY_S - self._offset_s
        end = (last.toordinal() - _EPOCH + 1) * _DAY_S - self._offset_s
        return When(first, last, float(start), end - 0.001, text)

    def course(self, period: Period | None) -> tuple[When | None, When | None]:
        """A Period's start and end; neither if it ends before it starts."""
        if period is None:
            return None, None
        start, end = self.when(period.start), self.when(period.end)
        if start is not None and end is not None and end.latest < start.earliest:
            return None, None
        return start, end

    def within(self, period: Period | None) -> When | None:
        """Some moment of a Period; of one with a single end, that end."""
        start, end = self.course(period)
        return spanning([when for when in (start, end) if when is not None])

    def timing(self, timing: Timing | None) -> When | None:
        """Some moment of a Timing: between its events, else inside its bounds."""
        if timing is None:
            return None
        if timing.event:
            events = [self.when(text) for text in timing.event]
            return spanning([when for when in events if when is not None])
        return self.within(timing.repeat.bounds_period) if timing.repeat else None

    def _read(self, text: str) -> When | None:
        found = _FORM.fullmatch(text)
        if found is None:
            return None
        year, month, day, hour, minute, second, zone = found.groups()
        try:
            first = date(int(year), int(month or 1), int(day or 1))
        except ValueError:
            return None
        if day is None:
            last_month = int(month or 12)
            last = date(first.year, last_month, monthrange(first.year, last_month)[1])
        else:
            last = first
        if hour is None:
            return self.days(first, last, text)
        return self._instant(first, int(hour), int(minute), second, zone, text)

    def _instant(
        self, day: date, hour: int, minute: int, second: str | None, zone: str | None, text: str
    ) -> When | None:
        offset_s = _offset(zone) if zone else self._offset_s
        if offset_s is None or hour > 23 or minute > 59 or int(second or 0) > 60:
            return None
        start = (day.toordinal() - _EPOCH) * _DAY_S + hour * 3600 + minute * 60 + int(second or 0) - offset_s
        fraction = float("0" + _fraction(text)) if second else 0.0
        return When(day, day, start + fraction, start + (fraction if second else 59.999), text)


def _plain_instant(text: str) -> When | None:
    """The form in which nearly all charts write a time, read the fast way."""
    if text[7] != "-" or text[10] != "T" or text[11:13] > "23":  # forms that Python reads and FHIR does not have
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    day = moment.date()
    instant = moment.timestamp()
    return When(day, day, instant, instant, text)


def spanning(moments: Sequence[When]) -> When | None:
    """One moment that lies somewhere between the first and the last of these."""
    if len(moments) < 2:
        return moments[0] if moments else None
    start = min(moments, key=lambda when: when.earliest)
    end = max(moments, key=lambda when: when.latest)
    first, last = min(when.first for when in moments), max(when.last for when in moments)
    text = start.text if start.text == end.text else f"{start.text} to {end.text}"
    return When(first, last, start.earliest, end.latest, text)


def charts_offset_s(resources: Iterable[Resource]) -> int:
    """The offset of the first time of a result, an order or a diagnosis that states one."""
    for resource in islice(resources, _SAMPLE):
        for field in ("effective_date_time", "authored_on", "recorded_date"):
            text = getattr(resource, field, None)
            if text and 16 < len(text) <= _LONGEST and (found := _FORM.fullmatch(text.strip())) and found[7]:
                return _offset(found[7]) or 0
    return 0


def _offset(zone: str) -> int | None:
    """Seconds east of Greenwich."""
    if zone in ("Z", "z"):
        return 0
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    seconds = hours * 3600 + minutes * 60
    if minutes > 59 or seconds > _WIDEST_OFFSET_S:
        return None
    return -seconds if zone[0] == "-" else seconds


def _fraction(text: str) -> str:
    """The part of a second, with its point."""
    _, point, rest = text.partition(".")
    digits = re.match(r"[0-9]*", rest)
    return f".{digits[0]}" if point and digits and digits[0] else ""
