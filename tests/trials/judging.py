"""One criterion, written as its author would, against a handful of facts: what the engine says of it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Protocol, TypeVar

import yaml

from mappings.source import Part
from mappings.terminology import Terminology, load_terminology
from trials.interval import Interval, point
from trials.judging.chart import Chart
from trials.judging.compile import compiled
from trials.language import Node
from trials.measures import Limits
from trials.parsing import Reader
from trials.policy import Policy
from trials.record import (
    Allergy,
    Answer,
    Diagnosis,
    Entry,
    Event,
    Exposure,
    Fact,
    Gap,
    Kind,
    Person,
    Record,
    Result,
)
from trials.verdict import Verdict
from trials.when import When

TODAY = date(2026, 11, 21)
WOMAN = Person("Patient/test", None, "female")


class Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=Named)


@cache
def terminology() -> Terminology:
    return load_terminology()


def node(text: str) -> Node:
    """The criterion of a line or block of YAML."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert root is not None
    return Reader(Limits(terminology())).node(Part(root, "criterion.yaml"))


def says(
    criterion: str,
    *facts: Fact,
    person: Person = WOMAN,
    today: date = TODAY,
    policy: Policy | None = None,
    gaps: dict[str, Gap] | None = None,
    suspected: dict[str, Entry] | None = None,
    unidentified: Iterable[Entry] = (),
) -> Verdict:
    """What the chart with these facts says of the criterion."""
    chart = record(*facts, person=person, gaps=gaps, suspected=suspected, unidentified=unidentified)
    return compiled(node(criterion), terminology().sets)(Chart(chart, today, policy or Policy()))


def heard(criterion: str, *facts: Fact, **how: Any) -> str:
    """The truth, and the reason where there is one: "unknown stale"."""
    return worded(says(criterion, *facts, **how))


def worded(verdict: Verdict) -> str:
    return f"{verdict.truth} {verdict.why}" if verdict.why else str(verdict.truth)


def record(
    *facts: Fact,
    person: Person = WOMAN,
    gaps: dict[str, Gap] | None = None,
    suspected: dict[str, Entry] | None = None,
    unidentified: Iterable[Entry] = (),
) -> Record:
    """A chart, filed as the reader files it: a fact stands under its own name and under every set that holds it."""
    lost: dict[Kind, tuple[Entry, ...]] = {}
    for entry in unidentified:
        lost[entry.kind] = (*lost.get(entry.kind, ()), entry)
    return Record(
        person,
        results=_filed([fact for fact in facts if isinstance(fact, Result)]),
        diagnoses=_filed([fact for fact in facts if isinstance(fact, Diagnosis)]),
        medications=_by_ingredient([fact for fact in facts if isinstance(fact, Exposure)]),
        procedures=_filed([fact for fact in facts if isinstance(fact, Event) and _kind(fact) != "vaccine"]),
        immunizations=_filed([fact for fact in facts if isinstance(fact, Event) and _kind(fact) == "vaccine"]),
        allergies=_filed([fact for fact in facts if isinstance(fact, Allergy)]),
        suspected={name: (entry,) for name, entry in (suspected or {}).items()},
        unidentified=lost,
        gaps=gaps or {},
    )


def _filed(facts: Iterable[N]) -> dict[str, tuple[N, ...]]:
    filed: dict[str, tuple[N, ...]] = {}
    for fact in facts:
        for name in (fact.name, *terminology().classes(fact.name)):
            filed[name] = (*filed.get(name, ()), fact)
    return {name: _newest_first(some) for name, some in filed.items()}


def _by_ingredient(facts: Iterable[Exposure]) -> dict[str, tuple[Exposure, ...]]:
    filed: dict[str, tuple[Exposure, ...]] = {}
    for fact in facts:
        for name in (fact.ingredient, *terminology().classes(fact.ingredient)):
            filed[name] = (*filed.get(name, ()), fact)
    return {name: _newest_first(some) for name, some in filed.items()}


def _newest_first(facts: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(facts, key=lambda fact: fact.when.latest if fact.when else float("-inf"), reverse=True))


def _kind(event: Event) -> str:
    return terminology().sets[event.name].kind


def on(text: str) -> When:
    """A day, a month, a year, or a minute of a day, as charts write them."""
    if len(text) > 10:
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return When(moment.date(), moment.date(), moment.timestamp(), moment.timestamp(), text)
    year, month, day = (*(int(part) for part in text.split("-")), None, None)[:3]
    assert year is not None
    first = date(year, month or 1, day or 1)
    last = first
    if day is None:
        last = date(year + (month in (None, 12)), 1 if month in (None, 12) else month + 1, 1) - timedelta(days=1)
    return When(first, last, _midnight(first), _midnight(last) + 86_399, text)


def ago(days: int) -> When:
    """A day so long before the day of judging."""
    return on((TODAY - timedelta(days=days)).isoformat())


def _midnight(day: date) -> float:
    return datetime.combine(day, time(), UTC).timestamp()


RECENTLY = ago(10)
LONG_AGO = ago(900)


def number(name: str, value: str, *, when: When | None = RECENTLY, **how: Any) -> Result:
    """A result with a number in the set's own unit; "<5", ">5" and "3..4" are intervals."""
    return Result(f"Observation/{name}-{value}-{_stamp(when)}", name, when, value, value=_interval(value), **how)


def answer(name: str, said: Answer, *, when: When | None = RECENTLY, **how: Any) -> Result:
    """A qualitative result."""
    return Result(f"Observation/{name}-{said}-{_stamp(when)}", name, when, said, answer=said, **how)


def _interval(text: str) -> Interval[Decimal]:
    if text[0] == "<":
        return Interval(None, Decimal(text[1:]), high_open=True)
    if text[0] == ">":
        return Interval(Decimal(text[1:]), None, low_open=True)
    if ".." in text:
        low, high = text.split("..")
        return Interval(Decimal(low), Decimal(high))
    return point(Decimal(text))


def _stamp(when: When | None) -> str:
    return when.text if when else "undated"


def diagnosis(name: str, *, onset: When | None = LONG_AGO, **how: Any) -> Diagnosis:
    """A confirmed diagnosis, active unless said otherwise."""
    return Diagnosis(f"Condition/{name}-{_stamp(onset)}", name, name, onset=onset, **how)


def course(ingredient: str, start: When | None, end: When | None = None, **how: Any) -> Exposure:
    """A course of a drug that has ended."""
    return Exposure(f"Medication/{ingredient}-{_stamp(start)}", ingredient, ingredient, start, end, **how)


def event(name: str, when: When | None = RECENTLY) -> Event:
    """A procedure or a vaccine."""
    return Event(f"Event/{name}-{_stamp(when)}", name, name, when)


def allergy(name: str, **how: Any) -> Allergy:
    return Allergy(f"Allergy/{name}", name, name, **how)


def lost(kind: Kind, when: When | None = None) -> Entry:
    """An entry that nobody can identify."""
    return Entry("Unreadable/1", kind, "", when)


def hint(kind: Kind = "diagnosis", when: When | None = None) -> Entry:
    """An entry without a code of ours whose words raise a question."""
    return Entry("Condition/unmapped", kind, "some carcinoma", when)
