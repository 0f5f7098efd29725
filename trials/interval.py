"""What is known of an ordered value: a number, a bound, `<0.01`, a partial date and an age are all intervals."""

from decimal import Decimal
from typing import Any, Generic, NamedTuple, TypeVar

from trials.truth import Truth

T = TypeVar("T")


class Interval(NamedTuple, Generic[T]):
    """Lies between `low` and `high`; `None` is no bound on that side; an open end is not part of it."""

    low: T | None
    high: T | None
    low_open: bool = False
    high_open: bool = False

    def inside(self, bound: "Interval[T]") -> Truth:
        """True if all of this lies inside `bound`, false if none of it does, else unknown."""
        if _below(self, bound) or _below(bound, self):
            return Truth.FALSE
        if _starts_within(self, bound) and _ends_within(self, bound):
            return Truth.TRUE
        return Truth.UNKNOWN

    @property
    def exact(self) -> bool:
        """A single value."""
        return self.low is not None and self.low == self.high


def point(value: T) -> Interval[T]:
    """The interval that holds one value."""
    return Interval(value, value)


def scaled(interval: Interval[Decimal], factor: Decimal, offset: Decimal = Decimal(0)) -> Interval[Decimal]:
    """`interval` in another unit: each end times `factor` (positive) plus `offset`."""
    low, high, low_open, high_open = interval
    return Interval(
        None if low is None else low * factor + offset,
        None if high is None else high * factor + offset,
        low_open,
        high_open,
    )


def _below(a: Interval[Any], b: Interval[Any]) -> bool:
    """All of `a` is less than all of `b`."""
    if a.high is None or b.low is None:
        return False
    return bool(a.high < b.low or (a.high == b.low and (a.high_open or b.low_open)))


def _starts_within(a: Interval[Any], b: Interval[Any]) -> bool:
    if b.low is None:
        return True
    if a.low is None:
        return False
    return bool(a.low > b.low or (a.low == b.low and (a.low_open or not b.low_open)))


def _ends_within(a: Interval[Any], b: Interval[Any]) -> bool:
    if b.high is None:
        return True
    if a.high is None:
        return False
    return bool(a.high < b.high or (a.high == b.high and (a.high_open or not b.high_open)))
