"""What may become of a verdict, as the report says it: days, distance, what would change it, why a trial is none."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

import msgspec

from trials.interval import Interval
from trials.language import Bound
from trials.outlook.distance import Distance, Side, distance_text
from trials.outlook.new_fact import FactKind, NewFact
from trials.outlook.prospect import WhyNot

Number = Interval[Decimal]


class Range(msgspec.Struct, frozen=True):
    """A number that may be known in part; `null` is no bound on that side."""

    low: float | None
    high: float | None


class DistanceReport(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """How far the deciding value is from the limit, in the limit's own unit and as a share of it."""

    text: str
    value: Range
    limit: float
    unit: str
    by: Range
    side: Side
    needs: str
    share: Range | None = None
    absolute: dict[str, Range | float | str] = {}
    """Of a multiple of a normal limit, or of a half-life: the same in the unit behind it."""


class LimitReport(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Where a number has to lie; with `outside` anywhere else."""

    min: float | None = None
    max: float | None = None
    above: float | None = None
    below: float | None = None
    times: Literal["ULN", "LLN"] | None = None
    outside: bool = False


class NewFactReport(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A fact that would turn the criterion, or of a resource that is there (`about`) what it lacks."""

    kind: FactKind
    text: str
    value_sets: tuple[str, ...] = ()
    limit: LimitReport | None = None
    answer: str | None = None
    codes: tuple[str, ...] = ()
    other_than: tuple[str, ...] = ()
    about: str | None = None


class WhyNotReport(msgspec.Struct, frozen=True, rename="camel"):
    """The criteria that bar, in the protocol's order, and which of them time or a new fact may turn."""

    first: str
    fails: tuple[str, ...]
    by_time: tuple[str, ...]
    by_fact: tuple[str, ...]
    fixed: tuple[str, ...]


def distance_report(one: Distance) -> DistanceReport:
    """The distance as numbers and as one sentence."""
    absolute: dict[str, Range | float | str] = {}
    if one.absolute is not None:
        value, limit, by, unit = one.absolute
        absolute = {"value": _range(value), "limit": float(limit), "by": _range(by), "unit": unit}
    return DistanceReport(
        text=distance_text(one),
        value=_range(one.value),
        limit=float(one.limit),
        unit=one.unit,
        by=_range(one.by),
        side=one.side,
        needs=one.needs,
        share=_range(one.share) if one.share else None,
        absolute=absolute,
    )


def new_fact_report(one: NewFact) -> NewFactReport:
    """The fact for a machine, beside its words."""
    limit = None if one.limit is None else _limit(one.limit, outside=one.beyond)
    return NewFactReport(one.kind, one.text, one.sets, limit, one.answer, one.codes, one.other_than, one.about)


def why_not_report(one: WhyNot) -> WhyNotReport:
    """Why it is no candidate."""
    return WhyNotReport(one.first, one.fails, one.by_time, one.by_fact, one.fixed)


def _limit(bound: Bound, *, outside: bool) -> LimitReport:
    low, high, low_open, high_open = bound.interval
    ends: Mapping[str, float] = {
        **({} if low is None else {"above" if low_open else "min": float(low)}),
        **({} if high is None else {"below" if high_open else "max": float(high)}),
    }
    return LimitReport(times=bound.times, outside=outside, **ends)


def _range(number: Number) -> Range:
    return Range(_rounded(number.low), _rounded(number.high))


def _rounded(value: Decimal | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")
