"""What the tests of the criterion language compare with: limits, changes over time, doses, washouts."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from trials.interval import Interval
from trials.when import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A limit in the value set's unit, or in multiples of the result's own upper or lower limit of normal."""

    interval: Interval[Decimal]
    times: Literal["ULN", "LLN"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How the latest reading differs from earlier ones."""

    direction: Literal["rise", "fall"]
    least: Decimal
    relative: bool
    """Of the earlier reading, as a fraction in `least`; else in the quantity's own unit."""
    strict: bool = False
    """More than `least`, not at least."""
    both_ways: bool = False
    """The text leaves relative or points open: both are computed and only their agreement decides."""
    over: Span | None = None
    baseline: Interval[Decimal] | None = None
    """What the earlier reading must have been."""
    sustained: Span | None = None


@dataclass(frozen=True, slots=True)
class HalfLives:
    """A washout: so many half-lives of the drug at hand."""

    number: Decimal

    def __str__(self) -> str:
        return f"{self.number} half-lives"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """A daily dose in mg of prednisone, or its equivalent, a day or for each kg of body weight."""

    mg: Interval[Decimal]
    per_kg: bool = False
