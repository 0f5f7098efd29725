"""Boundary patients for every kind of result: days, statuses, versions, whose it is, and two results that disagree."""

from collections.abc import Iterator
from datetime import date, timedelta

from tests.differential.definitions import Node
from tests.differential.patients.pieces import Json, Piece, ago, in_error, of_another, text
from tests.differential.plain.chart import Chart
from tests.differential.plain.results import earliest_day

Sorted = Iterator[tuple[str, tuple[Json, ...]]]
STATUSES = ("registered", "cancelled", "unknown", "preliminary", "amended", "corrected", "Final ")


def dated(ref: str, node: Node, today: date, one: Json, other: Json) -> Iterator[Piece]:
    """The pieces around the day, the status and the owner of a result; `one` and `other` lie on two sides."""
    for sort, resources in (*_days(node, today, one), *_statuses(today, one, other), *_order(today, one, other)):
        yield Piece(ref, sort, resources)


def _days(node: Node, today: date, one: Json) -> Sorted:
    start = first_day(node, today)
    if start is not None:
        yield "on the last day of its time", (_on(one, text(start)),)
        yield "stale", (_on(one, text(start - timedelta(days=1))),)
        yield "in a month that may be too old", (_on(one, text(start)[:7]),)
        yield "in a year that may be too old", (_on(one, text(start)[:4]),)
    yield "in this month", (_on(one, text(today)[:7]),)
    yield "in this year", (_on(one, text(today)[:4]),)
    yield "very old", (_on(one, ago(today, 2000)),)
    yield "undated", (one,)
    yield "issued alone", ({**one, "issued": ago(today, 2) + "T08:00:00Z"},)
    yield "of today", (_on(one, text(today)),)
    yield "future", (_on(one, ago(today, -1)),)
    yield "over a period", ({**one, "effectivePeriod": {"start": ago(today, 4), "end": ago(today, 3)}},)


def first_day(node: Node, today: date) -> date | None:
    """The first day of a test's own window, or of what the policy calls fresh."""
    day: date | None = earliest_day(
        node, Chart({"entry": [{"resource": {"resourceType": "Patient", "id": "x"}}]}, today)
    )
    return day


def _statuses(today: date, one: Json, other: Json) -> Sorted:
    """A newer result that may not count, above an older one that does."""
    older, newer = _on(one, ago(today, 5)), _on(other, ago(today, 2))
    for status in STATUSES:
        yield f"status {status.strip().lower()}", (older, {**newer, "status": status})
    yield "entered in error", (older, in_error(newer))
    yield "wrong patient", (older, of_another(newer))
    yield "future over an older one", (older, _on(other, ago(today, -1)))
    absent = {key: value for key, value in newer.items() if not key.startswith("value") and key != "interpretation"}
    yield "dataAbsentReason", (older, {**absent, "dataAbsentReason": {"coding": [{"code": "not-performed"}]}})
    versions = (
        {**older, "id": "same", "meta": {"versionId": "2"}},
        {**newer, "id": "same", "meta": {"versionId": "10"}},
    )
    yield "two versions", versions
    yield (
        "two versions by their time",
        tuple(
            {**each, "id": "same", "meta": {"lastUpdated": f"2024-01-0{day}T00:00:00Z"}}
            for each, day in ((older, 3), (newer, 2))
        ),
    )


def _order(today: date, one: Json, other: Json) -> Sorted:
    """Two results around one day; the moments lie on it in every zone that a chart here may have."""
    day = ago(today, 4)
    yield "conflicting at the same time", (_on(one, f"{day}T08:00:00Z"), _on(other, f"{day}T08:00:00Z"))
    yield "conflicting on the same day", (_on(one, day), _on(other, day))
    yield "the same time in two zones", (_on(one, f"{day}T08:00:00Z"), _on(other, f"{day}T10:00:00+02:00"))
    yield "agreeing at the same time", (_on(one, f"{day}T08:00:00Z"), _on(one, f"{day}T08:00:00Z"))
    yield "one after the other", (_on(one, f"{day}T08:00:00Z"), _on(other, f"{day}T12:00:00Z"))
    yield "one after the other", (_on(one, f"{day}T12:00:00Z"), _on(other, f"{day}T08:00:00Z"))
    yield "a day and a moment of it", (_on(one, day), _on(other, f"{day}T12:00:00Z"))
    yield "newer on the other side", (_on(one, ago(today, 6)), _on(other, ago(today, 3)))
    yield "older on the other side", (_on(one, ago(today, 3)), _on(other, ago(today, 6)))
    yield "very old on the other side", (_on(one, ago(today, 3)), _on(other, ago(today, 900)))
    yield "newer undated", (_on(one, ago(today, 3)), other)


def _on(result: Json, day: str) -> Json:
    return {**result, "effectiveDateTime": day}
