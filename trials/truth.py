"""Kleene's three truth values and how they combine; knows nothing of charts."""

from collections.abc import Iterable
from enum import IntEnum
from typing import NoReturn


class Truth(IntEnum):
    """FALSE < UNKNOWN < TRUE, so "all" is the least and "any" the greatest. Compare with `is`."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    def __bool__(self) -> NoReturn:
        raise TypeError("a Truth has three values: compare it with `is`")

    def __str__(self) -> str:
        return self.name.lower()

    @property
    def negated(self) -> "Truth":
        """True becomes false, false becomes true, unknown stays."""
        return _NEGATED[self]


_NEGATED = (Truth.TRUE, Truth.UNKNOWN, Truth.FALSE)


def all_of(truths: Iterable[Truth]) -> Truth:
    """The least: a firm false decides, whatever is unknown. Of nothing: true."""
    return min(truths, default=Truth.TRUE)


def any_of(truths: Iterable[Truth]) -> Truth:
    """The greatest: a firm true decides, whatever is unknown. Of nothing: false."""
    return max(truths, default=Truth.FALSE)


def at_least(count: int, truths: Iterable[Truth]) -> Truth:
    """The `count`-th greatest: decided as soon as `count` are true, or can no longer be."""
    if count <= 0:
        return Truth.TRUE
    ranked = sorted(truths, reverse=True)
    return ranked[count - 1] if count <= len(ranked) else Truth.FALSE


def truth_of(claim: bool) -> Truth:
    """TRUE or FALSE for a plain boolean."""
    return Truth.TRUE if claim else Truth.FALSE
